"""Connections that are opened and then not used, or a byte at a time: they end, and there is an upper bound on all of them.

Uvicorn waits for the rest of a request's head for as long as the sender likes. Slow bodies are `webapp.guard`'s.
"""

import asyncio
from typing import Any

from uvicorn import config
from uvicorn.protocols.http.auto import AutoHTTPProtocol

# For a request's head, which is one packet of a browser.
HEAD_SECONDS = 15.0
# An open page takes up to two. More are answered 503 at once; the usual limit on file handles is 1024.
MAX_CONNECTIONS = 600


class PatientProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """Uvicorn's protocol, whose patience ends."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.limit_concurrency = MAX_CONNECTIONS
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._expect_head()
        else:
            self._calm_down()

    def connection_lost(self, exc: Exception | None) -> None:
        self._calm_down()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        if self._patience is None:
            self._patience = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _calm_down(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        self.transport.abort()


def limit_connections() -> None:
    """Let the server that Gradio starts use `PatientProtocol`: it has no option for that."""
    config.HTTP_PROTOCOLS["auto"] = f"{__name__}:PatientProtocol"
