"""How strongly a diagnosis goes with what is known about a patient: chi-squared, Cramer's V, Theil's U.

What is strongly associated is a shortcut that a network could take, or knowledge that it could be given. A missing value is a
value of its own: that something was not recorded often says most.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import chi2

from training.classes import CODES

MISSING = "missing"
_YEARS_PER_GROUP = 10
# What is compared with the class, where a table has it; ages in groups of ten years.
_COLUMNS = ("part", "sex", "anatom_site_general", "site", "age_approx", "age", "fitzpatrick")
_AGES = ("age_approx", "age")


class Association(NamedTuple):
    """Of the class with one column."""

    column: str
    chi_squared: float
    degrees_of_freedom: int
    p_value: float
    cramers_v: float
    """0 = independent, 1 = one tells the other; symmetric."""
    theils_u: float
    """Share of the entropy of the class that is gone once the column is known: 0-1."""
    theils_u_reverse: float
    """Share of the entropy of the column that is gone once the class is known: 0-1."""
    missing: float
    """Share of the photos without a value."""


def associations(table: pd.DataFrame) -> list[Association]:
    """Association of the class with every column that is known here and varies, the strongest first by Theil's U."""
    classes = np.array(CODES)[table["label"]]
    found = []
    for column in (name for name in _COLUMNS if name in table):
        counts = pd.crosstab(classes, _categories(table[column])).to_numpy()
        if counts.shape[1] < 2:
            continue
        statistic, freedom, p_value = chi_squared(counts)
        found.append(
            Association(
                column,
                statistic,
                freedom,
                p_value,
                cramers_v(counts),
                theils_u(counts),
                theils_u(counts.T),
                float(table[column].isna().mean()),
            )
        )
    return sorted(found, key=lambda association: -association.theils_u)


def chi_squared(counts: np.ndarray) -> tuple[float, int, float]:
    """Pearson's test of independence, without a continuity correction: statistic, degrees of freedom, p-value.

    Args:
        counts: contingency table (R, K) without an empty row or column.

    Raises:
        ValueError: a row or a column is empty, or there is only one.
    """
    counts = _checked(counts)
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / counts.sum()
    statistic = float(((counts - expected) ** 2 / expected).sum())
    freedom = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    return statistic, freedom, float(chi2.sf(statistic, freedom))


def cramers_v(counts: np.ndarray) -> float:
    """sqrt(chi-squared / (n * (min(R, K) - 1))), 0-1 (Cramer 1946), without bias correction; arguments as `chi_squared`."""
    statistic, _, _ = chi_squared(counts)
    return float(np.sqrt(statistic / (counts.sum() * (min(counts.shape) - 1))))


def theils_u(counts: np.ndarray) -> float:
    """Uncertainty coefficient of the rows given the columns, I(rows; columns) / H(rows), 0-1 (Theil 1970); as `chi_squared`."""
    joint = _checked(counts) / counts.sum()
    rows, columns = joint.sum(axis=1), joint.sum(axis=0)
    information = _entropy(rows) + _entropy(columns) - _entropy(joint)
    return float(np.clip(information / _entropy(rows), 0, 1))


def _entropy(shares: np.ndarray) -> float:
    """In nats; 0 log 0 = 0."""
    positive = shares[shares > 0]
    return float(-(positive * np.log(positive)).sum())


def _checked(counts: np.ndarray) -> np.ndarray:
    counts = np.asarray(counts, np.float64)
    if counts.ndim != 2 or min(counts.shape) < 2 or not (counts.sum(axis=0).all() and counts.sum(axis=1).all()):
        raise ValueError(f"expected a table of at least 2 x 2 counts without an empty row or column, got shape {counts.shape}")
    return counts


def _categories(column: pd.Series) -> pd.Series:
    if column.name in _AGES:
        column = (column // _YEARS_PER_GROUP * _YEARS_PER_GROUP).astype("Int64")
    return column.astype(object).where(column.notna(), MISSING).astype(str)
