"""Rows of an ISIC 2019 submission say what the app says, whichever way the challenge reads them."""

import numpy as np
import pytest

from postprocess.isic import image_name, isic_header, isic_row, unknown_confidence
from tests.analyses import CODES, make_analysis


def _values(**changes: object) -> np.ndarray:
    return np.array([float(value) for value in isic_row("a.jpg", make_analysis(**changes))[1:]])


def test_the_header_is_the_challenges() -> None:
    assert ",".join(isic_header(CODES)) == "image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK"


def test_values_worked_out_by_hand() -> None:
    # 1.0 / (1.0 + 1.5) = 0.4, and 2/9 of it for an accepted photo; the rest goes to the classes.
    unknown = 0.4 * 2 / 9
    assert _values(ood_score=1.0)[[0, 8]] == pytest.approx([(1 - unknown) * 0.61, unknown], abs=1e-7)
    # A clinical photo is accepted at any distance: 2/9 of 1/2.
    assert _values(ood_score=4.5, is_clinical=True)[[0, 8]] == pytest.approx([8 / 9 * 0.61, 1 / 9], abs=1e-7)
    # 4.5 / (4.5 + 1.5): refused.
    assert _values(ood_score=4.5)[[0, 8]] == pytest.approx([0.25 * 0.61, 0.75], abs=1e-7)


@pytest.mark.parametrize("score", [0.01, 1.0, 1.499, 1.5, 1.501, 3.0, 100.0])
@pytest.mark.parametrize("top", [0.13, 0.5, 0.999])
@pytest.mark.parametrize("is_clinical", [False, True])
def test_largest_value_and_limit_of_one_half_both_say_what_the_app_says(score: float, top: float, is_clinical: bool) -> None:
    probs = np.array([top, *[(1 - top) / 7] * 7])
    values = _values(ood_score=score, probs=probs, is_clinical=is_clinical)
    refused = score > 1.5 and not is_clinical
    assert (values[8] > 0.5) == refused
    assert (values.argmax() == 8) == refused
    assert values.sum() == pytest.approx(1, abs=1e-7)


def test_unk_grows_with_the_score() -> None:
    confidences = [unknown_confidence(make_analysis(ood_score=score)) for score in np.linspace(0.1, 5, 99)]
    assert (np.diff(confidences) > 0).all()


def test_unk_of_a_clinical_photo_grows_to_a_ninth() -> None:
    confidences = [unknown_confidence(make_analysis(ood_score=score, is_clinical=True)) for score in (0.1, 1.0, 1.5, 1.6, 5.0)]
    assert confidences == sorted(confidences)
    assert confidences[2:] == pytest.approx([1 / 9] * 3)


@pytest.mark.parametrize("path", ["ISIC_0001.jpg", "below/ISIC_0001.JPG", "C:\\photos\\ISIC_0001.png", "/a.b/ISIC_0001"])
def test_a_photo_is_named_without_folders_and_ending(path: str) -> None:
    assert image_name(path) == "ISIC_0001"
