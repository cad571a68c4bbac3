"""PAD-UFES-20 on disk: clinical photos of lesions by smartphone (Pacheco et al. 2020), as one table: a row per photo."""

from pathlib import Path

import pandas as pd

from training.classes import CODES
from training.data.isic import DataError, read_csv, require_photos

# Its diagnoses in the codes of ISIC 2019; it has no dermatofibroma and no vascular lesion.
DIAGNOSES = {"MEL": "MEL", "NEV": "NV", "BCC": "BCC", "ACK": "AK", "SEK": "BKL", "SCC": "SCC"}


def read_pad_ufes_20(folder: Path) -> pd.DataFrame:
    """Read metadata.csv, whose photos lie in folder/images.

    Returns:
        Columns image, path, label (order of `training.classes.CODES`), lesion_id, patient_id (what must be split by: a
        patient has several lesions), fitzpatrick (1-6, NaN where unknown), age, sex ("female", "male" or NaN), site, part.

    Raises:
        DataError: the table, a column or a photo is missing, or there is a diagnosis that PAD-UFES-20 does not have.
    """
    path = folder / "metadata.csv"
    # "fitspatrick" is how the official table spells it.
    columns = ["patient_id", "lesion_id", "img_id", "diagnostic", "fitspatrick", "age", "gender", "region"]
    table = read_csv(path, columns, "PAD-UFES-20")
    unknown = sorted(set(table["diagnostic"]) - set(DIAGNOSES))
    if unknown:
        raise DataError(f"{path} has the diagnoses {unknown}; expected some of {sorted(DIAGNOSES)}")
    paths = pd.Series([folder / "images" / name for name in table["img_id"]])
    require_photos(paths, folder / "images")
    return pd.DataFrame(
        {
            "image": table["img_id"],
            "path": paths,
            "label": [CODES.index(DIAGNOSES[name]) for name in table["diagnostic"]],
            "lesion_id": table["lesion_id"],
            "patient_id": table["patient_id"],
            "fitzpatrick": table["fitspatrick"],
            "age": table["age"],
            "sex": table["gender"].str.lower(),
            "site": table["region"].str.lower(),
            "part": "PAD_UFES_20",
        }
    )
