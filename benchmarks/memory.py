"""Resident memory of the app after a hundred and after a thousand analyses."""

import tempfile
from pathlib import Path
from typing import Any

import psutil
from gradio_client import Client, handle_file

from benchmarks.app_process import running_app
from benchmarks.photo import large_jpeg
from webapp.service import DEFAULT_VIEWS

_COUNTS = (100, 1000)
_MEGABYTE = 2**20


def measure() -> dict[str, Any]:
    """Megabytes of the app and of its child processes, each analysis through the API with 30 samples and a heat map."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photo = folder / "photo.jpg"
        photo.write_bytes(large_jpeg())
        with running_app(folder / "cache") as app:
            client = Client(app.url, verbose=False, analytics_enabled=False)
            used = {}
            for number in range(1, max(_COUNTS) + 1):
                client.predict(image=handle_file(photo), views=DEFAULT_VIEWS, api_name="/predict_api")
                if number in _COUNTS:
                    used[number] = _resident_megabytes(app.pid)
    first = used[_COUNTS[0]]
    return {
        f"Resident memory of the app, {DEFAULT_VIEWS} views of each photo": [
            {"peer": f"after {count} analyses", "megabytes": used[count], "ratio": used[count] / first} for count in _COUNTS
        ]
    }


def _resident_megabytes(pid: int) -> float:
    app = psutil.Process(pid)
    return sum(process.memory_info().rss for process in (app, *app.children(recursive=True))) / _MEGABYTE
