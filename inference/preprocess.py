"""The one preprocessing, for training and for serving: colour constancy, centre square, resize.

Mean and standard deviation are not applied here: they are folded into the OpenVINO model and are the first step of the
PyTorch model, so that one byte per value crosses the border of an engine.
"""

import cv2
import numpy as np

from inference.color_constancy import shades_of_gray


def preprocess(image_u8_rgb: np.ndarray, image_size: int, color_constancy_power: float | None) -> np.ndarray:
    """Return what the network is given for a photo of any shape.

    Args:
        image_u8_rgb: uint8 (H, W, 3), RGB.
        image_size: side of the square that the network takes, in pixels.
        color_constancy_power: Minkowski power of Shades of Gray; None leaves the colours as they are.

    Returns:
        uint8 (image_size, image_size, 3), RGB.
    """
    if color_constancy_power is not None:
        image_u8_rgb = shades_of_gray(image_u8_rgb, color_constancy_power)
    return resize_square(center_square(image_u8_rgb), image_size)


def center_square(image: np.ndarray) -> np.ndarray:
    """Cut the largest centred square out of (H, W, C): dermoscopy photos have the lesion there; a view, no copy."""
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side]


def resize_square(image: np.ndarray, size: int) -> np.ndarray:
    """Resize (S, S, C) to (size, size, C): area means when it shrinks (no aliasing), bilinear when it grows."""
    shrinks = image.shape[0] > size
    return cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
