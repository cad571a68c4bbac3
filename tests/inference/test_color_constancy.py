"""Shades of Gray: equal to the formula on floats, neutral under white light, and independent of the light's colour."""

import numpy as np
import pytest

from inference.color_constancy import gray_world, shades_of_gray


def _reference(image: np.ndarray, power: float) -> np.ndarray:
    """Finlayson & Trezzi 2004 on a float image, written the usual way."""
    values = image.astype(np.float64)
    light = np.power(np.power(values, power).mean(axis=(0, 1)), 1 / power)
    light /= np.sqrt((light**2).sum())
    return np.clip(np.rint(values / (light * np.sqrt(3))), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("power", [1, 3, 6, 12])
@pytest.mark.parametrize("shape", [(31, 47, 3), (47, 31, 3), (1, 200, 3), (500, 2, 3)])
def test_equals_the_float_formula_exactly(power: float, shape: tuple[int, int, int]) -> None:
    generator = np.random.default_rng(power)
    image = (generator.integers(0, 255, shape) * [0.9, 0.6, 0.4]).astype(np.uint8)
    np.testing.assert_array_equal(shades_of_gray(image, power), _reference(image, power))


def test_histograms_in_strips_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    image = np.random.default_rng(0).integers(0, 255, (50, 40, 3), np.uint8)
    whole = shades_of_gray(image)
    monkeypatch.setattr("inference.color_constancy._MAX_PIXELS_PER_HISTOGRAM", 123)
    np.testing.assert_array_equal(shades_of_gray(image), whole)


def test_a_grey_picture_stays_as_it_is() -> None:
    image = np.repeat(np.arange(0, 250, 5, dtype=np.uint8)[:, None, None], 3, axis=2)
    np.testing.assert_array_equal(shades_of_gray(image), image)


def test_gray_world_makes_the_channel_means_equal() -> None:
    image = np.stack([np.full((20, 30), value, np.uint8) for value in (150, 110, 80)], axis=2)
    means = gray_world(image).mean(axis=(0, 1))
    assert np.ptp(means) <= 1


def test_the_colour_of_the_light_is_taken_out() -> None:
    scene = np.random.default_rng(1).integers(20, 160, (64, 48, 3)).astype(np.float64)
    white, warm = (np.rint(scene * light).astype(np.uint8) for light in ([1, 1, 1], [1.3, 1, 0.7]))
    difference = np.abs(shades_of_gray(white).astype(int) - shades_of_gray(warm).astype(int))
    before = np.abs(white.astype(int) - warm.astype(int))
    assert difference.mean() < 0.25 * before.mean()


def test_black_stays_black_and_an_empty_channel_stays_empty() -> None:
    black = np.zeros((8, 9, 3), np.uint8)
    np.testing.assert_array_equal(shades_of_gray(black), black)
    red = black.copy()
    red[..., 0] = 100
    assert (shades_of_gray(red)[..., 1:] == 0).all()


def test_what_is_no_byte_image_is_refused() -> None:
    with pytest.raises(ValueError, match="uint8 RGB image"):
        shades_of_gray(np.zeros((4, 5, 3)))
    with pytest.raises(ValueError, match="uint8 RGB image"):
        shades_of_gray(np.zeros((3, 4, 5), np.uint8))
    with pytest.raises(ValueError, match="at least 1"):
        shades_of_gray(np.zeros((4, 5, 3), np.uint8), 0.5)
