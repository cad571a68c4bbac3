"""The spot and its description on drawings whose shape, border and colours are known."""

import cv2
import numpy as np
import pytest
from scipy import ndimage

from inference.lesion import _without_holes, _without_specks, lesion_light, otsu_threshold, segment_lesion, shrink
from inference.lesion_measures import _color_shares, _depths, describe_lesion, to_lab
from postprocess.lesion_description import COLORS, RELIABLE

SIZE = 224
SKIN = (225, 190, 170)


def _draw(
    points: list[tuple[int, int]] | None = None, color: tuple[int, ...] = COLORS["dark brown"], blur: float = 1
) -> np.ndarray:
    """A spot on skin, RGB uint8 (224, 224, 3): a polygon, or else an ellipse."""
    picture = np.full((SIZE, SIZE, 3), SKIN, np.uint8)
    if points is None:
        cv2.ellipse(picture, (112, 112), (60, 40), 30, 0, 360, color, -1)
    else:
        cv2.fillPoly(picture, [np.array(points)], color)
    return cv2.GaussianBlur(picture, (0, 0), blur)


# An L: no axis through its centre mirrors it onto itself.
_CRESCENT = [(60, 40), (95, 40), (95, 150), (170, 150), (170, 185), (60, 185)]


def test_the_mask_is_the_ellipse_that_was_drawn() -> None:
    mask = segment_lesion(lesion_light(shrink(_draw())))
    assert mask is not None
    assert mask.shape == (112, 112)
    assert mask.sum() == pytest.approx(np.pi * 30 * 20, rel=0.1)
    np.testing.assert_allclose(np.argwhere(mask).mean(axis=0), [56, 56], atol=1)


@pytest.mark.parametrize("side", [100, 224, 225, 336, 450])
def test_shrinking_takes_the_mean_of_each_block(side: int) -> None:
    view = np.random.default_rng(0).integers(0, 256, (side, side, 3)).astype(np.uint8)
    block = {100: 1, 224: 2, 225: 2, 336: 3, 450: 4}[side]
    count = side // block
    blocks = view[: count * block, : count * block].reshape(count, block, count, block, 3)
    np.testing.assert_allclose(shrink(view), blocks.mean((1, 3)), rtol=1e-6)


def test_each_step_of_the_outline_is_scipys() -> None:
    generator = np.random.default_rng(0)
    view = generator.integers(0, 256, (112, 112, 3)).astype(np.float32)
    closed = ndimage.grey_closing(view[..., 1:].mean(axis=-1), (3, 3))
    np.testing.assert_allclose(lesion_light(view), ndimage.gaussian_filter(closed, 1.0), atol=1e-3)
    for share in (0.3, 0.6, 0.9):
        mask = generator.random((70, 90)) < share
        np.testing.assert_array_equal(_without_specks(mask), ndimage.binary_opening(mask))
        np.testing.assert_array_equal(_without_holes(mask), ndimage.binary_fill_holes(mask))
        np.testing.assert_allclose(_depths(mask), ndimage.distance_transform_edt(mask), rtol=1e-6)


def test_nothing_is_found_where_no_spot_stands_out() -> None:
    skin = np.full((SIZE, SIZE, 3), SKIN, np.uint8)
    noise = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3)).astype(np.uint8)
    covered = _draw([(0, 0), (223, 0), (223, 180), (0, 180)])
    for picture in (skin, np.zeros_like(skin), noise, covered):
        assert describe_lesion(picture) is None


def test_hair_and_the_dark_rim_are_no_part_of_the_spot() -> None:
    plain = segment_lesion(lesion_light(shrink(_draw())))
    disturbed = _draw()
    for start in (30, 80, 150):
        cv2.line(disturbed, (start, 0), (start + 60, 223), (40, 30, 25), 2)
    rows, columns = np.mgrid[:SIZE, :SIZE] - 111.5
    disturbed[np.hypot(rows, columns) > 125] = 5
    found = segment_lesion(lesion_light(shrink(disturbed)))
    assert plain is not None
    assert found is not None
    assert (plain & found).sum() / (plain | found).sum() > 0.85


