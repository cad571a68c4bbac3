"""The app as it is measured: it ends with its block, and each analysis names the number of views."""

import os
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import psutil
import pytest

from benchmarks import app_process, memory, startup
from benchmarks.app_process import RunningApp, running_app
from webapp.service import DEFAULT_VIEWS

_HANGING = """
import os, signal
from http.server import HTTPServer, SimpleHTTPRequestHandler
signal.signal(signal.SIGTERM, signal.SIG_IGN)
HTTPServer(("127.0.0.1", int(os.environ["GRADIO_SERVER_PORT"])), SimpleHTTPRequestHandler).serve_forever()
"""


def test_an_app_that_hangs_is_killed_and_hides_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app.py").write_text(_HANGING)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(app_process, "_STOP_SECONDS", 0.2)
    with pytest.raises(ValueError, match="what went wrong"), running_app(tmp_path) as app:
        raise ValueError("what went wrong")
    assert not psutil.pid_exists(app.pid)


@pytest.mark.parametrize("measure", [startup.measure, memory.measure])
def test_every_analysis_names_the_number_of_views_and_so_does_the_table(
    measure: Callable[[], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []

    class Client:
        def __init__(self, *_: object, **__: object) -> None: ...

        def predict(self, **inputs: Any) -> None:
            asked.append(inputs)

    for module in (startup, memory):
        monkeypatch.setattr(module, "Client", Client)
        monkeypatch.setattr(module, "large_jpeg", lambda: b"")
        monkeypatch.setattr(module, "running_app", lambda cache: nullcontext(RunningApp("http://app", os.getpid())))
    title = next(iter(measure()))
    assert asked
    assert all(inputs["views"] == DEFAULT_VIEWS for inputs in asked)
    assert f"{DEFAULT_VIEWS} views" in title
