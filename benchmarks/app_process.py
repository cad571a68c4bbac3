"""The app as a user starts it, for what is measured of a whole process."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_PATIENCE_SECONDS = 180
_STOP_SECONDS = 30


class RunningApp(NamedTuple):
    """A started app."""

    url: str
    pid: int


@contextmanager
def running_app(cache: Path) -> Iterator[RunningApp]:
    """Run `python app.py` on a free port until the block ends, with its compiled model in the folder `cache`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"GRADIO_SERVER_PORT": str(port), "SKINGLANCE_CACHE_DIR": str(cache)}
    process = subprocess.Popen(
        [sys.executable, "app.py"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, process)
        yield RunningApp(url, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # Else this would hide the error that ended the block, and the app would keep a core from what is measured next.
            process.kill()
            process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("`python app.py` did not start; run it by itself to see why")
