"""The real app, started as a user starts it, with the shipped model."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent

START_SECONDS = 120


@pytest.fixture(scope="session")
def app_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the app writes."""
    return tmp_path_factory.mktemp("app") / "app.log"


@pytest.fixture(scope="session")
def app_url(app_log: Path) -> Iterator[str]:
    """Address of a running `python app.py`."""
    with running_app([sys.executable, "app.py"], app_log) as url:
        yield url


@contextmanager
def running_app(
    command: list[str], log_path: Path, settings: Mapping[str, str] | None = None, folder: Path = REPOSITORY
) -> Iterator[str]:
    """Run the app by this command in a folder until the block ends; gives its address."""
    port = _free_port()
    environment = os.environ | (settings or {}) | {"GRADIO_SERVER_PORT": str(port)}
    environment.pop("OPENAI_API_KEY", None)
    with log_path.open("w") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, process, log_path)
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
    raise RuntimeError(f"the app did not start:\n{log.read_text()}")
