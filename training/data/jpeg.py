"""JPEG compression as a change of a picture."""

import cv2
import numpy as np


def as_jpeg(view_u8_rgb: np.ndarray, quality: int) -> np.ndarray:
    """RGB uint8 (H, W, 3) after JPEG compression of that quality, 1-100, decoded as most programs do."""
    done, encoded = cv2.imencode(".jpg", view_u8_rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR) if done else None
    if decoded is None:
        raise ValueError(f"a picture of shape {view_u8_rgb.shape} could not be encoded")
    return np.ascontiguousarray(decoded[..., ::-1])
