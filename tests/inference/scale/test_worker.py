"""A machine of the cluster gets the model by the network, once."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("ray", reason="needs requirements-scale.txt")

from inference.analyzer import DEFAULT_MODEL
from inference.model_spec import load_model_spec
from inference.scale.worker import pack_model, unpack_model
from tests.running_app import REPOSITORY


def test_a_model_arrives_whole_and_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKINGLANCE_CACHE_DIR", str(tmp_path))
    files = pack_model(DEFAULT_MODEL)
    first = unpack_model(files)
    inode = (first / "model.json").stat().st_ino
    assert load_model_spec(first).version == load_model_spec(DEFAULT_MODEL).version
    assert unpack_model(files) == first
    assert (first / "model.json").stat().st_ino == inode
    assert list(tmp_path.iterdir()) == [first]


def test_another_model_lies_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKINGLANCE_CACHE_DIR", str(tmp_path))
    assert unpack_model({"model.json": b"{}"}) != unpack_model({"model.json": b"{ }"})


def test_nothing_of_this_is_imported_without_ray_being_asked_for() -> None:
    check = "import sys, inference.__main__; assert not {'ray', 'pyarrow', 'fsspec'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", check], cwd=REPOSITORY, check=True)
