"""Fit the detector of clinical photos, and measure it on patients and on kinds of photos that it has not seen."""

from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from postprocess.clinical import ClinicalDetector

# Shares that may at most be called clinical photos: of dermoscopic training photos (goal 1 %, with room for chance; of new ones
# of a single source it can be more, and a missed clinical photo is the worse error), and of the others.
MAX_DERMOSCOPY = 0.008
MAX_OTHER = 0.01
# Share of the clinical photos that lies near enough to the training photos.
NEAR_ENOUGH = 0.99
_FOLDS = 5
_REGULARISATION = 0.03


class Statistics(NamedTuple):
    """Compressed statistics of N photos, as they are and `degraded`; the group of each (patient, lesion or kind)."""

    plain: np.ndarray  # (N, M)
    degraded: np.ndarray  # (N, M)
    ood_scores: np.ndarray  # (N,), of the photos as they are
    groups: np.ndarray  # (N,)

    def take(self, rows: np.ndarray) -> "Statistics":
        """Some of the photos."""
        return Statistics(*(column[rows] for column in self))

    @property
    def both(self) -> np.ndarray:
        """(2 N, M): to fit on, so that resolution cannot tell."""
        return np.concatenate([self.plain, self.degraded])


def fit_clinical(clinical: Statistics, dermoscopy: Statistics, other: Statistics) -> ClinicalDetector:
    """Fit on all photos; the threshold on scores of folds that were left out.

    Args:
        clinical: grouped by patient.
        dermoscopy: grouped by lesion.
        other: what has to stay refused, grouped by photo.
    """
    groups = (clinical, dermoscopy, other)
    threshold = max(
        np.quantile(_scores_left_out(1, groups), 1 - MAX_DERMOSCOPY, method="higher"),
        np.quantile(_scores_left_out(2, groups), 1 - MAX_OTHER, method="higher"),
    )
    weight, bias = _fit(*(part.both for part in groups))
    furthest = np.quantile(clinical.ood_scores, NEAR_ENOUGH)
    return ClinicalDetector(weight.astype(np.float32), bias, float(threshold), float(furthest))


def measure_clinical(clinical: Statistics, dermoscopy: Statistics, other: Statistics) -> dict[str, float]:
    """Share of clinical photos, and of each other kind, that is called clinical, by detectors that saw no such patient or kind.

    None of dermoscopy: the threshold was fitted on these photos, and the network learned from them.

    Args:
        clinical, dermoscopy: as `fit_clinical`.
        other: grouped by kind.
    """
    called = []
    for fit_rows, unseen in _folds(clinical):
        detector = fit_clinical(clinical.take(fit_rows), dermoscopy, _by_photo(other))
        called.append(_called(detector, clinical.take(unseen)))
    measured = {"clinical": float(np.concatenate(called).mean())}
    for kind in np.unique(other.groups):
        detector = fit_clinical(clinical, dermoscopy, _by_photo(other.take(other.groups != kind)))
        measured[f"unseen {kind}"] = float(_called(detector, other.take(other.groups == kind)).mean())
    return measured


def _called(detector: ClinicalDetector, photos: Statistics) -> np.ndarray:
    return detector.is_clinical(photos.plain, photos.ood_scores)


def _by_photo(photos: Statistics) -> Statistics:
    return photos._replace(groups=np.arange(len(photos.groups)))


def _fit(clinical: np.ndarray, dermoscopy: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, float]:
    """Weight and bias on compressed statistics; each of the three groups counts the same."""
    features = np.concatenate([clinical, dermoscopy, other])
    sizes = [len(clinical), len(dermoscopy), len(other)]
    counts = np.repeat([len(features) / (3 * size) for size in sizes], sizes)
    scaler = StandardScaler().fit(features)
    model = LogisticRegression(C=_REGULARISATION, max_iter=300)
    model.fit(scaler.transform(features), np.arange(len(features)) < len(clinical), sample_weight=counts)
    weight = model.coef_[0] / scaler.scale_
    return weight, float(model.intercept_[0] - weight @ scaler.mean_)


def _scores_left_out(index: int, groups: tuple[Statistics, Statistics, Statistics]) -> np.ndarray:
    """Scores of the photos of one of the three groups, by detectors that were fitted without them."""
    scores = np.empty(len(groups[index].groups))
    for fit_rows, left_out in _folds(groups[index]):
        parts = [part.take(fit_rows).both if number == index else part.both for number, part in enumerate(groups)]
        weight, bias = _fit(*parts)
        scores[left_out] = groups[index].plain[left_out] @ weight + bias
    return scores


def _folds(photos: Statistics) -> list[tuple[np.ndarray, np.ndarray]]:
    return list(GroupKFold(_FOLDS).split(photos.plain, groups=photos.groups))
