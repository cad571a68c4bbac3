"""What the page says: the risk in words, no reassurance where nothing can be judged, and nothing that is not escaped."""

import dataclasses
import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from inference.analyzer import Analyzer
from inference.model_spec import ModelSpec
from llm.client import Recommendation
from llm.texts import TEXTS
from postprocess.analysis import Analysis
from postprocess.certainty import CertaintyParts
from postprocess.risk import RiskThresholds
from postprocess.uncertainty import Uncertainty
from tests.analyses import benign_analysis, make_analysis
from webapp.result import details_html, error_html, headline_html, recommendation_html
from webapp.risk_view import RISK_MEANINGS
from webapp.service import Examined


@pytest.fixture(scope="session")
def spec(analyzer: Analyzer) -> ModelSpec:
    """The shipped model's, with thresholds and weights that a test can reckon with."""
    certainty = dataclasses.replace(analyzer.spec.fitted[1].certainty, weights=(0.25, 0.25, 0.25, 0.25))
    return _fitted(analyzer.spec, 1, risk=RiskThresholds(0.1, 0.4), certainty=certainty, heatmap_full_scale=2.0)


def _fitted(spec: ModelSpec, views: int, **changed: Any) -> ModelSpec:
    return dataclasses.replace(spec, fitted=spec.fitted | {views: dataclasses.replace(spec.fitted[views], **changed)})


def _examined(analysis: Analysis, shape: tuple[int, int] = (16, 24)) -> Examined:
    return Examined(analysis, np.zeros((*shape, 3), np.uint8), np.zeros((16, 16, 3), np.uint8))


def _text(html: str) -> str:
    return html.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(("risk", "word"), [("HIGH", "High risk"), ("MEDIUM", "Medium risk"), ("LOW", "Low risk")])
def test_the_risk_is_said_in_a_word_an_icon_and_to_a_screen_reader(spec: ModelSpec, risk: str, word: str) -> None:
    html = _text(headline_html(_examined(make_analysis(risk_level=risk)), spec))
    assert f"<h2>{word}</h2>" in html
    assert "class='sg-icon'" in html
    assert f"data-say='{word}. Probability of cancer 65 %.'" in html
    # At least: of ten runs, all lie inside.
    assert "At least 9 of 10 repeated runs gave <strong>48 % to 79 %</strong>" in html


def test_each_level_has_an_icon_of_its_own(spec: ModelSpec) -> None:
    banners = [headline_html(_examined(make_analysis(risk_level=risk)), spec) for risk in ("HIGH", "MEDIUM", "LOW")]
    assert len({html.split("</svg>")[0].split("<svg")[1] for html in banners}) == 3


# Limits 10 % and 40 %; each level takes a third of the scale: 0.25 is the middle of the second, 0.7 of the third.
@pytest.mark.parametrize(
    ("probability", "place"), [(0.05, "16.7"), (0.1, "33.3"), (0.25, "50.0"), (0.4, "66.7"), (0.7, "83.3")]
)
def test_the_marker_lies_in_the_third_of_its_level(spec: ModelSpec, probability: float, place: str) -> None:
    html = headline_html(_examined(make_analysis(cancer_probability=probability, uncertainty=None)), spec)
    assert f"<b style='left:{place}%'>" in html


def test_a_photo_without_a_dermatoscope_does_not_reassure(spec: ModelSpec) -> None:
    low = make_analysis(risk_level="LOW", cancer_probability=0.02, uncertainty=None)
    usual, clinical = (
        _text(headline_html(_examined(dataclasses.replace(low, is_clinical=each)), spec)) for each in (False, True)
    )
    for words in ("Few signs of skin cancer", "cancers are rarely missed"):
        assert words in usual
        assert words not in clinical
    assert "<h2>Low risk</h2>" in clinical
    for html, kind in ((usual, "low"), (clinical, "medium")):
        assert f"<section class='sg-banner sg-{kind}'>" in html
    assert "have a doctor look at this spot within the next few weeks" in clinical
    said = "Low risk. Probability of cancer 2.0 %."
    assert f"data-say='{said}'" in usual
    assert f"data-say='{said} Taken without a dermatoscope: a doctor should look at the spot in any case.'" in clinical


