"""Calls of the language model cost the owner's money: how many strangers can cause is bounded, whatever they claim to be."""

import json
import shutil
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from llm.breaker import FAILURES_IN_A_ROW, CircuitBreaker
from llm.budget import WINDOW_S, CallBudget
from llm.client import recommend
from llm.settings import LlmSettings
from tests.analyses import make_analysis
from tests.llm.conftest import forgotten, impatient, service, settings  # noqa: F401
from tests.llm.fake_service import PATIENT, FakeService, Handler, fail, say, serving
from tests.llm.written_texts import WRITTEN
from tests.running_app import PATIENCE_SECONDS, running_app
from tests.security.calls import Caller
from tests.webapp.test_language_model import _judge_everything
from webapp.clients import client_of

_START = """
import os
from pathlib import Path
os.environ |= {{"OPENAI_API_KEY": "sk-canary-0123456789", "OPENAI_BASE_URL": "{url}"}}
os.environ |= {{"SKINGLANCE_LLM_CALLS_PER_CLIENT": "3", "SKINGLANCE_LLM_CALLS_PER_HOUR": "5"}}
import app
app.DEFAULT_MODEL = Path("{model}")
raise SystemExit(app.main([]))
"""


def _say_the_example(handler: Handler) -> None:
    """What the prompt gives as an example is right for the analysis, in its language."""
    system = handler.server.requests[-1][2]["messages"][0]["content"]
    say(system.split("Example:\n")[1])(handler)


@pytest.fixture
def money() -> Iterator[FakeService]:
    with serving(_say_the_example) as running:
        yield running


def test_an_app_asks_no_more_often_than_its_owner_allows(
    money: FakeService, model_dir: Path, tmp_path: Path, drawing_jpeg: bytes, example_files: list[Path]
) -> None:
    model = Path(shutil.copytree(model_dir, tmp_path / "model"))
    _judge_everything(model)
    command = [sys.executable, "-c", PATIENT + _START.format(url=money.url, model=model)]
    with running_app(command, tmp_path / "app.log") as url:
        identifier = Caller(url).predict(drawing_jpeg)["analysis_id"]
        assert money.requests == []
        sources = [_ask(Caller(url), identifier, "en") for _ in range(3)]
        assert sources == ["llm"] * 3
        assert len(money.requests) == 1
        # Each claims to be someone else.
        claimed = [_spoofing(url, number) for number in range(4)]
        sources = [
            _ask(caller, identifier, language) for caller, language in zip(claimed, ("es", "de", "pl", "uk"), strict=True)
        ]
        assert sources == ["llm", "llm", "offline", "offline"]
        assert len(money.requests) == 3
        # Others are others only by their address.
        second, third = Caller(url, local_address="127.0.0.2"), Caller(url, local_address="127.0.0.3")
        assert [_ask(second, identifier, language) for language in ("pl", "pl")] == ["llm", "llm"]
        assert [_ask(third, identifier, "uk")] == ["llm"]
        assert len(money.requests) == 5
        fourth = Caller(url, local_address="127.0.0.4")
        assert _ask(fourth, fourth.predict(example_files[0].read_bytes())["analysis_id"], "en") == "offline"
        assert len(money.requests) == 5
    entries = [json.loads(line) for line in (tmp_path / "app.log").read_text().splitlines() if line.startswith("{")]
    assert not any(entry["level"] in ("WARNING", "ERROR") for entry in entries)


def _ask(caller: Caller, identifier: str, language: str) -> str:
    return caller.call("recommend_api", [identifier, language])["recommendation_source"]


def _spoofing(url: str, number: int) -> Caller:
    stranger = f"203.0.113.{number}"
    return Caller(
        url, {"X-Forwarded-For": stranger, "X-Real-IP": stranger, "Forwarded": f"for={stranger}", "Client-IP": stranger}
    )


# What the budget itself does.


class _Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


_LIMITS = LlmSettings("key", None, "model", calls_per_client=2, calls_per_hour=3)


def test_the_limits_are_of_a_client_and_of_all() -> None:
    budget = CallBudget(_Clock())
    assert [budget.take("a", _LIMITS) for _ in range(3)] == [True, True, False]
    assert [budget.take("b", _LIMITS) for _ in range(2)] == [True, False]
    assert not budget.take("c", _LIMITS)


def test_an_hour_later_calls_are_allowed_again() -> None:
    clock = _Clock()
    budget = CallBudget(clock)
    for _ in range(2):
        assert budget.take("a", _LIMITS)
        clock.now += WINDOW_S / 2
    assert budget.take("a", _LIMITS)
    assert not budget.take("a", _LIMITS)


def test_a_million_clients_take_no_more_memory_than_the_limit() -> None:
    budget = CallBudget(_Clock())
    for number in range(10_000):
        budget.take(f"client {number}", _LIMITS)
    assert len(budget._calls) == _LIMITS.calls_per_hour


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_a_client_is_an_address_or_a_network_of_them(host: str, client: str) -> None:
    request = SimpleNamespace(client=SimpleNamespace(host=host))
    assert client_of(request) == client  # type: ignore[arg-type]


def test_a_client_at_its_limit_gets_the_standard_text(service: FakeService, settings: LlmSettings) -> None:  # noqa: F811
    limited = replace(settings, calls_per_client=1)
    assert recommend(make_analysis(), "en", limited, client="a").source == "llm"
    late = recommend(make_analysis(cancer_probability=0.66), "en", limited, client="a")
    assert (late.source, late.reason) == ("offline", "too many calls")
    assert len(service.requests) == 1
    # The owner's own programs are not limited, and what is known costs nothing.
    assert recommend(make_analysis(), "en", limited, client="a").source == "llm"
    recommend(make_analysis(cancer_probability=0.66), "en", limited)
    assert len(service.requests) == 2


def test_twenty_who_ask_the_same_at_once_cause_one_call(service: FakeService, settings: LlmSettings) -> None:  # noqa: F811
    may_answer = threading.Event()

    def slowly(handler: Handler) -> None:
        may_answer.wait(PATIENCE_SECONDS)
        say(WRITTEN["en", "HIGH"])(handler)

    service.answer = slowly
    with ThreadPoolExecutor(20) as threads:
        asked = [threads.submit(recommend, make_analysis(), "en", settings, client="a") for _ in range(20)]
        answered = as_completed(asked)
        # The others do not wait for the one that asks.
        assert [next(answered).result().source for _ in range(19)] == ["offline"] * 19
        may_answer.set()
        assert next(answered).result().source == "llm"
    assert len(service.requests) == 1
    assert recommend(make_analysis(), "en", settings, client="a").source == "llm"


def test_a_pause_after_failures_uses_up_no_calls(service: FakeService, settings: LlmSettings) -> None:  # noqa: F811
    service.answer = fail(500)
    breaker, limited = CircuitBreaker(), replace(settings, calls_per_client=FAILURES_IN_A_ROW + 1)
    for _ in range(FAILURES_IN_A_ROW + 5):
        reason = recommend(make_analysis(), "en", limited, breaker, client="a").reason
    assert reason == "paused after failures"
    service.answer = say(WRITTEN["en", "HIGH"])
    assert recommend(make_analysis(), "en", limited, CircuitBreaker(), client="a").source == "llm"
