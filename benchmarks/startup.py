"""From `python app.py` to the first answer of the API, with an empty and with a filled cache of compiled models."""

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from gradio_client import Client, handle_file

from benchmarks.app_process import running_app
from benchmarks.photo import large_jpeg
from webapp.service import DEFAULT_VIEWS

_WARM_STARTS = 3


def measure() -> dict[str, Any]:
    """Seconds, cold and warm; the Python files are in the machine's file cache for both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photo = folder / "photo.jpg"
        photo.write_bytes(large_jpeg())
        # Once to fill the machine's own cache of files.
        _seconds_to_answer(folder / "unused", photo)
        cold = _seconds_to_answer(folder / "cache", photo)
        warm = median(_seconds_to_answer(folder / "cache", photo) for _ in range(_WARM_STARTS))
    return {
        f"From `python app.py` to the first answer, {DEFAULT_VIEWS} views of the photo": [
            {"peer": "no compiled model kept", "seconds": cold, "ratio": cold / warm},
            {"peer": "compiled model kept", "seconds": warm, "ratio": 1.0},
        ]
    }


def _seconds_to_answer(cache: Path, photo: Path) -> float:
    start = time.perf_counter()
    with running_app(cache) as app:
        client = Client(app.url, verbose=False, analytics_enabled=False)
        client.predict(image=handle_file(photo), views=DEFAULT_VIEWS, api_name="/predict_api")
        return time.perf_counter() - start
