"""Analyses that may be asked about once more, by an id, for a while: a result that a client posts is never believed."""

import secrets
import threading
import time
from collections import OrderedDict

from postprocess.analysis import Analysis

MAX_ANALYSES = 1000
KEPT_SECONDS = 3600
# 16 random bytes: whoever was not told an id cannot guess it.
_ID_BYTES = 16


class AnalysisStore:
    """The `MAX_ANALYSES` latest analyses of the last hour, by id; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, Analysis]] = OrderedDict()

    def put(self, analysis: Analysis) -> str:
        """Keep an analysis; returns its id."""
        identifier = secrets.token_urlsafe(_ID_BYTES)
        with self._lock:
            self._kept[identifier] = (time.monotonic(), analysis)
            self._drop_old()
        return identifier

    def get(self, identifier: str) -> Analysis | None:
        """The analysis of an id; None where there is none, or none any more."""
        with self._lock:
            self._drop_old()
            _, analysis = self._kept.get(identifier, (0.0, None))
            return analysis

    def _drop_old(self) -> None:
        oldest_kept = time.monotonic() - KEPT_SECONDS
        while self._kept and (len(self._kept) > MAX_ANALYSES or next(iter(self._kept.values()))[0] < oldest_kept):
            self._kept.popitem(last=False)
