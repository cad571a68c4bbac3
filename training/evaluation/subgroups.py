"""Who is it as good for? Recall and specificity by group, with intervals, and no claim where a group is too small."""

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest

CONFIDENCE = 0.95
# Fewer cancers, or benign photos, than this give an interval too wide to say anything.
MIN_PHOTOS = 30
AGE_BANDS = (0, 30, 45, 60, 75, 200)
AGE_NAMES = ("under 30", "30 to 44", "45 to 59", "60 to 74", "75 and over")


def age_bands(ages: pd.Series) -> pd.Series:
    """Name of each age's band; missing where the age is."""
    return pd.cut(ages, AGE_BANDS, right=False, labels=list(AGE_NAMES)).astype(object)


def subgroup_report(referred: np.ndarray, is_cancer: np.ndarray, groups: dict[str, pd.Series]) -> dict[str, dict[str, Any]]:
    """Recall of cancer and specificity in each group.

    The interval is that of Clopper & Pearson, which takes photos as independent; where lesions have several photos, give one of
    each lesion.

    Args:
        referred: bool (N,), what the app advises to show to a doctor soon.
        is_cancer: bool (N,), the truth.
        groups: what is grouped by -> group of each photo (N,); missing values are left out.

    Returns:
        {what: {group: {"recall": rate, "specificity": rate}}}, a rate being {"photos", "value", "low", "high"}, with null
        for the last three where there are fewer than MIN_PHOTOS.
    """
    report: dict[str, dict[str, Any]] = {}
    for what, values in groups.items():
        members = {name: (values == name).to_numpy() for name in sorted(values.dropna().unique(), key=str)}
        report[what] = {
            str(name): {
                "recall": _rate(referred[rows & is_cancer]),
                "specificity": _rate(~referred[rows & ~is_cancer]),
            }
            for name, rows in members.items()
        }
    return report


def _rate(right: np.ndarray) -> dict[str, float | int | None]:
    if len(right) < MIN_PHOTOS:
        return {"photos": len(right), "value": None, "low": None, "high": None}
    interval = binomtest(int(right.sum()), len(right)).proportion_ci(CONFIDENCE, "exact")
    return {"photos": len(right), "value": float(right.mean()), "low": float(interval.low), "high": float(interval.high)}
