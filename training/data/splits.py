"""Which photos are trained on and which are validated on: always whole lesions, never single photos."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold

from training.data.isic import DataError


class Split(NamedTuple):
    """Two tables of photos that share no lesion."""

    train: pd.DataFrame
    validation: pd.DataFrame


def split_by_lesion(table: pd.DataFrame, folder: Path, validation_fold: int, folds: int, seed: int) -> Split:
    """Hold one fold out.

    Args:
        table: photos, as `read_isic_2019` returns them.
        folder: the data's folder; its folds.csv (image, fold) decides where there is one.
        validation_fold: number of the fold that is held out.
        folds: number of folds to make without a folds.csv, stratified by class.
        seed: of that split.

    Raises:
        DataError: the fold does not exist, or a lesion lies in two folds.
    """
    fold = _folds(table, folder, folds, seed)
    if validation_fold not in set(fold):
        raise DataError(f"there is no fold {validation_fold}; the folds are {sorted(set(fold))}")
    torn = table.groupby("lesion_id")["image"].count().index[fold.groupby(table["lesion_id"]).nunique() > 1]
    if len(torn):
        raise DataError(f"{len(torn)} lesions lie in more than one fold, the first is {torn[0]}; split by lesion")
    held_out = fold == validation_fold
    return Split(table[~held_out].reset_index(drop=True), table[held_out].reset_index(drop=True))


def _folds(table: pd.DataFrame, folder: Path, folds: int, seed: int) -> pd.Series:
    path = folder / "folds.csv"
    if path.exists():
        fold = table["image"].map(pd.read_csv(path).set_index("image")["fold"])
        if fold.isna().any():
            raise DataError(f"{path} has no fold for {fold.isna().sum()} photos, such as {table['image'][fold.isna()].iloc[0]}")
        return fold.astype(int)
    fold = pd.Series(0, index=table.index)
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    for number, (_, held_out) in enumerate(splitter.split(table, table["label"], table["lesion_id"])):
        fold.iloc[held_out] = number
    return fold
