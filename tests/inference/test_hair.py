"""Hair is where the textbook's way finds it, step by step with SciPy."""

import numpy as np
import pytest
from scipy import ndimage

from inference.hair import find_hair


def _find_slowly(light: np.ndarray) -> np.ndarray:
    """As the docstring of `find_hair` has it: bridge along four lines, keep what is 18 darker and 20 pixels long."""
    slanting = np.eye(11, dtype=bool)
    lines = (np.ones((1, 11), bool), np.ones((11, 1), bool), slanting, slanting[::-1])
    bridged = np.max([ndimage.grey_closing(light, footprint=line, mode="nearest") for line in lines], axis=0)
    labels, _ = ndimage.label(bridged - light > 18, np.ones((3, 3)))
    hair = np.zeros(light.shape, bool)
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        if max(part.stop - part.start for part in box) >= 20:
            hair |= labels == number
    return hair


@pytest.mark.parametrize("smooth", [0.0, 1.0, 2.0])
def test_hair_is_found_as_by_scipy(smooth: float) -> None:
    grain = np.random.default_rng(1).normal(0, 1, (90, 120))
    grain = ndimage.gaussian_filter(grain, smooth) if smooth else grain
    light = (128 + 40 * grain / grain.std()).astype(np.float32)
    found = find_hair(light)
    np.testing.assert_array_equal(found, _find_slowly(light))
    assert 0 < found.mean() < 1


def test_on_plain_skin_is_no_hair() -> None:
    assert not find_hair(np.full((60, 60), 150, np.float32)).any()
