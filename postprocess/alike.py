"""Alike cases: of the training photos that the network sees as most alike, how many had which diagnosis.

The photos themselves are not needed, and never shipped: what stays of each is its features in K principal components, a byte
each. A description of the training data near this photo, not a second opinion: it comes from the same network.
"""

from dataclasses import dataclass

import numpy as np

NEIGHBOURS = 50


@dataclass(frozen=True)
class AlikeCases:
    """N training photos: F features, K components.

    Raises:
        ValueError: shapes do not fit, a number is not finite, or fewer photos than NEIGHBOURS.
    """

    mean: np.ndarray  # (F,)
    components: np.ndarray  # (K, F), orthonormal rows
    step: float
    """What one unit of `cases` stands for."""
    cases: np.ndarray  # int8 (N, K)
    labels: np.ndarray  # integer (N,)
    class_count: int

    def __post_init__(self) -> None:
        count, directions = self.cases.shape
        if self.components.shape != (directions, len(self.mean)) or self.labels.shape != (count,):
            raise ValueError(
                f"expected components {(directions, len(self.mean))} and {count} labels, "
                f"got {self.components.shape} and {self.labels.shape}; fit the alike cases again"
            )
        if not (np.isfinite(self.mean).all() and np.isfinite(self.components).all()):
            raise ValueError("the alike cases have numbers that are not finite; fit them again")
        if count < NEIGHBOURS or self.labels.max() >= self.class_count or not self.step > 0:
            raise ValueError(f"alike cases need {NEIGHBOURS} photos of {self.class_count} classes and a step above 0")

    def counts(self, features: np.ndarray) -> tuple[int, ...]:
        """Diagnoses of the nearest NEIGHBOURS photos to features (F,): one count a class, summing to NEIGHBOURS.

        Raises:
            ValueError: not F features.
        """
        if features.shape != self.mean.shape:
            raise ValueError(f"expected features {self.mean.shape}, got {features.shape}")
        place = self.components @ (features - self.mean) / self.step
        squared = ((self.cases - place) ** 2).sum(axis=1)
        nearest = np.argpartition(squared, NEIGHBOURS - 1)[:NEIGHBOURS]
        return tuple(np.bincount(self.labels[nearest], minlength=self.class_count).tolist())


def fit_alike(features: np.ndarray, labels: np.ndarray, class_count: int, directions: int = 64) -> AlikeCases:
    """Keep training photos: features (N, F), integer labels (N,).

    Raises:
        ValueError: too few photos for that many directions, or for NEIGHBOURS.
    """
    if features.ndim != 2 or len(features) <= directions or features.shape[1] < directions:
        raise ValueError(f"alike cases in {directions} directions need more photos and features, got shape {features.shape}")
    mean = features.mean(axis=0)
    components = np.linalg.svd(features - mean, full_matrices=False)[2][:directions]
    places = (features - mean) @ components.T
    step = float(np.abs(places).max() / 127)
    cases = np.rint(places / step).astype(np.int8)
    return AlikeCases(mean, components, step, cases, labels.astype(np.uint8), class_count)
