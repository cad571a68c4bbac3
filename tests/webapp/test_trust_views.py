"""What is said about the photo, the setting, the spot and alike cases, and where it stands."""

import dataclasses
import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from inference.analyzer import DEFAULT_MODEL, Analyzer
from llm.texts import TEXTS
from postprocess.comparison import compare
from postprocess.lesion_description import LesionDescription
from postprocess.photo_quality import ADVICE, PhotoQuality
from postprocess.prevalence import SCREENING, SPECIALIST, in_setting
from tests.analyses import make_analysis
from webapp.alike_view import alike_card
from webapp.comparison_view import comparison_html
from webapp.description_view import description_card
from webapp.photo_view import photo_notes
from webapp.result import details_html, headline_html
from webapp.risk_view import RISK_MEANINGS
from webapp.service import Examined, Service
from webapp.setting_view import setting_words

_GOOD = PhotoQuality(side=600, blur=0.3, brightness=0.6, glare=0.0, hair=0.0, corner_light=0.9)


def _examined(**changes: object) -> Examined:
    return Examined(make_analysis(**changes), np.zeros((16, 16, 3), np.uint8), np.zeros((16, 16, 3), np.uint8))


def test_faults_of_the_photo_come_before_the_risk(analyzer: Analyzer) -> None:
    bad = dataclasses.replace(_GOOD, blur=0.9, hair=0.9)
    html = headline_html(_examined(photo_quality=bad), analyzer.spec)
    assert html.index(ADVICE["blurred"]) < html.index(ADVICE["hair"]) < html.index("<h2>High risk</h2>")
    assert photo_notes(make_analysis(photo_quality=_GOOD)) == photo_notes(make_analysis()) == ""


def test_a_clinical_photo_gets_a_warning_and_its_risk(analyzer: Analyzer) -> None:
    html = headline_html(_examined(is_clinical=True, ood_score=9.0), analyzer.spec)
    assert TEXTS["en"].clinical in html
    assert html.index("without a dermatoscope") < html.index("<h2>High risk</h2>")
    assert "cannot be judged" not in html
    assert "cannot be judged" in headline_html(_examined(is_clinical=False, ood_score=9.0), analyzer.spec)


def test_a_comparison_says_of_each_photo_what_is_wrong_with_it() -> None:
    good, blurred = (
        _examined(photo_quality=_GOOD),
        _examined(photo_quality=dataclasses.replace(_GOOD, blur=0.9), is_clinical=True),
    )
    html = comparison_html(good, blurred, compare(good.analysis, blurred.analysis), None, None, 1.0)
    second = html.index("<h3>Second photo")
    assert html.index(ADVICE["blurred"]) > html.index(TEXTS["en"].clinical) > second
    assert html.count(ADVICE["blurred"]) == 1


def _compared(first: dict, second: dict) -> str:
    before, now = _examined(**first), _examined(**second)
    return comparison_html(before, now, compare(before.analysis, now.analysis), None, None, 1.0)


@pytest.mark.parametrize(("first", "second"), [("HIGH", "HIGH"), ("HIGH", "LOW"), ("LOW", "HIGH"), ("MEDIUM", "LOW")])
def test_a_comparison_says_what_to_do_by_the_photo_that_looks_worse(first: str, second: str) -> None:
    html = _compared({"risk_level": first}, {"risk_level": second})
    level = "HIGH" if "HIGH" in (first, second) else "MEDIUM"
    banner = html[html.index("<section") : html.index("</section>")]
    assert RISK_MEANINGS[level] in banner
    assert f"class='sg-banner sg-{level.lower()}'" in banner
    # A screen reader says it, too.
    assert RISK_MEANINGS[level] in html[: html.index("<section")]


def test_a_comparison_with_a_photo_without_a_dermatoscope_does_not_reassure() -> None:
    html = _compared({"risk_level": "LOW"}, {"risk_level": "LOW", "is_clinical": True})
    assert RISK_MEANINGS["MEDIUM"] in html
    assert RISK_MEANINGS["LOW"] not in html


def test_two_photos_of_low_risk_are_never_shown_in_green() -> None:
    html = _compared({"risk_level": "LOW"}, {"risk_level": "LOW"})
    assert "class='sg-banner sg-error'" in html
    assert RISK_MEANINGS["LOW"] in html


