"""Each fault of a photo is found where it was drawn in, and not in the drawing without it."""

import cv2
import numpy as np
import pytest
from scipy import ndimage

from assets.draw_examples import draw_lesion
from inference.photo_measures import _blur, measure_quality
from postprocess.photo_quality import MEASURED_SIDE

SIZE = MEASURED_SIDE


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    """A drawn lesion with the fine grain that sharp skin has: RGB uint8 (224, 224, 3)."""
    grain = np.random.default_rng(0).normal(0, 6, (SIZE, SIZE, 1))
    return np.clip(draw_lesion(1, irregularity=0.5, colors=3, size=SIZE) + grain, 0, 255).astype(np.uint8)


def _problems(photo: np.ndarray, side: int = 600) -> tuple[str, ...]:
    return measure_quality(np.ascontiguousarray(photo), side).problems


def _with_light(photo: np.ndarray, factor: float) -> np.ndarray:
    return np.clip(photo * factor, 0, 255).astype(np.uint8)


def _with_hair(photo: np.ndarray) -> np.ndarray:
    hairy = photo.copy()
    generator = np.random.default_rng(3)
    for _ in range(25):
        start, end = generator.integers(20, SIZE - 20, (2, 2)).tolist()
        cv2.line(hairy, start, end, (30, 25, 20), 2, cv2.LINE_AA)
    return hairy


def _with_glare(photo: np.ndarray) -> np.ndarray:
    return cv2.circle(photo.copy(), (80, 90), 40, (255, 255, 255), -1)


def _with_rim(photo: np.ndarray) -> np.ndarray:
    rows, columns = np.mgrid[:SIZE, :SIZE] - SIZE / 2
    return np.where((np.hypot(rows, columns) < 0.5 * SIZE)[..., None], photo, 5).astype(np.uint8)


def test_a_good_photo_has_no_problem(photo: np.ndarray) -> None:
    assert _problems(photo) == ()


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        ("blurred", lambda photo: cv2.GaussianBlur(photo, (0, 0), 4)),
        ("too_dark", lambda photo: _with_light(photo, 0.2)),
        ("too_bright", lambda photo: _with_light(photo, 2.6)),
        ("glare", _with_glare),
        ("hair", _with_hair),
        ("vignetting", _with_rim),
    ],
)
def test_a_fault_is_found(photo: np.ndarray, fault: str, change) -> None:
    assert fault in _problems(change(photo))


def test_a_thumbnail_is_too_small_and_that_is_said_first(photo: np.ndarray) -> None:
    assert _problems(cv2.GaussianBlur(photo, (0, 0), 4), side=60)[:2] == ("too_small", "blurred")
    assert "too_small" not in _problems(photo, side=SIZE)


def test_blur_grows_with_the_blur_and_flat_pictures_are_blurred(photo: np.ndarray) -> None:
    blurs = [measure_quality(cv2.GaussianBlur(photo, (0, 0), sigma), SIZE).blur for sigma in (0.5, 1, 2, 4)]
    assert blurs == sorted(blurs)
    assert measure_quality(np.full((SIZE, SIZE, 3), 128, np.uint8), SIZE).blur == 1
    assert "too_dark" in _problems(np.zeros((SIZE, SIZE, 3), np.uint8))


def test_turning_and_flipping_change_nothing(photo: np.ndarray) -> None:
    hairy = _with_rim(_with_hair(photo))
    first = measure_quality(hairy, SIZE)
    for turned in (np.rot90(hairy), hairy[:, ::-1], hairy[::-1]):
        second = measure_quality(np.ascontiguousarray(turned), SIZE)
        for name in ("blur", "brightness", "glare", "hair", "corner_light"):
            assert getattr(second, name) == pytest.approx(getattr(first, name), abs=0.005), name


@pytest.mark.parametrize("sigma", [0.5, 2.0])
def test_blur_is_that_of_the_paper(sigma: float) -> None:
    light = ndimage.gaussian_filter(np.random.default_rng(0).normal(128, 30, (60, 80)), sigma).astype(np.float32)
    shares = []
    for axis in (0, 1):
        before = np.abs(np.diff(light, axis=axis))
        after = np.abs(np.diff(ndimage.uniform_filter1d(light, 9, axis=axis), axis=axis))
        shares.append(1 - np.maximum(before - after, 0).sum() / before.sum())
    assert _blur(light) == pytest.approx(max(shares), abs=1e-5)


def test_what_is_no_square_photo_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a uint8 RGB image"):
        measure_quality(np.zeros((64, 64), np.uint8), 64)
    with pytest.raises(ValueError, match="expected a square of at least 36 pixels"):
        measure_quality(np.zeros((64, 60, 3), np.uint8), 60)
