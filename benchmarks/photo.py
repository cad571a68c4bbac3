"""The photo that is timed: a drawing of 12 megapixels, as a telephone stores it."""

from functools import cache

import cv2
import numpy as np

from assets.draw_examples import draw_lesion

HEIGHT, WIDTH = 3000, 4000
_QUALITY = 92


@cache
def large_photo() -> np.ndarray:
    """RGB uint8 (3000, 4000, 3), with the grain of a sensor: a smooth picture would be decoded too fast."""
    picture = cv2.resize(draw_lesion(7, irregularity=0.5, colors=3, size=750), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(0).normal(0, 4, (HEIGHT, WIDTH, 1))
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


@cache
def large_jpeg() -> bytes:
    """The photo as the bytes of a JPEG file."""
    encoded = cv2.imencode(".jpg", cv2.cvtColor(large_photo(), cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
    return encoded.tobytes()
