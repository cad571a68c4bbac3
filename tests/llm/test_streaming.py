"""Sentences are handed over while the service still writes, each text so far being one that could stand alone."""

import asyncio
import threading
from itertools import pairwise

from llm.breaker import CircuitBreaker
from llm.client import recommend, stream_recommendation
from llm.offline import offline_text
from llm.settings import LlmSettings
from llm.texts import TEXTS
from tests.analyses import benign_analysis, make_analysis
from tests.llm.fake_service import FakeService, event, say, stream, words
from tests.llm.written_texts import WRITTEN
from tests.running_app import PATIENCE_SECONDS

GOOD = WRITTEN["en", "HIGH"]


def test_a_text_grows_by_whole_sentences_from_the_advice_on(service: FakeService, settings: LlmSettings) -> None:
    steps = [step.text for step in stream_recommendation(make_analysis(), "en", settings)]
    assert len(steps) >= 5
    assert steps[0].endswith("two weeks at most.")
    assert steps[-1] == GOOD
    for shorter, longer in pairwise(steps):
        assert longer.startswith(shorter)
        assert shorter[-1] in ".!?"


def test_sentences_come_while_the_service_still_writes(service: FakeService, settings: LlmSettings) -> None:
    may_go_on = threading.Event()
    first, *rest = GOOD.split(". ", 1)

    def answer(handler) -> None:
        handler.begin()
        handler.write(event(f"{first}. "))
        # Longer than the whole call may take: what comes before it is not held back.
        may_go_on.wait(PATIENCE_SECONDS)
        handler.write(b"".join(words(rest[0])))

    service.answer = answer
    steps = stream_recommendation(make_analysis(), "en", settings)
    assert next(steps).text == f"{first}."
    may_go_on.set()
    assert [*steps][-1].text == GOOD


def test_nothing_is_shown_before_the_advice(service: FakeService, settings: LlmSettings) -> None:
    sentences = offline_text(make_analysis(), "en").split(". ")
    service.answer = say(". ".join(sentences))
    first = next(stream_recommendation(make_analysis(), "en", settings)).text
    assert "Please see a dermatologist within the next few days" in first


def test_nothing_is_shown_of_a_clinical_photo_before_the_warning(service: FakeService, settings: LlmSettings) -> None:
    analysis = benign_analysis(is_clinical=True)
    service.answer = say(offline_text(analysis, "de"))
    steps = list(stream_recommendation(analysis, "de", settings))
    assert {step.source for step in steps} == {"llm"}
    assert all(TEXTS["de"].clinical in step.text for step in steps)
    assert len(steps) > 1


def test_a_fault_after_the_first_sentences_replaces_them(service: FakeService, settings: LlmSettings) -> None:
    service.answer = stream(words(GOOD, finish="length"))
    steps = list(stream_recommendation(make_analysis(), "en", settings))
    assert [step.source for step in steps[:-1]] == ["llm"] * (len(steps) - 1)
    assert len(steps) > 1
    assert (steps[-1].source, steps[-1].reason) == ("offline", "cut off")


def test_a_reader_who_leaves_ends_the_call(service: FakeService, settings: LlmSettings) -> None:
    service.answer = stream([event(f"{GOOD.split('. ')[0]}. "), *[event("The ")] * 2000], pause_s=0.05)
    breaker = CircuitBreaker()
    steps = stream_recommendation(make_analysis(), "en", settings, breaker)
    next(steps)
    steps.close()
    assert service.hung_up.wait(60)
    # It was no failure of the service.
    assert breaker.allows_call()
    assert breaker._failures == 0


def test_it_works_within_a_running_event_loop(settings: LlmSettings) -> None:
    async def ask() -> str:
        return recommend(make_analysis(), "en", settings).source

    assert asyncio.run(ask()) == "llm"
