"""The real app, started as a user starts it, with the shipped model."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

START_SECONDS = 120


@pytest.fixture(scope="session")
def app_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the app writes."""
    return tmp_path_factory.mktemp("app") / "app.log"


@pytest.fixture(scope="session")
def app_url(app_log: Path) -> Iterator[str]:
    """Address of a running `python app.py`."""
    port = _free_port()
    environment = os.environ | {"GRADIO_SERVER_PORT": str(port)}
    environment.pop("OPENAI_API_KEY", None)
    with app_log.open("w") as log:
        process = subprocess.Popen([sys.executable, "app.py"], cwd=REPOSITORY, env=environment, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, process, app_log)
            yield url
        finally:
            process.terminate()
            process.wait(20)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(re.sub(r"\s+$", "", f"the app did not start:\n{log.read_text()}"))
