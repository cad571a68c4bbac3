"""What a language model may not say is found; what it may say passes."""

import re
from dataclasses import replace

import pytest

from llm.check import MAX_WORDS, find_forbidden, find_missing, find_problem
from llm.offline import offline_text
from llm.rules import RULES
from llm.texts import LANGUAGES, TEXTS
from postprocess.analysis import Analysis
from postprocess.prevalence import SCREENING, in_setting
from tests.analyses import CODES, benign_analysis, make_analysis
from tests.llm.lies import CONDITIONAL_ADVICE, LIES
from tests.llm.written_texts import WRITTEN

GOOD = WRITTEN["en", "HIGH"]


def _analysis(risk_level: str) -> Analysis:
    return benign_analysis(uncertainty=None) if risk_level == "LOW" else make_analysis(risk_level=risk_level)


@pytest.mark.parametrize(("language", "risk_level"), WRITTEN)
def test_what_a_good_model_writes_passes(language: str, risk_level: str) -> None:
    assert find_problem(WRITTEN[language, risk_level], _analysis(risk_level), language) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("risk_level", ["HIGH", "MEDIUM", "LOW"])
def test_no_lie_passes_at_the_beginning_in_the_middle_or_at_the_end(language: str, risk_level: str) -> None:
    sentences = WRITTEN[language, risk_level].split(". ")
    for lie in LIES[language][risk_level]:
        for place in (0, 2, len(sentences)):
            parts = [*sentences[:place], lie.rstrip("."), *sentences[place:]]
            text = ". ".join(part.rstrip(".") for part in parts) + "."
            assert find_problem(text, _analysis(risk_level), language) is not None, lie


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("told", "true"),
    [("LOW", "HIGH"), ("LOW", "MEDIUM"), ("MEDIUM", "HIGH"), ("HIGH", "LOW"), ("MEDIUM", "LOW"), ("HIGH", "MEDIUM")],
)
def test_a_text_for_another_risk_is_refused(language: str, told: str, true: str) -> None:
    text = offline_text(make_analysis(risk_level=told), language)
    assert find_problem(text, make_analysis(risk_level=true), language) is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_in_another_language_is_refused(language: str) -> None:
    for other in set(LANGUAGES) - {language}:
        assert find_problem(WRITTEN[other, "HIGH"], make_analysis(), language) is not None
        mixed = f"{WRITTEN[language, 'HIGH']} {WRITTEN[other, 'HIGH'].split('. ')[0]}."
        assert find_problem(mixed, make_analysis(), language) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Пожалуйста, обратитесь к дерматологу в ближайшие дни. Программа оценивает риск как высокий, пятно похоже на меланому.",
        "Marque uma consulta com um dermatologista nos próximos dias. O programa considera alto o risco desta foto.",
        "Prosím, navštivte dermatologa v příštích dnech. Program hodnotí riziko na této fotografii jako vysoké.",
        "Maak de komende dagen een afspraak bij een dermatoloog. Het programma schat het risico van deze foto als hoog in.",
    ],
    ids=["ru", "pt", "cs", "nl"],
)
def test_neighbouring_languages_are_told_apart(text: str) -> None:
    for language in LANGUAGES:
        assert find_problem(f"{text} " * 4, make_analysis(), language) in ("markup", "word")


@pytest.mark.parametrize(
    "markup",
    [
        "<img src=x onerror=alert(1)>",
        "<script>alert(1)</script>",
        "<svg onload=alert(1)>",
        "<style>body{display:none}</style>",
        "<iframe src='//host'></iframe>",
        "&lt;b&gt;",
        "&#60;",
        "[more](javascript:alert(1))",
        "![x](https://host/x.png)",
        "https://host",
        "www.host.com",
        "See host.com for more.",
        "javascript:alert(1)",
        "a@b.c",
        "**now**",
        "__now__",
        "# Advice",
        "`now`",
        "| a | b |",
        "~~not~~",
        "$$\\frac{1}{2}$$",
        "\\(x\\)",
        "\u202enow",
        "\u2066now\u2069",
        "n\u200bow",
        "now\u00ad",
        "now\x00",
        "now\x1b[31m",
        "nоw",  # with a Cyrillic o
        "ｎow",
        "\n- see a doctor",
        "\n1. see a doctor",
        "😀",
    ],
)
def test_markup_and_odd_signs_are_refused(markup: str) -> None:
    assert find_problem(f"{GOOD} {markup}", make_analysis(), "en") in ("markup", "word", "number")


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("The probability of cancer is 64%.", "number"),
        ("The probability of cancer is 6.5%.", "number"),
        ("The probability of cancer is ٦٥%.", "markup"),
        ("The probability of cancer is 65.", "number"),
        ("The probability of cancer is 0.65.", "number"),
        ("The probability of cancer is 48%.", "number"),
        ("The probability of cancer is %.", "number"),
        ("The probability of it is 65%.", "number"),
        ("See a doctor within 2 weeks.", "number"),
        ("The spot looks most like an ordinary mole.", "class"),
        ("The risk is moderate.", "risk"),
        ("See a doctor in the next few weeks.", "too late"),
        ("It is melanoma.", "statement"),
        ("It looks like squamous cell carcinoma.", "word"),
    ],
)
def test_a_broken_rule_is_named(sentence: str, problem: str) -> None:
    assert find_problem(f"{GOOD} {sentence}", make_analysis(), "en") == problem


