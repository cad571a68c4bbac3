"""Where hair lies on a photo: on lines that are dark, thin and long."""

from functools import reduce

import numpy as np
from scipy import ndimage

_REACH = 5  # how far to either side a hair is bridged, in pixels
_STEPS = (1, 2, 4, 3)  # that make up a window of 2 * _REACH + 1
_DIRECTIONS = ((0, 1), (1, 0), (1, 1), (1, -1))
_DEPTH = 18.0  # how much darker than what lies beside it, in grey levels
_SPAN = 20  # least length of a hair, in pixels


def find_hair(light: np.ndarray) -> np.ndarray:
    """Which pixels lie on a hair, bool (S, S): dark lines that a closing along some direction bridges (Lee et al. 1997).

    Args:
        light: (S, S), float32, 0-255.
    """
    # Pairs of pictures: NumPy would first copy a list of them into one array.
    bridged = reduce(np.maximum, (_close(light, direction) for direction in _DIRECTIONS))
    dark = bridged - light > _DEPTH
    labels, _ = ndimage.label(dark, np.ones((3, 3)))
    spans = [max(part.stop - part.start for part in box) for box in ndimage.find_objects(labels)]
    return np.array([False, *(span >= _SPAN for span in spans)])[labels]


def _close(light: np.ndarray, direction: tuple[int, int]) -> np.ndarray:
    """Closing along a line; by shifts, as SciPy's is several times slower for slanting lines."""
    return _extreme(_extreme(light, direction, np.maximum), direction, np.minimum)


def _extreme(light: np.ndarray, direction: tuple[int, int], choose: np.ufunc) -> np.ndarray:
    """The extreme of each pixel and its _REACH neighbours to either side; the edge repeats beyond the picture."""
    result = _extend(light, _REACH * abs(direction[0]), _REACH * abs(direction[1]))
    # Windows of 2, 4, 8 and 11 pixels, each made of two of the one before.
    for step in _STEPS:
        first, second = zip(*(_pair(part, step) for part in direction), strict=True)
        result = choose(result[first], result[second])
    return result


def _extend(light: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Repeat the edge so many times on both sides: as np.pad, which takes longer than what follows it."""
    height, width = light.shape
    result = np.empty((height + 2 * rows, width + 2 * columns), light.dtype)
    inner = result[rows : rows + height]
    inner[:, columns : columns + width] = light
    inner[:, :columns] = light[:, :1]
    inner[:, columns + width :] = light[:, -1:]
    result[:rows] = inner[0]
    result[rows + height :] = inner[-1]
    return result


def _pair(direction: int, step: int) -> tuple[slice, slice]:
    """The two ends of an axis, `step` apart, in the direction 1 or -1; the whole of it for 0."""
    ends = slice(None, -step), slice(step, None)
    return ends if direction > 0 else ends[::-1] if direction < 0 else (slice(None), slice(None))