@pytest.mark.parametrize("clinical", [0, 1])
def test_a_low_risk_without_a_dermatoscope_is_not_shown_in_green_beside_another(clinical: int) -> None:
    sides = [{"risk_level": "LOW", "is_clinical": side == clinical} for side in (0, 1)]
    html = _compared(*sides)
    levels = re.findall(r"<span class='sg-level sg-(\w+)'>Low risk</span>", html)
    assert levels == ["medium" if side == clinical else "low" for side in (0, 1)]
    assert "class='sg-banner sg-medium'" in html


def test_photos_of_different_kinds_are_said_to_be_before_any_change() -> None:
    html = _compared({}, {"is_clinical": True})
    assert "<h2>Photos of different kinds</h2>" in html
    assert html.index("may be only that, and no change") < html.index("The probability of cancer went from")
    assert "No change that the model can tell" not in html
    # A screen reader says it, too.
    assert "data-say='Photos of different kinds. One was taken through a dermatoscope, the other without" in html
    for same in (False, True):
        assert "different kinds" not in _compared({"is_clinical": same}, {"is_clinical": same})


def test_headings_leave_out_no_level(analyzer: Analyzer) -> None:
    bad = dataclasses.replace(_GOOD, blur=0.9)
    for changes in ({"is_clinical": True, "photo_quality": bad}, {"photo_quality": bad, "ood_score": 9.0}):
        examined = _examined(**changes)
        html = headline_html(examined, analyzer.spec) + details_html(examined, analyzer.spec)
        # Above them stands the h1 of the page.
        levels = [1, *map(int, re.findall(r"<h(\d)", html))]
        assert all(below <= above + 1 for above, below in itertools.pairwise(levels)), levels


def test_no_change_is_not_said_of_another_level() -> None:
    html = _compared({"risk_level": "LOW"}, {"risk_level": "HIGH"})
    assert "The level went from low risk to high risk." in html
    assert "No change" not in html
    assert "<h2>No change that the model can tell</h2>" in _compared({}, {})


def test_the_shift_to_a_screening_is_shown_beside_the_number_and_the_default_says_nothing(analyzer: Analyzer) -> None:
    html = headline_html(_examined(setting=in_setting(SCREENING, 0.65, 0.2)), analyzer.spec).replace("\N{NO-BREAK SPACE}", " ")
    # Odds 65/35 times (0.02 / 0.98) / (0.2 / 0.8): 13.2 %.
    assert "<strong>13 %</strong>" in html
    assert "65 %" in html
    assert "about 2 of 100 spots are cancer (assumed)" in html
    assert "The risk level stays: its limits keep missed cancers rare in either place." in html
    # The limits were fitted on dermoscopic photos.
    clinical = setting_words(make_analysis(setting=in_setting(SCREENING, 0.65, 0.2), is_clinical=True))
    assert "The risk level stays." in clinical
    assert "rare" not in clinical
    assert setting_words(make_analysis(setting=in_setting(SPECIALIST, 0.65, 0.2))) == setting_words(make_analysis()) == ""


def test_the_api_takes_a_setting(drawing_file: Path) -> None:
    answer = Service(DEFAULT_MODEL).predict(str(drawing_file), "openvino", 0, "en", "screening")
    assert answer["setting"] == "screening"
    assert answer["setting_cancer_probability"] < answer["cancer_probability"]


def test_alike_cases_are_counted_from_the_most_frequent_on() -> None:
    html = alike_card(make_analysis(alike_counts=(10, 35, 0, 0, 5, 0, 0, 0)))
    assert "Of the 50 training photos" in html
    assert "35 melanocytic nevus, 10 melanoma and 5 benign keratosis" in html
    assert alike_card(make_analysis()) == ""


def test_the_description_names_no_reason_of_the_network(analyzer: Analyzer) -> None:
    shares = {"white": 0.0, "red": 0.0, "light brown": 0.5, "dark brown": 0.5, "blue-grey": 0.0, "black": 0.0}
    html = details_html(_examined(description=LesionDescription((0.02, 0.03), 0.9, shares)), analyzer.spec)
    assert "colours: light brown, dark brown" in html.lower()
    assert "not the reason for its answer" in html
    assert "No spot stands out" in description_card(make_analysis())


@pytest.mark.parametrize("name", ["photo_quality", "setting", "description", "alike_counts"])
def test_a_result_without_a_part_is_shown_all_the_same(analyzer: Analyzer, name: str) -> None:
    assert "Eight diagnoses" in details_html(_examined(**{name: None}), analyzer.spec)
