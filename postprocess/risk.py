"""Risk in three words, by thresholds on the calibrated cancer probability that are fitted for stated rates.

A missed cancer costs far more than a false alarm, so the lower threshold is fitted first and against an upper confidence
bound; the upper one then keeps as many benign photos out of HIGH as it can.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

LOW, MEDIUM, HIGH = "LOW", "MEDIUM", "HIGH"
# Share of the cancers, and of the melanomas, that may lie in LOW.
MAX_MISSED = 0.02
# Share of the cancers that must lie in HIGH.
MIN_HIGH_RECALL = 0.80
CONFIDENCE = 0.95


@dataclass(frozen=True)
class RiskThresholds:
    """LOW below `low_below`, HIGH from `high_from` on, MEDIUM between; cancer probabilities, 0-1.

    Raises:
        ValueError: unless 0 < low_below <= high_from < 1.
    """

    low_below: float
    high_from: float

    def __post_init__(self) -> None:
        if not 0 < self.low_below <= self.high_from < 1:
            raise ValueError(f"expected 0 < low_below <= high_from < 1, got {self.low_below} and {self.high_from}")

    def level(self, cancer_probability: float) -> str:
        """LOW, MEDIUM or HIGH; never lower for a higher probability."""
        if cancer_probability >= self.high_from:
            return HIGH
        return LOW if cancer_probability < self.low_below else MEDIUM


def fit_risk_thresholds(
    cancer_probability: np.ndarray, is_cancer: np.ndarray, is_melanoma: np.ndarray, like_served: np.ndarray
) -> RiskThresholds:
    """Choose the thresholds on validation photos.

    `low_below` is the largest threshold for which the upper end of the one-sided 95 % Clopper-Pearson interval of the
    share missed is at most MAX_MISSED, for all cancers and for melanomas. With too few photos of a group to show that
    even when none is missed, none of that group may be missed. Among the photos like those that are served, which are too
    few for such a bound and may be harder than the others, the share itself is at most MAX_MISSED, of both again.
    `high_from` is the largest threshold that leaves at least MIN_HIGH_RECALL of the cancers in HIGH.

    Args:
        cancer_probability: (N,), calibrated, 0-1.
        is_cancer: bool (N,).
        is_melanoma: bool (N,).
        like_served: bool (N,).

    Raises:
        ValueError: no cancers or no melanomas to fit on.
    """
    served = np.asarray(like_served, bool)
    groups = [np.sort(cancer_probability[np.asarray(group, bool)]) for group in (is_cancer, is_melanoma)]
    groups_like_served = [np.sort(cancer_probability[np.asarray(group, bool) & served]) for group in (is_cancer, is_melanoma)]
    if not all(len(group) for group in groups):
        raise ValueError("risk thresholds need validation photos of cancers and of melanomas, got none of one of them")
    limits = [group[_most_missed(len(group))] for group in groups]
    limits += [group[int(MAX_MISSED * len(group))] for group in groups_like_served if len(group)]
    low_below = min(limits)
    cancers = groups[0]
    # Share of the cancers in HIGH from each of them on: 8 / 10 is the number 0.8, while (1 - 0.8) * 10 falls short of 2.
    recall = np.arange(len(cancers), 0, -1) / len(cancers)
    high_from = cancers[recall >= MIN_HIGH_RECALL][-1]
    return RiskThresholds(float(low_below), float(max(high_from, low_below)))


def _most_missed(count: int) -> int:
    """How many of `count` may be missed so that the upper bound of their share is still at most MAX_MISSED."""
    missed = 0
    while missed + 1 < count and _upper_bound(missed + 1, count) <= MAX_MISSED:
        missed += 1
    return missed


def _upper_bound(missed: int, count: int) -> float:
    """One-sided, exact (Clopper & Pearson 1934), as a quantile of the beta distribution: missed < count."""
    return float(betaincinv(missed + 1, count - missed, CONFIDENCE))
