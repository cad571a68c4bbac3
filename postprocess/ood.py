"""Is this photo like those that the model was trained on? Higher score = further from them.

Class-conditional Mahalanobis distance with a shared covariance (Lee et al. 2018, eq. 2) on statistics of the network's middle
stages: mean and deviation of each channel. The last features, trained to tell diagnoses, have forgotten what tells a
photo of a wall from one of skin; the middle ones have not (as Gram matrices show; Pacheco et al. 2020). There
are more of them than a few thousand photos can give a good covariance for, so the covariance is that of probabilistic PCA
(Tipping & Bishop 1999, eq. 7 and 8): K directions with their own variances, and one variance for all the rest. What lies
outside of those K directions counts through that variance, as the residual of ViM does (Wang et al. 2022).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

ACCEPTED = 0.95
MIN_PHOTOS_PER_DIRECTION = 4

# Where `compress` turns from linear to logarithmic.
_COMPRESSION_SCALE = 0.2


def compress(statistics: np.ndarray) -> np.ndarray:
    """Make activations, whose spread grows with their size, fit for a normal distribution: arsinh(x / 0.2), any shape."""
    return np.arcsinh(np.asarray(statistics, np.float64) / _COMPRESSION_SCALE)


@dataclass(frozen=True)
class OodModel:
    """Fitted statistics; F features, C classes, K directions.

    Raises:
        ValueError: shapes do not fit, a number is not finite, or a variance is not above 0.
    """

    class_means: np.ndarray  # (C, F)
    directions: np.ndarray  # (K, F), orthonormal rows
    variances: np.ndarray  # (K,)
    rest_variance: float
    threshold: float

    def __post_init__(self) -> None:
        features = self.class_means.shape[1]
        if self.directions.shape != (len(self.variances), features):
            raise ValueError(f"expected directions {(len(self.variances), features)}, got {self.directions.shape}")
        if not np.allclose(self.directions @ self.directions.T, np.eye(len(self.variances)), atol=1e-2):
            raise ValueError("out-of-distribution directions that are not orthonormal; calibrate again")
        # A mean that is no number gives a score that is none, which no threshold refuses.
        numbers = (self.class_means, self.variances, self.rest_variance, self.threshold)
        if not all(np.isfinite(number).all() for number in numbers):
            raise ValueError("out-of-distribution statistics or a threshold that are not finite; calibrate again")
        if not (self.variances.min() > 0 and self.rest_variance > 0):
            raise ValueError("out-of-distribution statistics with a variance of 0; calibrate again")

    def score(self, features: np.ndarray) -> np.ndarray:
        """Distance to the nearest class, divided by sqrt(F): (N, F) -> (N,), about 1 for a typical photo.

        Raises:
            ValueError: the features do not fit or are not finite.
        """
        features = np.asarray(features, np.float64)
        if features.ndim != 2 or features.shape[1] != self.class_means.shape[1] or not np.isfinite(features).all():
            raise ValueError(
                f"expected finite features (N, {self.class_means.shape[1]}), got shape {features.shape} "
                "or values that are not finite; use features of the network that the statistics were fitted on"
            )
        difference = features[:, None, :] - self.class_means
        # The projection is linear: projecting once and subtracting saves a product per class.
        inside = (features @ self._projection)[:, None, :] - self._projected_means
        rest = (difference**2).sum(-1) - (inside**2).sum(-1)
        squared = (inside**2 / self.variances).sum(-1) + np.maximum(rest, 0) / self.rest_variance
        return np.sqrt(squared.min(axis=1) / features.shape[1])

    @cached_property
    def _projected_means(self) -> np.ndarray:
        return self.class_means @ self._projection

    @cached_property
    def _projection(self) -> np.ndarray:
        """In double precision, to which each photo's product would convert it anew."""
        return self.directions.T.astype(np.float64)


def fit_ood(features: np.ndarray, labels: np.ndarray, validation_features: np.ndarray, direction_count: int) -> OodModel:
    """Fit means and covariance on training photos, the threshold on validation photos.

    Args:
        features: (N, F), of training photos.
        labels: int (N,); a class without photos has no mean, and no photo is near to it.
        validation_features: (M, F), of photos of which a share of ACCEPTED is to be accepted.
        direction_count: K, below F.

    Raises:
        ValueError: too few photos for the covariance.
    """
    if features.ndim != 2 or features.shape[1] <= direction_count:
        raise ValueError(f"expected features (N, F) with F above {direction_count}, got shape {features.shape}")
    if len(features) < MIN_PHOTOS_PER_DIRECTION * direction_count:
        raise ValueError(
            f"the out-of-distribution statistics need {MIN_PHOTOS_PER_DIRECTION * direction_count} training photos, "
            f"got {len(features)}; raise inference.ood_images, lower inference.ood_directions, or add photos"
        )
    classes, rows = np.unique(labels, return_inverse=True)
    features = np.asarray(features, np.float64)
    means = np.stack([features[labels == label].mean(axis=0) for label in classes])
    variances, directions = np.linalg.eigh(np.cov((features - means[rows]).T, bias=True))
    rest_variance = float(variances[:-direction_count].mean())
    model = OodModel(
        means.astype(np.float32),
        directions[:, -direction_count:].T.astype(np.float32),
        np.maximum(variances[-direction_count:], rest_variance),
        rest_variance,
        threshold=0.0,
    )
    threshold = float(np.quantile(model.score(validation_features), ACCEPTED, method="higher"))
    return OodModel(model.class_means, model.directions, model.variances, rest_variance, threshold)
