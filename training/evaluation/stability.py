"""How often the answer changes when the photo changes in a way that means nothing.

Published networks change their class on 6.5 to 22 % of photos under such changes (Young et al. 2021).
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from inference.analyzer import VIEWS, Analyzer
from inference.preprocess import center_square
from postprocess.risk import LOW
from training.data.jpeg import as_jpeg
from training.data.reading import read_photo
from training.evaluation.photos import shrunk_and_back

_INK = (60, 40, 130)  # violet of a skin marker
_RULER = (20, 20, 20)
_PAPER = (238, 236, 228)
# Sides that a photo is shrunk to and brought back from: what a photo of so few pixels would lose.
SIDES = (48, 64, 84, 112, 160)

Change = Callable[[np.ndarray], np.ndarray]


class Answer(NamedTuple):
    """What is compared of an analysis."""

    predicted: int
    risk: str


def changes() -> dict[str, dict[str, Change]]:
    """Group -> name -> change of a square photo, RGB uint8 (S, S, 3) to the same shape."""
    return {
        "turns and flips": {
            "turn 90": lambda photo: np.ascontiguousarray(np.rot90(photo)),
            "turn 180": lambda photo: np.ascontiguousarray(np.rot90(photo, 2)),
            "turn 270": lambda photo: np.ascontiguousarray(np.rot90(photo, 3)),
            "flip left to right": lambda photo: np.ascontiguousarray(photo[:, ::-1]),
            "flip upside down": lambda photo: np.ascontiguousarray(photo[::-1]),
        },
        "zoom": {"zoom -10 %": lambda photo: _zoom(photo, 0.9), "zoom +10 %": lambda photo: _zoom(photo, 1.1)},
        "brightness": {
            "brightness -10 %": lambda photo: _brightness(photo, 0.9),
            "brightness +10 %": lambda photo: _brightness(photo, 1.1),
        },
        "JPEG": {"JPEG quality 70": lambda photo: as_jpeg(photo, 70)},
        "ink mark": {"ink mark": draw_ink_mark},
        "ruler": {"ruler": draw_ruler},
        "paper ruler": {"paper ruler": draw_paper_ruler},
    }


def resolutions() -> dict[str, dict[str, Change]]:
    """As `changes`: fewer and fewer pixels. What `photo_quality.MIN_SIDE` was chosen from."""

    def shrink_to(side: int) -> Change:
        return lambda photo: shrunk_and_back(photo, side)

    return {f"{side} pixels": {f"{side} pixels": shrink_to(side)} for side in SIDES}


def stability_report(
    analyzer: Analyzer,
    paths: Iterable[Path],
    is_cancer: np.ndarray,
    groups: dict[str, dict[str, Change]],
    views: int = VIEWS[0],
) -> dict[str, dict[str, float]]:
    """Shares of photos whose answer changes, 0-1.

    Args:
        analyzer: of the served model.
        paths: N photos.
        is_cancer: bool (N,), the truth.
        groups: of changes, as `changes` returns them.
        views: as `Analyzer.analyze`.

    Returns:
        {group: {class_changes, risk_changes, specificity, specificity_before}}: means over the changes of a group;
        specificity is the share of the benign photos in LOW.
    """
    squares = [center_square(read_photo(path)) for path in paths]
    before = [_answer(analyzer, photo, views) for photo in squares]
    report = {}
    for group, members in groups.items():
        after = [[_answer(analyzer, change(photo), views) for photo in squares] for change in members.values()]
        pairs = [pair for answers in after for pair in zip(before, answers, strict=True)]
        report[group] = {
            "class_changes": float(np.mean([first.predicted != second.predicted for first, second in pairs])),
            "risk_changes": float(np.mean([first.risk != second.risk for first, second in pairs])),
            "specificity": float(np.mean([_specificity(answers, is_cancer) for answers in after])),
            "specificity_before": _specificity(before, is_cancer),
        }
    return report


def draw_ink_mark(photo_u8_rgb: np.ndarray) -> np.ndarray:
    """A surgeon's mark beside the lesion: two strokes of violet ink, as wide as on skin."""
    size = photo_u8_rgb.shape[0]
    marked = photo_u8_rgb.copy()
    width = max(2, size // 45)
    for start, end in (((0.08, 0.55), (0.14, 0.9)), ((0.82, 0.08), (0.94, 0.3))):
        points = [(round(x * size), round(y * size)) for x, y in (start, end)]
        cv2.line(marked, points[0], points[1], _INK, width, cv2.LINE_AA)
    # Ink is not opaque: skin shows through.
    return cv2.addWeighted(marked, 0.8, photo_u8_rgb, 0.2, 0)


def draw_ruler(photo_u8_rgb: np.ndarray) -> np.ndarray:
    """The millimetre scale of a dermatoscope along the lower edge: near to what `training.data.marks` draws."""
    size = photo_u8_rgb.shape[0]
    ruled = photo_u8_rgb.copy()
    base, step = round(0.95 * size), size / 24
    for tick in range(1, 24):
        length = size // 14 if tick % 5 == 0 else size // 28
        column = round(tick * step)
        cv2.line(ruled, (column, base - length), (column, base), _RULER, max(1, size // 200), cv2.LINE_AA)
    return cv2.line(ruled, (0, base), (size - 1, base), _RULER, max(1, size // 200), cv2.LINE_AA)


def draw_paper_ruler(photo_u8_rgb: np.ndarray) -> np.ndarray:
    """A white strip with centimetres and their numbers at the left edge: unlike anything that is drawn in training."""
    size = photo_u8_rgb.shape[0]
    ruled = photo_u8_rgb.copy()
    width, thickness = round(0.11 * size), max(1, size // 150)
    ruled[:, :width] = _PAPER
    for tick in range(1, 24):
        row = round(tick * size / 24)
        length = width // 2 if tick % 5 == 0 else width // 4
        cv2.line(ruled, (width - length, row), (width - 1, row), _RULER, thickness, cv2.LINE_AA)
        if tick % 5 == 0:
            place = (round(0.008 * size), row + round(0.02 * size))
            cv2.putText(ruled, str(tick // 5), place, cv2.FONT_HERSHEY_SIMPLEX, size / 500, _RULER, thickness, cv2.LINE_AA)
    return ruled


def _answer(analyzer: Analyzer, photo: np.ndarray, views: int) -> Answer:
    analysis = analyzer.analyze_view(analyzer.network_view(photo), mc_samples=0, views=views)
    return Answer(analysis.predicted, analysis.risk_level)


def _specificity(answers: list[Answer], is_cancer: np.ndarray) -> float:
    low = np.array([answer.risk == LOW for answer in answers])
    return float(low[~is_cancer].mean())


def _zoom(photo: np.ndarray, factor: float) -> np.ndarray:
    size = photo.shape[0]
    matrix = cv2.getRotationMatrix2D(((size - 1) / 2, (size - 1) / 2), 0, factor)
    return cv2.warpAffine(photo, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)


def _brightness(photo: np.ndarray, factor: float) -> np.ndarray:
    return np.clip(np.rint(photo * factor), 0, 255).astype(np.uint8)
