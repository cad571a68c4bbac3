"""Calibrated probabilities of photos that their calibration was not fitted on: what an honest report is made from.

The validation photos are dealt into folds by lesion; each fold is calibrated by a fit on the others (cross-fitting).
"""

from collections.abc import Iterator

import numpy as np
from sklearn.model_selection import GroupKFold

from postprocess.calibration import fit_calibration
from postprocess.conformal import fit_conformal
from training.classes import IS_CANCER

FOLDS = 5


def cross_fitted_probabilities(logits: np.ndarray, labels: np.ndarray, lesions: np.ndarray) -> np.ndarray:
    """Calibrate logits (N, C) of photos with labels and lesions (N,): float64 (N, C)."""
    probs = np.empty(logits.shape, np.float64)
    for others, fold in _folds(lesions):
        calibration = fit_calibration(logits[others], labels[others], np.array(IS_CANCER))
        probs[fold] = calibration.probabilities(logits[fold])
    return probs


def cross_fitted_coverage(
    probs: np.ndarray, labels: np.ndarray, lesions: np.ndarray, coverage: float
) -> tuple[np.ndarray, np.ndarray]:
    """Whether each photo's set, by thresholds fitted on the other folds, holds its class; and the size of that set.

    Args:
        probs: (N, C), calibrated.
        labels, lesions: (N,).
        coverage: promised, 0-1.

    Returns:
        bool (N,) and int (N,).
    """
    covered, sizes = np.empty(len(labels), bool), np.empty(len(labels), int)
    for others, fold in _folds(lesions):
        limits = fit_conformal(probs[others], labels[others], coverage)
        inside = 1 - probs[fold] <= np.array(limits)
        inside[np.arange(len(fold)), probs[fold].argmax(axis=1)] = True
        covered[fold] = inside[np.arange(len(fold)), labels[fold]]
        sizes[fold] = inside.sum(axis=1)
    return covered, sizes


def _folds(lesions: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    yield from GroupKFold(min(FOLDS, len(np.unique(lesions)))).split(lesions, groups=lesions)
