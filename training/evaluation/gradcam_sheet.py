"""A sheet of photos with their heat maps, a row for each diagnosis. It shows photos: never part of what is published."""

from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from inference.analyzer import Analyzer
from postprocess.analysis import Analysis
from postprocess.heatmap import overlay
from training.classes import CODES
from training.data.reading import read_photo

_PHOTOS_PER_CLASS = 4
_BAND = 22


def write_gradcam_sheet(analyzer: Analyzer, table: pd.DataFrame, analyses: list[Analysis], path: Path) -> None:
    """Write the first photos of each class, each beside its heat map, under its true and its likeliest class.

    Args:
        analyzer: which made the analyses.
        table: columns path and label, one row an analysis.
        path: of the PNG that is written.
    """
    rows = []
    for label in range(len(CODES)):
        places = np.flatnonzero(table["label"].to_numpy() == label)[:_PHOTOS_PER_CLASS]
        tiles = [_tile(analyzer, table["path"].iloc[place], CODES[label], analyses[place]) for place in places]
        if tiles:
            tiles += [np.full_like(tiles[0], 255)] * (_PHOTOS_PER_CLASS - len(tiles))
            rows.append(np.hstack(tiles))
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR))


def _tile(analyzer: Analyzer, photo: Path, true_code: str, analysis: Analysis) -> np.ndarray:
    view = analyzer.network_view(read_photo(photo))
    heat = overlay(view, analysis.heatmap, analyzer.spec.fitted[analysis.views].heatmap_full_scale)
    pair = np.hstack([view, heat])
    band = np.full((_BAND, pair.shape[1], 3), 255, np.uint8)
    text = f"{true_code}, said {analysis.predicted_class}, cancer {analysis.cancer_probability:.0%}"
    cv2.putText(band, text, (6, _BAND - 7), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 1, cv2.LINE_AA)
    return np.vstack([band, pair])
