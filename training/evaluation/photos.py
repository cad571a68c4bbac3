"""Photos and their changes, as the network is given them: what every measurement on photos starts from."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from inference.analyzer import Analyzer
from inference.preprocess import resize_square
from training.data.jpeg import as_jpeg
from training.data.reading import read_photo

_LOWEST_SIDE = 64


def network_views(analyzer: Analyzer, paths: Iterable[Path]) -> Iterator[np.ndarray]:
    """What the network sees of each photo: RGB uint8 (S, S, 3)."""
    for path in paths:
        yield analyzer.network_view(read_photo(path))


def shrunk_and_back(view_u8_rgb: np.ndarray, side: int) -> np.ndarray:
    """A square picture with the detail of `side` pixels, at its own size."""
    return resize_square(resize_square(view_u8_rgb, side), view_u8_rgb.shape[0])


def degraded(view_u8_rgb: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """A picture at a random resolution, turn, brightness and JPEG quality, so that none of them can tell where it is from."""
    size = view_u8_rgb.shape[0]
    side = int(np.exp(generator.uniform(np.log(_LOWEST_SIDE), np.log(size))))
    turned = np.ascontiguousarray(np.rot90(view_u8_rgb, int(generator.integers(4))))
    gain = generator.uniform(0.85, 1.15) * generator.uniform(0.95, 1.05, 3)
    bright = np.clip(shrunk_and_back(turned, side) * gain, 0, 255).astype(np.uint8)
    return as_jpeg(bright, int(generator.integers(60, 96)))
