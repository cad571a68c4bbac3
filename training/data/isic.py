"""ISIC 2019 on disk, in its official layout, as one table: a row per photo."""

from pathlib import Path

import pandas as pd

from training.classes import CODES

TRAINING = "Training"
TEST = "Test"
# Four in five photos of AK, BCC and SCC are of it.
BARCELONA = "BCN_or_other2019"
_PARTS = {"HAM": "HAM10000", "BCN": BARCELONA, "MSK": "MSK2019"}
PARTS = tuple(_PARTS.values())


class DataError(Exception):
    """The data is not as expected; the message says what is missing and where."""


def read_isic_2019(folder: Path, split: str) -> pd.DataFrame:
    """Read the official CSV files of one split.

    Args:
        folder: holds ISIC_2019_<split>_Input/, _GroundTruth.csv and _Metadata.csv.
        split: "Training" or "Test".

    Returns:
        Columns image, path, label (0-7, in the order of `training.classes.CODES`), lesion_id, age_approx, sex,
        anatom_site_general, part (HAM10000, BCN_or_other2019, MSK2019, or "all" where the lesions' names do not tell). A photo
        without a lesion_id is its own lesion. Photos of unknown class (UNK) are left out.

    Raises:
        DataError: a file, a column or a photo is missing.
    """
    photos = folder / f"ISIC_2019_{split}_Input"
    truth = read_csv(folder / f"ISIC_2019_{split}_GroundTruth.csv", ["image", *CODES])
    metadata = read_csv(folder / f"ISIC_2019_{split}_Metadata.csv", ["image"])
    table = truth[truth[list(CODES)].sum(axis=1) == 1].merge(metadata, on="image", how="left", validate="one_to_one")
    table["label"] = table[list(CODES)].to_numpy().argmax(axis=1)
    table["path"] = [photos / f"{image}.jpg" for image in table["image"]]
    table["part"] = _parts(table)
    table["lesion_id"] = _lesion_ids(table)
    require_photos(table["path"], photos)
    for column in ("age_approx", "sex", "anatom_site_general"):
        if column not in table:
            table[column] = None
    return table[["image", "path", "label", "lesion_id", "age_approx", "sex", "anatom_site_general", "part"]]


def has_test_set(folder: Path) -> bool:
    """Whether the folder holds the official test set, with its labels."""
    return (folder / f"ISIC_2019_{TEST}_GroundTruth.csv").exists()


def read_unknown_photos(folder: Path) -> pd.DataFrame:
    """Photos of none of the eight classes (UNK), which are never trained on: for out-of-distribution detection.

    Returns:
        Columns path, kind ("unknown") and label, which is 0 and means nothing; often no rows.

    Raises:
        DataError: a file, a column or a photo is missing.
    """
    tables = []
    for split in (TRAINING, TEST) if has_test_set(folder) else (TRAINING,):
        photos = folder / f"ISIC_2019_{split}_Input"
        truth = read_csv(folder / f"ISIC_2019_{split}_GroundTruth.csv", ["image", *CODES])
        unknown = truth[truth["UNK"] == 1] if "UNK" in truth else truth.head(0)
        paths = pd.Series([photos / f"{image}.jpg" for image in unknown["image"]], dtype=object)
        require_photos(paths, photos)
        tables.append(pd.DataFrame({"path": paths, "kind": "unknown", "label": 0}))
    return pd.concat(tables, ignore_index=True)


def _lesion_ids(table: pd.DataFrame) -> pd.Series:
    if "lesion_id" not in table:
        return table["image"]
    return table["lesion_id"].fillna(table["image"])


def _parts(table: pd.DataFrame) -> pd.Series:
    """Which collection each photo is from: official names of lesions begin with it, and only MSK has photos without one."""
    everything = pd.Series("all", index=table.index)
    if "lesion_id" not in table:
        return everything
    known = table["lesion_id"].astype("string").str.extract("^([A-Z]+)", expand=False).map(_PARTS)
    if known.isna().all():
        return everything
    return known.mask(table["lesion_id"].isna(), _PARTS["MSK"]).fillna("all")


def read_csv(path: Path, columns: list[str], layout: str = "ISIC 2019") -> pd.DataFrame:
    """Read a table that must have some columns.

    Raises:
        DataError: the file or a column is missing.
    """
    if not path.exists():
        raise DataError(f"{path} is missing; --data must name a folder in the official layout of {layout}")
    table = pd.read_csv(path)
    missing = [column for column in columns if column not in table]
    if missing:
        raise DataError(f"{path} lacks the columns {', '.join(missing)}; it has {', '.join(table.columns)}")
    return table


def require_photos(paths: pd.Series, photos: Path) -> None:
    """Raise DataError with the names of the photos that are not in the folder `photos`."""
    if not photos.is_dir():
        raise DataError(f"the folder {photos} is missing")
    present = {path.name for path in photos.iterdir()}
    missing = [path.name for path in paths if path.name not in present]
    if missing:
        shown = ", ".join(missing[:5]) + (", ..." if len(missing) > 5 else "")
        raise DataError(f"{len(missing)} of {len(paths)} photos are missing in {photos}: {shown}")
