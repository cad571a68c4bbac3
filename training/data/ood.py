"""Photos of other things than skin lesions through a dermatoscope: what the app must refuse."""

from pathlib import Path

import pandas as pd

from training.data.isic import DataError

LABELS_FILE = "labels.csv"


def read_odd_photos(folder: Path) -> pd.DataFrame:
    """Read folder/labels.csv: columns path, kind, and label, which is 0 and means nothing.

    Raises:
        DataError: the file or a photo that it names is missing.
    """
    path = folder / LABELS_FILE
    if not path.exists():
        raise DataError(f"{path} is missing; it has the columns image (a path in the folder) and kind, one row a photo")
    table = pd.read_csv(path)
    lacking = {"image", "kind"} - set(table.columns)
    if lacking:
        raise DataError(f"{path} lacks the columns {', '.join(sorted(lacking))}; it has {', '.join(table.columns)}")
    paths = [folder / image for image in table["image"]]
    missing = [str(photo) for photo in paths if not photo.exists()]
    if missing:
        raise DataError(f"{len(missing)} photos of {path} are missing, the first: {', '.join(missing[:5])}")
    return pd.DataFrame({"path": paths, "kind": table["kind"], "label": 0})
