"""Where hair lies on a photo: on lines that are dark, thin and long."""

import cv2
import numpy as np

_REACH = 5  # how far to either side a hair is bridged, in pixels
_DEPTH = 18.0  # how much darker than what lies beside it, in grey levels
_SPAN = 20  # least length of a hair, in pixels


def _lines() -> tuple[np.ndarray, ...]:
    """What is bridged along: level, upright and slanting both ways."""
    length = 2 * _REACH + 1
    slanting = np.eye(length, dtype=np.uint8)
    return np.ones((1, length), np.uint8), np.ones((length, 1), np.uint8), slanting, np.ascontiguousarray(slanting[::-1])


_LINES = _lines()


def find_hair(light: np.ndarray) -> np.ndarray:
    """Which pixels lie on a hair, bool (S, S): dark lines that a closing along some direction bridges (Lee et al. 1997).

    Args:
        light: (S, S), float32, 0-255.
    """
    bridged = light
    for line in _LINES:
        bridged = np.maximum(bridged, cv2.morphologyEx(light, cv2.MORPH_CLOSE, line, borderType=cv2.BORDER_REPLICATE))
    dark = (bridged - light > _DEPTH).astype(np.uint8)
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    is_long = boxes[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) >= _SPAN
    # What is left over has the first label.
    is_long[0] = False
    return is_long[labels]
