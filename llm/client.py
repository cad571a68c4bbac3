"""Ask a language model for the recommendation; whatever goes wrong, the offline text stands in.

The answer is streamed, because only a stream shows within seconds whether a service answers at all, but nothing is shown
before the whole text has passed the check: half a sentence of a text that is refused later cannot be taken back.
"""

import logging
import queue
import threading
import time
from dataclasses import dataclass

from llm.check import find_problem
from llm.offline import DEFAULT_LANGUAGE, offline_text
from llm.prompt import build_messages
from llm.settings import LlmSettings, settings_from_environment
from postprocess.analysis import Analysis

logger = logging.getLogger(__name__)

_MAX_CHARACTERS = 8_000


@dataclass(frozen=True)
class Recommendation:
    """A text that may be shown."""

    text: str
    source: str
    """"llm" or "offline"."""
    reason: str
    """Why the offline text stands in, in a word or two; empty for "llm"."""


class _RefusedError(Exception):
    """The service answered, but not with a text that can be used; the message is the reason."""


def recommend(analysis: Analysis, language: str = DEFAULT_LANGUAGE, settings: LlmSettings | None = None) -> Recommendation:
    """Recommend what to do next, in one of `llm.texts.LANGUAGES`.

    Never fails because of the service: then the text is the offline one and `reason` says why.

    Args:
        settings: the service; None takes the environment's, and without a key the offline text.

    Raises:
        ValueError: there is no such language.
    """
    offline = offline_text(analysis, language)
    settings = settings or settings_from_environment()
    if settings is None:
        return Recommendation(offline, "offline", "no key")
    try:
        text = _ask_in_time(build_messages(analysis, language), settings)
        problem = find_problem(text, analysis, language)
    # The openai client lets errors of httpx, of JSON and of its own through: none of them may reach the person.
    except Exception as error:
        problem = str(error) if isinstance(error, _RefusedError) else type(error).__name__
    if problem is not None:
        # Neither the text nor the error's own words: either may repeat the key.
        logger.warning("the language model's text is not used: %s", problem)
        return Recommendation(offline, "offline", problem)
    return Recommendation(text, "llm", "")


def _ask_in_time(messages: list[dict[str, str]], settings: LlmSettings) -> str:
    """Ask in a thread of its own: a service that sends a byte a second never runs into a timeout between two bytes."""
    answer: queue.SimpleQueue[str | Exception] = queue.SimpleQueue()

    def work() -> None:
        try:
            answer.put(_ask(messages, settings))
        except Exception as error:
            answer.put(error)

    threading.Thread(target=work, daemon=True).start()
    try:
        result = answer.get(timeout=settings.total_s)
    except queue.Empty:
        raise _RefusedError("too slow") from None
    if isinstance(result, Exception):
        raise result
    return result


def _ask(messages: list[dict[str, str]], settings: LlmSettings) -> str:
    # Imported when asked for: it takes half a second, and most installations have no key.
    from openai import OpenAI

    start = time.monotonic()
    parts: list[str] = []
    # No retries: the offline text is a better second try than another wait.
    with (
        OpenAI(api_key=settings.api_key, base_url=settings.base_url, timeout=settings.first_word_s, max_retries=0) as client,
        client.chat.completions.create(model=settings.model, messages=messages, stream=True) as stream,  # type: ignore
    ):
        for chunk in stream:
            if time.monotonic() - start > settings.total_s:
                raise _RefusedError("too slow")
            if not chunk.choices:
                continue
            choice = chunk.choices[0]
            parts.append(choice.delta.content or "")
            if sum(map(len, parts)) > _MAX_CHARACTERS:
                raise _RefusedError("too long")
            if choice.finish_reason == "stop":
                return "".join(parts).strip()
            if choice.finish_reason:
                raise _RefusedError(f"ended by {choice.finish_reason}")
    raise _RefusedError("cut off")
