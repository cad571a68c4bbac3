"""What is reported about a model: the numbers of a test, with intervals that take the lesion as the unit.

Photos of one lesion are not independent, so the bootstrap draws lesions, with all of their photos (cluster bootstrap; Field &
Welsh 2007). Where nobody says which photos show one lesion, as of ISIC 2019's test photos, each photo is its own, and the
intervals are somewhat too narrow if lesions repeat. Intervals are the 2.5th and 97.5th percentile.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from sklearn.metrics import f1_score, recall_score, roc_auc_score

from postprocess.calibration import brier_score, expected_calibration_error
from postprocess.risk import HIGH, LOW, MEDIUM
from training.classes import CODES, IS_CANCER, MELANOMA

DEFAULT_RESAMPLES = 1000
INTERVAL = (2.5, 97.5)
# The operating points that are compared: the recall of the system that this project goes beyond, and its round number.
RECALLS = (0.9615, 0.96)
LEVELS = (LOW, MEDIUM, HIGH)
# Of cancers and of other photos: with fewer, some resamples would have none.
_FEWEST = 10
THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(4, 13))


class Predictions(NamedTuple):
    """Predictions of N photos."""

    probs: np.ndarray  # (N, C), calibrated
    labels: np.ndarray  # int (N,)
    lesions: np.ndarray  # (N,): which lesion each photo shows

    @property
    def is_cancer(self) -> np.ndarray:
        """Which photos show cancer, bool (N,)."""
        return np.array(IS_CANCER)[self.labels]

    @property
    def cancer(self) -> np.ndarray:
        """Cancer probability, (N,)."""
        return self.probs[:, np.array(IS_CANCER)].sum(axis=1)

    def take(self, rows: np.ndarray) -> "Predictions":
        """Some of the photos."""
        return Predictions(self.probs[rows], self.labels[rows], self.lesions[rows])


Metric = Callable[[Predictions], float]


def test_metrics() -> dict[str, Metric]:
    """Name -> function of every number that is reported."""
    metrics: dict[str, Metric] = {
        "accuracy": lambda p: float((p.probs.argmax(1) == p.labels).mean()),
        "balanced_accuracy": lambda p: _macro(recall_score, p),
        "macro_f1": lambda p: _macro(f1_score, p),
        "cancer_auroc": lambda p: float(roc_auc_score(p.is_cancer, p.cancer)),
    }
    for recall in RECALLS:
        metrics[f"specificity_at_recall_{recall}"] = partial(_specificity_at_recall, recall=recall)
        metrics[f"melanoma_recall_at_recall_{recall}"] = partial(_melanoma_recall_at_recall, recall=recall)
    for label, code in enumerate(CODES):
        metrics[f"recall_{code}"] = partial(_recall, label=label)
        metrics[f"precision_{code}"] = partial(_class_precision, label=label)
        metrics[f"auroc_{code}"] = partial(_class_auroc, label=label)
    for threshold in THRESHOLDS:
        metrics[f"cancer_recall_at_{threshold}"] = partial(_cancer_recall, threshold=threshold)
        metrics[f"specificity_at_{threshold}"] = partial(_specificity, threshold=threshold)
        metrics[f"cancer_precision_at_{threshold}"] = partial(_precision, threshold=threshold)
        metrics[f"cancer_f1_at_{threshold}"] = partial(_cancer_f1, threshold=threshold)
        metrics[f"melanoma_recall_at_{threshold}"] = partial(_melanoma_recall, threshold=threshold)
    return metrics


def specificity_at_recall(predictions: Predictions, recall: float) -> tuple[float, float]:
    """Specificity, and melanoma recall, at the highest threshold at which at least `recall` of the cancers are found."""
    cancer = predictions.cancer
    of_cancers = np.sort(cancer[predictions.is_cancer])
    missed = int(np.floor((1 - recall) * len(of_cancers)))
    found = cancer >= of_cancers[missed]
    return float((~found[~predictions.is_cancer]).mean()), float(found[predictions.labels == MELANOMA].mean())


def with_intervals(
    predictions: Predictions,
    resamples: int = DEFAULT_RESAMPLES,
    seed: int = 0,
    metrics: dict[str, Metric] | None = None,
) -> dict[str, dict[str, float]]:
    """Value and 95 % interval of each metric (None: of all `test_metrics`): {name: {value, low, high}}.

    A resample in which a metric has no meaning (no photo of a class) is left out of that metric's interval.
    """
    generator = np.random.default_rng(seed)
    draws = [predictions.take(resample_lesions(predictions.lesions, generator)) for _ in range(resamples)]
    report = {}
    for name, metric in (metrics or test_metrics()).items():
        values = [metric(draw) for draw in draws]
        low, high = np.nanpercentile(values, INTERVAL)
        report[name] = {"value": metric(predictions), "low": float(low), "high": float(high)}
    return report


def can_be_measured(predictions: Predictions) -> bool:
    """Whether there are enough cancers and enough other photos for every metric to have a meaning in every resample."""
    cancers = int(predictions.is_cancer.sum())
    return min(cancers, len(predictions.labels) - cancers) >= _FEWEST


def risk_table(risk_levels: np.ndarray, predictions: Predictions) -> dict[str, dict[str, int]]:
    """How many photos, cancers and melanomas lie in each risk level: {level: {photos, cancers, melanomas}}."""
    groups = {
        "photos": np.full(len(risk_levels), True),
        "cancers": predictions.is_cancer,
        "melanomas": predictions.labels == MELANOMA,
    }
    return {level: {name: int((group & (risk_levels == level)).sum()) for name, group in groups.items()} for level in LEVELS}


def calibration_errors(predictions: Predictions) -> dict[str, float]:
    """Expected calibration error of the cancer probability and of the likeliest class, and the Brier score.

    Without intervals: drawing photos twice makes a calibration error larger, so that a bootstrap interval would miss it.
    """
    right = predictions.probs.argmax(1) == predictions.labels
    return {
        "cancer_calibration_error": expected_calibration_error(predictions.cancer, predictions.is_cancer),
        "calibration_error": expected_calibration_error(predictions.probs.max(1), right),
        "brier_score": brier_score(predictions.probs, predictions.labels),
    }


def resample_lesions(lesions: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Rows of a bootstrap sample: as many lesions as there are, drawn with replacement, with all of their photos."""
    order = np.argsort(lesions, kind="stable")
    starts = np.flatnonzero(np.r_[True, lesions[order][1:] != lesions[order][:-1]])
    groups = np.split(order, starts[1:])
    drawn = generator.integers(0, len(groups), len(groups))
    return np.concatenate([groups[group] for group in drawn])


