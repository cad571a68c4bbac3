"""What the page does with a photo, an error and a language model, without a browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import gradio as gr
import numpy as np
import pytest

from inference.analyzer import DEFAULT_MODEL
from inference.model_spec import ModelError
from llm.client import Recommendation
from tests.analyses import make_analysis
from tests.bad_files import BAD_FILES
from webapp import handlers as module
from webapp.handlers import SERVER_FAULT, Handlers, Shown, message_of
from webapp.report_buttons import _write_json
from webapp.result import EMPTY
from webapp.service import Service

_SKIP = {"__type__": "update"}


@pytest.fixture(scope="module")
def service() -> Service:
    return Service(DEFAULT_MODEL)


@pytest.fixture
def handlers(service: Service, monkeypatch: pytest.MonkeyPatch) -> Handlers:
    """With no language model set up."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return Handlers(service)


def _analyse(handlers: Handlers, path: Path | None, shown: Shown, language: str = "en") -> tuple[str, str, str]:
    return handlers.analyse(str(path) if path else None, "openvino", 30, language, shown)


def test_a_photo_gives_headline_advice_and_details(handlers: Handlers, drawing_file: Path) -> None:
    shown = Shown()
    headline, advice, details = _analyse(handlers, drawing_file, shown)
    assert "sg-banner" in headline
    assert "What to do next" in advice
    assert "What the model looked at" in details
    assert shown.analysis is not None


def test_how_often_the_network_looked_is_told_in_the_details(handlers: Handlers, drawing_file: Path) -> None:
    shown = Shown()
    _, _, details = _analyse(handlers, drawing_file, shown)
    assert "8 times, turned and mirrored" in details
    assert shown.analysis is not None
    assert shown.analysis.views == 8
    _, _, details = handlers.analyse(str(drawing_file), "openvino", 30, "en", shown, views=1)
    assert "<dd>once</dd>" in details


def test_removing_the_photo_removes_its_result(handlers: Handlers, drawing_file: Path) -> None:
    shown = Shown()
    _analyse(handlers, drawing_file, shown)
    assert _analyse(handlers, None, shown) == (EMPTY, "", "")
    assert shown.analysis is None


@pytest.mark.parametrize("name", BAD_FILES)
def test_an_error_takes_the_place_of_the_result_before(
    handlers: Handlers, drawing_file: Path, tmp_path: Path, name: str
) -> None:
    make, words = BAD_FILES[name]
    (tmp_path / name).write_bytes(make())
    shown = Shown()
    _analyse(handlers, drawing_file, shown)
    headline, advice, details = _analyse(handlers, tmp_path / name, shown)
    assert "was not analysed" in headline
    assert words in headline
    assert "risk</h2>" not in headline
    assert (advice, details, shown.analysis) == ("", "", None)


def test_another_setting_for_a_photo_that_is_gone_leaves_its_result(handlers: Handlers, drawing_file: Path) -> None:
    shown = Shown()
    _analyse(handlers, drawing_file, shown)
    analysis, record = shown.analysis, shown.record
    drawing_file.unlink()
    with pytest.raises(gr.Error, match="deleted after ten minutes; send it again"):
        _analyse(handlers, drawing_file, shown)
    assert (shown.analysis, shown.record) == (analysis, record)
    # The result of another photo must not stay.
    headline, advice, details = _analyse(handlers, drawing_file.with_name("other.jpg"), shown)
    assert "deleted after ten minutes; send it again" in headline
    assert (advice, details, shown.analysis, shown.record) == ("", "", None, None)


def test_a_result_keeps_its_photo_while_it_is_used(
    handlers: Handlers, drawing_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, now = Shown(), 1000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)

    def forget_after(seconds: float) -> None:
        nonlocal now
        now += seconds
        shown.forget_photo(500)

    _analyse(handlers, drawing_file, shown)
    forget_after(400)
    handlers.advise("de", shown)
    forget_after(400)
    list(_write_json(shown))
    forget_after(400)
    assert shown.record is not None
    forget_after(200)
    assert shown.record is None
    assert "lang='uk'" in handlers.advise("uk", shown)


def test_a_fault_of_ours_is_logged_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    assert message_of(RuntimeError("/secret/path")) == SERVER_FAULT
    assert "/secret/path" in caplog.text


@pytest.mark.parametrize("error", [ValueError("operands could not be broadcast"), ModelError("weights are damaged")])
def test_what_goes_wrong_inside_is_logged_and_not_told(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    assert message_of(error) == SERVER_FAULT
    assert str(error) in caplog.text


def test_a_fault_inside_an_analysis_is_not_taken_for_a_wrong_input(
    handlers: Handlers, drawing_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference.analyzer.grad_cam", lambda *_: np.zeros(3) + np.zeros(4))
    headline, _, _ = _analyse(handlers, drawing_file, Shown())
    assert SERVER_FAULT in headline
    assert "broadcast" not in headline


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"mc_samples": 1}, "0 or 2 to 1000, got 1"),
        ({"setting": "home"}, "there is no setting &#x27;home&#x27;"),
        ({"views": 3}, "must be 1 or 8, got 3"),
    ],
)
def test_a_wrong_input_is_told(handlers: Handlers, drawing_file: Path, wrong: dict, words: str) -> None:
    given = {"engine": "openvino", "mc_samples": 0, "language": "en", "shown": Shown()} | wrong
    headline, _, _ = handlers.analyse(str(drawing_file), **given)
    assert words in headline


