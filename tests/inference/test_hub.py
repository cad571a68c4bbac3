"""A model from a Hub: fetched from a real HTTP server that speaks its protocol, checked, and not fetched twice."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from inference.model_spec import MODEL_FILE, file_sha256
from tests.changed_models import change_model
from tests.conftest import REPOSITORY

REVISION = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def hub(httpserver: HTTPServer, model_copy: Path) -> HTTPServer:
    """Serves the model as owner/model at REVISION, under a version of its own."""
    change_model(model_copy, lambda description: description.update(version="from the Hub"))

    def resolve(request: Request) -> Response:
        content = (model_copy / request.path.rsplit("/", 1)[1]).read_bytes()
        headers = {"X-Repo-Commit": REVISION, "ETag": f'"{hashlib.sha256(content).hexdigest()}"'}
        return Response(content, headers=headers)

    for path in model_copy.iterdir():
        httpserver.expect_request(f"/owner/model/resolve/{REVISION}/{path.name}").respond_with_handler(resolve)
    return httpserver


def _start(address: str, cache: Path, sha256: str, revision: str = REVISION) -> subprocess.CompletedProcess:
    """Start the app up to where it would open its port; prints the version of the model then."""
    code = (
        "import app, sys, types\n"
        # In place of the real one, which takes seconds to import.
        "show = lambda service, engine, **_: print(service.analyzer(engine).spec.version)\n"
        "sys.modules['webapp.server'] = types.SimpleNamespace(serve=show)\n"
        "raise SystemExit(app.main([]))"
    )
    settings = {
        "HF_ENDPOINT": address,
        "SKINGLANCE_CACHE_DIR": str(cache),
        "SKINGLANCE_MODEL_REPO": "owner/model",
        "SKINGLANCE_MODEL_REVISION": revision,
        "SKINGLANCE_MODEL_SHA256": sha256,
    }
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, cwd=REPOSITORY, env=os.environ | settings, capture_output=True, text=True, timeout=180, check=False
    )


def test_a_model_is_fetched_once_and_checked(hub: HTTPServer, model_copy: Path, tmp_path: Path) -> None:
    sha256 = file_sha256(model_copy / MODEL_FILE)
    done = _start(hub.url_for(""), tmp_path / "cache", sha256)
    assert (done.stdout, done.returncode) == ("from the Hub\n", 0), done.stderr
    assert len(hub.log) > 0
    hub.clear_log()
    assert _start(hub.url_for(""), tmp_path / "cache", sha256).stdout == "from the Hub\n"
    assert len(hub.log) == 0, "it was asked for again"


def test_another_model_than_the_one_named_is_refused(hub: HTTPServer, tmp_path: Path) -> None:
    done = _start(hub.url_for(""), tmp_path / "cache", "0" * 64)
    assert done.returncode == 2
    assert f"{MODEL_FILE} of owner/model at {REVISION} has SHA-256" in done.stderr


def test_weights_that_were_exchanged_are_refused(hub: HTTPServer, model_copy: Path, tmp_path: Path) -> None:
    (model_copy / "head.safetensors").write_bytes(b"other weights")
    done = _start(hub.url_for(""), tmp_path / "cache", file_sha256(model_copy / MODEL_FILE))
    assert done.returncode == 2
    assert "head.safetensors is damaged or of another model" in done.stderr


def test_a_hub_without_that_revision_gets_a_sentence(hub: HTTPServer, tmp_path: Path) -> None:
    done = _start(hub.url_for(""), tmp_path / "cache", "0" * 64, revision="f" * 40)
    assert done.returncode == 2
    assert "could not be fetched" in done.stderr
    assert "Traceback" not in done.stderr