def test_the_limits_are_shown_however_small(spec: ModelSpec) -> None:
    small = _fitted(spec, 1, risk=RiskThresholds(0.00083, 0.193))
    html = _text(headline_html(_examined(make_analysis()), small))
    assert "<span>0.083 %</span><span>19 %</span>" in html


def test_an_interval_that_crosses_a_limit_is_pointed_out(spec: ModelSpec) -> None:
    def headline(low: float, high: float) -> str:
        sampled = Uncertainty(30, (low, high), 0.9, 0.8, 0.1, 0.9)
        return headline_html(_examined(make_analysis(uncertainty=sampled)), spec)

    assert "reach from low risk to high risk" in headline(0.05, 0.79)
    assert "reach from medium risk to high risk" in headline(0.3, 0.79)
    assert "repeated runs reach" not in headline(0.5, 0.79)
    # The answer of 0.65 lies outside of what the runs gave, so they alone reach nowhere.
    assert "The answer and its repeated runs reach from medium risk to high risk" in headline(0.2, 0.3)


@pytest.mark.parametrize(
    ("share", "words"), [(0.9996, "over 99.9 %"), (0.0004, "under 0.1 %"), (0.997, "99.7 %"), (0.5, "50 %")]
)
def test_a_probability_is_never_rounded_to_certainty(spec: ModelSpec, share: float, words: str) -> None:
    html = _text(headline_html(_examined(make_analysis(cancer_probability=share)), spec))
    assert f"<p class='sg-number'>{words}</p>" in html


def test_a_photo_that_cannot_be_judged_shows_no_risk_and_no_number_first(spec: ModelSpec) -> None:
    examined = _examined(benign_analysis(ood_score=9.0))
    html = headline_html(examined, spec)
    assert "cannot be judged" in html
    assert "distance 9.00, limit 1.50" in html
    assert "risk</h2>" not in html
    assert "sg-number" not in html
    details = details_html(examined, spec)
    assert details.index("<details") < details.index("sg-number")
    assert "not reliable" in details


def test_a_distance_just_beyond_the_limit_does_not_look_like_the_limit(spec: ModelSpec) -> None:
    html = headline_html(_examined(make_analysis(ood_score=1.34, ood_threshold=1.31)), spec)
    assert "distance 1.34, limit 1.31" in html


def test_the_limits_are_said_to_a_screen_reader(spec: ModelSpec) -> None:
    html = _text(headline_html(_examined(make_analysis()), spec))
    seen = re.sub(r"<div class='sg-scale' aria-hidden='true'>.*?</div></div>", "", html)
    assert "Low risk below 10 %, high risk from 40 % on, medium risk between." in seen


def test_every_class_and_part_is_named(spec: ModelSpec) -> None:
    html = details_html(_examined(make_analysis()), spec)
    for name in make_analysis().class_names:
        assert name in html
    for part in ("Confidence", "Track record", "Clear lead", "Stability"):
        assert part in html
    assert "melanoma and melanocytic nevus" in html


# Each time the part that costs most points: all weigh the same, so the smallest.
@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((0.2, 0.7, 0.5, 0.9), "its first choice, melanoma, reaches only 61 %"),
        ((0.6, 0.2, 0.5, 0.9), "with such answers it was right on only 20 of 100 validation photos"),
        ((0.6, 0.7, 0.1, 0.9), "melanocytic nevus (30 %) stays possible beside melanoma (61 %)"),
        ((0.6, 0.7, 0.5, 0.3), "only 30 of 100 repeated runs"),
    ],
)
def test_the_reason_for_doubt_is_the_part_that_cost_most(spec: ModelSpec, parts: tuple, reason: str) -> None:
    html = details_html(_examined(make_analysis(certainty_parts=CertaintyParts(*parts))), spec)
    assert f"Mainly because {reason}" in _text(html)


