"""How certain the answer is: a score of 0 to 100 from four parts, and a level with a stated accuracy.

Parts, each 0-1, for calibrated probabilities p with p_1 >= p_2 >= ...:

    base_confidence       p_1
    calibration           accuracy on validation photos whose p_1 was about this one (isotonic regression)
    decision_clarity      p_1 - p_2
    prediction_stability  share of the MC-Dropout samples that agree with the prediction; without samples: decision_clarity,
                          which is no measurement of it: whoever shows the parts must say so or leave it out

The score is 100 times their weighted mean. Weights and the levels' thresholds are fitted on validation photos.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

# scipy.optimize is loaded when something is fitted: the app, which fits nothing, starts sooner.
import scipy

LEVELS = ("HIGH", "MEDIUM", "LOW")
# Share of right answers that validation photos of a level reach at its lowest score; what reaches neither is LOW.
HIGH_ACCURACY = 0.90
MEDIUM_ACCURACY = 0.70
# Share of the MC-Dropout samples that agree with the prediction, below which an answer is not called highly certain.
STEADY_FROM = 0.75
_CURVE_POINTS = 21
# How strongly the parts' weights are drawn to each other. Five-fold on 1,228 validation photos, AUROC of correctness: .8316 at
# 0, where two parts got no weight at all, .8323 here.
_ALIKE = 1.0


class CertaintyParts(NamedTuple):
    """The four parts, each 0-1, higher = more certain."""

    base_confidence: float
    calibration: float
    decision_clarity: float
    prediction_stability: float


@dataclass(frozen=True)
class CertaintyModel:
    """Fitted weights and curves.

    Raises:
        ValueError: weights below 0 or not summing to 1, curves of unequal length, or thresholds out of order.
    """

    weights: tuple[float, float, float, float]
    reliability_confidence: tuple[float, ...]
    """Confidence at the points of the reliability curve, rising."""
    reliability_accuracy: tuple[float, ...]
    """Accuracy on validation photos there."""
    high_from: float
    """Lowest score, 0-100, of the level HIGH."""
    medium_from: float
    """Lowest score, 0-100, of the level MEDIUM."""

    def __post_init__(self) -> None:
        # Written so that NaN fails it too.
        if len(self.weights) != 4 or not (min(self.weights) >= 0 and abs(sum(self.weights) - 1) <= 1e-6):
            raise ValueError(f"expected four weights of at least 0 that sum to 1, got {self.weights}")
        if len(self.reliability_confidence) != len(self.reliability_accuracy) or len(self.reliability_confidence) < 2:
            raise ValueError("the reliability curve needs as many accuracies as confidences, and at least 2")
        curve = np.array((self.reliability_confidence, self.reliability_accuracy))
        if not ((curve >= 0) & (curve <= 1)).all() or not (np.diff(curve[0]) > 0).all():
            raise ValueError(f"the reliability curve must be 0-1 with rising confidences, got {curve.tolist()}")
        if not 0 <= self.medium_from <= self.high_from <= 100:
            raise ValueError(f"expected 0 <= medium_from <= high_from <= 100, got {self.medium_from}, {self.high_from}")

    def parts(self, probs: np.ndarray, agreement: float | None) -> CertaintyParts:
        """The four parts for calibrated probs (C,) and the samples' agreement 0-1 (None: not sampled)."""
        second, first = np.sort(probs)[-2:]
        clarity = float(first - second)
        accuracy = float(np.interp(first, self.reliability_confidence, self.reliability_accuracy))
        return CertaintyParts(float(first), accuracy, clarity, clarity if agreement is None else agreement)

    def score(self, parts: CertaintyParts) -> float:
        """0-100, higher = more certain."""
        return 100 * float(np.dot(self.weights, parts))

    def level(self, score: float, agreement: float | None) -> str:
        """HIGH, MEDIUM or LOW for a score and the samples' agreement 0-1 (None: not sampled)."""
        # The agreement weighs little in the score: a score alone would call an answer that keeps changing certain.
        if score >= self.high_from and (agreement is None or agreement >= STEADY_FROM):
            return "HIGH"
        return "MEDIUM" if score >= self.medium_from else "LOW"


def fit_certainty(probs: np.ndarray, labels: np.ndarray, agreement: np.ndarray) -> CertaintyModel:
    """Fit on validation photos.

    Args:
        probs: (N, C), calibrated.
        labels: int (N,).
        agreement: (N,), of the MC-Dropout samples with the prediction, 0-1.
    """
    correct = probs.argmax(axis=1) == labels
    confidence, accuracy = _reliability_curve(probs.max(axis=1), correct)
    draft = CertaintyModel((0.25, 0.25, 0.25, 0.25), confidence, accuracy, 100.0, 0.0)
    parts = np.array([draft.parts(row, float(share)) for row, share in zip(probs, agreement, strict=True)])
    weights = _fit_weights(parts, correct)
    draft = CertaintyModel(weights, confidence, accuracy, 100.0, 0.0)
    # By the model's own formula: a last digit that differs would put the photo at a threshold below it.
    scores = np.array([draft.score(CertaintyParts(*row)) for row in parts])
    high = _lowest_score(scores, correct, HIGH_ACCURACY)
    medium = _lowest_score(scores, correct, MEDIUM_ACCURACY)
    return CertaintyModel(weights, confidence, accuracy, high, min(medium, high))


def _reliability_curve(confidence: np.ndarray, correct: np.ndarray) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Isotonic regression of correctness on confidence (Zadrozny & Elkan 2002), read off at even confidences."""
    order = np.argsort(confidence, kind="stable")
    fitted = scipy.optimize.isotonic_regression(correct[order].astype(float)).x
    points = np.linspace(float(confidence.min()), 1.0, _CURVE_POINTS)
    return tuple(points.tolist()), tuple(np.interp(points, confidence[order], fitted).tolist())


def _fit_weights(parts: np.ndarray, correct: np.ndarray) -> tuple[float, float, float, float]:
    """Logistic regression of correctness on the parts with coefficients of at least 0, normalised to sum 1.

    The coefficients are drawn to each other (ridge): the parts say nearly the same, and else it is chance which of them gets
    all of the weight.
    """
    sign = np.where(correct, 1.0, -1.0)

    def loss(parameters: np.ndarray) -> float:
        margin = sign * (parts @ parameters[1:] + parameters[0])
        apart = parameters[1:] - parameters[1:].mean()
        return float(np.logaddexp(0, -margin).sum() + _ALIKE * apart @ apart + 0.01 * parameters[1:] @ parameters[1:])

    result = scipy.optimize.minimize(
        loss, np.array([0.0, 1, 1, 1, 1]), method="L-BFGS-B", bounds=[(None, None)] + [(0, None)] * 4
    )
    total = result.x[1:].sum()
    if not result.success or total <= 0:
        raise ValueError("the certainty weights could not be fitted: no part ranks right answers above wrong ones")
    first, second, third, fourth = (result.x[1:] / total).tolist()
    return first, second, third, fourth


def _lowest_score(scores: np.ndarray, correct: np.ndarray, accuracy: float) -> float:
    """The lowest score at which photos are right at least this often; 100 when that is so at none.

    At it, not from it on: a mean over all better photos would lend their accuracy to answers that are right half of the time.
    Isotonic regression pools neighbours until the share of right answers rises with the score.
    """
    # Photos of equal score share a level.
    values, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    share_right = np.bincount(place, weights=correct) / count
    reached = np.nonzero(scipy.optimize.isotonic_regression(share_right, weights=count).x >= accuracy)[0]
    return float(values[reached[0]]) if len(reached) else 100.0
