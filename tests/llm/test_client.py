"""The recommendation from a service: checked before it is shown, asked for once, and never with the key in it."""

import logging
from dataclasses import replace

import openai
import pytest

from llm.breaker import FAILURES_IN_A_ROW, CircuitBreaker
from llm.client import recommend, stream_recommendation
from llm.offline import offline_text
from llm.prompt import build_messages
from llm.settings import DEFAULT_MODEL, LlmSettings
from llm.texts import LANGUAGES
from tests.analyses import benign_analysis, make_analysis
from tests.llm.conftest import KEY
from tests.llm.fake_service import FakeService, event, fail, say, stream
from tests.llm.lies import LIES
from tests.llm.written_texts import WRITTEN

GOOD = WRITTEN["en", "HIGH"]


def test_a_good_text_is_used(service: FakeService, settings: LlmSettings) -> None:
    recommendation = recommend(make_analysis(), "en", settings)
    assert (recommendation.text, recommendation.source, recommendation.reason) == (GOOD, "llm", "")
    ((path, headers, body),) = service.requests
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert body == {"model": "test-model", "messages": build_messages(make_analysis(), "en"), "stream": True}


@pytest.mark.parametrize("language", LANGUAGES)
def test_good_texts_of_every_language_are_used(service: FakeService, settings: LlmSettings, language: str) -> None:
    service.answer = say(WRITTEN[language, "HIGH"])
    assert recommend(make_analysis(), language, settings).text == WRITTEN[language, "HIGH"]


def test_only_the_default_model_is_asked_with_an_option(service: FakeService, settings: LlmSettings) -> None:
    recommend(make_analysis(), "en", replace(settings, model=DEFAULT_MODEL))
    assert service.requests[0][2]["reasoning_effort"] == "minimal"


def test_the_environment_is_read_when_a_text_is_asked_for(service: FakeService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", service.url)
    assert (recommend(make_analysis(), "de").source, recommend(make_analysis(), "de").reason) == ("offline", "no key")
    assert service.requests == []
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_MODEL", "mine")
    assert recommend(make_analysis()).source == "llm"
    assert service.requests[0][2]["model"] == "mine"


def test_a_photo_that_cannot_be_judged_is_never_sent(service: FakeService, settings: LlmSettings) -> None:
    odd = make_analysis(ood_score=9.0)
    recommendation = recommend(odd, "en", settings)
    assert (recommendation.text, recommendation.source) == (offline_text(odd, "en"), "offline")
    assert recommendation.reason == "the photo cannot be judged"
    assert service.requests == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lie_is_not_shown_in_any_step(service: FakeService, settings: LlmSettings, language: str) -> None:
    for lie in LIES[language]["HIGH"][::6]:
        service.answer = say(f"{WRITTEN[language, 'HIGH']} {lie}")
        steps = list(stream_recommendation(make_analysis(), language, settings, CircuitBreaker()))
        assert not any(lie in step.text for step in steps)
        assert (steps[-1].source, steps[-1].text) == ("offline", offline_text(make_analysis(), language))
        assert steps[-1].reason


def test_a_service_that_reassures_at_high_risk_is_not_shown(service: FakeService, settings: LlmSettings) -> None:
    service.answer = say(WRITTEN["en", "LOW"].replace("3%", "65%"))
    assert recommend(make_analysis(), "en", settings).source == "offline"


def test_an_unknown_language_is_refused(settings: LlmSettings) -> None:
    with pytest.raises(ValueError, match="no language 'xx'"):
        recommend(make_analysis(), "xx", settings)


# One call.


def test_the_same_facts_are_asked_once_for_each_language(service: FakeService, settings: LlmSettings) -> None:
    assert {recommend(make_analysis(), "en", settings).text for _ in range(3)} == {GOOD}
    assert len(service.requests) == 1
    recommend(make_analysis(), "de", settings)
    assert len(service.requests) == 2
    service.answer = say(WRITTEN["en", "LOW"])
    assert recommend(benign_analysis(uncertainty=None), "en", settings).text == WRITTEN["en", "LOW"]
    assert len(service.requests) == 3


def test_a_failure_is_not_remembered_as_an_answer(service: FakeService, settings: LlmSettings) -> None:
    service.answer = fail(500)
    assert recommend(make_analysis(), "en", settings).source == "offline"
    service.answer = say(GOOD)
    assert recommend(make_analysis(), "en", settings).source == "llm"


@pytest.mark.parametrize("answer", [fail(500), say(f"{GOOD} It is melanoma.")], ids=["fault", "lie"])
def test_after_five_failures_in_a_row_the_service_is_left_alone(service: FakeService, settings: LlmSettings, answer) -> None:
    service.answer = answer
    for _ in range(FAILURES_IN_A_ROW):
        assert recommend(make_analysis(), "en", settings).source == "offline"
    recommendation = recommend(make_analysis(), "en", settings)
    assert (recommendation.source, recommendation.reason) == ("offline", "paused after failures")
    assert len(service.requests) == FAILURES_IN_A_ROW


# The key.


def test_the_key_is_in_no_text_reason_or_log(
    service: FakeService, settings: LlmSettings, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    assert len(KEY) > 12
    answers = [
        fail(401, f'{{"error": {{"message": "the key {KEY} is wrong"}}}}', x_request_id=KEY, x_echo=KEY),
        fail(500, KEY, "text/plain"),
        stream([event("Please "), f'data: {{"error": {{"message": "{KEY}"}}}}\n\n'.encode()]),
        stream([event(finish=KEY)]),
        stream([f"data: {KEY}\n\n".encode()]),
        say(f"{GOOD} {KEY}"),
        say(f"{KEY} {GOOD}"),
    ]
    for answer in answers:
        service.answer = answer
        for step in stream_recommendation(make_analysis(), "en", settings, CircuitBreaker()):
            assert KEY not in step.text + step.reason
    assert len(service.requests) == len(answers)
    assert "is not used" in caplog.text
    assert KEY not in caplog.text
    assert KEY not in "".join(capfd.readouterr())


def test_a_key_made_of_right_words_is_found_too(service: FakeService, settings: LlmSettings) -> None:
    advice, rest = GOOD.split(". ", 1)
    service.answer = say(f"{advice}. See a Dermatologist Doctor. {rest}")
    wordy = replace(settings, api_key="dermatologistdoctor")
    steps = list(stream_recommendation(make_analysis(), "en", wordy))
    assert steps[-1].reason == "key"
    assert not any("Dermatologist Doctor" in step.text for step in steps)
    # Local services are given keys that are words.
    assert recommend(make_analysis(), "en", replace(settings, api_key="doctor")).source == "llm"


def test_a_surprise_in_the_library_is_a_fault_too(settings: LlmSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*arguments: object, **options: object) -> None:
        raise KeyError(KEY)

    monkeypatch.setattr("llm.service.AsyncOpenAI", explode)
    recommendation = recommend(make_analysis(), "en", settings)
    assert (recommendation.source, recommendation.reason) == ("offline", "not understood")


def test_the_clients_own_defaults_are_not_relied_on() -> None:
    # 600 seconds and 2 retries in openai 3.54: if these change, so may what else it does by itself.
    assert openai.DEFAULT_MAX_RETRIES == 2
    assert openai.DEFAULT_TIMEOUT.read == 600
