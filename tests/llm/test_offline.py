"""The offline text is complete in every language and for every result, and keeps the rules that a service must keep."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from llm.check import find_problem
from llm.offline import offline_text
from llm.texts import LANGUAGES, TEXTS, Texts
from postprocess.analysis import Analysis
from postprocess.certainty import STEADY_FROM
from postprocess.uncertainty import Uncertainty
from tests.analyses import CODES, benign_analysis, make_analysis

LEVELS = ("LOW", "MEDIUM", "HIGH")
OTHERS_IN_THE_SET: tuple[tuple[int, ...], ...] = ((), (0, 2, 3, 7), (1, 4), tuple(range(8)))


def _sampled(agreement: float) -> Uncertainty:
    return Uncertainty(30, (0.48, 0.79), 0.9, 0.8, 0.1, agreement)


def _all_analyses() -> Iterator[Analysis]:
    """Every risk, certainty, class, kind of prediction set and steadiness; clinical photos; and some out of distribution."""
    steadiness = (_sampled(STEADY_FROM - 0.1), _sampled(STEADY_FROM), None)
    for risk, certainty, label, others, sampled in itertools.product(
        LEVELS, LEVELS, range(len(CODES)), OTHERS_IN_THE_SET, steadiness
    ):
        probs = np.full(len(CODES), 0.02)
        probs[label] = 0.86
        yield make_analysis(
            probs=probs,
            risk_level=risk,
            certainty_level=certainty,
            prediction_set=tuple(dict.fromkeys((label, *others))),
            uncertainty=sampled,
        )
    for risk, label, others in itertools.product(LEVELS, range(len(CODES)), OTHERS_IN_THE_SET):
        probs = np.full(len(CODES), 0.02)
        probs[label] = 0.86
        found = tuple(dict.fromkeys((label, *others)))
        yield make_analysis(probs=probs, risk_level=risk, prediction_set=found, is_clinical=True)
    for risk, certainty in itertools.product(LEVELS, LEVELS):
        yield make_analysis(risk_level=risk, certainty_level=certainty, ood_score=9.0)


def _different_texts(language: str) -> dict[str, Analysis]:
    return {offline_text(analysis, language): analysis for analysis in _all_analyses()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_whole_short_and_keeps_the_rules(language: str) -> None:
    texts = _different_texts(language)
    assert len(texts) > 300
    for text, analysis in texts.items():
        assert not set("{}[]_") & set(text)
        assert "  " not in text
        assert 80 <= len(text.split()) <= (200 if analysis.is_clinical else 170), text
        assert find_problem(text, analysis, language) is None, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_in_its_language(language: str) -> None:
    py3langid = pytest.importorskip("py3langid", reason="an independent reference; pip install py3langid")
    for text in _different_texts(language):
        assert py3langid.classify(text)[0] == language, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_class_and_level_has_words_of_its_own(language: str) -> None:
    texts = TEXTS[language]
    for table, keys in [
        (texts.names, CODES),
        (texts.looks_like, CODES),
        (texts.finding, LEVELS),
        (texts.next_step, LEVELS),
        (texts.certainty, LEVELS),
    ]:
        assert set(table) == set(keys)
        assert len(set(table.values())) == len(keys)


def test_no_sentence_was_left_in_another_language() -> None:
    def sentences(texts: Texts) -> set[str]:
        return {value for value in vars(texts).values() if isinstance(value, str)}

    for one, other in itertools.combinations(TEXTS.values(), 2):
        assert not sentences(one) & sentences(other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_photo_that_cannot_be_judged_gets_a_reason_and_help_but_no_finding(language: str) -> None:
    text = offline_text(make_analysis(ood_score=9.0), language)
    texts = TEXTS[language]
    assert text.startswith(f"{texts.not_judged} {texts.retake}")
    # Nothing of the result, whatever it says: neither class, nor risk, nor certainty.
    assert len({offline_text(base(ood_score=9.0), language) for base in (make_analysis, benign_analysis)}) == 1
    assert not any(name in text for name in texts.names.values())
    assert not any(words in text for words in (*texts.next_step.values(), *texts.certainty.values()))


@pytest.mark.parametrize(
    ("language", "high", "medium", "low"),
    [
        ("en", "within one to two weeks at the latest", "within the next few weeks", "next skin check"),
        ("es", "como muy tarde en una o dos semanas", "en las próximas semanas", "próxima revisión"),
        ("de", "spätestens in ein bis zwei Wochen", "in den nächsten Wochen", "nächsten Hautuntersuchung"),
        ("pl", "najpóźniej w ciągu jednego do dwóch tygodni", "w ciągu najbliższych tygodni", "przy najbliższym badaniu"),
        ("uk", "щонайпізніше протягом одного-двох тижнів", "протягом найближчих тижнів", "наступного огляду шкіри"),
    ],
)
def test_the_time_depends_on_the_risk(language: str, high: str, medium: str, low: str) -> None:
    assert high in offline_text(make_analysis(), language)
    assert medium in offline_text(make_analysis(risk_level="MEDIUM"), language)
    assert low in offline_text(benign_analysis(), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clinical_photo_of_low_risk_gets_a_warning_and_the_time_of_a_medium_one(language: str) -> None:
    texts, text = TEXTS[language], offline_text(benign_analysis(is_clinical=True, ood_score=9.0), language)
    assert f"{texts.clinical} {texts.next_step['MEDIUM']}" in text
    assert texts.next_step["LOW"] not in text
    # The level stays as the numbers say.
    assert texts.finding["LOW"].split("{")[0] in text
    assert texts.clinical not in offline_text(benign_analysis(), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clinical_photo_of_high_risk_keeps_its_time(language: str) -> None:
    texts, text = TEXTS[language], offline_text(make_analysis(is_clinical=True), language)
    assert f"{texts.clinical} {texts.next_step['HIGH']}" in text


def test_the_warning_about_clinical_photos_says_what_was_measured() -> None:
    measured = (Path(__file__).parents[2] / "docs" / "clinical_photos.md").read_text(encoding="utf-8")
    row = re.search(r"cancers that are not called low risk \| (0\.\d+)", measured)
    assert row, "where does docs/clinical_photos.md say now how many cancers are called a low risk?"
    assert round(1 / (1 - float(row[1]))) == 9
    for language, nine in {
        "en": "one cancer in nine",
        "es": "uno de cada nueve",
        "de": "neunten",
        "pl": "dziewiątym",
        "uk": "дев’ятому",
    }.items():
        assert nine in TEXTS[language].clinical


def test_low_risk_is_no_reassurance() -> None:
    text = offline_text(benign_analysis())
    assert "A low rating does not rule out skin cancer" in text
    assert "What it cannot rule out: melanoma." in text


def test_a_benign_class_does_not_hide_a_high_risk() -> None:
    text = offline_text(benign_analysis(risk_level="HIGH", cancer_probability=0.4))
    assert "looks most like an ordinary mole. Even so, the chance of skin cancer is too high" in text


def test_the_prediction_set_is_told_where_it_matters() -> None:
    assert "It may also be something else" in offline_text(make_analysis(prediction_set=(0, 1)))
    assert "It may also" not in offline_text(make_analysis(prediction_set=(0,)))
    both = offline_text(make_analysis(prediction_set=(0, 2, 1)))
    assert "cannot rule out: basal cell carcinoma. It may also be something else" in both
    # Beside a benign class, "something else" would say nothing.
    assert "It may also" not in offline_text(benign_analysis(prediction_set=(1, 4)))


def test_an_answer_that_changes_between_samples_is_called_so() -> None:
    assert "kept changing" in offline_text(make_analysis(uncertainty=_sampled(STEADY_FROM - 0.01)))
    assert "kept changing" not in offline_text(make_analysis(uncertainty=_sampled(STEADY_FROM)))
    assert "kept changing" not in offline_text(make_analysis(uncertainty=None))


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no language 'xx'; choose one of en, es, de, pl, uk"):
        offline_text(make_analysis(), "xx")
