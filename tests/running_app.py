"""The real app, started as a user starts it, with the shipped model."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gradio_client import Client

REPOSITORY = Path(__file__).parent.parent

# Far above what a start takes, a stop (15 s for photos that are under way) and any answer: they only end what hangs.
START_SECONDS = 300
PATIENCE_SECONDS = 120

# Code to start the app with; its analyses wait for as long as there is a file.
HELD = """
import time
from pathlib import Path
import app
from webapp import service
examine = service.Service.examine
def held(*arguments, **options):
    while Path("{file}").exists():
        time.sleep(0.05)
    return examine(*arguments, **options)
service.Service.examine = held
raise SystemExit(app.main([]))
"""


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
            try:
                process.wait(PATIENCE_SECONDS)
            finally:
                process.kill()


def client_of(url: str) -> "Client":
    """Gradio's client, with more patience than the 5 s that it has for an upload."""
    # Imported when it is used: most tests need no app.
    from gradio_client import Client

    return Client(url, verbose=False, analytics_enabled=False, httpx_kwargs={"timeout": PATIENCE_SECONDS})


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until it is so; fails where that hangs."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


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
            urllib.request.urlopen(url, timeout=10).close()
            return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(f"the app did not start:\n{log.read_text()}")
