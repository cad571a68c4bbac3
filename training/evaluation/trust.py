"""Do certainty, prediction sets and uncertainty mean what they say? Measured on photos whose diagnosis is known."""

from collections.abc import Callable

import numpy as np
from sklearn.metrics import roc_auc_score

from postprocess.certainty import LEVELS
from postprocess.conformal import prediction_set
from training.classes import CODES


def certainty_report(correct: np.ndarray, scores: np.ndarray, levels: np.ndarray, largest: np.ndarray) -> dict[str, object]:
    """How well the certainty score ranks right above wrong answers, and how often each of its levels is right.

    Args:
        correct: bool (N,), whether the likeliest class is the true one.
        scores: (N,), certainty, 0-100.
        levels: (N,), HIGH, MEDIUM or LOW.
        largest: (N,), the largest class probability, which the score is compared with.

    Returns:
        AUROC of correctness of the score and of the largest probability; {level: {photos, accuracy}}; None where there
        is no photo.
    """
    return {
        "auroc_of_correctness": _auroc(correct, scores),
        "auroc_of_correctness_max_probability": _auroc(correct, largest),
        "levels": {
            level: {"photos": int((levels == level).sum()), "accuracy": _mean(correct[levels == level])} for level in LEVELS
        },
    }


def conformal_report(
    probs: np.ndarray, labels: np.ndarray, thresholds: dict[int, tuple[float, ...]]
) -> dict[str, dict[str, object]]:
    """What was promised and what was kept: {promised coverage in percent: {coverage, mean_size, classes: {code: coverage}}}.

    Args:
        probs: (N, C), calibrated.
        labels: int (N,).
        thresholds: promised coverage in percent -> score threshold of each class.
    """
    report: dict[str, dict[str, object]] = {}
    for percent, limits in thresholds.items():
        sets = [prediction_set(row, limits) for row in probs]
        covered = np.array([label in chosen for chosen, label in zip(sets, labels, strict=True)])
        report[str(percent)] = {
            "coverage": float(covered.mean()),
            "mean_size": float(np.mean([len(chosen) for chosen in sets])),
            "classes": by_class(covered, labels, np.mean),
        }
    return report


def by_class(values: np.ndarray, labels: np.ndarray, summary: Callable[[np.ndarray], float]) -> dict[str, float | None]:
    """Summary (mean, median) of values (N,) by true class; None where a class has no photo."""
    return {
        code: float(summary(values[labels == label])) if (labels == label).any() else None for label, code in enumerate(CODES)
    }


def _auroc(truth: np.ndarray, scores: np.ndarray) -> float:
    return float(roc_auc_score(truth, scores)) if truth.any() and not truth.all() else float("nan")


def _mean(values: np.ndarray) -> float | None:
    return float(values.mean()) if len(values) else None
