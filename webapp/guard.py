"""What stands before Gradio: requests that are too large, ask for what is off, or come while the server stops, end here.

Gradio bounds one file of a form, but not a request body, a `data:` URL or a form's text, and it has routes that this app has
no use for. Bodies are counted while they come: nothing of what is refused is kept.
"""

import asyncio
import json
import logging
import re
import threading
import time
from collections.abc import Callable
from typing import Any

from python_multipart.multipart import FormParserError, MultipartParser, parse_options_header
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webapp.storage import NO_ROOM, is_full

logger = logging.getLogger(__name__)

# JSON is held in memory several times over while it is read: a photo of 12 MB fits as a `data:` URL; larger ones are uploaded.
MAX_JSON_BYTES = 16 * 2**20
# A form is written to disk as it comes: a folder of photos fits.
MAX_FORM_BYTES = 256 * 2**20
MAX_FORM_TEXT_BYTES = 2**16
# A body has this long, and as much more as it takes at this speed: a photo of 5 MB over the slowest telephone line.
BODY_SECONDS = 20.0
MIN_BYTES_PER_SECOND = 4096
RETRY_SECONDS = 10
_BUSY = f"The server is busy, try again in {RETRY_SECONDS} s."
_TOO_LARGE = "The request is too large; send fewer or smaller photos, and as a form (multipart/form-data), not as text."
_TOO_SLOW = "The request came too slowly; try again over a faster connection."
_OFF = "This is not offered here."
_OFF_ROUTES = re.compile(
    r"(/gradio_api)?/(file=\s*\w[\w+.-]*:(?!\\)|proxy=|vibe-|process_recording|run-history|runs\b|deep_link|monitoring|dev/|custom_component/"
    r"|profiling|login|logout|pwa_icon/)",
    re.IGNORECASE,
)
_CALLS = re.compile(r"/gradio_api/(queue/join|call/|run/|api/|upload)")


class Guard:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, stopping: threading.Event) -> None:
        self._app = app
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        route = _route(scope)
        if _OFF_ROUTES.match(route):
            await _answer(send, 403, _OFF)
        elif self._stopping.is_set() and scope["method"] == "POST" and _CALLS.match(route):
            await _answer(send, 503, _BUSY)
        else:
            await _Exchange(scope, receive, send).run(self._app)


class _Exchange:
    """One request whose body is counted while it comes."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        headers = Headers(scope=scope)
        kind, options = parse_options_header(headers.get("content-type", ""))
        self._is_form = kind == b"multipart/form-data"
        self._limit = MAX_FORM_BYTES if self._is_form else MAX_JSON_BYTES
        self._announced = headers.get("content-length", "")
        self._form = _FormText(options.get(b"boundary", b"")) if self._is_form else None
        self._received = 0
        self._began = time.monotonic()
        self._is_whole = self._is_refused = self._is_answered = False

    async def run(self, app: ASGIApp) -> None:
        if self._announced.isdecimal() and int(self._announced) > self._limit:
            await _answer(self._send, 413, _TOO_LARGE)
            return
        try:
            await app(self._scope, self._next_part, self._pass_on)
        except ClientDisconnect:
            if not self._is_refused:
                raise
        except OSError as error:
            # An upload is written while it comes.
            if self._is_answered or not is_full(error):
                raise
            logger.error("an upload could not be written", exc_info=error)
            await _answer(self._send, 507, NO_ROOM)

    async def _next_part(self) -> Message:
        if self._is_refused:
            return {"type": "http.disconnect"}
        try:
            async with asyncio.timeout_at(self._patience()):
                message = await self._receive()
        except TimeoutError:
            return await self._refuse(408, _TOO_SLOW)
        body = message.get("body", b"")
        self._is_whole = not message.get("more_body", False)
        self._received += len(body)
        if self._received <= self._limit and not (self._form and self._form.is_too_long(body)):
            return message
        return await self._refuse(413, _TOO_LARGE)

    def _patience(self) -> float | None:
        """Until when the next part may come, in the event loop's time; None after the last one."""
        if self._is_whole:
            return None
        left = self._began + BODY_SECONDS + self._received / MIN_BYTES_PER_SECOND - time.monotonic()
        return asyncio.get_running_loop().time() + left

    async def _refuse(self, status: int, sentence: str) -> Message:
        self._is_refused = True
        if not self._is_answered:
            await _answer(self._send, status, sentence)
        return {"type": "http.disconnect"}

    async def _pass_on(self, message: Message) -> None:
        if self._is_refused:
            return
        if message["type"] == "http.response.start":
            self._is_answered = True
            # Gradio's own words for a full queue are about its size.
            if message["status"] == 503 and _CALLS.match(_route(self._scope)):
                self._is_refused = True
                await _answer(self._send, 503, _BUSY)
                return
        await self._send(message)


class _FormText:
    """Counts what of a form is no file: that is kept in memory."""

    def __init__(self, boundary: bytes) -> None:
        self._bytes = 0
        self._headers = b""
        self._is_file = False
        callbacks: dict[str, Callable[..., Any]] = {
            "on_part_begin": self._begin,
            "on_header_field": self._header,
            "on_header_value": self._header,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._data,
        }
        self._parser = MultipartParser(boundary, callbacks) if boundary else None  # type: ignore[arg-type]

    def is_too_long(self, body: bytes) -> bool:
        if self._parser is not None:
            try:
                self._parser.write(body)
            except FormParserError:
                # Gradio's own parser says so to the sender.
                self._parser = None
        return self._bytes > MAX_FORM_TEXT_BYTES

    def _begin(self) -> None:
        self._headers, self._is_file = b"", False

    def _header(self, data: bytes, start: int, end: int) -> None:
        self._headers += data[start:end]
        self._bytes += end - start

    def _headers_end(self) -> None:
        self._is_file = b"filename" in self._headers.lower()
        if self._is_file:
            self._bytes -= len(self._headers)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if not self._is_file:
            self._bytes += end - start


def _route(scope: Scope) -> str:
    """The path below GRADIO_ROOT_PATH, with which and without which the app answers."""
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


async def _answer(send: Send, status: int, sentence: str) -> None:
    body = json.dumps({"detail": sentence}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 503:
        headers.append((b"retry-after", str(RETRY_SECONDS).encode()))
    if status in (408, 413, 507):
        # What is still on its way is not read.
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
