"""The client against a real HTTP server on loopback that speaks the protocol, stalls, fails and lies."""

import dataclasses
import json
import logging
import time
from collections.abc import Iterator

# Imported here because it takes longer than the time limits of these tests.
import openai  # noqa: F401
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from llm.client import recommend
from llm.offline import offline_text
from llm.settings import LlmSettings, settings_from_environment
from tests.analyses import make_analysis
from tests.llm.test_check import GOOD

KEY = "sk-canary-0123456789"


@pytest.fixture
def settings(httpserver: HTTPServer) -> LlmSettings:
    return LlmSettings(KEY, httpserver.url_for("/v1"), "test-model", first_word_s=0.7, total_s=1.5)


def _event(content: str | None = None, finish: str | None = None) -> bytes:
    delta = {} if content is None else {"content": content}
    chunk = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "test-model",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def _stream(*pieces: bytes) -> Response:
    return Response(iter(pieces), content_type="text/event-stream")


def _answer(text: str, finish: str | None = "stop") -> list[bytes]:
    words = [_event(word + " ") for word in text.split()]
    return [*words, _event(finish=finish), b"data: [DONE]\n\n"]


def _serve(httpserver: HTTPServer, respond) -> None:
    httpserver.expect_request("/v1/chat/completions").respond_with_handler(respond)


def test_a_good_streamed_text_is_used(httpserver: HTTPServer, settings: LlmSettings) -> None:
    asked: list[Request] = []

    def respond(request: Request) -> Response:
        asked.append(request)
        return _stream(*_answer(GOOD))

    _serve(httpserver, respond)
    recommendation = recommend(make_analysis(), "en", settings)
    assert (recommendation.source, recommendation.text) == ("llm", GOOD)
    body = asked[0].get_json()
    assert body["model"] == "test-model"
    assert asked[0].headers["Authorization"] == f"Bearer {KEY}"
    assert '"risk_level": "HIGH"' in body["messages"][1]["content"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 502, 503])
def test_an_error_status_gives_the_offline_text(httpserver: HTTPServer, settings: LlmSettings, status: int) -> None:
    _serve(httpserver, lambda request: Response("<html>no</html>", status, headers={"Retry-After": "3600"}))
    start = time.monotonic()
    recommendation = recommend(make_analysis(), "en", settings)
    assert recommendation.source == "offline"
    assert recommendation.text == offline_text(make_analysis(), "en")
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        [b"data: not json\n\n"],
        [b"data: [DONE]\n\n"],
        [b'data: {"id":"1","object":"chat.completion.chunk","created":0,"model":"m","choices":[]}\n\n'],
        _answer(GOOD, finish="length"),
        _answer(GOOD, finish="content_filter"),
        _answer(GOOD, finish=None)[:20],
        _answer(""),
        _answer("word " * 5000),
        _answer(GOOD + " You have melanoma."),
        _answer(GOOD.replace("65%", "2%")),
        _answer(GOOD + " <script>alert(1)</script>"),
        [b"\xff\xfe\xfa\n\n"],
    ],
    ids=[
        "nothing",
        "no json",
        "only done",
        "no choices",
        "length",
        "filtered",
        "cut off",
        "empty",
        "endless",
        "diagnosis",
        "number",
        "markup",
        "no text",
    ],
)
def test_a_text_that_cannot_be_used_is_replaced(httpserver: HTTPServer, settings: LlmSettings, pieces: list[bytes]) -> None:
    _serve(httpserver, lambda request: _stream(*pieces))
    recommendation = recommend(make_analysis(), "en", settings)
    assert recommendation.source == "offline"
    assert recommendation.reason
    assert recommendation.text == offline_text(make_analysis(), "en")


def test_a_silent_service_and_a_dripping_one_are_left_in_time(httpserver: HTTPServer, settings: LlmSettings) -> None:
    def drip() -> Iterator[bytes]:
        for _ in range(40):
            time.sleep(0.1)
            yield b":"

    def silence() -> Iterator[bytes]:
        time.sleep(3)
        yield b""

    for pieces in (silence, drip):
        httpserver.clear()
        _serve(httpserver, lambda request, pieces=pieces: Response(pieces(), content_type="text/event-stream"))
        start = time.monotonic()
        assert recommend(make_analysis(), "en", settings).source == "offline"
        assert time.monotonic() - start < 3


def test_a_service_that_is_not_there_gives_the_offline_text(settings: LlmSettings) -> None:
    nowhere = dataclasses.replace(settings, base_url="http://127.0.0.1:9/v1")
    assert recommend(make_analysis(), "en", nowhere).source == "offline"


def test_without_a_key_nothing_is_asked(monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("OPENAI_BASE_URL", httpserver.url_for("/v1"))
    assert settings_from_environment() is None
    recommendation = recommend(make_analysis(), "de")
    assert (recommendation.source, recommendation.reason) == ("offline", "no key")
    assert not httpserver.log


def test_the_environment_names_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("OPENAI_MODEL", "mine")
    settings = settings_from_environment()
    assert settings is not None
    assert (settings.base_url, settings.model, settings.first_word_s, settings.total_s) == (
        "http://127.0.0.1:1/v1",
        "mine",
        10,
        30,
    )
    assert KEY not in repr(settings)


def test_the_key_is_in_no_log_and_no_text(
    httpserver: HTTPServer, settings: LlmSettings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "llm")
    _serve(httpserver, lambda request: Response(f"the key {KEY} is wrong", 401))
    recommendation = recommend(make_analysis(), "en", settings)
    assert KEY not in caplog.text
    assert KEY not in recommendation.text + recommendation.reason