def test_percentages_may_be_written_in_any_usual_way() -> None:
    for way in ("65%", "65 %", "65\u00a0%", "between 48 and 79%", "from 48% to 79%", "48–79 %"):
        assert find_forbidden(f"The probability of cancer is {way}.", make_analysis(), "en") is None, way


@pytest.mark.parametrize(
    ("language", "sentence", "interval"),
    [
        ("en", "The probability of cancer is {}.", "between {}% and {}%"),
        ("es", "La probabilidad de cáncer es de {}.", "entre el {} % y el {} %"),
        ("es", "La probabilidad de cáncer es {}.", "del {} % al {} %"),
        ("de", "Die Wahrscheinlichkeit für Krebs liegt bei {}.", "zwischen {} % und {} %"),
        ("de", "Die Wahrscheinlichkeit für Krebs liegt bei {}.", "{} bis {} %"),
        ("pl", "Prawdopodobieństwo nowotworu wynosi {}.", "od {}% do {}%"),
        ("uk", "Ймовірність раку становить {}.", "від {}% до {}%"),
    ],
)
def test_percentages_stand_only_for_what_they_were_told_for(language: str, sentence: str, interval: str) -> None:
    def problem(words: str, analysis: Analysis) -> str | None:
        return find_forbidden(sentence.format(words), analysis, language)

    told, swapped, half = interval.format(48, 79), interval.format(65, 79), interval.format(48, 65)
    for right in ("65%", told, f"65%, {told}", f"{told}, 65%"):
        assert problem(right, make_analysis()) is None, right
    lies = ("48%", "79%", swapped, half, f"48%, {swapped}", f"{swapped}, 48%", f"79%, {half}", "48%, 79%", "65%, 48%, 79%")
    for lie in (*lies, "65%, 65%", f"{told}, {told}", f"65%, {told}, 65%"):
        assert problem(lie, make_analysis()) == "number", lie
    # Equal numbers stay right, what was not sampled has no interval, and a screening's probability is not told.
    equal = make_analysis(uncertainty=replace(make_analysis().uncertainty, cancer_interval=(0.65, 0.65)))
    assert problem(f"65%, {interval.format(65, 65)}", equal) is None
    assert problem(told, make_analysis(uncertainty=None)) == "number"
    assert problem("13%", make_analysis(setting=in_setting(SCREENING, 0.65, 0.2))) == "number"


@pytest.mark.parametrize(
    ("language", "right", "wrong"),
    [
        ("en", "To the program the probability of cancer is {}.", "The probability of cancer is up to this {}."),
        ("es", "El programa calcula una probabilidad de cáncer del {}.", "La probabilidad de cáncer es de hasta este {}."),
        ("de", "Das Programm stuft das Risiko ein: Krebs mit {}.", "Die Wahrscheinlichkeit für Krebs liegt bis an die {}."),
        ("pl", "Program szacuje prawdopodobieństwo nowotworu na {}.", "Prawdopodobieństwo nowotworu jest aż do {}."),
        ("uk", "Програма оцінює ймовірність раку в {}.", "Ймовірність раку становить і до {}."),
    ],
)
def test_no_word_makes_a_limit_of_an_estimate(language: str, right: str, wrong: str) -> None:
    for percentage, risk_level in (("65%", "HIGH"), ("65 %", "MEDIUM"), ("3%", "LOW")):
        assert find_forbidden(right.format(percentage), _analysis(risk_level), language) is None
        assert find_forbidden(wrong.format(percentage), _analysis(risk_level), language) == "number"


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "  ", "\n"])
def test_no_white_space_hides_a_statement(space: str) -> None:
    assert find_problem(f"{GOOD} It is{space}melanoma.", make_analysis(), "en") == "statement"
    assert find_problem(f"{GOOD} Show it{space}only{space}if it bleeds.", make_analysis(), "en") in ("condition", "statement")


