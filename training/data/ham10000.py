"""HAM10000 on disk as Harvard Dataverse publishes it (Tschandl et al. 2018), as one table: a row per photo."""

from pathlib import Path

import pandas as pd

from training.classes import CODES
from training.data.isic import DataError, read_csv

METADATA_FILE = "HAM10000_metadata.csv"
PHOTO_FOLDERS = ("HAM10000_images_part_1", "HAM10000_images_part_2")
# Its diagnoses in the codes of ISIC 2019. "akiec" is actinic keratosis and Bowen's disease, which ISIC 2019 has as AK.
DIAGNOSES = {"mel": "MEL", "nv": "NV", "bcc": "BCC", "akiec": "AK", "bkl": "BKL", "df": "DF", "vasc": "VASC"}


def read_ham10000(folder: Path) -> pd.DataFrame:
    """Read the metadata, for photos that may lie in either of the two folders or in `folder` itself.

    Returns:
        Columns as `training.data.isic.read_isic_2019` returns them; no photo has the class SCC.

    Raises:
        DataError: the table, a column or a photo is missing, or there is a diagnosis that HAM10000 does not have.
    """
    columns = ["lesion_id", "image_id", "dx", "age", "sex", "localization"]
    table = read_csv(folder / METADATA_FILE, columns, "HAM10000")
    unknown = sorted(set(table["dx"]) - set(DIAGNOSES))
    if unknown:
        raise DataError(f"{folder / METADATA_FILE} has the diagnoses {unknown}; expected some of {sorted(DIAGNOSES)}")
    places = (folder, *(folder / name for name in PHOTO_FOLDERS))
    photos = {photo.stem: photo for place in places if place.is_dir() for photo in place.glob("*.jpg")}
    missing = [f"{image}.jpg" for image in table["image_id"] if image not in photos]
    if missing:
        shown = ", ".join(missing[:5]) + (", ..." if len(missing) > 5 else "")
        raise DataError(f"{len(missing)} of {len(table)} photos are missing in {' and '.join(map(str, places[1:]))}: {shown}")
    return pd.DataFrame(
        {
            "image": table["image_id"],
            "path": table["image_id"].map(photos),
            "label": [CODES.index(DIAGNOSES[name]) for name in table["dx"]],
            "lesion_id": table["lesion_id"],
            "age_approx": table["age"],
            "sex": table["sex"].where(table["sex"] != "unknown"),
            "anatom_site_general": table["localization"].where(table["localization"] != "unknown"),
            "part": "HAM10000",
        }
    )