def test_an_ellipse_is_symmetric_and_an_l_is_not() -> None:
    ellipse, angle = describe_lesion(_draw()), describe_lesion(_draw(_CRESCENT))
    assert ellipse is not None
    assert angle is not None
    assert ellipse.statements["asymmetric"] is False
    assert angle.statements["asymmetric_on_both_axes"] is True
    assert max(ellipse.asymmetry) < 0.06 < 0.2 < min(angle.asymmetry)
    assert ellipse.words.startswith("outline symmetric on both axes")
    assert angle.words.startswith("outline asymmetric on both axes")


def test_a_round_spot_with_a_black_half_is_symmetric_in_its_outline_alone() -> None:
    picture = np.full((SIZE, SIZE, 3), SKIN, np.uint8)
    cv2.circle(picture, (112, 112), 50, COLORS["light brown"], -1)
    cv2.ellipse(picture, (112, 112), (50, 50), 0, -90, 90, COLORS["black"], -1)
    found = describe_lesion(cv2.GaussianBlur(picture, (0, 0), 1))
    assert found is not None
    assert found.statements["color_black"] is True
    # The ABCD rule calls it asymmetric, for its colours.
    assert [part for part in found.words.split("; ") if "symmetric" in part] == ["outline symmetric on both axes"]


def test_a_blurred_border_is_not_sharp() -> None:
    sharp, soft = describe_lesion(_draw(blur=1)), describe_lesion(_draw(blur=14))
    assert sharp is not None
    assert soft is not None
    assert sharp.statements["sharp_border"] is True
    assert soft.statements["sharp_border"] is False


def test_of_the_border_of_a_narrow_spot_nothing_is_said() -> None:
    # Nothing in it is further from the outline than the band in which sharpness is measured.
    bar = describe_lesion(_draw([(52, 104), (171, 104), (171, 119), (52, 119)], blur=0.1))
    assert bar is not None
    assert np.isnan(bar.border_sharpness)
    assert bar.statements["sharp_border"] is None
    assert "border" not in bar.words


@pytest.mark.parametrize("name", ["red", "light brown", "dark brown", "blue-grey", "black"])
def test_a_colour_that_was_drawn_is_named(name: str) -> None:
    found = describe_lesion(_draw(color=COLORS[name]))
    assert found is not None
    assert found.color_shares[name] > 0.6
    assert sum(found.color_shares.values()) == pytest.approx(1)
    assert found.statements["color_" + name.replace(" ", "_").replace("-", "_")] is True


def test_a_pixel_counts_for_the_colour_at_the_least_distance() -> None:
    pixels = np.random.default_rng(0).integers(0, 1021, (5000, 3)).astype(np.float32) / 4
    references = to_lab(np.array(list(COLORS.values())))
    nearest = ((to_lab(pixels)[:, None].astype(float) - references) ** 2).sum(-1).argmin(axis=1)
    assert _color_shares(pixels) == {name: float((nearest == index).mean()) for index, name in enumerate(COLORS)}


def test_turned_and_flipped_drawings_are_described_alike() -> None:
    first = describe_lesion(_draw(_CRESCENT))
    assert first is not None
    for turned in (np.rot90(_draw(_CRESCENT)), _draw(_CRESCENT)[::-1]):
        second = describe_lesion(np.ascontiguousarray(turned))
        assert second is not None
        np.testing.assert_allclose(second.asymmetry, first.asymmetry, atol=0.02)
        assert second.border_sharpness == pytest.approx(first.border_sharpness, abs=0.02)


def test_otsu_by_hand_and_lab_of_known_colours() -> None:
    # Two groups, 10 to 12 and 100 to 102: any threshold between parts them.
    assert 12 < otsu_threshold(np.array([10, 11, 12, 100, 101, 102.0])) <= 100
    np.testing.assert_allclose(to_lab(np.array([[255, 255, 255], [0, 0, 0]])), [[100, 0, 0], [0, 0, 0]], atol=0.05)
    np.testing.assert_allclose(to_lab(np.array([[255, 0, 0]])), [[53.24, 80.09, 67.20]], atol=0.1)


def test_only_reliable_statements_are_said() -> None:
    found = describe_lesion(_draw())
    assert found is not None
    assert set(found.said) <= RELIABLE
    assert found.words == "outline symmetric on both axes; with a sharp border; colours: dark brown"
