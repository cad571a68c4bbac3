"""A service on loopback, and settings for it with time limits that a test can wait for."""

from collections.abc import Iterator
from dataclasses import replace

# Imported here because it takes longer than the time limits.
import openai  # noqa: F401
import pytest

from llm import client
from llm.breaker import CircuitBreaker
from llm.budget import CallBudget
from llm.cache import TextCache
from llm.settings import LlmSettings
from tests.llm.fake_service import FakeService, say, serving
from tests.llm.written_texts import WRITTEN

KEY = "sk-canary-0123456789abcdef"


@pytest.fixture
def service() -> Iterator[FakeService]:
    """Says the good English text for HIGH risk, until told otherwise by its `answer`."""
    with serving(say(WRITTEN["en", "HIGH"])) as running:
        yield running


@pytest.fixture
def settings(service: FakeService) -> LlmSettings:
    """Patient enough for a busy machine: nothing that uses these may take as long."""
    return LlmSettings(KEY, service.url, "test-model", first_word_s=60.0, next_word_s=60.0, total_s=60.0)


@pytest.fixture
def impatient(settings: LlmSettings) -> LlmSettings:
    """For services that let one wait."""
    return replace(settings, first_word_s=0.6, next_word_s=0.6, total_s=1.2)


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test made the process remember must not reach the next, nor what the machine's environment says."""
    monkeypatch.setattr(client, "_cache", TextCache())
    monkeypatch.setattr(client, "_breaker", CircuitBreaker())
    monkeypatch.setattr(client, "_budget", CallBudget())
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL"):
        monkeypatch.delenv(name, raising=False)
