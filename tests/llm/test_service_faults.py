"""Whatever the service does, the person gets the offline text in time, and no thread or connection is left behind."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from llm.client import Recommendation, recommend
from llm.offline import offline_text
from llm.service import MAX_BYTES, MAX_CHARACTERS
from llm.settings import LlmSettings
from tests.analyses import make_analysis
from tests.llm.fake_service import DONE, Answer, FakeService, Handler, drip, event, fail, reset, say, stream, words
from tests.llm.written_texts import WRITTEN
from tests.running_app import PATIENCE_SECONDS, wait_until

GOOD = WRITTEN["en", "HIGH"]
HEADERS = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
EMPTY_CHOICES = b'data: {"id":"1","object":"chat.completion.chunk","created":0,"model":"m","choices":[]}\n\n'
HOUR = "3600"
DATE = "Wed, 21 Oct 2037 07:28:00 GMT"

AT_ONCE: dict[str, tuple[Answer, str]] = {
    "400": (fail(400), "status 400"),
    "401": (fail(401), "key refused"),
    "403": (fail(403), "key refused"),
    "404": (fail(404), "no such model or address"),
    "429, seconds": (fail(429, Retry_After="2"), "rate limited"),
    "429, date": (fail(429, Retry_After=DATE), "rate limited"),
    "429, an hour": (fail(429, Retry_After=HOUR), "rate limited"),
    "429, told to retry": (fail(429, x_should_retry="true"), "rate limited"),
    "500": (fail(500), "status 500"),
    "502, HTML": (fail(502, "<html><b>Bad gateway</b></html>", "text/html"), "status 502"),
    "503": (fail(503, Retry_After=HOUR), "status 503"),
    "redirect": (fail(307, Location="/v1/elsewhere"), "status 307"),
    "error without an end": (lambda handler: (handler.begin(500), handler.write(b"x" * 100_000)), "status 500"),  # type: ignore
    "hangs up": (lambda handler: None, "not reachable"),
    "connection reset": (reset, "not reachable"),
    "no HTTP": (drip(b"", 0, before=b"220 smtp.example.com ESMTP\r\n"), "not reachable"),
    "nothing": (stream([]), "cut off"),
    "cut off": (stream(words(GOOD)[:30]), "cut off"),
    "whole, but no end": (stream(words(GOOD, finish=None)), "cut off"),
    "only [DONE]": (stream([DONE]), "cut off"),
    "bad JSON line": (stream([event("The program "), b"data: {not json\n\n"]), "not understood"),
    "no object": (stream([b"data: 7\n\n"]), "not understood"),
    "error in the stream": (stream([b'data: {"error": {"message": "overloaded"}}\n\n']), "not understood"),
    "empty choices": (stream([EMPTY_CHOICES, DONE]), "cut off"),
    "null choices": (stream([EMPTY_CHOICES.replace(b"[]", b"null"), DONE]), "cut off"),
    "null delta": (stream([event("a ").replace(b'{"content": "a "}', b"null"), DONE]), "cut off"),
    "null content": (stream([event().replace(b"{}", b'{"content": null}'), event(finish="stop")]), "length"),
    "content is a list": (stream([event(["a"]), event(finish="stop")]), "not understood"),
    "empty": (stream([event(""), event(finish="stop"), DONE]), "length"),
    "refusal": (stream([event(refusal="I cannot help with that."), event(finish="stop"), DONE]), "refused"),
    "content filter": (stream(words(GOOD, finish="content_filter")), "refused"),
    "length": (stream(words(GOOD, finish="length")), "cut off"),
    "tool call": (stream(words(GOOD, finish="tool_calls")), "not understood"),
    "unknown end": (stream([*words(GOOD, finish=None), event(finish=["stop"])]), "not understood"),
    "too many words": (stream([event("word " * 100)] * (MAX_CHARACTERS // 500 + 1)), "too long"),
    "5 MB of words": (stream([event("see a doctor " * 400)] * 1000), "too long"),
    "5 MB on one line": (stream([b"data: " + b"x" * 5_000_000]), "too long"),
    "5 MB of comments": (stream([b": nothing\n\n" * 1000] * 500), "too long"),
    "compressed": (lambda handler: (handler.begin(Content_Encoding="gzip"), handler.write(b"\x1f\x8b")), "not understood"),  # type: ignore
    "invalid UTF-8": (stream([b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n']), "not understood"),
    "binary": (stream([bytes(range(256)) * 10 + b"\n\n"]), "not understood"),
}
# Far above the limits of those who are impatient, for a busy machine; far below those of `settings`, and below how long the
# services that stall would go on.
IN_TIME_S = 20.0


def _wait_for_the_end(handler: Handler) -> None:
    """Say nothing until the caller hangs up."""
    handler.connection.settimeout(PATIENCE_SECONDS)
    handler.rfile.read(1)


STALLING: dict[str, Answer] = {
    "silent from the start": _wait_for_the_end,
    "silent after the headers": lambda handler: (handler.begin(), _wait_for_the_end(handler)),  # type: ignore
    "silent after a word": lambda handler: (handler.begin(), handler.write(event("The ")), _wait_for_the_end(handler)),  # type: ignore
    "dripping headers": drip(HEADERS * 20, 0.05),
    "dripping body": drip(b"".join(words(GOOD)), 0.05, before=HEADERS + b"\r\n"),
    "dripping comments": stream([b": wait\n\n"] * 1000, 0.05),
    "dripping empty words": stream([event("")] * 1000, 0.05),
    "slow words": stream(words(" ".join([GOOD] * 5)), 0.1),
}


@pytest.mark.parametrize("fault", AT_ONCE)
def test_a_fault_gives_the_offline_text_at_once(service: FakeService, settings: LlmSettings, fault: str) -> None:
    service.answer, reason = AT_ONCE[fault]
    start = time.monotonic()
    recommendation = recommend(make_analysis(), "en", settings)
    assert (recommendation.source, recommendation.reason) == ("offline", reason)
    assert recommendation.text == offline_text(make_analysis(), "en")
    assert time.monotonic() - start < IN_TIME_S
    assert len(service.requests) == 1


@pytest.mark.parametrize("fault", STALLING)
def test_a_slow_service_is_left_in_time(service: FakeService, impatient: LlmSettings, fault: str) -> None:
    service.answer = STALLING[fault]
    start = time.monotonic()
    recommendation = recommend(make_analysis(), "en", impatient)
    waited = time.monotonic() - start
    assert (recommendation.source, recommendation.reason) == ("offline", "too slow")
    assert impatient.first_word_s <= waited < IN_TIME_S


@pytest.mark.slow
@pytest.mark.parametrize(
    "answer",
    [
        lambda handler: time.sleep(40),
        lambda handler: (handler.begin(), handler.write(event("The ")), time.sleep(40)),
        drip(HEADERS * 5, 1.0),
        drip(b"".join(words(GOOD)), 1.0, before=HEADERS + b"\r\n"),
    ],
    ids=["silence", "silence after a word", "a byte of the head a second", "a byte of the body a second"],
)
def test_within_the_real_limits_a_text_is_there_in_27_seconds(
    service: FakeService, settings: LlmSettings, answer: Answer
) -> None:
    service.answer = answer
    start = time.monotonic()
    recommendation = recommend(make_analysis(), "en", LlmSettings(settings.api_key, service.url, "test-model"))
    assert recommendation == Recommendation(offline_text(make_analysis(), "en"), "offline", "too slow")
    assert time.monotonic() - start < 27
    print(f"{time.monotonic() - start:.1f} s")


def test_the_first_word_has_a_limit_of_its_own(service: FakeService, settings: LlmSettings) -> None:
    service.answer = STALLING["silent from the start"]
    start = time.monotonic()
    recommend(make_analysis(), "en", replace(settings, first_word_s=0.3))
    assert time.monotonic() - start < IN_TIME_S


def test_the_pause_between_words_has_a_limit_of_its_own(service: FakeService, settings: LlmSettings) -> None:
    service.answer = STALLING["silent after a word"]
    start = time.monotonic()
    recommend(make_analysis(), "en", replace(settings, next_word_s=0.3))
    assert time.monotonic() - start < IN_TIME_S


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda url: "http://127.0.0.1:9/v1", "not reachable"),
        (lambda url: "http://nowhere.invalid/v1", "not reachable"),
        (lambda url: url.replace("http:", "https:"), "not reachable"),
    ],
    ids=["refused", "no such name", "no TLS"],
)
def test_a_service_that_cannot_be_reached(settings: LlmSettings, change: Callable[[str], str], reason: str) -> None:
    recommendation = recommend(make_analysis(), "en", replace(settings, base_url=change(str(settings.base_url))))
    assert (recommendation.source, recommendation.reason) == ("offline", reason)


def test_an_answer_without_done_is_whole_all_the_same(service: FakeService, settings: LlmSettings) -> None:
    service.answer = stream([part for part in words(GOOD) if part != DONE])
    assert recommend(make_analysis(), "en", settings).source == "llm"


def test_an_answer_in_one_piece_that_says_stop_itself_is_whole(service: FakeService, settings: LlmSettings) -> None:
    service.answer = stream([event("", role="assistant"), event(GOOD, finish="stop")])
    assert recommend(make_analysis(), "en", settings).text == GOOD


def test_faults_leave_no_thread_and_no_file_handle_behind(service: FakeService, settings: LlmSettings) -> None:
    def handles() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    quick = replace(settings, first_word_s=0.1, next_word_s=0.1, total_s=0.2)
    answers = [fail(500), STALLING["dripping headers"], STALLING["dripping body"], reset, say("Too short.")]
    for answer in answers:
        service.answer = answer
        recommend(make_analysis(), "en", quick)
    wait_until(lambda: not _at_work())
    before = handles()
    for answer in answers * 3:
        service.answer = answer
        recommend(make_analysis(), "en", quick)
    wait_until(lambda: not _at_work())
    assert handles() <= before + 2


def _at_work() -> list[str]:
    """Threads of calls, and those of the service, which drip on until they notice that nobody listens."""
    return [thread.name for thread in threading.enumerate() if thread.name == "llm" or "process_request" in thread.name]


def test_the_limits_are_not_below_what_a_long_text_needs() -> None:
    longest = max(WRITTEN.values(), key=len)
    sent = words(longest)
    assert 3 * len(longest) < MAX_CHARACTERS
    assert 10 * sum(map(len, sent)) < MAX_BYTES
    assert json.loads(sent[0].removeprefix(b"data: "))["choices"][0]["delta"]["content"]
