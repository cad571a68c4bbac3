"""From logits to probabilities that mean what they say, and the measures of how well they do.

Bias-corrected temperature scaling (Alexandari et al. 2020, section 3): probs = softmax(logits / T + b). The temperature T
undoes over- or underconfidence (Guo et al. 2017); the bias b, one number for all cancer classes and 0 for the others, undoes
the oversampling of cancer in training and the loss's leaning towards it. Both are fitted on validation photos. A bias for each
class was tried: rare classes have a dozen validation photos, and on photos that were left out it was calibrated
worse (cancer-probability error .025 against .021) and found the rare classes less often.
"""

from dataclasses import dataclass

import numpy as np

# scipy.optimize is loaded when something is fitted: the app, which fits nothing, starts sooner.
import scipy
from scipy.special import log_softmax

DEFAULT_BINS = 15
# Normal priors on log T and on the bias keep both finite where a few photos are perfectly told apart; against hundreds of
# photos they weigh nothing.
_PRIOR_DEVIATIONS = np.array([10.0, 1.0])
_SUM_TOLERANCE = 1e-4


@dataclass(frozen=True)
class Calibration:
    """Fitted calibration of C classes.

    Raises:
        ValueError: the temperature is not above 0, or a bias is not finite.
    """

    temperature: float
    class_bias: tuple[float, ...]

    def __post_init__(self) -> None:
        if not (np.isfinite(self.temperature) and self.temperature > 0):
            raise ValueError(f"the temperature must be finite and above 0, got {self.temperature}; calibrate the model again")
        if not np.isfinite(self.class_bias).all():
            raise ValueError(f"the class biases must be finite, got {self.class_bias}; calibrate the model again")

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        """logits (..., C) -> float64 (..., C), each row sums to 1.

        Raises:
            ValueError: a logit is not finite, or there are not C of them.
        """
        logits = np.asarray(logits, np.float64)
        if logits.shape[-1:] != (len(self.class_bias),):
            raise ValueError(f"expected logits of {len(self.class_bias)} classes on the last axis, got shape {logits.shape}")
        if not np.isfinite(logits).all():
            raise ValueError("the network's logits are not finite; its weights are damaged, export the model again")
        return np.exp(log_softmax(logits / self.temperature + np.array(self.class_bias), axis=-1))


def fit_calibration(logits: np.ndarray, labels: np.ndarray, is_cancer: np.ndarray) -> Calibration:
    """Fit the temperature, and one bias that all cancer classes share, by maximum likelihood (with a weak prior).

    Args:
        logits: (N, C), of validation photos.
        labels: int (N,), true class of each.
        is_cancer: bool (C,).

    Raises:
        ValueError: shapes do not fit, or the fit does not converge.
    """
    logits, is_cancer = np.asarray(logits, np.float64), np.asarray(is_cancer, bool)
    if logits.ndim != 2 or labels.shape != logits.shape[:1] or len(labels) == 0 or is_cancer.shape != logits.shape[1:]:
        raise ValueError(
            f"expected logits (N, C) and N labels with N > 0, and C flags, "
            f"got {logits.shape}, {labels.shape} and {is_cancer.shape}"
        )
    count, classes = logits.shape
    _check_labels(labels, classes)
    rows = np.arange(count)

    def loss(parameters: np.ndarray) -> float:
        # T = exp(.) stays above 0 by construction.
        scaled = logits * np.exp(-parameters[0]) + parameters[1] * is_cancer
        likelihood = log_softmax(scaled, axis=1)[rows, labels].sum()
        return -likelihood + 0.5 * float(((parameters / _PRIOR_DEVIATIONS) ** 2).sum())

    result = scipy.optimize.minimize(loss, np.zeros(2), method="L-BFGS-B", bounds=[(-4, 4), (-8, 8)])
    if not result.success:
        raise ValueError(f"the calibration could not be fitted on {count} photos: {result.message}")
    return Calibration(float(np.exp(result.x[0])), tuple((result.x[1] * is_cancer).tolist()))


def cancer_probability(probs: np.ndarray, is_cancer: np.ndarray) -> np.ndarray:
    """Sum of the cancer classes' probabilities: (..., C) and bool (C,) -> (...)."""
    # Not above 1: rounding could bring the sum there.
    return np.minimum(np.asarray(probs)[..., np.asarray(is_cancer, bool)].sum(axis=-1), 1.0)


def expected_calibration_error(confidence: np.ndarray, correct: np.ndarray, bins: int = DEFAULT_BINS) -> float:
    """Mean |confidence - accuracy| over bins of equal mass, weighted by their size (L1 norm; Nguyen & O'Connor 2015).

    Equal-mass bins: sorted by confidence and cut into `bins` groups of as equal a size as there can be. For a
    probability of cancer, `correct` is whether it was cancer.

    Args:
        confidence: (N,), 0-1.
        correct: bool (N,).
    """
    _check_confidence(confidence, correct, bins)
    groups = equal_mass_bins(confidence, bins)
    gaps = [abs(confidence[group].mean() - correct[group].mean()) * len(group) for group in groups]
    return float(sum(gaps) / len(confidence))


def equal_mass_bins(confidence: np.ndarray, bins: int = DEFAULT_BINS) -> list[np.ndarray]:
    """Rows of `confidence` (N,), sorted and cut into `bins` groups of as equal a size as there can be."""
    return np.array_split(np.argsort(confidence, kind="stable"), min(bins, len(confidence)))


def brier_score(probs: np.ndarray, labels: np.ndarray) -> float:
    """Mean squared distance between probabilities (N, C) and the truth, summed over classes: 0-2 (Brier 1950)."""
    _check_labels(labels, probs.shape[1])
    one_hot = np.eye(probs.shape[1])[labels]
    return float(((probs - one_hot) ** 2).sum(axis=1).mean())


def _check_labels(labels: np.ndarray, classes: int) -> None:
    if not np.issubdtype(labels.dtype, np.integer) or labels.min() < 0 or labels.max() >= classes:
        raise ValueError(f"expected integer labels 0 to {classes - 1}, got {labels.dtype} {labels.min()} to {labels.max()}")


def _check_confidence(confidence: np.ndarray, correct: np.ndarray, bins: int) -> None:
    if bins < 1 or confidence.ndim != 1 or confidence.shape != correct.shape or len(confidence) == 0:
        raise ValueError(f"expected N > 0 confidences and as many outcomes, got {confidence.shape} and {correct.shape}")
    if not (confidence.min() >= 0 and confidence.max() <= 1 + _SUM_TOLERANCE):
        raise ValueError(f"confidence must be 0-1, got {confidence.min()} to {confidence.max()}")