def test_unsteady_runs_that_cost_the_level_are_the_reason(spec: ModelSpec) -> None:
    certainty = dataclasses.replace(spec.fitted[1].certainty, high_from=80.0, medium_from=50.0)
    steady_enough = dataclasses.replace(spec, fitted={1: dataclasses.replace(spec.fitted[1], certainty=certainty)})

    def details(score: float, agreement: float) -> str:
        # The clear lead costs most points.
        parts = CertaintyParts(0.9, 0.95, 0.2, agreement)
        sampled = dataclasses.replace(make_analysis().uncertainty, agreement=agreement)
        level = certainty.level(score, agreement)
        analysis = make_analysis(certainty_parts=parts, certainty_score=score, certainty_level=level, uncertainty=sampled)
        return details_html(_examined(analysis), steady_enough)

    assert "Mainly because only 70 of 100 repeated runs came to the same diagnosis." in details(85.0, 0.7)
    assert "stays possible beside" in details(75.0, 0.7)
    assert "Mainly" not in details(85.0, 0.75)


def test_that_unsteady_runs_rule_out_high_is_said_whatever_they_count(spec: ModelSpec) -> None:
    certainty = dataclasses.replace(spec.fitted[1].certainty, weights=(0.3, 0.3, 0.4, 0.0))
    html = _text(details_html(_examined(make_analysis()), _fitted(spec, 1, certainty=certainty)))
    assert "it added nothing to the others; below 75 it rules out High" in html
    assert html.count("rules out High") == 1
    assert "rules out High" not in details_html(_examined(make_analysis(uncertainty=None)), spec)


def test_high_certainty_does_not_hide_that_a_cancer_is_left(spec: ModelSpec) -> None:
    probs = np.array([0.09, 0.90, 0.0, 0.0, 0.01, 0.0, 0.0, 0.0])
    sure = {"probs": probs, "certainty_level": "HIGH", "prediction_set": (1, 0, 4)}
    html = details_html(_examined(make_analysis(**sure)), spec)
    assert "All the same it does not rule out melanoma." in html
    assert "does not rule out" not in details_html(_examined(make_analysis(**sure | {"prediction_set": (1, 4)})), spec)
    # The likeliest one is named as the diagnosis.
    of_cancer = make_analysis(certainty_level="HIGH", prediction_set=(0, 1))
    assert "does not rule out" not in details_html(_examined(of_cancer), spec)


def test_the_prediction_set_says_what_was_aimed_at_and_what_came_of_it(spec: ModelSpec) -> None:
    def promise(measured: dict, views: int) -> str:
        return details_html(_examined(make_analysis(views=views)), dataclasses.replace(spec, measured_coverage=measured))

    aimed = "Chosen so that for 90 of 100 validation photos of each diagnosis the true one is among those not ruled out."
    measured = {1: {90: (0.871, 0.98)}, 8: {90: (0.5, 1.0)}}
    assert f"{aimed} On the test photos it was 87 to 98 of 100, depending on the diagnosis." in promise(measured, 1)
    assert f"{aimed} On the test photos it was 50 to 100 of 100, depending on the diagnosis." in promise(measured, 8)
    for other, views in (({1: {}, 8: {}}, 1), (measured | {8: {}}, 8), ({1: {80: (0.5, 1.0)}}, 1)):
        assert f"{aimed}</p>" in promise(other, views)


def test_limits_weights_and_colours_are_those_of_as_many_views(spec: ModelSpec) -> None:
    certainty = dataclasses.replace(spec.fitted[8].certainty, weights=(0.77, 0.23, 0.0, 0.0))
    other = _fitted(spec, 8, risk=RiskThresholds(0.2, 0.6), certainty=certainty, heatmap_full_scale=4.0)
    for views, low, counts, full in ((1, "10", "25", "200"), (8, "20", "77", "400")):
        examined = _examined(make_analysis(views=views))
        html = _text(headline_html(examined, other) + details_html(examined, other))
        assert f"<span>{low} %</span>" in html
        assert f"counts {counts} %" in html
        assert f"<span>{full}.0 or more</span>" in html


