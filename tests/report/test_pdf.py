"""The report on paper: one page in every language, every number on it, nothing that must not stand there."""

import json
import re

import numpy as np
import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from llm.client import Recommendation
from llm.offline import offline_text
from llm.texts import LANGUAGES, TEXTS
from postprocess.analysis import Analysis
from postprocess.photo_quality import ADVICE, PhotoQuality
from postprocess.prevalence import SCREENING, in_setting
from report.pdf import NAME_MM, NAME_POINTS, build_pdf
from report.record import Record, make_record
from report.sheet import FONTS, Sheet
from report.words import WORDS
from tests.analyses import benign_analysis, make_analysis

FULL_SCALE = 2.0


def _record(analysis: Analysis, height: int = 120, width: int = 180, measured: tuple[float, float] | None = None) -> Record:
    noise = np.random.default_rng(0).integers(0, 255, (height, width, 3), np.uint8)
    return make_record(analysis, noise, noise[:96, :96].copy(), FULL_SCALE, measured)


def _page_text(pdf: bytes) -> str:
    """The text of the only page, every white space one space."""
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return re.sub(r"\s+", " ", document[0].get_textpage().get_text_bounded())


def _report(analysis: Analysis, language: str = "en", text: str | None = None, source: str = "offline") -> str:
    recommendation = Recommendation(text or offline_text(analysis, language), source, "")
    return _page_text(build_pdf(_record(analysis), recommendation, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_page_in_every_language_holds_the_whole_advice(language: str) -> None:
    analysis = make_analysis()
    text = _report(analysis, language)
    assert offline_text(analysis, language) in text
    assert WORDS[language].disclaimer in text


def test_every_number_of_the_analysis_is_on_the_page() -> None:
    text = _report(make_analysis())
    for number in ("High risk", "65 %", "48 % to 79 %", "30 runs", "melanoma (cancer) 61 %", "ordinary mole 30 %"):
        assert number in text
    # At least: of ten runs, all lie inside.
    assert "At least 9 of 10 repeated runs gave" in text
    for number in ("63 of 100", "Confidence 61", "Track record 70", "Clear lead 31", "Stability 90"):
        assert number in text
    assert "Not ruled out: melanoma, ordinary mole." in text
    assert "Model test (openvino). Distance from the training photos 1.00, limit 1.50." in text
    # The heat map is 1 everywhere, half of the scale of 2.
    assert "100.00 percentage points" in text
    assert "full colour from 200.00" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_prediction_set_says_what_was_aimed_at_and_what_came_of_it(language: str) -> None:
    analysis, words = make_analysis(prediction_set=tuple(range(8))), WORDS[language]
    recommendation = Recommendation(offline_text(analysis, language), "offline", "")
    text = _page_text(build_pdf(_record(analysis, measured=(0.828, 1.0)), recommendation, language))
    aimed, measured = words.promise.format(coverage=90), words.measured.format(low=83, high=100)
    assert f"{aimed} {measured}" in text
    assert offline_text(analysis, language) in text
    without = _report(analysis, language)
    assert aimed in without
    assert measured not in without


def test_what_was_not_measured_is_no_row() -> None:
    words = WORDS["en"].parts
    text = _report(make_analysis(uncertainty=None))
    assert words["prediction_stability"] not in text
    assert f"{words['decision_clarity']} 31" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_no_cancer_yet_is_not_called_one(language: str) -> None:
    text, words, names = _report(make_analysis(), language), WORDS[language], TEXTS[language].names
    assert f"{names['AK']} ({words.counted})" in text
    assert f"{names['AK']} ({words.cancer})" not in text
    assert f"{names['SCC']} ({words.cancer})" in text
    assert words.counted_note in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_of_a_row_fits_on_its_line(language: str) -> None:
    words, names, sheet = WORDS[language], TEXTS[language].names, Sheet(language, "")
    tags = dict.fromkeys(("MEL", "BCC", "SCC"), f" ({words.cancer})") | {"AK": f" ({words.counted})"}
    line = sheet.text_height("x", NAME_MM, NAME_POINTS)
    for name in [*(name + tags.get(code, "") for code, name in names.items()), *words.parts.values()]:
        assert sheet.text_height(name, NAME_MM, NAME_POINTS) == line, name


def test_the_polish_report_does_not_call_every_cancer_a_carcinoma() -> None:
    words = [word for value in vars(WORDS["pl"]).values() for word in re.findall(r"\w+", str(value).lower())]
    assert "nowotwór" in words
    assert not {"rak", "raka", "rakiem", "raku", "rakowi"} & set(words)


def test_numbers_are_written_as_the_language_writes_them() -> None:
    analysis = benign_analysis(cancer_probability=0.034, uncertainty=None)
    english, polish = _report(analysis, "en"), _report(analysis, "pl")
    assert "3.4 %" in english
    assert "under 0.1 %" in english
    assert "No interval" in english
    assert "3,4 %" in polish
    assert "poniżej 0,1 %" in polish


def test_a_low_risk_without_a_dermatoscope_is_not_printed_in_green() -> None:
    def banner(**changes: object) -> set[tuple[int, int, int]]:
        analysis = benign_analysis(**changes)
        pdf = build_pdf(_record(analysis), Recommendation(offline_text(analysis, "en"), "offline", ""), "en")
        assert "Low risk" in _page_text(pdf)
        page = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_numpy()[..., 2::-1]
        # Its stripe, icon and background; the bars of the diagnoses below are green, too.
        return {tuple(pixel) for pixel in page[150:230, : page.shape[1] // 2].reshape(-1, 3).tolist()}

    green, yellow = (13, 102, 95), (138, 75, 6)
    assert green in banner()
    assert yellow not in banner()
    assert yellow in banner(is_clinical=True)
    assert green not in banner(is_clinical=True)


@pytest.mark.parametrize("language", ["de", "uk"])
def test_a_photo_that_cannot_be_judged_gets_no_risk_and_no_probability(language: str) -> None:
    text = _report(make_analysis(ood_score=9.0), language)
    assert WORDS[language].not_judged in text
    assert "%" not in text
    assert not any(title in text for title in WORDS[language].risk.values())


@pytest.mark.parametrize(("height", "width"), [(400, 100), (200, 200)])
def test_photos_of_any_shape_leave_one_page(height: int, width: int) -> None:
    record = _record(make_analysis(), height, width)
    text = _page_text(build_pdf(record, Recommendation(offline_text(record.analysis, "pl"), "offline", ""), "pl"))
    assert ("kwadrat" in text) == (height != width)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_makes_the_numbers_less_reliable_stands_above_them(language: str) -> None:
    worst = PhotoQuality(side=90, blur=1.0, brightness=0.1, glare=0.5, hair=0.9, corner_light=0.0)
    setting = in_setting(SCREENING, 0.65, 0.18)
    analysis = make_analysis(is_clinical=True, photo_quality=worst, setting=setting)
    words, text = WORDS[language], _report(analysis, language)
    assert set(words.faults) == set(ADVICE)
    faults = ", ".join(words.faults[name] for name in worst.problems)
    for sentence in (words.clinical, words.photo_faults.format(faults=faults), words.percent(setting.cancer_probability)):
        assert text.index(re.sub(r"\s+", " ", sentence)) < text.index(words.diagnoses)
    assert offline_text(analysis, language) in text
    # Twice: as a caution, and in the advice.
    assert text.count(words.clinical) == 2
    assert words.clinical not in _report(make_analysis(), language)
    unjudged = _report(make_analysis(setting=setting, ood_score=9.0), language)
    assert re.sub(r"\s+", " ", words.percent(setting.cancer_probability)) not in unjudged


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_a_screening_the_report_says_why_the_level_stays(language: str) -> None:
    words, setting = WORDS[language], in_setting(SCREENING, 0.65, 0.18)
    stays, holds = (re.sub(r"\s+", " ", sentence) for sentence in (words.level_stays, words.limits_hold))
    assert f"{stays} {holds}" in _report(make_analysis(setting=setting), language)
    assert stays not in _report(make_analysis(), language)
    # Of clinical photos the limits let many cancers pass.
    clinical = _report(make_analysis(setting=setting, is_clinical=True), language)
    assert stays in clinical
    assert holds not in clinical
    assert stays not in _report(make_analysis(setting=setting, ood_score=9.0), language)


def test_the_german_report_says_whose_limits_they_are() -> None:
    # "Ihre Grenzen" reads as the reader's.
    assert WORDS["de"].limits_hold.startswith("Die Grenzen der Stufen sind so gewählt, ")


def test_a_language_models_long_text_is_set_smaller_and_said_to_be_one() -> None:
    # Twice as long as the rules let one be.
    text = _report(make_analysis(), text="See a doctor soon. " * 130, source="llm")
    assert text.count("See a doctor soon.") == 130
    assert "Written by a language model" in text


def test_a_text_that_fits_no_page_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        _report(make_analysis(), text="See a doctor soon. " * 400)


def test_the_fonts_have_every_letter_of_every_language() -> None:
    def letters(value: object) -> set[str]:
        if isinstance(value, str):
            return set(value)
        return set().union(*map(letters, value.values())) if isinstance(value, dict) else set()

    needed = {
        letter for texts in (*WORDS.values(), *TEXTS.values()) for value in vars(texts).values() for letter in letters(value)
    }
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        assert {letter for letter in needed if ord(letter) not in TTFont(FONTS / name).getBestCmap()} == set()


def test_languages_and_keys_are_those_of_the_recommendation() -> None:
    assert tuple(WORDS) == LANGUAGES
    for words in WORDS.values():
        assert set(words.risk) == set(words.certainty_levels) == {"HIGH", "MEDIUM", "LOW"}
        assert list(words.parts) == list(make_analysis().certainty_parts._asdict())


def test_the_json_has_id_time_disclaimer_and_the_apis_fields() -> None:
    record = _record(make_analysis())
    written = json.loads(json.dumps(record.to_json_object("See a doctor.", "No diagnosis.")))
    assert list(written)[:3] == ["report_id", "made", "disclaimer"]
    assert written["report_id"] in record.file_stem
    # `/recommend_api` would not know it.
    assert "analysis_id" not in written
    assert written["made"].endswith("+00:00")
    assert written["cancer_probability"] == pytest.approx(65)
    assert written["recommendation"] == "See a doctor."


def test_ids_differ_and_a_large_photo_is_not_kept_whole() -> None:
    first, second = (_record(make_analysis(), 1200, 1800) for _ in range(2))
    assert first.identifier != second.identifier
    assert first.photo_u8_rgb.shape == (600, 900, 3)
    assert first.photo_u8_rgb.base is None
