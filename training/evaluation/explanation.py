"""Does the heat map show what the answer hangs on? Deletion and insertion curves, and a check with a random head.

Deletion (Petsiuk et al. 2018): take the places of the photo away, the hottest first, and watch the probability of cancer fall;
insertion: bring them back into a photo without detail, and watch it rise. A map that explains falls earlier and rises
earlier than a guess (the middle of the photo) and chance. A map that stays the same when the head's weights
are random explains the photo, not the model (Adebayo et al. 2018).
"""

import dataclasses
from collections.abc import Iterable
from typing import NamedTuple

import cv2
import numpy as np
from scipy.stats import spearmanr

from inference.analyzer import VIEWS, Analyzer
from postprocess.calibration import cancer_probability
from postprocess.head import Head, cancer_logit_gradient
from postprocess.heatmap import grad_cam

STEPS = 10
_RANDOM_CELLS = 7
# Of the side: what is taken away becomes this blurred, which leaves colour and brightness but no structure.
_BLUR = 0.08
_GAUSSIAN = 0.25


class Curves(NamedTuple):
    """Mean probability of cancer over photos after 0, 1/STEPS, ..., 1 of the places, (STEPS + 1,)."""

    deletion: np.ndarray
    insertion: np.ndarray

    @property
    def areas(self) -> dict[str, float]:
        """Areas under both: lower is better for deletion, higher for insertion."""
        return {name: float(np.trapezoid(curve, dx=1 / STEPS)) for name, curve in self._asdict().items()}


def deletion_and_insertion(analyzer: Analyzer, views_u8_rgb: Iterable[np.ndarray], seed: int = 0) -> dict[str, Curves]:
    """Curves of the heat map, of the one that is a mean over the symmetries, of a Gaussian in the middle, and of chance.

    Args:
        analyzer: of the served model.
        views_u8_rgb: what the network sees of photos, each uint8 (S, S, 3); of cancers, whose probability can fall.
        seed: of chance.
    """
    generator = np.random.default_rng(seed)
    curves: dict[str, list[tuple[list[float], list[float]]]] = {
        "heat map": [],
        "of eight views": [],
        "centre": [],
        "random": [],
    }
    for view in views_u8_rgb:
        size = view.shape[0]
        heatmap, symmetric = (analyzer.analyze_view(view, mc_samples=0, views=views).heatmap for views in VIEWS)
        maps = {"heat map": _to_size(heatmap, size), "of eight views": _to_size(symmetric, size), "centre": _gaussian(size)}
        maps["random"] = _to_size(generator.random((_RANDOM_CELLS, _RANDOM_CELLS)), size)
        for name, values in maps.items():
            curves[name].append(_curves_of_one(analyzer, view, values))
    return {name: Curves(*np.mean(photos, axis=0)) for name, photos in curves.items()}


def randomised_head_similarity(analyzer: Analyzer, head: Head, views_u8_rgb: Iterable[np.ndarray], seed: int = 0) -> float:
    """Mean rank correlation, -1 to 1, of heat maps with those of the same head with its weights shuffled; near 0 is right."""
    generator = np.random.default_rng(seed)
    shuffled = {name: generator.permuted(getattr(head, name).ravel()).reshape(getattr(head, name).shape) for name in _WEIGHTS}
    random_head = dataclasses.replace(head, weight_1=shuffled["weight_1"], weight_2=shuffled["weight_2"])
    correlations = []
    for view in views_u8_rgb:
        output = analyzer.run_network(view)
        first, second = (_cam(analyzer, part, output.features[0], output.feature_map[0]) for part in (head, random_head))
        # An empty map resembles nothing.
        alike = first.any() and second.any()
        correlations.append(spearmanr(first.ravel(), second.ravel()).statistic if alike else 0.0)
    return float(np.mean(correlations))


_WEIGHTS = ("weight_1", "weight_2")


def _cam(analyzer: Analyzer, head: Head, features: np.ndarray, feature_map: np.ndarray) -> np.ndarray:
    calibration, is_cancer = analyzer.spec.fitted[1].calibration, analyzer.spec.is_cancer
    probs = calibration.probabilities(head.logits(features[None])[0])
    gradient = cancer_logit_gradient(probs, is_cancer, calibration.temperature)
    return grad_cam(feature_map, head.class_gradient(features, gradient))


def _curves_of_one(analyzer: Analyzer, view: np.ndarray, values: np.ndarray) -> tuple[list[float], list[float]]:
    size = view.shape[0]
    blurred = cv2.GaussianBlur(view, (0, 0), _BLUR * size)
    order = np.argsort(-values, axis=None, kind="stable")
    deletion, insertion = [], []
    for step in range(STEPS + 1):
        chosen = np.zeros(size * size, bool)
        chosen[order[: len(order) * step // STEPS]] = True
        hottest = chosen.reshape(size, size, 1)
        deletion.append(_cancer(analyzer, np.where(hottest, blurred, view)))
        insertion.append(_cancer(analyzer, np.where(hottest, view, blurred)))
    return deletion, insertion


def _cancer(analyzer: Analyzer, view: np.ndarray) -> float:
    probs = analyzer.spec.fitted[1].calibration.probabilities(analyzer.run_network(view).logits[0])
    return float(cancer_probability(probs, analyzer.spec.is_cancer))


def _gaussian(size: int) -> np.ndarray:
    rows, columns = np.mgrid[:size, :size] / size - 0.5
    return np.exp(-(rows**2 + columns**2) / (2 * _GAUSSIAN**2))


def _to_size(values: np.ndarray, size: int) -> np.ndarray:
    return cv2.resize(values.astype(np.float32), (size, size), interpolation=cv2.INTER_LINEAR)
