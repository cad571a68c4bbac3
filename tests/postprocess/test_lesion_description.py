"""What was measured on a spot, in words."""

import pytest

from postprocess.lesion_description import COLORS, LesionDescription


@pytest.mark.parametrize(
    ("asymmetry", "words"), [((0.02, 0.3), "outline asymmetric on one axis"), ((0.13, 0.3), "outline asymmetric")]
)
def test_asymmetry_on_one_axis_is_of_the_outline_too(asymmetry: tuple[float, float], words: str) -> None:
    assert LesionDescription(asymmetry, float("nan"), dict.fromkeys(COLORS, 0.0)).words == words
