"""What the page says: the risk in words, no reassurance where nothing can be judged, and nothing that is not escaped."""

import dataclasses
from html.parser import HTMLParser

import numpy as np
import pytest

from inference.analyzer import Analyzer
from llm.client import Recommendation
from tests.analyses import benign_analysis, make_analysis
from webapp.result import details_html, headline_html, recommendation_html
from webapp.service import Examined


def _examined(analysis) -> Examined:
    return Examined(analysis, np.zeros((16, 16, 3), np.uint8), (16, 24))


@pytest.mark.parametrize(("risk", "word"), [("HIGH", "High risk"), ("MEDIUM", "Medium risk"), ("LOW", "Low risk")])
def test_the_risk_is_said_in_a_word_and_an_icon(analyzer: Analyzer, risk: str, word: str) -> None:
    html = headline_html(_examined(make_analysis(risk_level=risk)), analyzer.spec)
    assert word in html
    assert "sg-icon" in html
    assert "65.0 %" in html
    assert "48.0 to 79.0 %" in html


def test_a_photo_that_cannot_be_judged_shows_no_risk_and_no_number_first(analyzer: Analyzer) -> None:
    examined = _examined(benign_analysis(ood_score=9.0))
    html = headline_html(examined, analyzer.spec)
    assert "cannot be judged" in html
    assert "risk</h2>" not in html
    assert "3.0 %" not in html
    assert "not reliable" in details_html(examined, analyzer.spec)


def test_every_class_and_part_is_named(analyzer: Analyzer) -> None:
    html = details_html(_examined(make_analysis()), analyzer.spec)
    for name in make_analysis().class_names:
        assert name in html
    for part in ("Confidence", "Track record", "Clear lead", "Stability"):
        assert part in html
    assert "melanoma and melanocytic nevus" in html
    assert "middle square" in html


def test_without_samples_that_is_said(analyzer: Analyzer) -> None:
    html = details_html(_examined(make_analysis(uncertainty=None)), analyzer.spec)
    assert "MC Dropout off" in html


def test_nothing_from_outside_becomes_markup(analyzer: Analyzer) -> None:
    evil = "<img src=x onerror=alert(1)>"
    analysis = dataclasses.replace(make_analysis(model_version=evil), class_names=(evil,) * 8)
    html = details_html(_examined(analysis), analyzer.spec) + recommendation_html(Recommendation(evil, "llm", ""))
    assert evil not in html


def test_tags_are_closed(analyzer: Analyzer) -> None:
    for analysis in (make_analysis(), make_analysis(ood_score=9.0), benign_analysis(uncertainty=None)):
        examined = _examined(analysis)
        _Balanced().check(headline_html(examined, analyzer.spec))
        _Balanced().check(details_html(examined, analyzer.spec))


class _Balanced(HTMLParser):
    def check(self, html: str) -> None:
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag not in ("img", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
