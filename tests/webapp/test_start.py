"""How the app starts: without torch, without a call to anywhere, and not at all with a model that is damaged."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from gradio_client import handle_file

from inference.analyzer import DEFAULT_MODEL
from inference.self_test import PICTURE
from tests.conftest import REPOSITORY
from tests.load.processes import decoders_of_this_process
from tests.running_app import PATIENCE_SECONDS, client_of, running_app
from webapp.service import Service

# Refuses every connection but those to this machine, and names it.
_TRAP = """
import socket, sys
real = socket.socket.connect
def connect(self, address):
    if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "localhost", "::1"):
        print("CONNECTION", address, file=sys.stderr)
        raise OSError("refused by the test")
    return real(self, address)
socket.socket.connect = connect
def lookup(host, *rest, **more):
    if host not in (None, "127.0.0.1", "localhost", "::1"):
        print("LOOKUP", host, file=sys.stderr)
        raise OSError("refused by the test")
    return real_lookup(host, *rest, **more)
real_lookup, socket.getaddrinfo = socket.getaddrinfo, lookup
"""


def _run(code: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=600, check=False)


def test_the_app_runs_without_importing_torch(drawing_file: Path) -> None:
    code = f"""
import sys
import app, gradio
from webapp.service import Service
from inference.analyzer import DEFAULT_MODEL
from webapp.page import build_page
service = Service(DEFAULT_MODEL)
build_page(service, "openvino")
print(service.predict({str(drawing_file)!r}, "openvino", 30, "en")["predicted_class"])
assert "torch" not in sys.modules and "timm" not in sys.modules
service.analyzer("torch")
assert "torch" in sys.modules
"""
    result = _run(code)
    assert result.returncode == 0, result.stderr


def test_the_app_imports_only_what_every_visitor_needs() -> None:
    code = """
import inspect, pathlib, sys
import app
stubs, read_text = [], pathlib.Path.read_text
def read(path, *arguments, **options):
    stubs.extend([path] if path.suffix == ".pyi" else [])
    return read_text(path, *arguments, **options)
pathlib.Path.read_text = read
with app.no_stub_files(), app.no_collection():
    from webapp import server
import gc, gradio
assert stubs == []
assert inspect.getfile(gradio.Image).endswith("image.py")
assert not {"scipy.optimize", "scipy.stats", "fpdf"} & set(sys.modules)
assert gc.isenabled() and gc.get_freeze_count() > 100_000
"""
    result = _run(code)
    assert result.returncode == 0, result.stderr


def test_the_first_photo_finds_a_process_that_decodes() -> None:
    service = Service(DEFAULT_MODEL)
    before = {process.pid for process in decoders_of_this_process()}
    try:
        service.start_decoder()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (started := {process.pid for process in decoders_of_this_process()} - before):
            assert time.monotonic() < deadline, "no decoder was started"
            time.sleep(0.05)
        service.read(PICTURE)
        assert {process.pid for process in decoders_of_this_process()} >= started
    finally:
        service.close()


@pytest.mark.parametrize(("options", "missing"), [([], True), (["--mcp"], False)])
def test_the_library_of_mcp_is_imported_only_when_it_is_served(options: list[str], missing: bool) -> None:
    code = f"""
import sys, app
def stop(*_, **more):
    raise SystemExit(f"mcp is {{'missing' if sys.modules.get('mcp') is None else 'there'}}")
app.quiet_libraries = stop
app.main({options!r})
"""
    assert ("mcp is missing" if missing else "mcp is there") in _run(code).stderr


def test_start_and_analysis_reach_for_no_other_machine(drawing_file: Path, tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    code = f"{_TRAP}\nimport app\nraise SystemExit(app.main([]))"
    with running_app([sys.executable, "-c", code], log) as url:
        answer = client_of(url).predict(image=handle_file(str(drawing_file)), api_name="/predict_api")
    assert answer["predicted_class"]
    assert "CONNECTION" not in log.read_text()
    assert "LOOKUP" not in log.read_text()


def test_the_trap_catches_a_connection() -> None:
    result = _run(_TRAP + "import urllib.request\nurllib.request.urlopen('http://198.51.100.1:9')")
    assert "CONNECTION ('198.51.100.1', 9)" in result.stderr or "LOOKUP 198.51.100.1" in result.stderr


def test_a_damaged_model_stops_the_start(model_copy: Path) -> None:
    (model_copy / "openvino_int8.bin").write_bytes(b"damaged")
    result = _run(
        f"import app; from pathlib import Path; app.DEFAULT_MODEL = Path({str(model_copy)!r}); raise SystemExit(app.main([]))"
    )
    assert result.returncode == 2
    assert "openvino_int8.bin is damaged" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--engine", "other"], "invalid choice"),
        *((["--port", port], "expected a whole number from 1 to 65535") for port in ("0", "70000", "-1", "web", "8.5")),
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str], words: str, capsys: pytest.CaptureFixture) -> None:
    import app

    with pytest.raises(SystemExit, match="2"):
        app.main(arguments)
    assert words in capsys.readouterr().err


def test_the_last_port_is_one() -> None:
    import app

    assert app._parser().parse_args(["--port", "65535"]).port == 65535
