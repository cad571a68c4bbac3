"""Test-time augmentation: the mean of the probabilities over symmetries and scales of a photo.

An option of the evaluation: it says what an answer would gain from sixteen times the work. The app averages over the
symmetries alone, and before the head (`inference.analyzer`).
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from inference.analyzer import Analyzer
from inference.preprocess import resize_square
from inference.symmetries import symmetric_views
from training.data.reading import read_photo

# Side of the centre crop, as a share of the view's.
SCALES = (1.0, 0.85)


def augmented_probabilities(analyzer: Analyzer, table: pd.DataFrame) -> np.ndarray:
    """Mean calibrated probabilities over eight symmetries at each scale: (N, C)."""
    return np.array([_mean_probabilities(analyzer, analyzer.network_view(read_photo(path))) for path in table["path"]])


def _mean_probabilities(analyzer: Analyzer, view: np.ndarray) -> np.ndarray:
    return np.mean([analyzer.analyze_view(variant, mc_samples=0).probs for variant in views(view)], axis=0)


def views(view_u8: np.ndarray) -> Iterator[np.ndarray]:
    """The eight symmetries of the square at each scale: uint8 (S, S, 3) each."""
    size = len(view_u8)
    for scale in SCALES:
        margin = round(size * (1 - scale) / 2)
        crop = resize_square(np.ascontiguousarray(view_u8[margin : size - margin, margin : size - margin]), size)
        yield from symmetric_views(crop)
