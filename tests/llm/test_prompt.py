"""The service is told the numbers and words of the result, and nothing of the photo or the person."""

import json
from dataclasses import replace

import numpy as np
import pytest

from llm.facts import told_classes, told_facts, told_percentages
from llm.offline import offline_text
from llm.prompt import build_messages
from llm.texts import LANGUAGES, TEXTS
from tests.analyses import benign_analysis, make_analysis


def test_the_facts_are_those_of_the_analysis() -> None:
    assert told_facts(make_analysis(), "de") == {
        "risk_level": "HIGH",
        "cancer_probability_percent": 65,
        "looks_most_like": "Melanom",
        "cannot_be_ruled_out": ["Melanom", "gewöhnliches Muttermal"],
        "certainty_of_the_program": "MEDIUM",
        "cancer_probability_in_repeated_runs_percent": {"from": 48, "to": 79},
    }
    assert told_percentages(make_analysis()) == [65, 48, 79]
    assert told_classes(make_analysis()) == {"MEL", "NV"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_clinical_photo_the_warning_and_another_time_are_told(language: str) -> None:
    analysis, warning = benign_analysis(is_clinical=True), TEXTS[language].clinical
    assert told_facts(analysis, language)["warning_about_the_photo"] == warning
    assert "warning_about_the_photo" not in told_facts(benign_analysis(), language)
    rules = build_messages(analysis, language)[0]["content"]
    assert warning in rules
    assert "repeat the warning about the photo word for word" in rules
    assert "The risk is low: within a few weeks." in rules
    usual = build_messages(benign_analysis(), language)[0]["content"]
    assert "warning" not in usual
    assert "The risk is low: at the next skin check" in usual


def test_what_was_not_sampled_is_not_told() -> None:
    facts = told_facts(benign_analysis(uncertainty=None), "en")
    assert "cancer_probability_in_repeated_runs_percent" not in facts
    assert facts["cancer_probability_percent"] == 3


@pytest.mark.parametrize(("probability", "percent"), [(0.0, 1), (0.004, 1), (0.5, 50), (0.997, 99), (1.0, 99)])
def test_no_percentage_claims_certainty(probability: float, percent: int) -> None:
    assert told_percentages(make_analysis(cancer_probability=probability, uncertainty=None)) == [percent]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_messages_hold_rules_example_and_facts_and_nothing_else(language: str) -> None:
    analysis = make_analysis()
    system, user = build_messages(analysis, language)
    assert (system["role"], user["role"]) == ("system", "user")
    assert TEXTS[language].language in system["content"]
    assert offline_text(analysis, language) in system["content"]
    assert json.loads(user["content"].removeprefix("Facts: ")) == told_facts(analysis, language)
    assert "{" not in system["content"]


def test_the_messages_do_not_depend_on_anything_but_the_facts() -> None:
    other = replace(make_analysis(), heatmap=np.zeros((9, 9), np.float32), model_version="other", engine="torch", ood_score=0.1)
    assert build_messages(other, "en") == build_messages(make_analysis(), "en")


def test_the_numbers_of_a_photo_that_cannot_be_judged_are_told_to_nobody() -> None:
    analysis = make_analysis(ood_score=9.0)
    with pytest.raises(ValueError, match="cannot be judged"):
        build_messages(analysis, "en")
    assert told_percentages(analysis) == []
    assert told_classes(analysis) == set()