def test_once_another_photo_is_chosen_nothing_more_is_told_of_the_one_before(
    handlers: Handlers, drawing_file: Path, language_model
) -> None:
    shown = Shown()
    _analyse(handlers, drawing_file, shown)
    shown.analysis = make_analysis()

    def answer_late() -> Iterator[str]:
        handlers.note_photo("other.jpg", shown)
        yield "about the photo before"

    language_model(answer_late())
    assert list(handlers.ask_language_model("en", shown)) == [_SKIP]
    assert handlers.advise("de", shown) == _SKIP
    with pytest.raises(gr.Error, match="no result to report"):
        next(_write_json(shown))


def test_the_same_photo_keeps_its_result(handlers: Handlers, drawing_file: Path) -> None:
    shown = Shown()
    _analyse(handlers, drawing_file, shown)
    handlers.note_photo(str(drawing_file), shown)
    assert shown.record is not None


def test_a_photo_that_was_not_taken_does_not_stand_beside_the_result_before(handlers: Handlers, drawing_file: Path) -> None:
    shown = Shown()
    _analyse(handlers, drawing_file, shown)
    # Another setting for the same photo: its result is still its own.
    assert handlers.analysis_failed(str(drawing_file), shown) == _SKIP
    assert shown.record is not None
    headline, advice, details, report = handlers.analysis_failed("other.jpg", shown)
    assert "was not analysed" in headline
    assert "Choose it again in a moment" in headline
    assert (advice, details, report["visible"]) == ("", "", False)
    assert (shown.analysis, shown.record) == (None, None)
    assert handlers.analysis_failed(None, shown)[0] == EMPTY


def test_a_result_that_cannot_be_shown_is_not_kept(
    handlers: Handlers, drawing_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = Shown()
    monkeypatch.setattr(module, "details_html", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        _analyse(handlers, drawing_file, shown)
    assert "was not analysed" in handlers.analysis_failed(str(drawing_file), shown)[0]


def test_another_language_changes_the_advice_at_once(handlers: Handlers, drawing_file: Path) -> None:
    shown = Shown()
    assert handlers.advise("de", shown) == _SKIP
    _analyse(handlers, drawing_file, shown)
    assert "lang='de'" in handlers.advise("de", shown)


def test_without_a_key_no_language_model_is_asked(
    handlers: Handlers, drawing_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "stream_recommendation", lambda *_, **__: pytest.fail("asked"))
    shown = Shown()
    _analyse(handlers, drawing_file, shown)
    assert list(handlers.ask_language_model("en", shown)) == [_SKIP]


@pytest.fixture
def language_model(monkeypatch: pytest.MonkeyPatch) -> Callable[[Iterator[str]], None]:
    """Sets one up that writes these texts, one after the other."""

    def set_up(texts: Iterator[str]) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", "key")
        answers = (Recommendation(text, "llm", "") for text in texts)
        monkeypatch.setattr(module, "stream_recommendation", lambda *_, **__: answers)

    return set_up


def test_the_language_models_text_replaces_the_standard_one_as_it_grows(handlers: Handlers, language_model) -> None:
    language_model(iter(["See a doctor.", "See a doctor. Soon."]))
    shown = Shown(make_analysis())
    assert "it will appear here" in handlers.advise("en", shown)
    first, second = handlers.ask_language_model("en", shown)
    assert "See a doctor.</p>" in first
    assert "See a doctor. Soon.</p>" in second


def test_no_language_model_is_asked_about_a_photo_that_cannot_be_judged(handlers: Handlers, language_model) -> None:
    language_model(iter(["All is well."]))
    shown = Shown(make_analysis(ood_score=9.0))
    assert "it will appear here" not in handlers.advise("en", shown)
    assert list(handlers.ask_language_model("en", shown)) == [_SKIP]


@pytest.mark.parametrize("change", ["photo", "language"])
def test_advice_that_comes_late_does_not_replace_newer_advice(handlers: Handlers, language_model, change: str) -> None:
    shown = Shown(make_analysis())

    def answer_late() -> Iterator[str]:
        if change == "photo":
            shown.analysis = make_analysis()
        else:
            handlers.advise("de", shown)
        yield "about the photo before"

    language_model(answer_late())
    assert list(handlers.ask_language_model("en", shown)) == [_SKIP]
