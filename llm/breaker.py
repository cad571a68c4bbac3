"""No calls for a while to a service that keeps failing: nobody waits for it, and it is not paid for useless texts."""

import threading
import time
from collections.abc import Callable

FAILURES_IN_A_ROW = 5
PAUSE_S = 120.0


class CircuitBreaker:
    """Closed until `FAILURES_IN_A_ROW` calls in a row have failed, then open for `PAUSE_S` seconds.

    After a pause one call may try; while it has not succeeded, the next may try only after another pause. Safe between
    threads.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_from = 0.0

    def allows_call(self) -> bool:
        """Whether a call may be made now; report with `record` how it ended, unless it was abandoned."""
        with self._lock:
            if self._failures < FAILURES_IN_A_ROW:
                return True
            now = self._clock()
            if now < self._closed_from:
                return False
            self._closed_from = now + PAUSE_S
            return True

    def record(self, succeeded: bool) -> None:
        """Report how a call ended."""
        with self._lock:
            self._failures = 0 if succeeded else self._failures + 1
            if self._failures >= FAILURES_IN_A_ROW:
                self._closed_from = self._clock() + PAUSE_S
