"""How reliable each statement about a spot is: does it stay the same when the photo is turned, flipped or rescaled?"""

from collections.abc import Callable, Iterable

import cv2
import numpy as np

from inference.lesion_measures import describe_lesion
from training.evaluation.photos import shrunk_and_back

_ANGLES = (30.0, 90.0, 200.0)
_FACTORS = (0.9, 1.1)
_SIDE = 160


def statement_reliability(views_u8_rgb: Iterable[np.ndarray]) -> dict[str, dict[str, float]]:
    """Agreement of each statement with itself on changed photos.

    Args:
        views_u8_rgb: what the network sees of photos, each uint8 (S, S, 3).

    Returns:
        {statement: {"stated": share of the photos that it is made of, "held": share of those for which it is true,
        "silent": share of their changed photos that make no statement, "agreement": of those that do, share that says the same;
        of the statements that are true or of those that are not, whichever is less: what is rarely true must not seem
        reliable for that}}. "spot found" is the segmentation.
    """
    pairs: dict[str, list[tuple[bool | None, bool | None]]] = {}
    for view in views_u8_rgb:
        before = describe_lesion(view)
        for change in _changes(view.shape[0]):
            after = describe_lesion(change(view))
            pairs.setdefault("spot found", []).append((before is not None, after is not None))
            if before is None:
                continue
            said = after.statements if after else {}
            for name, holds in before.statements.items():
                pairs.setdefault(name, []).append((holds, said.get(name)))
    return {name: _summary(said) for name, said in pairs.items()}


def _summary(said: list[tuple[bool | None, bool | None]]) -> dict[str, float]:
    stated = [(first, second) for first, second in said if first is not None]
    both = [(first, second) for first, second in stated if second is not None]
    sides = [[second is holds for first, second in both if first is holds] for holds in (True, False)]
    return {
        "stated": len(stated) / len(said),
        "held": len([first for first, _ in stated if first]) / max(1, len(stated)),
        "silent": 1 - len(both) / max(1, len(stated)),
        "agreement": float(min((np.mean(side) for side in sides if side), default=np.nan)),
    }


def _changes(size: int) -> list[Callable[[np.ndarray], np.ndarray]]:
    moves = [(angle, 1.0) for angle in _ANGLES] + [(0.0, factor) for factor in _FACTORS]
    matrices = [cv2.getRotationMatrix2D(((size - 1) / 2, (size - 1) / 2), angle, factor) for angle, factor in moves]
    return [
        *(lambda view, matrix=matrix: _warp(view, matrix) for matrix in matrices),
        lambda view: np.ascontiguousarray(view[:, ::-1]),
        lambda view: shrunk_and_back(view, _SIDE),
    ]


def _warp(view: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    size = view.shape[0]
    return cv2.warpAffine(view, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
