"""What people put beside a lesion: the scale of a ruler, strokes of a skin marker. It says nothing about the lesion.

Networks take such marks for signs: surgical ink raises the melanoma score of nevi (Winkler et al. 2019), and photos with a
ruler in them show cancer more often than others. Here they lie on photos of every class alike.
"""

import cv2
import numpy as np
import torch
from torch import Tensor

from training.data.one_by_one import change_some

# Skin markers are violet, blue or green, printed scales black to grey, now and then white.
_INKS = ((60, 40, 130), (30, 50, 150), (20, 25, 60), (30, 110, 90))
_SHADES = (0, 0, 20, 20, 60, 110, 240)


def with_marks(photos_u8: Tensor, probability: float) -> Tensor:
    """Photos (N, S, S, 3), uint8 RGB -> a copy with marks on this share of them, drawn at random."""
    marked = photos_u8.clone()
    chosen = torch.nonzero(torch.rand(len(photos_u8)) < probability).flatten()
    change_some(marked, chosen, _mark, torch.randint(2**31, (len(chosen),)).tolist())
    return marked


def _mark(photo_u8_rgb: np.ndarray, seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return (draw_scale if generator.random() < 0.6 else draw_ink)(photo_u8_rgb, generator)


def draw_scale(photo_u8_rgb: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """A millimetre scale across the photo (S, S, 3), off its middle: ticks, longer ones among them, often a base line."""
    size = len(photo_u8_rgb)
    angle = generator.choice([0, 90, 180, 270]) + generator.uniform(-15, 15)
    along = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    inward = np.array([-along[1], along[0]])
    base = size / 2 - inward * generator.uniform(0.25, 0.5) * size
    step = size / generator.uniform(8, 40)
    short = size / generator.uniform(15, 45)
    long_every = int(generator.choice([2, 5, 10]))
    # A scale may begin or end within the photo.
    first, last = sorted(generator.uniform(-0.75, 0.75, 2) * size) if generator.random() < 0.3 else (-0.75 * size, 0.75 * size)
    width = max(1, round(size / generator.uniform(90, 250)))
    drawn = photo_u8_rgb.copy()
    color = (int(generator.choice(_SHADES)),) * 3
    for number in range(int(np.ceil(first / step)), int(last / step) + 1):
        length = short * (2 if number % long_every == 0 else 1)
        start = base + along * number * step
        _line(drawn, start, start + inward * length, color, width)
    if generator.random() < 0.6:
        _line(drawn, base + along * first, base + along * last, color, width)
    return _shine_through(drawn, photo_u8_rgb, generator.uniform(0.6, 1))


def draw_ink(photo_u8_rgb: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """One to four strokes of a skin marker on a photo (S, S, 3), none across its middle."""
    size = len(photo_u8_rgb)
    drawn = photo_u8_rgb.copy()
    color = _INKS[generator.integers(len(_INKS))]
    width = max(1, round(size / generator.uniform(15, 70)))
    for _ in range(generator.integers(1, 5)):
        angle = generator.uniform(0, 2 * np.pi)
        center = size / 2 + np.array([np.cos(angle), np.sin(angle)]) * generator.uniform(0.38, 0.6) * size
        # Half of them point at the lesion, as an arrow does; the others run about it.
        direction = angle + (0 if generator.random() < 0.5 else np.pi / 2)
        half = np.array([np.cos(direction), np.sin(direction)]) * generator.uniform(0.04, 0.15) * size
        _line(drawn, center - half, center + half, color, width)
    return _shine_through(drawn, photo_u8_rgb, generator.uniform(0.4, 0.95))


def _line(image: np.ndarray, start: np.ndarray, end: np.ndarray, color: tuple[int, ...], width: int) -> None:
    points = [tuple(int(coordinate) for coordinate in np.rint(point)) for point in (start, end)]
    cv2.line(image, points[0], points[1], color, width, cv2.LINE_AA)


def _shine_through(drawn: np.ndarray, photo: np.ndarray, opacity: float) -> np.ndarray:
    return cv2.addWeighted(drawn, opacity, photo, 1 - opacity, 0)
