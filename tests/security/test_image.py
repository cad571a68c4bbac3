"""The image itself, built from the Dockerfile and run as README.md says: who it is, what it can write, what it answers.

Docker or Podman does both. The base image comes from its registry unless the engine has it already.
"""

import json
import re
import shlex
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio_client import Client, handle_file

from inference.analyzer import load_analyzer
from inference.images import read_image
from tests.conftest import REPOSITORY
from webapp.service import DEFAULT_VIEWS

_DOCKERFILE = (REPOSITORY / "Dockerfile").read_text()
_TAG = "skinglancecare:test"


def _working_engine() -> str | None:
    """Name of the first container engine that answers."""
    for name in ("docker", "podman"):
        if shutil.which(name) and subprocess.run([name, "info"], capture_output=True, check=False).returncode == 0:
            return name
    return None


_ENGINE = _working_engine()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(_ENGINE is None, reason="neither Docker nor Podman runs here")]


def _engine(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([_ENGINE or "", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not check, f"{' '.join(arguments)}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done


@pytest.fixture(scope="module")
def container() -> Iterator[str]:
    """Name of a container that runs with README.md's options, on a port of its own."""
    (options,) = re.findall(r"docker run (.*) -p 7860:7860 skinglancecare$", (REPOSITORY / "README.md").read_text(), re.M)
    _engine("build", "--tag", _TAG, str(REPOSITORY))
    name = "skinglancecare-test"
    # What an interrupted run has left.
    _engine("rm", "--force", name, check=False)
    # Kept when it ends, for its exit status.
    options = options.replace("--rm ", "")
    _engine("run", "--detach", "--name", name, *shlex.split(options), "--publish", "127.0.0.1::7860", _TAG)
    yield name
    _engine("rm", "--force", name, check=False)


@pytest.fixture(scope="module")
def url(container: str) -> str:
    address = f"http://{_engine('port', container, '7860').stdout.split()[-1]}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
            return address
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(_engine("logs", container).stdout[-2000:])


def _inside(container: str, command: str) -> subprocess.CompletedProcess[str]:
    return _engine("exec", container, "sh", "-c", command, check=False)


def test_it_runs_as_a_user_without_rights(container: str, url: str) -> None:
    server = _inside(container, "cat /proc/1/status").stdout
    user, capabilities, privileges = (
        re.search(rf"^{field}:\s+(\w+)", server, re.M)[1]  # type: ignore[index]
        for field in ("Uid", "CapEff", "NoNewPrivs")
    )
    assert int(user) != 0
    assert int(capabilities, 16) == 0
    assert privileges == "1"


def test_only_temporary_folders_can_be_written_to(container: str, url: str) -> None:
    folders = _inside(container, "find / -xdev -type d -writable").stdout.split()
    # Podman adds one in memory of its own.
    assert set(folders) <= {"/tmp", "/var/tmp"}
    assert _inside(container, "touch /tmp/new").returncode == 0
    for folder in ("/", "/app", "/venv", "/etc"):
        refused = _inside(container, f"touch {folder}/new")
        assert "Read-only file system" in refused.stderr


def test_it_holds_no_pytorch_and_no_key(container: str, url: str) -> None:
    assert "No module named 'torch'" in _inside(container, "python -c 'import torch'").stderr
    assert not re.search(r"KEY|TOKEN|SECRET", _inside(container, "env").stdout.replace("GPG_KEY", ""))
    assert not _inside(container, "ls -a /app").stdout.count(".git")


def test_its_own_check_passes(container: str, url: str) -> None:
    (check,) = re.findall(r"HEALTHCHECK .*CMD (\[.*\])", _DOCKERFILE)
    assert _engine("exec", container, *json.loads(check), check=False).returncode == 0


def test_it_answers_as_the_program_outside(url: str, drawing_file: Path) -> None:
    answer = Client(url, verbose=False, analytics_enabled=False).predict(
        image=handle_file(str(drawing_file)), api_name="/predict_api"
    )
    expected = load_analyzer().analyze(read_image(drawing_file), views=DEFAULT_VIEWS)
    assert answer["predicted_class"] == expected.predicted_class
    assert answer["cancer_probability"] == pytest.approx(100 * expected.cancer_probability, abs=0.01)


def test_it_ends_by_itself_when_it_is_told_to(container: str, url: str) -> None:
    _engine("stop", "-t", "20", container)
    assert _engine("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", container).stdout.strip() == "exited 0"
