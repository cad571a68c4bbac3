"""The Dockerfile's steps, as far as they go without Docker: what it copies, what it sets, as whom and where it runs.

Its second stage is laid out in a folder that nobody can write to, with a home like it, and the command is run there with the
settings given, without root's right to write everywhere.
"""

import ast
import asyncio
import base64
import json
import os
import re
import shlex
import shutil
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from gradio_client import handle_file
from gradio_client.exceptions import AppError
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from tests.conftest import REPOSITORY
from tests.running_app import PATIENCE_SECONDS, client_of, running_app
from tests.webapp.test_api import _check

DOCKERFILE = (REPOSITORY / "Dockerfile").read_text().replace("\\\n", " ")
STAGE = DOCKERFILE[DOCKERFILE.rindex("FROM ") :]
TOOLS = {"predict_api", "recommend_api"}


def _steps(name: str) -> list[str]:
    return re.findall(rf"^{name} (.*)$", STAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def app_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What the image holds in /app, and a home, both read-only."""
    folder = tmp_path_factory.mktemp("image")
    app = folder / "app"
    app.mkdir()
    for step in _steps("COPY"):
        if step.startswith("--from"):
            continue
        *sources, target = step.split()
        for source in sources:
            if (REPOSITORY / source).is_dir():
                shutil.copytree(REPOSITORY / source, app / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(REPOSITORY / source, app / target)
    (folder / "home").mkdir()
    _set_modes(folder, writable=False)
    yield app
    _set_modes(folder, writable=True)


def _set_modes(folder: Path, writable: bool) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod((0o755 if writable else 0o555) if path.is_dir() else 0o444)


@pytest.fixture(scope="module")
def log_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the app writes to its output."""
    return tmp_path_factory.mktemp("log") / "app.log"


@pytest.fixture(scope="module")
def url(app_folder: Path, log_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app in the container's layout, with MCP."""
    temporary = str(tmp_path_factory.mktemp("tmp"))
    settings = dict(pair.split("=", 1) for step in _steps("ENV") for pair in shlex.split(step))
    settings = {name: value.replace("/tmp", temporary) for name, value in settings.items() if name != "PATH"}
    settings |= {"HOME": str(app_folder.parent / "home"), "TMPDIR": temporary}
    (command,) = _steps("CMD")
    drop = ["setpriv", "--bounding-set=-dac_override,-fowner"] if os.geteuid() == 0 else []
    arguments = [sys.executable, *json.loads(command)[1:], "--mcp"]
    with running_app([*drop, *arguments], log_path, settings, app_folder) as address:
        yield address


def test_the_image_has_no_torch_and_no_root() -> None:
    assert re.findall(r"--require-hashes -r (\S+)", DOCKERFILE) == ["requirements.lock"]
    assert "torch" not in (REPOSITORY / "requirements.lock").read_text()
    (user,) = _steps("USER")
    assert f"useradd --system --no-create-home --home-dir /nonexistent {user}" in STAGE
    allowed = {line[1:] for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {source for step in _steps("COPY") if not step.startswith("--from") for source in step.split()[:-1]}
    assert copied | {"requirements.lock"} == allowed


def test_nothing_can_be_written_there(app_folder: Path) -> None:
    drop = "setpriv --bounding-set=-dac_override,-fowner" if os.geteuid() == 0 else ""
    for folder in (app_folder, app_folder.parent / "home"):
        assert os.system(f"{drop} touch {folder}/new 2>/dev/null") != 0


def test_the_containers_own_check_passes(url: str) -> None:
    (check,) = re.findall(r"HEALTHCHECK .*CMD (\[.*\])", STAGE)
    code = json.loads(check)[2].replace("http://127.0.0.1:7860", url)
    assert url in code
    exec(code, {})
    with urllib.request.urlopen(f"{url}/healthz", timeout=PATIENCE_SECONDS) as answer:
        assert json.load(answer)["self_test"] == "passed"


def test_photos_are_analysed_and_the_log_tells_nothing_of_them(
    url: str, log_path: Path, tmp_path: Path, drawing_jpeg: bytes
) -> None:
    client = client_of(url)
    for name, content in (("JaneDoe.jpg", drawing_jpeg), ("JohnRoe.jpg", b"no photo")):
        (tmp_path / name).write_bytes(content)
    answer = client.predict(image=handle_file(str(tmp_path / "JaneDoe.jpg")), api_name="/predict_api")
    _check(answer)
    with pytest.raises(AppError, match="not a photo"):
        client.predict(image=handle_file(str(tmp_path / "JohnRoe.jpg")), api_name="/predict_api")
    # Gradio prints a traceback with what it was sent for this one.
    with pytest.raises(AppError):
        client.predict(image=handle_file(str(tmp_path / "JohnRoe.jpg")), language="JohnRoe", api_name="/predict_api")
    log = log_path.read_text()
    assert not re.search(r"Jane|John|\.jpg|127\.0\.0\.1:\d+/", log.split("* Running", 1)[0] + log.split("\n* ", 1)[-1])
    assert answer["analysis_id"] not in log
    events = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert [entry.get("event") for entry in events if "ms" in entry][:2] == ["photo analysed", "file refused"]


def test_an_mcp_client_lists_and_calls_the_tools(url: str, drawing_jpeg: bytes) -> None:
    photo = "data:image/jpeg;base64," + base64.b64encode(drawing_jpeg).decode()

    async def call() -> tuple[dict, dict]:
        async with streamable_http_client(f"{url}/gradio_api/mcp/") as (read, write, _), ClientSession(read, write) as session:
            await session.initialize()
            tools = {tool.name: tool for tool in (await session.list_tools()).tools}
            assert set(tools) == TOOLS
            assert "not a diagnosis" in str(tools["predict_api"].description)
            assert "mc_samples" in tools["predict_api"].inputSchema["properties"]
            asked = await session.call_tool("predict_api", {"image": photo, "language": "de"})
            # Gradio writes a tool's answer as Python does, not as JSON.
            answer = ast.literal_eval(asked.content[0].text)
            advice = await session.call_tool("recommend_api", {"analysis_id": answer["analysis_id"], "language": "de"})
            return answer, ast.literal_eval(advice.content[0].text)

    # In a thread of its own: the browser of other tests keeps an event loop in this one.
    with ThreadPoolExecutor(1) as thread:
        answer, advice = thread.submit(lambda: asyncio.run(call())).result()
    _check(answer)
    assert answer["recommendation"] == advice["recommendation"]
