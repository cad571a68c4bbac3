"""What the samples of MC Dropout say about one photo (Gal & Ghahramani 2016).

Predictive entropy H[mean p] splits into expected entropy mean H[p] (the photo is ambiguous) and mutual information, their
difference (the network does not know) (Depeweg et al. 2018; Smith & Gal 2018). All in nats.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import entr

from postprocess.calibration import cancer_probability

# At each end of the interval: 5 %.
_LEAVE_OUT_ONE_OF = 20


@dataclass(frozen=True)
class Uncertainty:
    """Summary of K samples."""

    samples: int
    cancer_interval: tuple[float, float]
    """Least and greatest cancer probability of the samples, 0-1, when the outermost 5 % at each end are left out, rounded down:
    at least 90 % of the samples lie inside."""
    predictive_entropy: float
    """0 to ln C."""
    expected_entropy: float
    mutual_information: float
    agreement: float
    """Share of the samples whose likeliest class is the predicted one, 0-1."""


def summarize_samples(probs: np.ndarray, is_cancer: np.ndarray, predicted: int) -> Uncertainty:
    """Summarise probabilities (K, C) of K samples of one photo.

    Args:
        probs: (K, C), each row sums to 1.
        is_cancer: bool (C,).
        predicted: the class that was predicted without dropout.

    Raises:
        ValueError: fewer than 2 samples, or rows that are no probabilities.
    """
    if probs.ndim != 2 or len(probs) < 2:
        raise ValueError(f"expected probabilities (K, C) of at least 2 samples, got shape {probs.shape}")
    if probs.min() < 0 or not np.allclose(probs.sum(axis=1), 1, atol=1e-4):
        raise ValueError("expected probabilities whose rows sum to 1; calibrate the sampled logits first")
    cancer = np.sort(cancer_probability(probs, is_cancer))
    # Samples themselves: percentiles that are interpolated between them would hold 3 of 5, or 8 of 10.
    left_out = len(cancer) // _LEAVE_OUT_ONE_OF
    predictive = float(entr(probs.mean(axis=0)).sum())
    expected = float(entr(probs).sum(axis=1).mean())
    return Uncertainty(
        samples=len(probs),
        cancer_interval=(float(cancer[left_out]), float(cancer[-1 - left_out])),
        predictive_entropy=predictive,
        expected_entropy=expected,
        # Not below 0: entropy is concave; rounding alone could bring it there.
        mutual_information=max(0.0, predictive - expected),
        agreement=float((probs.argmax(axis=1) == predicted).mean()),
    )
