"""Is this a clinical photo of a lesion: taken with a camera or a phone, without a dermatoscope?

Such a photo differs from dermoscopy, but shows what the model knows: it gets a warning, not a refusal. A linear classifier
on the statistics that the out-of-distribution distance uses: logistic regression of clinical photos against dermoscopy and
everything else. A line goes on for ever, and would call flat colours clinical photos; so nothing is that lies further
from the training photos than clinical photos do.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ClinicalDetector:
    """Fitted classifier on M statistics.

    Raises:
        ValueError: shapes do not fit, or a number is not finite.
    """

    weight: np.ndarray  # (M,), of compressed statistics as they come: the standardisation is folded in
    bias: float
    threshold: float
    """Scores above it are those of clinical photos."""
    furthest: float
    """Out-of-distribution score up to which a photo can be a clinical one."""

    def __post_init__(self) -> None:
        if self.weight.ndim != 1 or not np.isfinite(self.weight).all():
            raise ValueError(f"expected finite weights (M,), got shape {self.weight.shape}; fit the detector again")
        if not np.isfinite((self.bias, self.threshold, self.furthest)).all():
            raise ValueError(f"expected finite limits, got {self.bias}, {self.threshold}, {self.furthest}; fit it again")

    def score(self, statistics: np.ndarray) -> np.ndarray:
        """Compressed statistics (N, M) -> (N,), higher = more like a clinical photo.

        Raises:
            ValueError: not M statistics a photo.
        """
        if statistics.ndim != 2 or statistics.shape[1] != len(self.weight):
            raise ValueError(f"expected statistics (N, {len(self.weight)}), got shape {statistics.shape}")
        return np.asarray(statistics, np.float64) @ self.weight + self.bias

    def is_clinical(self, statistics: np.ndarray, ood_score: np.ndarray) -> np.ndarray:
        """Which photos are clinical ones: compressed statistics (N, M) and out-of-distribution scores (N,) -> bool (N,)."""
        return (self.score(statistics) > self.threshold) & (np.asarray(ood_score) <= self.furthest)
