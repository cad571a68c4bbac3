"""PAD-UFES-20 on disk: clinical photos of lesions by smartphone (Pacheco et al. 2020), as one table."""

from pathlib import Path

import pandas as pd

from training.classes import CODES
from training.data.isic import DataError

# Its diagnoses in the codes of ISIC 2019.
DIAGNOSES = {"MEL": "MEL", "NEV": "NV", "BCC": "BCC", "ACK": "AK", "SEK": "BKL", "SCC": "SCC"}


def read_pad_ufes_20(folder: Path) -> pd.DataFrame:
    """Read metadata.csv, for the photos that are in folder/images.

    Returns:
        Columns path, label (order of `training.classes.CODES`), patient_id, lesion_id, fitzpatrick (1-6, NaN where unknown),
        age, sex ("female", "male" or NaN), site.

    Raises:
        DataError: the table or every photo is missing.
    """
    path = folder / "metadata.csv"
    if not path.exists():
        raise DataError(f"{path} is missing; name the folder of PAD-UFES-20, which holds metadata.csv and images/")
    table = pd.read_csv(path)
    table["path"] = [folder / "images" / name for name in table["img_id"]]
    table = table[[photo.exists() for photo in table["path"]]]
    if table.empty:
        raise DataError(f"{folder / 'images'} holds none of the photos that {path} names")
    return pd.DataFrame(
        {
            "path": table["path"],
            "label": [CODES.index(DIAGNOSES[name]) for name in table["diagnostic"]],
            "patient_id": table["patient_id"],
            "lesion_id": table["lesion_id"],
            # "fitspatrick" is how the official table spells it.
            "fitzpatrick": table["fitspatrick"],
            "age": table["age"],
            "sex": table["gender"].str.lower(),
            "site": table["region"].str.lower(),
        }
    ).reset_index(drop=True)
