"""The eight symmetries of the square: four turns, each also mirrored. A lesion has no up and no left."""

from collections.abc import Iterator

import numpy as np

SYMMETRIES = 8


def symmetric_views(image: np.ndarray) -> Iterator[np.ndarray]:
    """All views of a square image (S, S, ...), the image itself first."""
    for turns in range(4):
        turned = np.rot90(image, turns)
        yield np.ascontiguousarray(turned)
        yield np.ascontiguousarray(turned[:, ::-1])


def turn_back(maps: np.ndarray) -> np.ndarray:
    """Maps (8, F, h, h) of the views in their order -> the same, each in the position of the image itself."""
    turned = []
    for number, cells in enumerate(maps):
        unmirrored = cells[:, :, ::-1] if number % 2 else cells
        turned.append(np.rot90(unmirrored, -(number // 2), axes=(1, 2)))
    return np.stack(turned)
