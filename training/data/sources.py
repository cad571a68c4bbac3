"""Every data set by its name, and the three parts of each: for training, validation and testing."""

from typing import NamedTuple

import pandas as pd

from training.config import DataConfig
from training.data.drawn import draw_data, draw_ham10000, draw_pad_ufes_20
from training.data.ham10000 import read_ham10000
from training.data.isic import TEST, TRAINING, has_test_set, read_isic_2019
from training.data.pad_ufes_20 import read_pad_ufes_20
from training.data.splits import hold_out_fold, split_by_lesion

# Numbers of the first and the last of HAM10000's 1,512 test photos (ISIC 2018, Task 3), which are a part of ISIC 2019's.
_HAM10000_TEST = (34524, 36064)


class Splits(NamedTuple):
    """Three tables of photos that share no lesion (of PAD-UFES-20: no patient)."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame


def group_column(data: DataConfig) -> str:
    """Column of what must not be torn apart by a split, and what a bootstrap draws: the lesion, or the patient."""
    return "patient_id" if data.source == "pad_ufes_20" else "lesion_id"


def group_noun(data: DataConfig) -> str:
    """What `group_column` holds, as a word: lesion or patient."""
    return group_column(data).removesuffix("_id")


def draw_missing_data(data: DataConfig) -> None:
    """Draw the folder of the source if it does not exist and `data.drawn_images` is set."""
    draw = {"isic_2019": draw_data, "ham10000": draw_ham10000, "pad_ufes_20": draw_pad_ufes_20}[data.source]
    if data.drawn_images is not None and not data.folder.exists():
        draw(data.folder, data.drawn_images)


def read_table(data: DataConfig) -> pd.DataFrame:
    """All photos of the source, without an official test set.

    Raises:
        DataError: a file, a column or a photo is missing.
    """
    if data.source == "ham10000":
        return read_ham10000(data.folder)
    if data.source == "pad_ufes_20":
        return read_pad_ufes_20(data.folder)
    return read_isic_2019(data.folder, TRAINING)


def read_splits(data: DataConfig) -> Splits:
    """Read the source and split it: first what is tested on, then, of the rest, what is validated on.

    The official test set is taken where there is one and `data.test_fold` does not ask for another.

    Args:
        data: source, folder and folds.

    Raises:
        DataError: something is missing, or a fold does not exist.
    """
    rest = read_table(data)
    group = group_column(data)
    if _has_official_test(data):
        test = read_isic_2019(data.folder, TEST)
    else:
        rest, test = hold_out_fold(rest, data.test_fold or 0, data.test_folds, data.split_seed, group)
    train, validation = split_by_lesion(rest, data.folder, data.validation_fold, data.folds, data.split_seed, group)
    return Splits(train, validation, test)


def describe_test(data: DataConfig, test: pd.DataFrame) -> str:
    """Which photos the test part of `read_splits` holds, in words that follow "photos of"."""
    if not _has_official_test(data):
        return f"fold {data.test_fold or 0} of {data.test_folds} of a split by {group_noun(data)}, held out from the training"
    numbers = pd.to_numeric(test["image"].str.removeprefix("ISIC_"), errors="coerce")
    return "the official test set" + (" (those of HAM10000)" if numbers.between(*_HAM10000_TEST).all() else "")


def _has_official_test(data: DataConfig) -> bool:
    return data.source == "isic_2019" and data.test_fold is None and has_test_set(data.folder)
