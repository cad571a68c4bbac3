"""Conformal prediction sets: the classes that cannot be ruled out at a chosen coverage.

Split conformal prediction, class-conditional (Mondrian; Vovk 2012, Sadinle et al. 2019): score of a class = 1 - its
probability; its threshold is the ceil((n + 1) * coverage)-th smallest score among the n validation photos of the class. Of
photos of each class that are drawn as the validation photos were, the set then holds that class with at least that
probability, on average over the choice of validation photos. Other photos are another matter: the share that was measured on
test photos stands in model.json (test_metrics.conformal) and in the model card, and is below the chosen one for some classes.
"""

import math

import numpy as np


def fit_conformal(probs: np.ndarray, labels: np.ndarray, coverage: float) -> tuple[float, ...]:
    """Score thresholds, one a class, 0-1; a class with too few photos for the promise gets 1: it is never ruled out.

    Args:
        probs: (N, C), calibrated, of validation photos.
        labels: int (N,).
        coverage: promised share of photos whose true class is in the set, above 0 and below 1.
    """
    if not 0 < coverage < 1:
        raise ValueError(f"the coverage must be above 0 and below 1, got {coverage}")
    return tuple(_threshold(np.sort(1 - probs[labels == label, label]), coverage) for label in range(probs.shape[1]))


def prediction_set(probs: np.ndarray, thresholds: tuple[float, ...]) -> tuple[int, ...]:
    """Classes of the set for probs (C,), the likeliest first.

    The likeliest class is in, whatever its threshold: it is named as the diagnosis, and cannot be ruled out in the same breath.
    One class more keeps the promise all the more.
    """
    likeliest, *others = (int(label) for label in np.argsort(-probs, kind="stable"))
    return (likeliest, *(label for label in others if 1 - probs[label] <= thresholds[label]))


def _threshold(scores: np.ndarray, coverage: float) -> float:
    rank = math.ceil((len(scores) + 1) * coverage)
    return float(scores[rank - 1]) if rank <= len(scores) else 1.0
