"""What a language model may not say is found; what it may say passes."""

import pytest

from llm.check import find_problem
from tests.analyses import benign_analysis, make_analysis

GOOD = (
    "The program sees signs in this photo that can occur in skin cancer, and to it the spot looks most like melanoma. It "
    "puts the probability of cancer at 65%, and it is moderately sure of that. This is not a diagnosis. Please make an "
    "appointment with a dermatologist within one to two weeks, and sooner if the spot bleeds or grows. Only a doctor who "
    "examines your skin can tell."
)


def test_a_good_text_passes() -> None:
    assert find_problem(GOOD, make_analysis(), "en") is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: "See a doctor.", "length"),
        (lambda text: text * 5, "length"),
        (lambda text: text + " <img src=x onerror=alert(1)>", "markup"),
        (lambda text: text + " Read [more](javascript:alert(1)).", "markup"),
        (lambda text: text + " Visit https://example.com now.", "markup"),
        (lambda text: text + " \u202egnisrever", "markup"),
        (lambda text: text + " Take 20 mg of it daily.", "dose"),
        (lambda text: text.replace("65%", "12%"), "number"),
        (lambda text: text.replace("65%", "6 percent"), "number"),
        (lambda text: text.replace("dermatologist", "friend").replace("doctor", "friend"), "no doctor"),
        (lambda text: text + " You have melanoma.", "diagnosis"),
        (lambda text: text + " It is benign.", "diagnosis"),
        (lambda text: text + " There is nothing to worry about.", "reassurance"),
    ],
)
def test_a_broken_rule_is_named(change, problem: str) -> None:
    assert find_problem(change(GOOD), make_analysis(), "en") == problem


def test_reassurance_is_refused_at_low_risk_too() -> None:
    text = GOOD.replace("65%", "3%") + " The spot is harmless."
    assert find_problem(text, benign_analysis(uncertainty=None), "en") == "reassurance"


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "Es inofensiva."), ("de", "Es ist harmlos."), ("pl", "To nieszkodliwe."), ("uk", "Це нешкідливо.")],
)
def test_reassurance_is_known_in_every_language(language: str, words: str) -> None:
    from llm.offline import offline_text

    text = offline_text(make_analysis(), language)
    assert find_problem(f"{text} {words}", make_analysis(), language) in ("reassurance", "diagnosis")
