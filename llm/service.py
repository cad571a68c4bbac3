"""What an OpenAI-compatible service is asked, and what of its answer is let in.

Nothing that the service sends gets into an error: it may repeat the key. For the same reason the body of an error
answer is not even read.
"""

import functools
import logging
import ssl
from collections.abc import AsyncIterator
from typing import Any

import httpx2
from openai import AsyncOpenAI, DefaultAsyncHttpxClient

from llm.errors import NoTextError
from llm.settings import DEFAULT_MODEL, LlmSettings

OPENAI_URL = "https://api.openai.com/v1"
MAX_CHARACTERS = 4_000
# 260 words are 500 to 1,000 tokens, and a token takes 200 to 400 bytes in the stream.
MAX_BYTES = 2_000_000

_STATUS_REASONS = {401: "key refused", 403: "key refused", 404: "no such model or address", 429: "rate limited"}
_FINISH_REASONS = {"length": "cut off", "content_filter": "refused"}
# The default model reasons at length before its first word, unless told not to.
_MODEL_OPTIONS: dict[str, dict[str, Any]] = {DEFAULT_MODEL: {"reasoning_effort": "minimal"}}


async def ask(messages: list[dict[str, str]], settings: LlmSettings) -> AsyncIterator[str]:
    """Yield the pieces of the answer as they come; ends only after the service has said that it is whole.

    It has no limits in time of its own: `llm.timed_call` has.

    Raises:
        NoTextError: the service refuses, or its answer cannot be used.
        Exception: the service cannot be reached, or its answer makes the library trip.
    """
    _keep_quiet()
    http_client = DefaultAsyncHttpxClient(verify=_tls(), event_hooks={"response": [_admit]})
    client = AsyncOpenAI(
        api_key=settings.api_key,
        base_url=settings.base_url or OPENAI_URL,
        timeout=settings.total_s,
        # The offline text is a better second try than another wait; and with no retry no Retry-After is obeyed.
        max_retries=0,
        http_client=http_client,
        default_headers={"Accept-Encoding": "identity"},
    )
    characters = 0
    options = _MODEL_OPTIONS.get(settings.model, {})
    request: Any = {"model": settings.model, "messages": messages, "stream": True} | options
    async with client, await client.chat.completions.create(**request) as stream:
        async for chunk in stream:
            choice = chunk.choices[0] if chunk.choices else None
            if choice is None:
                continue
            piece = _content(choice)
            characters += len(piece)
            if characters > MAX_CHARACTERS:
                raise NoTextError("too long")
            if piece:
                yield piece
            if choice.finish_reason == "stop":
                return
            if choice.finish_reason:
                raise NoTextError(_FINISH_REASONS.get(choice.finish_reason, "not understood"))
    raise NoTextError("cut off")


def _content(choice: Any) -> str:
    """The text of a part of the answer; the library does not check types, so this does."""
    delta = choice.delta
    if getattr(delta, "refusal", None):
        raise NoTextError("refused")
    content = getattr(delta, "content", None)
    if content is not None and not isinstance(content, str):
        raise NoTextError("not understood")
    return content or ""


async def _admit(response: httpx2.Response) -> None:
    """Look at an answer before its body is read, and bound what may be read of it.

    This also comes before a redirect is followed: the key and the numbers go to no address but the configured one.
    """
    status = response.status_code
    if status != 200:
        raise NoTextError(_STATUS_REASONS.get(status, f"status {status}"))
    # It was told to send plain text; a compressed one could grow without bound.
    if response.headers.get("content-encoding", "identity") != "identity":
        raise NoTextError("not understood")
    response.stream = _BoundedStream(response.stream)


class _BoundedStream(httpx2.AsyncByteStream):
    """The body of an answer, of at most MAX_BYTES bytes: a line without an end must not fill the memory."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        received = 0
        async for part in self._stream:
            received += len(part)
            if received > MAX_BYTES:
                raise NoTextError("too long")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


@functools.cache
def _tls() -> ssl.SSLContext:
    """The certificates of the machine; read once, because that takes as long as all else that the client does."""
    return httpx2.create_ssl_context()


def _keep_quiet() -> None:
    """The libraries' debugging lines hold headers that the service sent: those may repeat the key."""
    for name in ("openai", "httpx2", "httpcore2"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.getEffectiveLevel(), logging.INFO))
