"""Which photos are trained on, validated on and tested on: always whole lesions or whole patients, never single photos."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold

from training.data.isic import DataError


class Split(NamedTuple):
    """Two tables of photos that share no lesion."""

    train: pd.DataFrame
    validation: pd.DataFrame


def split_by_lesion(
    table: pd.DataFrame, folder: Path, validation_fold: int, folds: int, seed: int, group: str = "lesion_id"
) -> Split:
    """Hold one fold out.

    Args:
        table: photos, as `read_isic_2019` returns them.
        folder: the data's folder; its folds.csv (image, fold) decides where there is one.
        validation_fold: number of the fold that is held out.
        folds: number of folds to make without a folds.csv, stratified by class.
        seed: of that split.
        group: column of what must not be torn apart.

    Raises:
        DataError: the fold does not exist, or a lesion lies in two folds.
    """
    path = folder / "folds.csv"
    fold = _folds_of_file(table, path) if path.exists() else _new_folds(table, folds, seed, group)
    torn = table.groupby(group)["image"].count().index[fold.groupby(table[group]).nunique() > 1]
    if len(torn):
        raise DataError(f"{len(torn)} lesions lie in more than one fold, the first is {torn[0]}; split by lesion")
    return _hold_out(table, fold, validation_fold)


def hold_out_fold(table: pd.DataFrame, fold: int, folds: int, seed: int, group: str) -> Split:
    """Hold one of `folds` new folds out, stratified by class, whole groups at a time; as `split_by_lesion`."""
    return _hold_out(table, _new_folds(table, folds, seed, group), fold)


def _hold_out(table: pd.DataFrame, fold: pd.Series, number: int) -> Split:
    if number not in set(fold):
        raise DataError(f"there is no fold {number}; the folds are {sorted(set(fold))}")
    held_out = fold == number
    return Split(table[~held_out].reset_index(drop=True), table[held_out].reset_index(drop=True))


def _folds_of_file(table: pd.DataFrame, path: Path) -> pd.Series:
    fold = table["image"].map(pd.read_csv(path).set_index("image")["fold"])
    if fold.isna().any():
        raise DataError(f"{path} has no fold for {fold.isna().sum()} photos, such as {table['image'][fold.isna()].iloc[0]}")
    return fold.astype(int)


def _new_folds(table: pd.DataFrame, folds: int, seed: int, group: str) -> pd.Series:
    fold = pd.Series(0, index=table.index)
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    try:
        for number, (_, held_out) in enumerate(splitter.split(table, table["label"], table[group])):
            fold.iloc[held_out] = number
    except ValueError as error:
        raise DataError(f"{len(table)} photos cannot be split into {folds} folds: {error}") from error
    return fold
