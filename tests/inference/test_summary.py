"""The line of a photo: the risk, or no number at all, and what makes it less reliable."""

import numpy as np
import pytest

from inference.summary import summary_line
from postprocess.analysis import to_json_object
from postprocess.photo_quality import PhotoQuality
from tests.analyses import make_analysis
from webapp.markup import percent


def _line(**changes: object) -> str:
    return summary_line({"image": "a.jpg"} | to_json_object(make_analysis(**changes), ""))


def test_a_photo_that_can_be_judged_gets_its_risk_and_how_sure_that_is() -> None:
    expected = "a.jpg: risk HIGH; cancer 65 %; most like melanoma (61 %); certainty MEDIUM (63/100)"
    assert _line() == expected


@pytest.mark.parametrize("share", [0.0, 0.0009, 0.001, 0.034, 0.1, 0.5, 0.95, 0.999, 0.9991, 1.0])
def test_a_probability_has_the_words_of_the_page(share: float) -> None:
    words = percent(share).replace("\N{NO-BREAK SPACE}", " ")
    assert f"; cancer {words}; " in _line(cancer_probability=share)
    if share >= 0.5:
        probs = np.array([share, *np.full(7, (1 - share) / 7)])
        assert f"; most like melanoma ({words}); " in _line(probs=probs)


def test_beside_a_photo_that_cannot_be_judged_stands_no_number() -> None:
    line = _line(ood_score=9.0)
    assert line == "a.jpg: cannot be judged: unlike the photos that the model knows"
    assert not any(character.isdigit() for character in line)


def test_a_photo_that_was_not_analysed_says_so() -> None:
    assert summary_line({"image": "a.jpg", "error": "The file is empty."}) == "a.jpg: not analysed"


@pytest.mark.parametrize(
    ("changes", "caution"),
    [
        (
            {"is_clinical": True, "ood_score": 9.0},
            "; a clinical photo, not dermoscopy: let a doctor look at the spot, even at a low risk",
        ),
        ({"photo_quality": PhotoQuality(60, 0.9, 0.5, 0.0, 0.0, 1.0)}, "; faults of the photo: too small, blurred"),
    ],
)
def test_what_makes_it_less_reliable_is_said_behind_the_risk(changes: dict, caution: str) -> None:
    line = _line(**changes)
    assert line.startswith("a.jpg: risk HIGH; ")
    assert line.endswith(caution)