def _macro(score: Callable[..., float], predictions: Predictions) -> float:
    present = np.unique(predictions.labels)
    return float(score(predictions.labels, predictions.probs.argmax(1), labels=present, average="macro", zero_division=0))


def _recall(predictions: Predictions, label: int) -> float:
    rows = predictions.labels == label
    return float((predictions.probs[rows].argmax(1) == label).mean()) if rows.any() else float("nan")


def _class_precision(predictions: Predictions, label: int) -> float:
    rows = predictions.probs.argmax(1) == label
    return float((predictions.labels[rows] == label).mean()) if rows.any() else float("nan")


def _class_auroc(predictions: Predictions, label: int) -> float:
    rows = predictions.labels == label
    return float(roc_auc_score(rows, predictions.probs[:, label])) if rows.any() and not rows.all() else float("nan")


def _specificity_at_recall(predictions: Predictions, recall: float) -> float:
    return specificity_at_recall(predictions, recall)[0]


def _melanoma_recall_at_recall(predictions: Predictions, recall: float) -> float:
    return specificity_at_recall(predictions, recall)[1]


def _cancer_recall(predictions: Predictions, threshold: float) -> float:
    return float((predictions.cancer[predictions.is_cancer] >= threshold).mean())


def _specificity(predictions: Predictions, threshold: float) -> float:
    return float((predictions.cancer[~predictions.is_cancer] < threshold).mean())


def _precision(predictions: Predictions, threshold: float) -> float:
    found = predictions.cancer >= threshold
    return float(predictions.is_cancer[found].mean()) if found.any() else float("nan")


def _cancer_f1(predictions: Predictions, threshold: float) -> float:
    return float(f1_score(predictions.is_cancer, predictions.cancer >= threshold, zero_division=0))


def _melanoma_recall(predictions: Predictions, threshold: float) -> float:
    rows = predictions.labels == MELANOMA
    return float((predictions.cancer[rows] >= threshold).mean()) if rows.any() else float("nan")
