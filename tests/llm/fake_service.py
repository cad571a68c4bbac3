"""A service on loopback that speaks the protocol of OpenAI, as well or as badly as a test wants."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers every request as `server.answer` says."""

    protocol_version = "HTTP/1.1"
    server: "FakeService"

    def do_POST(self) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, self.headers, json.loads(body)))
        try:
            self.server.answer(self)
        except OSError:
            self.server.hung_up.set()

    def begin(self, status: int = 200, content_type: str = "text/event-stream", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, *arguments: Any) -> None:
        """Nothing: the tests read the log."""


class FakeService(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.requests: list[tuple[str, Message, Any]] = []
        self.hung_up = threading.Event()
        """Set when a client has closed its connection before the answer was over."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: clients hang up, that is what they are tested for."""


def event(content: object = None, finish: object = None, **delta: object) -> bytes:
    """One part of a streamed answer."""
    if content is not None:
        delta["content"] = content
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "test", "choices": [choice]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"
# Code to start an app with: its first question takes seconds on a slow machine, and must not look like a slow service.
PATIENT = """
import dataclasses
import llm.client
read = llm.client.settings_from_environment
llm.client.settings_from_environment = lambda: dataclasses.replace(read(), first_word_s=60.0, next_word_s=60.0, total_s=60.0)
"""


def words(text: str, finish: str | None = "stop") -> list[bytes]:
    """A whole answer, word by word."""
    parts = [event(word + " ") for word in text.split(" ")]
    return [*parts, event(finish=finish), DONE] if finish else parts


def stream(parts: Iterable[bytes], pause_s: float = 0.0) -> Answer:
    """Send parts, with a pause after each."""

    def answer(handler: Handler) -> None:
        handler.begin()
        for part in parts:
            handler.write(part)
            time.sleep(pause_s)

    return answer


def say(text: str) -> Answer:
    """Send a text as a good service does."""
    return stream(words(text))


def fail(status: int, body: str = "{}", content_type: str = "application/json", **headers: str) -> Answer:
    """Answer with an error."""

    def answer(handler: Handler) -> None:
        handler.begin(status, content_type, Content_Length=str(len(body)), **headers)
        handler.write(body.encode())

    return answer


def drip(data: bytes, pause_s: float, before: bytes = b"") -> Answer:
    """Send `before` at once and then a byte at a time, headers included."""

    def answer(handler: Handler) -> None:
        handler.write(before)
        for byte in data:
            handler.write(bytes([byte]))
            time.sleep(pause_s)

    return answer


def reset(handler: Handler) -> None:
    """Begin an answer and break the connection off."""
    handler.begin()
    handler.write(event("The program "))
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    handler.connection.close()


@contextmanager
def serving(answer: Answer) -> Iterator[FakeService]:
    """A running service."""
    service = FakeService(answer)
    thread = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.shutdown()
        service.server_close()
        thread.join()
