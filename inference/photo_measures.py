"""What `postprocess.photo_quality` says of a photo, measured on its pixels."""

from functools import lru_cache

import cv2
import numpy as np

from inference.hair import find_hair
from inference.preprocess import center_square, resize_square
from postprocess.photo_quality import MEASURED_SIDE, PhotoQuality

_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
_BLUR_WINDOW = 9
_GLARE_FROM, _WHITE = (230, 230, 230), (255, 255, 255)
_CENTER_RADIUS = 0.3  # of the side: where the lesion lies


def measure_photo(image_u8_rgb: np.ndarray, size: int = MEASURED_SIDE) -> PhotoQuality:
    """Quality of a photo, RGB uint8 (H, W, 3), at the size that its limits hold at; another is for fitting them."""
    square = center_square(image_u8_rgb)
    return measure_quality(resize_square(square, size), square.shape[0])


def measure_quality(square_u8_rgb: np.ndarray, side: int) -> PhotoQuality:
    """Measure a photo.

    Args:
        square_u8_rgb: its middle square, uint8 (S, S, 3), RGB, resized to MEASURED_SIDE, colours as they were sent.
        side: of that square before it was resized, in pixels.

    Raises:
        ValueError: not such an array, or too small to measure.
    """
    if square_u8_rgb.dtype != np.uint8 or square_u8_rgb.ndim != 3 or square_u8_rgb.shape[2] != 3:
        raise ValueError(f"expected a uint8 RGB image (S, S, 3), got {square_u8_rgb.dtype} {square_u8_rgb.shape}")
    size = square_u8_rgb.shape[0]
    if square_u8_rgb.shape[1] != size or size < 4 * _BLUR_WINDOW:
        raise ValueError(f"expected a square of at least {4 * _BLUR_WINDOW} pixels, got {square_u8_rgb.shape[:2]}")
    light = square_u8_rgb.astype(np.float32) @ _LUMINANCE
    middle = _middle(size)
    brightness = float(np.median(light[middle]))
    return PhotoQuality(
        side=side,
        blur=_blur(light),
        brightness=brightness / 255,
        glare=cv2.countNonZero(cv2.inRange(square_u8_rgb, _GLARE_FROM, _WHITE)) / size**2,
        hair=float(find_hair(light)[middle].mean()),
        corner_light=_darkest_corner(light) / max(brightness, 1.0),
    )


@lru_cache(maxsize=1)
def _middle(size: int) -> np.ndarray:
    """Which pixels lie where the lesion is, bool (S, S)."""
    rows, columns = np.mgrid[:size, :size] - (size - 1) / 2
    return np.hypot(rows, columns) < _CENTER_RADIUS * size


def _blur(light: np.ndarray) -> float:
    """Crété et al. 2007, eq. 1 to 6: what a second blur does not change was blurred before."""
    shares = []
    for axis, window in ((0, (1, _BLUR_WINDOW)), (1, (_BLUR_WINDOW, 1))):
        before = np.abs(np.diff(light, axis=axis))
        after = np.abs(np.diff(cv2.blur(light, window, borderType=cv2.BORDER_REFLECT), axis=axis))
        total = before.sum()
        # A flat picture has no detail at all.
        shares.append(1 - np.maximum(before - after, 0).sum() / total if total > 0 else 1.0)
    return float(max(shares))


def _darkest_corner(light: np.ndarray) -> float:
    """Mean luminance of the darkest of the four corner squares, each an eighth of the side."""
    part = light.shape[0] // 8
    return float(min(light[rows, columns].mean() for rows in _ends(part) for columns in _ends(part)))


def _ends(part: int) -> tuple[slice, slice]:
    return slice(None, part), slice(-part, None)
