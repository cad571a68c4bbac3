"""Photos of strangers are decoded in a process that has nothing to lose, and that may die."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pillow_heif
import psutil
import pytest
from PIL import Image

from inference import decoder_worker
from inference.decoder import PROCESSES, DecoderPool
from inference.images import ImageError, read_image
from tests.bad_files import BAD_FILES
from tests.conftest import REPOSITORY
from tests.dicom_files import PIXELS, make_dicom, make_jpeg_dicom
from tests.load.processes import decoders_of_this_process
from tests.running_app import wait_until


@pytest.fixture
def pool():
    pool = DecoderPool()
    yield pool
    pool.close()


def test_pixels_are_the_same_as_without_a_process(pool: DecoderPool, drawing_file: Path, tmp_path: Path) -> None:
    pillow_heif.register_heif_opener()
    for name in ("photo.png", "photo.webp", "photo.tif", "photo.jpg", "photo.heic"):
        path = tmp_path / name
        Image.open(drawing_file).save(path, format="HEIF" if name.endswith("heic") else None)
        np.testing.assert_array_equal(pool.read(path), read_image(path))


def test_dicom_is_read_by_a_worker_that_can_open_no_file(pool: DecoderPool, tmp_path: Path) -> None:
    for make in (make_dicom, make_jpeg_dicom):
        path = tmp_path / "photo.dcm"
        path.write_bytes(make(PIXELS))
        np.testing.assert_array_equal(pool.read(path), read_image(path))


@pytest.mark.parametrize("name", BAD_FILES)
def test_sentences_are_the_same_as_without_a_process(pool: DecoderPool, tmp_path: Path, name: str) -> None:
    make, words = BAD_FILES[name]
    (tmp_path / name).write_bytes(make())
    with pytest.raises(ImageError, match=words):
        pool.read(tmp_path / name)


def test_twenty_crashes_are_twenty_errors_and_the_next_photo_is_right(pool: DecoderPool, drawing_file: Path) -> None:
    expected = pool.read(drawing_file)
    for _ in range(20):
        for worker in decoders_of_this_process():
            worker.send_signal(signal.SIGSTOP)
            # While it stands still the request is in it, as when a photo makes it crash.
            _kill_soon(worker)
        with pytest.raises(ImageError, match="could not be decoded"):
            pool.read(drawing_file)
        np.testing.assert_array_equal(pool.read(drawing_file), expected)
    assert len(decoders_of_this_process()) == 1


def test_a_decoder_that_died_while_it_waited_costs_nobody_a_photo(pool: DecoderPool, drawing_file: Path) -> None:
    expected = pool.read(drawing_file)
    (worker,) = decoders_of_this_process()
    # As the system does when memory runs out.
    worker.kill()
    # Until it is dead; that it is stays to be found out by the pool.
    os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)
    np.testing.assert_array_equal(pool.read(drawing_file), expected)
    assert len(decoders_of_this_process()) == 1


def _kill_soon(worker: psutil.Process) -> None:
    def kill() -> None:
        worker.send_signal(signal.SIGSEGV)
        worker.send_signal(signal.SIGCONT)

    threading.Timer(0.1, kill).start()


def test_an_answer_that_was_not_read_to_its_end_never_becomes_anothers(
    pool: DecoderPool, drawing_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server runs out of memory for one photo: the rest of it must not be what the next visitor is judged by."""
    expected = pool.read(drawing_file)
    other = tmp_path / "other.png"
    Image.new("RGB", (64, 64), "tan").save(other)
    with monkeypatch.context() as patch:
        patch.setattr("inference.decoder.np.empty", _no_memory)
        with pytest.raises(MemoryError):
            pool.read(other)
    np.testing.assert_array_equal(pool.read(drawing_file), expected)


def _no_memory(*_: object) -> None:
    raise MemoryError


def _in_worker(code: str) -> subprocess.CompletedProcess:
    code = f"from inference import decoder_worker as worker\nworker._warm_up()\nworker._give_up_rights()\n{code}"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd')",
        "import socket; socket.socket()",
        "import os; os.pipe()",
        "import subprocess; subprocess.run('id')",
    ],
)
def test_the_worker_can_open_no_file_socket_or_process(attempt: str) -> None:
    done = _in_worker(attempt)
    assert done.returncode != 0
    assert "Too many open files" in done.stderr


def test_the_workers_memory_is_bounded() -> None:
    assert "MemoryError" in _in_worker(f"bytearray({decoder_worker.MEMORY_BYTES})").stderr


def test_the_workers_processor_time_is_bounded_for_each_photo() -> None:
    # Whole seconds: of one there may be nothing left.
    done = _in_worker("""
worker.CPU_SECONDS = 2
for _ in range(3):
    worker._bound_cpu_time()
print("alive", flush=True)
while True:
    pass
""")
    assert (done.returncode, done.stdout) == (-signal.SIGXCPU, "alive\n")


def test_the_worker_is_given_no_key(pool: DecoderPool, drawing_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    pool.read(drawing_file)
    (worker,) = decoders_of_this_process()
    assert "OPENAI_API_KEY" not in worker.environ()


def test_workers_start_with_the_first_photo_and_end_with_the_pool(drawing_file: Path) -> None:
    pool = DecoderPool()
    assert decoders_of_this_process() == []
    pool.read(drawing_file)
    assert 1 <= len(decoders_of_this_process()) <= PROCESSES
    pool.close()
    assert decoders_of_this_process() == []


def test_no_worker_outlives_a_server_that_is_killed(drawing_file: Path) -> None:
    code = f"""
import os, psutil, signal
from inference.decoder import DecoderPool
# Kept: with the pool its pipes would be gone, and the worker would end of that.
pool = DecoderPool()
pool.read({str(drawing_file)!r})
(worker,) = psutil.Process().children()
assert worker.status() != psutil.STATUS_ZOMBIE
print(worker.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout, done.stderr
    worker = int(done.stdout)
    wait_until(lambda: not _runs(worker))


def _runs(worker: int) -> bool:
    try:
        # Of a zombie there is no command line; and the number may be another process's by now.
        return "inference.decoder_worker" in psutil.Process(worker).cmdline()
    except psutil.NoSuchProcess:
        return False
