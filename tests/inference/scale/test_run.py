"""Ray with two real workers on this machine, and real kills: every photo has one result in the end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import psutil
import pytest

pytest.importorskip("ray", reason="needs requirements-scale.txt")

import pyarrow.dataset

from assets.draw_examples import draw_lesion
from tests.running_app import REPOSITORY

pytestmark = pytest.mark.slow
DRAWINGS = 20
WORKER = "PartWorker"
PATIENCE_S = 600


def _archive(folder: Path, count: int) -> Path:
    """`count` photos of DRAWINGS drawings; the second is damaged."""
    folder.mkdir()
    for number in range(count):
        if number < DRAWINGS:
            picture = draw_lesion(number, irregularity=0.5, colors=2, size=256)
            cv2.imwrite(str(folder / f"{number:04d}.jpg"), picture[..., ::-1])
        else:
            os.link(folder / f"{number % DRAWINGS:04d}.jpg", folder / f"{number:04d}.jpg")
    (folder / "0001.jpg").write_bytes(b"no photo")
    return folder


@contextmanager
def _running(archive: Path, out: Path, *more: str) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-m", "inference", str(archive), "--ray", "--workers", "2", "--parquet", str(out), *more]
    run = subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, text=True)
    started: list[psutil.Process] = []
    try:
        yield run
    finally:
        if run.poll() is None:
            started = psutil.Process(run.pid).children(recursive=True)
            run.kill()
        for process in started:
            if process.is_running():
                process.kill()
        run.wait()


def _wait_for(condition: Callable[[], bool], run: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert run.poll() is None, f"it ended first: {run.communicate()[1]}"
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _workers(run: subprocess.Popen) -> list[psutil.Process]:
    found = psutil.Process(run.pid).children(recursive=True)
    return [process for process in found if process.is_running() and WORKER in " ".join(process.cmdline())]


def _parts(out: Path) -> int:
    return len(list(out.glob("part-*.parquet")))


def _require_each_once(archive: Path, out: Path) -> None:
    table = pyarrow.dataset.dataset(out).to_table(["image", "error", "risk_level"]).sort_by("image")
    assert table["image"].to_pylist() == sorted(map(str, archive.iterdir()))
    failed = [row["image"] for row in table.to_pylist() if row["error"] is not None]
    assert {os.stat(path).st_ino for path in failed} == {os.stat(archive / "0001.jpg").st_ino}
    assert all((row["error"] is None) == (row["risk_level"] is not None) for row in table.to_pylist())


@pytest.mark.parametrize(("photos", "part"), [(60, 5), (1000, 25)])
def test_a_killed_worker_loses_nothing_and_counts_nothing_twice(tmp_path: Path, photos: int, part: int) -> None:
    archive, out = _archive(tmp_path / "archive", photos), tmp_path / "out"
    with _running(archive, out, "--part-photos", str(part)) as run:
        _wait_for(lambda: _parts(out) >= 2, run)
        workers = _workers(run)
        assert len(workers) == 2
        workers[0].send_signal(signal.SIGKILL)
        assert _parts(out) < photos / part - 1, "it was nearly done; kill it earlier"
        said = run.communicate(timeout=PATIENCE_S)[1]
    assert run.returncode == 1
    _require_each_once(archive, out)
    failed = sum(path.read_bytes() == b"no photo" for path in archive.iterdir())
    assert f"{photos - failed} of {photos} photos analysed" in said
    assert f"{archive / '0001.jpg'}: This file is not a photo" in said


def test_a_killed_run_goes_on(tmp_path: Path) -> None:
    archive, out = _archive(tmp_path / "archive", 60), tmp_path / "out"
    with _running(archive, out, "--part-photos", "5") as run:
        _wait_for(lambda: _parts(out) >= 2, run)
    before = {path.name: path.read_bytes() for path in out.glob("part-*")}
    assert 2 <= len(before) < 12
    with _running(archive, out, "--resume") as run:
        said = run.communicate(timeout=PATIENCE_S)[1]
    assert run.returncode == 1
    _require_each_once(archive, out)
    assert {name: (out / name).read_bytes() for name in before} == before
    assert f"{len(before)} parts of them in an earlier run" in said
