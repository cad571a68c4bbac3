"""How many calls of the service strangers can cause: it costs the owner's money, and whoever can reach the page can ask.

A window that slides over the last hour. It holds one entry for each call in it, so its size is bounded by the limit on all
calls, however many clients there are.
"""

import threading
import time
from collections import deque
from collections.abc import Callable

from llm.settings import LlmSettings

WINDOW_S = 3600.0


class CallBudget:
    """Calls of the last hour, of each client and of all; safe between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._calls: deque[tuple[float, str]] = deque()

    def take(self, client: str, settings: LlmSettings) -> bool:
        """Count one more call of a client, if both limits of the settings allow it; whether they do."""
        with self._lock:
            now = self._clock()
            while self._calls and self._calls[0][0] <= now - WINDOW_S:
                self._calls.popleft()
            of_client = sum(caller == client for _, caller in self._calls)
            if len(self._calls) >= settings.calls_per_hour or of_client >= settings.calls_per_client:
                return False
            self._calls.append((now, client))
            return True

    def give_back(self, client: str) -> None:
        """Forget the latest call of a client: it was not made."""
        with self._lock:
            for place in reversed(range(len(self._calls))):
                if self._calls[place][1] == client:
                    del self._calls[place]
                    return
