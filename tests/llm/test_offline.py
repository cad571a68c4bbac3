"""The offline text is complete in every language and for every result, and keeps the rules that a service must keep."""

import itertools

import pytest

from llm.check import find_problem
from llm.offline import offline_text
from llm.texts import LANGUAGES, TEXTS
from tests.analyses import CODES, benign_analysis, make_analysis

RISKS, CERTAINTIES = ("LOW", "MEDIUM", "HIGH"), ("LOW", "MEDIUM", "HIGH")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_whole_and_keeps_the_rules(language: str) -> None:
    for risk, certainty, odd in itertools.product(RISKS, CERTAINTIES, (False, True)):
        for base in (make_analysis, benign_analysis):
            analysis = base(risk_level=risk, certainty_level=certainty, ood_score=9.0 if odd else 1.0)
            text = offline_text(analysis, language)
            assert "{" not in text
            assert 55 <= len(text.split()) <= 190
            assert find_problem(text, analysis, language) is None, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_class_and_level_has_its_words(language: str) -> None:
    texts = TEXTS[language]
    assert set(texts.classes) == set(CODES)
    for table in (texts.finding, texts.next_step, texts.certainty):
        assert set(table) == set(RISKS)
        assert len(set(table.values())) == 3


def test_languages_differ() -> None:
    assert len({offline_text(make_analysis(), language) for language in LANGUAGES}) == len(LANGUAGES)


def test_a_photo_that_cannot_be_judged_gets_no_finding() -> None:
    text = offline_text(make_analysis(ood_score=9.0))
    assert "cannot be judged" in text
    assert "melanoma" not in text
    assert "within one to two weeks" not in text


def test_high_risk_says_how_soon_and_low_risk_does_not_reassure() -> None:
    assert "within one to two weeks" in offline_text(make_analysis())
    low = offline_text(benign_analysis())
    assert "next skin check" in low
    assert "It does not rule out: melanoma." in low


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no language 'xx'; choose one of en, es, de, pl, uk"):
        offline_text(make_analysis(), "xx")
