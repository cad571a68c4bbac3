"""Colour constancy: takes the colour of the light out of a photo, so that skin looks alike in every clinic.

Both methods estimate the light as one colour and divide it out (von Kries). They differ in the Minkowski norm p of the
estimate: p = 1 is Gray World (Buchsbaum 1980), p = 6 is Shades of Gray as Finlayson & Trezzi (2004) recommend it.

For 8-bit images the estimate is exact from three 256-bin histograms, and the correction is one 256-entry look-up table
per channel: no float image is ever made.
"""

import cv2
import numpy as np

GRAY_WORLD_POWER = 1
SHADES_OF_GRAY_POWER = 6

# calcHist counts in float32, which is exact up to 2**24 pixels of one value.
_MAX_PIXELS_PER_HISTOGRAM = 2**24


def shades_of_gray(image_u8_rgb: np.ndarray, power: float = SHADES_OF_GRAY_POWER) -> np.ndarray:
    """Return the image as it would look under white light.

    Args:
        image_u8_rgb: uint8 (H, W, 3), RGB.
        power: Minkowski norm p >= 1 of the estimate of the light (Finlayson & Trezzi 2004, eq. 9).

    Returns:
        uint8 (H, W, 3), RGB. A picture without any light (all black, or a channel that is all 0) keeps the channels
        for which no gain exists.

    Raises:
        ValueError: the array is not uint8 (H, W, 3), or the power is below 1.
    """
    if image_u8_rgb.dtype != np.uint8 or image_u8_rgb.ndim != 3 or image_u8_rgb.shape[2] != 3:
        raise ValueError(f"expected a uint8 RGB image of shape (H, W, 3), got {image_u8_rgb.dtype} {image_u8_rgb.shape}")
    if power < 1:
        raise ValueError(f"the Minkowski power must be at least 1, got {power}")
    tables = _correction_tables(_estimate_light(_histograms(image_u8_rgb), power))
    return cv2.LUT(np.ascontiguousarray(image_u8_rgb), tables)


def gray_world(image_u8_rgb: np.ndarray) -> np.ndarray:
    """Return the image with the average of each channel made equal (Buchsbaum 1980); shapes as `shades_of_gray`."""
    return shades_of_gray(image_u8_rgb, GRAY_WORLD_POWER)


def _histograms(image_u8_rgb: np.ndarray) -> np.ndarray:
    """Count of each value in each channel: int64 (3, 256)."""
    height, width = image_u8_rgb.shape[:2]
    rows = max(1, _MAX_PIXELS_PER_HISTOGRAM // max(1, width))
    counts = np.zeros((3, 256), np.int64)
    for top in range(0, height, rows):
        strip = np.ascontiguousarray(image_u8_rgb[top : top + rows])
        for channel in range(3):
            counts[channel] += cv2.calcHist([strip], [channel], None, [256], [0, 256]).ravel().astype(np.int64)
    return counts


def _estimate_light(histograms: np.ndarray, power: float) -> np.ndarray:
    """Unit-length RGB of the light: the Minkowski mean of each channel, float64 (3,)."""
    # Scaled to 0-1 first: 255**p overflows for large p.
    values = (np.arange(256) / 255.0) ** power
    light = (histograms @ values / histograms.sum(axis=1)) ** (1.0 / power)
    length = np.linalg.norm(light)
    return light / length if length > 0 else light


def _correction_tables(light: np.ndarray) -> np.ndarray:
    """Look-up tables uint8 (1, 256, 3) that divide by the light, with white light (1, 1, 1) / sqrt(3) left unchanged."""
    gain = np.divide(1.0, light * np.sqrt(3.0), out=np.ones(3), where=light > 0)
    table = np.rint(np.arange(256)[:, None] * gain)
    return np.clip(table, 0, 255).astype(np.uint8)[None]