def test_a_text_has_a_length() -> None:
    assert find_problem("Please see a doctor within days, for the risk is high.", make_analysis(), "en") == "length"
    assert find_problem("Please see a doctor within days. " * (MAX_WORDS // 6 + 1), make_analysis(), "en") == "length"
    assert find_problem("", make_analysis(), "en") == "length"


def test_the_advice_must_be_there_and_must_not_depend_on_a_condition() -> None:
    start = "The program rates the risk for this photo as high."
    high = make_analysis()
    assert find_missing(start, high, "en") == "no doctor"
    assert find_missing(f"{start} A doctor should look at it.", high, "en") == "no urgency"
    assert find_missing(f"{start} See a doctor within days if it bleeds.", high, "en") == "no urgency"
    assert find_missing(f"{start} See a doctor within days.", high, "en") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_advice_under_a_condition_is_not_enough_in_any_language(language: str) -> None:
    text = offline_text(make_analysis(), language).split(". ")
    # Only the sentence about changes that should not wait still sends to a doctor at once.
    without_advice = ". ".join(part for part in text if not _is_unconditional_advice(part.lower(), language))
    assert find_missing(without_advice, make_analysis(), language) == "no urgency"


@pytest.mark.parametrize("language", LANGUAGES)
def test_advice_that_depends_on_the_future_is_not_enough(language: str) -> None:
    finding = TEXTS[language].finding["HIGH"].format(looks_like=TEXTS[language].looks_like["MEL"])
    for advice in CONDITIONAL_ADVICE[language]:
        for risk_level in ("HIGH", "MEDIUM"):
            assert find_missing(f"{finding} {advice}", make_analysis(risk_level=risk_level), language) == "no urgency", advice


@pytest.mark.parametrize("sentence", ["See a doctor at once if it bleeds.", "Take another photo until then."])
def test_words_that_can_put_off_may_do_otherwise(sentence: str) -> None:
    assert find_problem(f"{GOOD} {sentence}", make_analysis(), "en") is None


@pytest.mark.parametrize(
    ("language", "lie"), [("en", "You can leave the spot unchecked."), ("pl", "Można zostawić tę zmianę bez badania.")]
)
def test_words_of_the_offline_text_are_not_turned_round(language: str, lie: str) -> None:
    analysis = benign_analysis(risk_level="HIGH", cancer_probability=0.4)
    text = offline_text(analysis, language)
    assert find_problem(text, analysis, language) is None
    assert find_problem(f"{text} {lie}", analysis, language) == "statement"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("risk_level", ["HIGH", "MEDIUM"])
def test_of_a_clinical_photo_the_warning_must_be_there_word_for_word(language: str, risk_level: str) -> None:
    analysis = make_analysis(risk_level=risk_level, is_clinical=True)
    text, warning = WRITTEN[language, risk_level], TEXTS[language].clinical
    assert find_problem(text, analysis, language) == "no warning"
    first, rest = text.split(". ", 1)
    for good in (f"{warning} {text}", f"{first}. {warning} {rest}", f"{text}\n{warning}"):
        assert find_problem(good, analysis, language) is None
        # Of another photo it is not true.
        assert find_problem(good, make_analysis(risk_level=risk_level), language) is not None
    words = warning.split()
    for place in range(len(words)):
        without = " ".join([*words[:place], *words[place + 1 :]])
        assert find_problem(f"{text} {without}", analysis, language) is not None, without


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clinical_photo_never_gets_the_time_of_a_low_risk(language: str) -> None:
    analysis, warning = benign_analysis(uncertainty=None, is_clinical=True), TEXTS[language].clinical
    for text in (WRITTEN[language, "LOW"], offline_text(benign_analysis(uncertainty=None), language)):
        assert find_problem(f"{warning} {text}", analysis, language) in ("too late", "word")
    low = TEXTS[language].finding["LOW"].format(looks_like=TEXTS[language].looks_like["NV"])
    # That a doctor should look at it in the warning says no time.
    assert find_missing(f"{low} {warning} {TEXTS[language].see_at_once}", analysis, language) in ("no doctor", "no urgency")
    assert find_missing(f"{low} {warning} {TEXTS[language].next_step['MEDIUM']}", analysis, language) is None


def test_the_words_of_the_warning_may_not_be_used_elsewhere() -> None:
    analysis = make_analysis(risk_level="MEDIUM", is_clinical=True)
    assert find_forbidden("See a doctor within six weeks.", analysis, "en") == "word"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_beginning_of_a_text_about_a_clinical_photo_is_refused(language: str) -> None:
    analysis = benign_analysis(is_clinical=True)
    text = offline_text(analysis, language)
    for end in (match.end() for match in re.finditer(r"[.!?](?= |$)", text)):
        assert find_forbidden(text[:end], analysis, language) is None, text[:end]


def _is_unconditional_advice(sentence: str, language: str) -> bool:
    rules = RULES[language]
    return bool(re.search(rules.within_days, sentence)) and not re.search(rules.condition, sentence)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_all_classes_and_levels(language: str) -> None:
    rules = RULES[language]
    assert set(rules.classes) == set(CODES)
    assert set(rules.levels) == {"HIGH", "MEDIUM", "LOW"}
    assert set(rules.too_late) == {"HIGH", "MEDIUM"}
    words = rules.other_words.split()
    assert all(set(word) <= set(rules.letters + "’") for word in words), set("".join(words)) - set(rules.letters)
