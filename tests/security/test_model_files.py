"""Model files that were changed on the way, or belong to another model: the app does not start, soon, and names the file."""

import ast
import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from inference.analyzer import DEFAULT_MODEL, load_analyzer
from inference.model_spec import MODEL_FILE, ModelError, load_model_spec
from inference.self_test import FILE as SELF_TEST_FILE
from inference.self_test import run_self_test
from tests.changed_models import change_model
from tests.conftest import REPOSITORY

_FILES = (MODEL_FILE, SELF_TEST_FILE, *load_model_spec(DEFAULT_MODEL).files.values())
_LONGEST_SECONDS = 5.0
_START = "import app, pathlib; app.DEFAULT_MODEL = pathlib.Path({!r}); raise SystemExit(app.main([]))"
_PACKAGES = ("inference", "postprocess", "llm", "webapp", "report")


def _flip(path: Path, share: float) -> None:
    data = bytearray(path.read_bytes())
    data[int(share * (len(data) - 1))] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("name", _FILES)
def test_one_changed_byte_anywhere_is_refused_and_the_file_named(model_copy: Path, name: str) -> None:
    whole = (model_copy / name).read_bytes()
    for share in (0.0, 0.2, 0.5, 0.9, 0.999):
        _flip(model_copy / name, share)
        with pytest.raises(ModelError, match=name):
            run_self_test(load_analyzer(model_copy), "openvino")
        (model_copy / name).write_bytes(whole)


def test_a_digit_of_the_description_is_a_changed_byte(model_copy: Path) -> None:
    path = model_copy / MODEL_FILE
    text = path.read_text()
    for number in ('"temperature": 0.', '"high_from": 0.', '"step": 0.', '"cancer_share": 0.'):
        start = text.index(number) + len(number)
        changed = str((int(text[start]) + 1) % 10)
        path.write_text(text[:start] + changed + text[start + 1 :])
        with pytest.raises(ModelError, match=rf"{MODEL_FILE} is damaged or was changed"):
            load_model_spec(model_copy)


def _seconds_to_refuse(model: Path, name: str) -> float:
    """Of the processor: what else runs on the machine does not count."""
    before = _children_seconds()
    command = [sys.executable, "-c", _START.format(str(model))]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=600, check=False)
    seconds = _children_seconds() - before
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    return seconds


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("name", [MODEL_FILE, "openvino_int8.bin"])
def test_the_app_ends_with_an_error_within_seconds(model_copy: Path, name: str) -> None:
    _flip(model_copy / name, 0.7)
    assert _seconds_to_refuse(model_copy, name) < _LONGEST_SECONDS


@pytest.mark.slow
@pytest.mark.parametrize("name", _FILES)
def test_the_app_ends_with_an_error_for_every_file(model_copy: Path, name: str) -> None:
    _flip(model_copy / name, 0.7)
    assert _seconds_to_refuse(model_copy, name) < _LONGEST_SECONDS


@pytest.mark.parametrize(
    "part", ["calibration", "conformal", "ood", "certainty", "risk", "heatmap_full_scale", "fitted_on", "eight_views"]
)
def test_a_part_of_another_models_description_is_refused(model_copy: Path, part: str) -> None:
    path = model_copy / MODEL_FILE
    ours = json.loads(path.read_text())
    # As another model would have it: of the right form, and with another value.
    theirs = json.loads(json.dumps(ours[part]).replace("0.", "0.0"))
    assert theirs != ours[part]
    path.write_text(json.dumps(ours | {part: theirs}, indent=1))
    with pytest.raises(ModelError, match="is damaged or was changed by hand"):
        load_model_spec(model_copy)


@pytest.mark.parametrize("role", ["ood", "head", "ir_weights", "alike"])
def test_a_file_of_another_model_is_refused(model_copy: Path, role: str) -> None:
    spec = load_model_spec(model_copy)
    path = spec.path(role)
    data = bytearray(path.read_bytes())
    # Valid in itself, with other numbers: the end of a safetensors file and of the weights is numbers.
    data[-64:] = bytes(64)
    path.write_bytes(data)
    with pytest.raises(ModelError, match=f"{path.name} is damaged or of another model"):
        load_model_spec(model_copy)


def test_the_whole_description_of_another_model_is_refused(model_copy: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / MODEL_FILE).write_bytes((model_copy / MODEL_FILE).read_bytes())
    change_model(other, lambda content: content["files"]["ood"].update(sha256="0" * 64))
    (model_copy / MODEL_FILE).write_bytes((other / MODEL_FILE).read_bytes())
    with pytest.raises(ModelError, match="is damaged or of another model"):
        load_model_spec(model_copy)


def test_nothing_that_serves_can_run_code_out_of_a_file() -> None:
    forbidden = {"pickle", "cPickle", "dill", "joblib", "cloudpickle", "shelve", "marshal"}
    paths = [REPOSITORY / "app.py", *(path for package in _PACKAGES for path in (REPOSITORY / package).rglob("*.py"))]
    assert len(paths) > 50
    found = []
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            names = {alias.name.split(".")[0] for alias in node.names} if isinstance(node, ast.Import) else set()
            if isinstance(node, ast.ImportFrom):
                names.add((node.module or "").split(".")[0])
            is_load = isinstance(node, ast.Call) and ast.unparse(node.func) in ("torch.load", "eval", "exec", "yaml.load")
            may_unpickle = isinstance(node, ast.keyword) and node.arg == "allow_pickle" and ast.unparse(node.value) != "False"
            if names & forbidden or is_load or may_unpickle:
                found.append(f"{path.name}:{getattr(node, 'lineno', 0)}")
    assert found == []