def test_what_is_no_cancer_yet_is_not_called_one(spec: ModelSpec) -> None:
    html = details_html(_examined(make_analysis()), spec)
    assert "Actinic keratosis <span class='sg-tag'>counted as cancer</span>" in html
    assert "Melanoma <span class='sg-tag'>cancer</span>" in html
    assert "sun damage that can turn into skin cancer; it is counted in the probability of cancer" in html


def test_the_banner_gives_the_times_of_the_advice() -> None:
    _, to_do = RISK_MEANINGS["HIGH"].split(". ", 1)
    assert to_do in TEXTS["en"].next_step["HIGH"]


def test_a_part_without_weight_is_said_not_to_count(spec: ModelSpec) -> None:
    certainty = dataclasses.replace(spec.fitted[1].certainty, weights=(0.3, 0.3, 0.398, 0.002))
    html = _text(details_html(_examined(make_analysis()), _fitted(spec, 1, certainty=certainty)))
    assert "counts 30 %" in html
    assert html.count("not counted") == 1
    assert "counts 0 %" not in html


def test_without_samples_that_is_said(spec: ModelSpec) -> None:
    examined = _examined(make_analysis(uncertainty=None))
    assert "No interval" in headline_html(examined, spec)
    assert "not measured" in details_html(examined, spec)


def test_the_square_that_was_judged_is_shown_on_a_photo_that_is_not_square(spec: ModelSpec) -> None:
    wide, tall, square = (details_html(_examined(make_analysis(), shape), spec) for shape in ((100, 200), (200, 100), (90, 90)))
    assert "style='inset:0 25.00%'" in wide
    assert "style='inset:25.00% 0'" in tall
    assert "the spot must lie inside" in wide
    assert "sg-crop" not in square


def test_the_scale_of_the_heat_map_is_absolute(spec: ModelSpec) -> None:
    strong, weak = (make_analysis(heatmap=np.full((3, 3), peak, np.float32)) for peak in (1.0, 0.1))
    for analysis, place, peak in ((strong, "50", "100.0"), (weak, "5", "10.0")):
        html = details_html(_examined(analysis), spec)
        assert "<span>200.0 or more</span>" in html
        assert f"<b style='left:{place}%'" in html
        assert f"this photo's highest: {peak}" in html
    assert "nearly empty" in details_html(_examined(weak), spec)
    assert "nearly empty" not in details_html(_examined(strong), spec)


@pytest.mark.parametrize(
    "evil", ["<img src=x onerror=alert(1)>", "'><script>alert(1)</script>", "${alert(1)}", "{{constructor}}"]
)
def test_nothing_from_outside_becomes_markup_or_a_template(spec: ModelSpec, evil: str) -> None:
    analysis = make_analysis(model_version=evil, engine=evil, class_names=(evil,) * 8)
    html = (
        details_html(_examined(analysis), spec) + recommendation_html(Recommendation(evil, "llm", ""), evil) + error_html(evil)
    )
    assert evil not in html
    assert evil.lower() not in html


def test_where_the_advice_comes_from_is_said() -> None:
    offline, failed, model = (Recommendation("x", *rest) for rest in (("offline", ""), ("offline", "too slow"), ("llm", "")))
    assert "it will appear here" in recommendation_html(offline, "en", awaited=True)
    # Too many calls, a pause, or another who asks the same: it was never asked.
    assert "no text of a language model could be had for this result" in recommendation_html(failed, "en")
    assert "Written by a language model" in recommendation_html(model, "en")
    assert "lang='uk'" in recommendation_html(offline, "uk")


def test_tags_are_closed(spec: ModelSpec) -> None:
    for analysis in (make_analysis(), make_analysis(ood_score=9.0), benign_analysis(uncertainty=None)):
        examined = _examined(analysis)
        _Balanced().check(headline_html(examined, spec))
        _Balanced().check(details_html(examined, spec))


class _Balanced(HTMLParser):
    def check(self, html: str) -> None:
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag not in ("img", "input"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
