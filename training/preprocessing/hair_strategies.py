"""Ways to find hairs in a photo and to paint them over: DullRazor, an aggressive one, and none.

Lengths are shares of the shorter side, because photos come at any size.
"""

from typing import Protocol

import cv2
import numpy as np

# Shares of the shorter side; the smallest elements are still wide enough to bridge a hair.
_ELEMENT_LENGTH = 0.045
_SMALLEST_ELEMENT = 7
_SHORTEST_HAIR = 0.1
_THICKEST_HAIR = 0.03
_THINNEST_LIMIT = 3.0
_AGGRESSIVE_ELEMENTS = (0.03, 0.06)
# Values of 0-255 by which a hair differs from its surroundings.
_DULLRAZOR_CONTRAST = 22
_AGGRESSIVE_CONTRAST = 14
_INPAINT_RADIUS = 3
_MEDIAN_SIDE = 5


class HairStrategy(Protocol):
    """One way to remove hairs."""

    def remove(self, image_u8_rgb: np.ndarray) -> np.ndarray:
        """uint8 (H, W, 3), RGB -> the same shape."""
        ...


class NoHairRemoval:
    """Leaves every photo as it is."""

    def remove(self, image_u8_rgb: np.ndarray) -> np.ndarray:
        """As `HairStrategy.remove`; the same array."""
        return image_u8_rgb


class DullRazor:
    """DullRazor (Lee et al. 1997), in its three steps.

    Dark hairs are where a grey closing along lines in four directions is brighter than the photo, in any channel; what is found
    must be long and thin to be a hair; it is replaced by what lies beside it, and its surroundings are smoothed by a median.
    The paper closes along three lines and interpolates across each hair; the fourth line and OpenCV's inpainting (Telea 2004)
    treat all directions alike.
    """

    def remove(self, image_u8_rgb: np.ndarray) -> np.ndarray:
        """As `HairStrategy.remove`."""
        hairs = self.find(image_u8_rgb)
        if not hairs.any():
            return image_u8_rgb
        # One pixel more on each side: the edge of a hair is half hair.
        mask = cv2.dilate(hairs.astype(np.uint8), np.ones((3, 3), np.uint8))
        painted = cv2.inpaint(image_u8_rgb, mask, _INPAINT_RADIUS, cv2.INPAINT_TELEA)
        return np.where(mask[..., None] > 0, cv2.medianBlur(painted, _MEDIAN_SIDE), painted)

    def find(self, image_u8_rgb: np.ndarray) -> np.ndarray:
        """Where the hairs are: bool (H, W)."""
        side = min(image_u8_rgb.shape[:2])
        closed = [cv2.morphologyEx(image_u8_rgb, cv2.MORPH_CLOSE, line) for line in _lines(_odd(side * _ELEMENT_LENGTH))]
        contrast = cv2.subtract(np.max(closed, axis=0), image_u8_rgb).max(axis=2)
        return _keep_long_and_thin(
            contrast > _DULLRAZOR_CONTRAST, side * _SHORTEST_HAIR, max(_THINNEST_LIMIT, side * _THICKEST_HAIR)
        )


class AggressiveHairRemoval:
    """Finds dark and light hairs of several widths at a low contrast, whatever their shape; other fine detail goes too.

    Black-hat and top-hat of the brightness at two scales; Navier-Stokes inpainting (Bertalmio et al. 2001).
    """

    def remove(self, image_u8_rgb: np.ndarray) -> np.ndarray:
        """As `HairStrategy.remove`."""
        mask = cv2.dilate(self.find(image_u8_rgb).astype(np.uint8), np.ones((3, 3), np.uint8))
        return cv2.inpaint(image_u8_rgb, mask, _INPAINT_RADIUS, cv2.INPAINT_NS)

    def find(self, image_u8_rgb: np.ndarray) -> np.ndarray:
        """Where the hairs are: bool (H, W)."""
        grey = cv2.GaussianBlur(cv2.cvtColor(image_u8_rgb, cv2.COLOR_RGB2GRAY), (3, 3), 0)
        found = np.zeros(grey.shape, bool)
        for share in _AGGRESSIVE_ELEMENTS:
            element = cv2.getStructuringElement(cv2.MORPH_CROSS, (_odd(min(grey.shape) * share),) * 2)
            for operation in (cv2.MORPH_BLACKHAT, cv2.MORPH_TOPHAT):
                found |= cv2.morphologyEx(grey, operation, element) > _AGGRESSIVE_CONTRAST
        return found


def _odd(length: float) -> int:
    return max(_SMALLEST_ELEMENT, 2 * round((length - 1) / 2) + 1)


def _lines(length: int) -> list[np.ndarray]:
    """Structuring elements along 0, 45, 90 and 135 degrees, uint8 (length, length) or a row or column of it."""
    diagonal = np.eye(length, dtype=np.uint8)
    return [np.ones((1, length), np.uint8), diagonal, np.ones((length, 1), np.uint8), np.fliplr(diagonal).copy()]


def _keep_long_and_thin(found: np.ndarray, shortest: float, thickest: float) -> np.ndarray:
    """Of the connected parts of bool (H, W), those as long and as thin as a hair, lengths in pixels.

    Length: diagonal of the part's box. Thickness: four times the mean distance to its edge, which is the width of a strip,
    so that a hair may curl and cross others.
    """
    mask = found.astype(np.uint8)
    _, parts, statistics, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    lengths = np.hypot(statistics[:, cv2.CC_STAT_WIDTH], statistics[:, cv2.CC_STAT_HEIGHT])
    distances = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_5)
    thickness = 4 * np.bincount(parts.ravel(), distances.ravel()) / statistics[:, cv2.CC_STAT_AREA]
    hair = (lengths >= shortest) & (thickness <= thickest)
    hair[0] = False
    return hair[parts]
