"""Ask a language model for the recommendation; whatever goes wrong, the offline text stands in.

A text must not be read before it has been checked, and half a sentence of a text that is refused later cannot be taken
back. So what comes from the service goes into a buffer, and is handed over in whole sentences, and only once the text
so far keeps every rule *and* holds the advice to see a doctor and by when. Everything that is ever shown is then a
recommendation that could stand alone: if a later sentence breaks a rule, or the service fails in the middle, the
offline text replaces a beginning that was right.
"""

import logging
import re
import unicodedata
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass

from llm.breaker import CircuitBreaker
from llm.budget import CallBudget
from llm.cache import TextCache
from llm.check import find_forbidden, find_missing, find_problem
from llm.errors import NoTextError
from llm.offline import DEFAULT_LANGUAGE, offline_text
from llm.prompt import build_messages
from llm.settings import LlmSettings, settings_from_environment
from postprocess.analysis import Analysis

logger = logging.getLogger(__name__)

# Shorter keys are words such as "none" and "ollama", which local services are given: a text may hold them.
_MIN_SECRET_CHARACTERS = 12
_SENTENCE_END = re.compile(r"[.!?][)\"”»“]?\s")

_breaker = CircuitBreaker()
_cache = TextCache()
_budget = CallBudget()


@dataclass(frozen=True)
class Recommendation:
    """A text that may be shown."""

    text: str
    source: str
    """"llm" or "offline"."""
    reason: str
    """Why the offline text stands in, in a few words that hold nothing from the service; empty for "llm"."""


def recommend(
    analysis: Analysis,
    language: str = DEFAULT_LANGUAGE,
    settings: LlmSettings | None = None,
    breaker: CircuitBreaker | None = None,
    client: str | None = None,
) -> Recommendation:
    """Recommend what to do next: the last of `stream_recommendation`, which has the arguments and the errors."""
    *_, last = stream_recommendation(analysis, language, settings, breaker, client)
    return last


def stream_recommendation(
    analysis: Analysis,
    language: str = DEFAULT_LANGUAGE,
    settings: LlmSettings | None = None,
    breaker: CircuitBreaker | None = None,
    client: str | None = None,
) -> Iterator[Recommendation]:
    """Yield recommendations, each to be shown in place of the one before: growing checked texts, the last one whole.

    At least one is yielded. Never fails because of the service, and takes `settings.total_s` at most: then the last one
    is the offline text, and its `reason` says why. Of a photo that cannot be judged nothing is sent.

    Args:
        language: one of `llm.texts.LANGUAGES`.
        settings: the service; None takes the environment's, and without a key the offline text.
        breaker: counts the failures of the service; None takes the one of this process.
        client: who asks, as far as is known, for the limits of the settings; None: the owner, whom they do not bind.

    Raises:
        ValueError: there is no such language, or a variable of the environment cannot be right.
    """
    offline = offline_text(analysis, language)
    settings = settings or settings_from_environment()
    if settings is None:
        yield Recommendation(offline, "offline", "no key")
        return
    if analysis.is_ood:
        yield Recommendation(offline, "offline", "the photo cannot be judged")
        return
    messages = build_messages(analysis, language)
    question = f"{settings.base_url} {settings.model} {messages}"
    known = _cache.get(question)
    if known is not None:
        yield Recommendation(known, "llm", "")
        return
    breaker = breaker or _breaker
    if not _cache.begin(question):
        yield Recommendation(offline, "offline", "being asked already")
        return
    try:
        # It may have been answered since.
        known = _cache.get(question)
        if known is not None:
            yield Recommendation(known, "llm", "")
        elif client is not None and not _budget.take(client, settings):
            yield Recommendation(offline, "offline", "too many calls")
        elif not breaker.allows_call():
            if client is not None:
                _budget.give_back(client)
            yield Recommendation(offline, "offline", "paused after failures")
        else:
            yield from _asked(analysis, language, messages, settings, breaker, question)
    finally:
        _cache.end(question)


def _asked(
    analysis: Analysis,
    language: str,
    messages: list[dict[str, str]],
    settings: LlmSettings,
    breaker: CircuitBreaker,
    question: str,
) -> Iterator[Recommendation]:
    """Ask, and tell the breaker and the cache."""
    try:
        text = yield from _checked(analysis, language, messages, settings)
    # GeneratorExit, when nobody listens any more, is no Exception: it says nothing about the service.
    except Exception as error:
        breaker.record(False)
        # Any other error is a surprise, and its message may hold anything, even the key.
        reason = str(error) if isinstance(error, NoTextError) else "not understood"
        logger.warning("the language model's text is not used: %s", reason)
        yield Recommendation(offline_text(analysis, language), "offline", reason)
        return
    breaker.record(True)
    _cache.put(question, text)
    yield Recommendation(text, "llm", "")


def _checked(
    analysis: Analysis, language: str, messages: list[dict[str, str]], settings: LlmSettings
) -> Generator[Recommendation, None, str]:
    """Yield growing checked beginnings, return the whole checked text."""
    # Imported when asked for: the openai client takes a second to load, and most installations have no key.
    from llm.timed_call import stream_pieces

    text, checked = "", 0
    with closing(stream_pieces(messages, settings)) as pieces:
        for piece in pieces:
            text = unicodedata.normalize("NFC", text + piece).lstrip()
            end = _end_of_sentences(text)
            if end <= checked:
                continue
            checked, beginning = end, text[:end]
            _refuse(_echoes(settings.api_key, beginning) or find_forbidden(beginning, analysis, language))
            if find_missing(beginning, analysis, language) is None:
                yield Recommendation(beginning, "llm", "")
    text = text.strip()
    _refuse(_echoes(settings.api_key, text) or find_problem(text, analysis, language))
    return text


def _refuse(problem: str | None) -> None:
    if problem is not None:
        raise NoTextError(problem)


def _end_of_sentences(text: str) -> int:
    """Length of the whole sentences that the text begins with."""
    return max((match.end() - 1 for match in _SENTENCE_END.finditer(text)), default=0)


def _echoes(key: str, text: str) -> str | None:
    if len(key) < _MIN_SECRET_CHARACTERS:
        return None
    return "key" if key.casefold() in "".join(text.split()).casefold() else None
