"""Alignment: a known motion is found again, in other light too, and what is another spot is never laid over."""

from itertools import pairwise

import cv2
import numpy as np
import pytest

from assets.draw_examples import draw_lesion
from inference.alignment import align, lay_over


@pytest.fixture(scope="module")
def skin() -> np.ndarray:
    """A drawn lesion on skin with fine structure, RGB uint8 (224, 224, 3)."""
    return _skin(1)


def _skin(seed: int) -> np.ndarray:
    drawn = draw_lesion(seed, irregularity=0.6, colors=3, size=224).astype(float)
    grain = np.random.default_rng(seed).normal(0, 1, (224, 224))
    structure = cv2.GaussianBlur(grain, (0, 0), 2.5)
    return np.clip(drawn + 18 * (structure / structure.std())[..., None], 0, 255).astype(np.uint8)


def _motion(degrees: float, scale: float, shift: tuple[float, float]) -> np.ndarray:
    """(2, 3): first -> second."""
    warp = cv2.getRotationMatrix2D((112, 112), degrees, scale)
    warp[:, 2] += shift
    return warp


@pytest.mark.parametrize(
    ("degrees", "scale", "shift"), [(0, 1.0, (0, 0)), (12, 1.0, (9, -6)), (-35, 1.15, (4, 12)), (90, 0.85, (0, 5))]
)
def test_a_known_motion_is_found_in_other_light(
    skin: np.ndarray, degrees: float, scale: float, shift: tuple[float, float]
) -> None:
    warp = _motion(degrees, scale, shift)
    second = cv2.warpAffine(skin, warp, (224, 224), borderMode=cv2.BORDER_REFLECT)
    darker = np.clip(0.75 * second + 12, 0, 255).astype(np.uint8)
    found = align(skin, darker)
    assert found is not None
    for corner in ([70, 70, 1], [150, 80, 1], [112, 150, 1]):
        assert np.linalg.norm(found.warp @ corner - warp @ corner) < 1.5
    middle = lay_over(second, found, skin.shape[:2])[80:144, 80:144].astype(float)
    assert np.abs(middle - skin[80:144, 80:144]).mean() < 6


@pytest.mark.parametrize("seed", range(2, 8))
def test_another_spot_is_never_laid_over(skin: np.ndarray, seed: int) -> None:
    assert align(skin, _skin(seed)) is None


def test_pictures_without_any_structure_are_not_aligned(skin: np.ndarray) -> None:
    flat = np.full_like(skin, 180)
    assert align(flat, flat) is None
    assert align(skin, flat) is None


def test_beyond_the_edge_of_the_second_photo_there_is_nothing(skin: np.ndarray) -> None:
    second = cv2.warpAffine(skin, _motion(0, 1.0, (-40, 0)), (224, 224), borderMode=cv2.BORDER_REFLECT)
    found = align(skin, second)
    assert found is not None
    assert (lay_over(second, found, (224, 224))[:, :30] == 255).all()
    assert (lay_over(np.ones((224, 224), np.float32), found, (224, 224))[:, :30] == 0).all()


def test_real_photos_of_different_lesions_are_not_aligned(test_photos) -> None:
    from inference.images import read_image
    from inference.preprocess import preprocess

    views = [preprocess(read_image(path), 224, 6.0) for path in test_photos[:12]]
    assert sum(align(first, second) is not None for first, second in pairwise(views)) == 0
