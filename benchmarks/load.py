"""Many callers at once: how long each waits, how many are told that the server is busy, and that all get an answer."""

import json
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any, NamedTuple

import httpx2
import numpy as np

from benchmarks.app_process import running_app
from benchmarks.photo import large_jpeg
from inference.analyzer import DEFAULT_MC_SAMPLES, ENGINES
from llm.offline import DEFAULT_LANGUAGE
from postprocess.prevalence import DEFAULT_SETTING
from webapp.service import DEFAULT_VIEWS

# Callers at once -> calls of each, one after the other. The last has more callers than the queue has places.
_CALLS = {1: 32, 4: 8, 16: 4, 64: 2, 200: 1}
_PATIENCE_SECONDS = 300
_ANSWERED, _BUSY, _FAILED = "answered", "busy", "failed"


class Call(NamedTuple):
    """One call of the API."""

    outcome: str
    seconds: float


def measure() -> dict[str, Any]:
    """Milliseconds from a call to its whole answer: a photo of 12 megapixels, 30 samples, a heat map, DEFAULT_VIEWS views.

    Ratio: the 95th percentile to what it would be if the callers were served one after the other, each as fast as a single one.
    Where nothing was answered, the counts stand alone.
    """
    with tempfile.TemporaryDirectory() as cache, running_app(Path(cache)) as app:
        photo = _upload(app.url)
        _call_together(app.url, photo, callers=1, calls=4)
        measured = {callers: _call_together(app.url, photo, callers, calls) for callers, calls in _CALLS.items()}
    single_ms = _quantile_ms(measured[1], 0.5)
    rows = [_row(callers, calls, single_ms) for callers, calls in measured.items()]
    return {f"Callers at once, {DEFAULT_VIEWS} views of each photo": rows}


def _row(callers: int, calls: list[Call], single_ms: float | None) -> dict[str, Any]:
    outcomes = Counter(call.outcome for call in calls)
    p95_ms = _quantile_ms(calls, 0.95)
    # Of 200 callers only those that the queue has places for are served.
    served = callers * outcomes[_ANSWERED] / len(calls)
    return {
        "callers": callers,
        "calls": len(calls),
        **{outcome: outcomes[outcome] for outcome in (_ANSWERED, _BUSY, _FAILED)},
        "median_ms": _quantile_ms(calls, 0.5),
        "p95_ms": p95_ms,
        "ratio": None if p95_ms is None or single_ms is None else p95_ms / (served * single_ms),
    }


def _quantile_ms(calls: list[Call], share: float) -> float | None:
    """Of the calls that were answered; None where none was."""
    seconds = [call.seconds for call in calls if call.outcome == _ANSWERED]
    return 1000 * float(np.quantile(seconds, share)) if seconds else None


def _upload(url: str) -> str:
    answer = httpx2.post(f"{url}/gradio_api/upload", files={"files": ("photo.jpg", large_jpeg())}, timeout=_PATIENCE_SECONDS)
    return str(answer.raise_for_status().json()[0])


def _call_together(url: str, photo: str, callers: int, calls: int) -> list[Call]:
    start = Barrier(callers)

    def run(_: int) -> list[Call]:
        with httpx2.Client(base_url=f"{url}/gradio_api/call", timeout=_PATIENCE_SECONDS) as client:
            start.wait()
            return [_call(client, photo) for _ in range(calls)]

    with ThreadPoolExecutor(callers) as pool:
        return [call for calls_of_one in pool.map(run, range(callers)) for call in calls_of_one]


def _call(client: httpx2.Client, photo: str) -> Call:
    start = time.perf_counter()
    data = [
        {"path": photo, "meta": {"_type": "gradio.FileData"}},
        DEFAULT_MC_SAMPLES,
        ENGINES[0],
        DEFAULT_LANGUAGE,
        DEFAULT_SETTING,
        DEFAULT_VIEWS,
    ]
    try:
        begun = client.post("/predict_api", json={"data": data})
        if begun.status_code == httpx2.codes.SERVICE_UNAVAILABLE:
            return Call(_BUSY, time.perf_counter() - start)
        events = client.get(f"/predict_api/{begun.raise_for_status().json()['event_id']}").raise_for_status().text
    except httpx2.HTTPError:
        return Call(_FAILED, time.perf_counter() - start)
    kind, _, answer = events.rpartition("event: ")[2].partition("\ndata: ")
    whole = kind == "complete" and "cancer_probability" in json.loads(answer)[0]
    return Call(_ANSWERED if whole else _FAILED, time.perf_counter() - start)
