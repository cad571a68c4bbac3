"""Many callers: what is asked of the app, and that the counts outlive a run in which it answered nothing."""

import json
from contextlib import nullcontext

import httpx2
import pytest

from benchmarks import load
from benchmarks.app_process import RunningApp
from benchmarks.load import Call
from webapp.service import DEFAULT_VIEWS


def test_a_call_names_the_number_of_views() -> None:
    sent = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            sent.append(json.loads(request.content)["data"][1:])
            return httpx2.Response(200, json={"event_id": "1"})
        return httpx2.Response(200, text='event: complete\ndata: [{"cancer_probability": 1.0}]\n\n')

    with httpx2.Client(base_url="http://app", transport=httpx2.MockTransport(answer)) as client:
        assert load._call(client, "photo.jpg").outcome == "answered"
    assert sent == [[30, "openvino", "en", "specialist", DEFAULT_VIEWS]]


def _measured(monkeypatch: pytest.MonkeyPatch, calls: dict[int, list[Call]]) -> dict[int, dict]:
    """Callers -> row, where these are the calls of so many callers."""
    monkeypatch.setattr(load, "_CALLS", dict.fromkeys(calls, 1))
    monkeypatch.setattr(load, "running_app", lambda cache: nullcontext(RunningApp("http://app", 0)))
    monkeypatch.setattr(load, "_upload", lambda url: "photo.jpg")
    monkeypatch.setattr(load, "_call_together", lambda url, photo, callers, calls_each=1, **_: calls[callers])
    (title, rows), *others = load.measure().items()
    assert title == f"Callers at once, {DEFAULT_VIEWS} views of each photo"
    assert others == []
    return {row["callers"]: row for row in rows}


def test_times_are_those_of_answered_calls_and_the_ratio_is_to_serving_them_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    single = [Call("answered", 0.1), Call("failed", 9.0), Call("answered", 0.1)]
    # Half of the four are served: the last of two would wait for 0.2 s.
    four = [Call("answered", 0.3), Call("busy", 0.01), Call("answered", 0.3), Call("busy", 0.01)]
    rows = _measured(monkeypatch, {1: single, 4: four})
    assert rows[4] == {"callers": 4, "calls": 4, "answered": 2, "busy": 2, "failed": 0} | {
        "median_ms": pytest.approx(300),
        "p95_ms": pytest.approx(300),
        "ratio": pytest.approx(1.5),
    }
    assert rows[1]["median_ms"] == pytest.approx(100)


@pytest.mark.parametrize("answered", [0, 1])
def test_counts_are_kept_where_nothing_or_one_call_was_answered(monkeypatch: pytest.MonkeyPatch, answered: int) -> None:
    calls = [Call("answered", 0.2)] * answered + [Call("failed", 0.1)] * (3 - answered)
    row = _measured(monkeypatch, {1: calls})[1]
    assert (row["calls"], row["answered"], row["failed"]) == (3, answered, 3 - answered)
    times = [row[name] for name in ("median_ms", "p95_ms")]
    assert times == ([pytest.approx(200)] * 2 if answered else [None, None])
    assert (row["ratio"] is None) == (answered == 0)
    # As it is stored.
    assert json.loads(json.dumps(row, allow_nan=False)).keys() == row.keys()


def test_without_an_answer_to_a_single_caller_there_is_no_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    row = _measured(monkeypatch, {1: [Call("failed", 1.0)], 4: [Call("answered", 0.3)] * 4})[4]
    assert row["median_ms"] == pytest.approx(300)
    assert row["ratio"] is None
