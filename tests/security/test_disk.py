"""A disk that is full or read-only: a sentence that blames nobody's photo, and a page that lives on."""

import io
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import numpy as np
import pytest
from PIL import Image

from tests.conftest import REPOSITORY
from tests.running_app import PATIENCE_SECONDS, running_app, wait_until
from tests.security.calls import Caller
from webapp.storage import NO_ROOM

# As soon as the app stands, no file can grow beyond this: what a full disk does, without rights or a disk to fill.
_MOST_BYTES = 100_000
_READY = "the disk is as it should be"
_LIMITED = f"""
import os, resource, app
from webapp.uploads import UploadFolder
keep = UploadFolder.keep_what_is_there
def keep_and_fill(self):
    keep(self)
    resource.setrlimit(resource.RLIMIT_FSIZE, ({_MOST_BYTES}, {_MOST_BYTES}))
    os.write(1, b"{_READY}")
UploadFolder.keep_what_is_there = keep_and_fill
raise SystemExit(app.main([]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the full app keeps uploads."""
    return tmp_path_factory.mktemp("full") / "up"


@pytest.fixture(scope="module")
def full_url(folder: Path) -> Iterator[str]:
    log = folder.with_suffix(".log")
    with running_app([sys.executable, "-c", _LIMITED], log, {"GRADIO_TEMP_DIR": str(folder)}) as url:
        # It becomes so just after the port opens.
        wait_until(lambda: _READY in log.read_text())
        yield url


@pytest.fixture
def full_app(full_url: str) -> Caller:
    return Caller(full_url)


def _noise() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)).save(buffer, "PNG")
    assert len(buffer.getvalue()) > _MOST_BYTES
    return buffer.getvalue()


def _is_lively(caller: Caller, drawing_jpeg: bytes) -> bool:
    assert len(drawing_jpeg) < _MOST_BYTES
    return "predicted_class" in caller.predict(drawing_jpeg)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_half_an_upload_is_gone_with_its_sender(full_url: str, folder: Path) -> None:
    """Else anyone could fill the disk for ten minutes, at no cost."""
    before = _files(folder)
    address = urlsplit(full_url)
    with socket.create_connection((str(address.hostname), address.port or 0), timeout=20) as connection:
        head = "POST /gradio_api/upload HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        part = '--b\r\nContent-Disposition: form-data; name="files"; filename="half.jpg"\r\n\r\n' + 50_000 * "x"
        connection.sendall(f"{head}Content-Length: 90000\r\n\r\n{part}".encode())
        wait_until(lambda: len(_files(folder)) == len(before) + 1)
    wait_until(lambda: _files(folder) == before)


def test_an_upload_that_finds_no_room_is_told_so_and_leaves_nothing(
    full_app: Caller, folder: Path, drawing_jpeg: bytes
) -> None:
    before = set(_files(folder))
    for _ in range(3):
        with pytest.raises(httpx2.HTTPStatusError) as refused:
            full_app.upload(_noise())
        assert refused.value.response.status_code == 507
        assert refused.value.response.json() == {"detail": NO_ROOM}
        assert _is_lively(full_app, drawing_jpeg)
    # The drawing, which is the same each time.
    assert len({path.read_bytes() for path in set(_files(folder)) - before}) <= 1


def test_a_zip_file_is_not_called_damaged_when_there_is_no_room_to_unpack_it(full_app: Caller, drawing_jpeg: bytes) -> None:
    buffer, plain = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (300, 300), "tan").save(plain, "BMP")
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("large.bmp", plain.getvalue())
        packed.writestr("small.jpg", drawing_jpeg)
    path = full_app.upload(buffer.getvalue(), "photos.zip")
    large, small = full_app.call("batch_api", [[{"path": path, "meta": {"_type": "gradio.FileData"}}], 10, "openvino", "en"])
    assert large["error"] == NO_ROOM
    assert small["predicted_class"]


def _start(temporary: Path | str) -> subprocess.CompletedProcess:
    code = "import app, os; raise SystemExit(app.main(['--port', '1']))"
    return subprocess.run(
        ["env", f"GRADIO_TEMP_DIR={temporary}", sys.executable, "-c", code],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder that not even root can write to")
def test_a_folder_that_cannot_be_written_to_stops_the_start_with_a_sentence() -> None:
    done = _start("/proc/sys/skinglancecare")
    assert done.returncode == 2
    assert "photos cannot be kept in /proc/sys/skinglancecare" in done.stderr
    assert "set GRADIO_TEMP_DIR to a folder that can be written to" in done.stderr
    assert "Traceback" not in done.stderr


# In a mount namespace of its own: the disk is seen by nobody else, and gone with the app.
_ON_SMALL_DISK = f"""
import os, subprocess, sys, pathlib
folder = sys.argv[1]
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", folder], check=True)
import app
from webapp.uploads import UploadFolder
keep = UploadFolder.keep_what_is_there
def keep_and_fill(self):
    keep(self)
    disk = os.statvfs(folder)
    (pathlib.Path(folder) / "filler").write_bytes(bytes(disk.f_bavail * disk.f_bsize - 60_000))
    if os.environ["DISK"] == "read-only":
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    os.write(1, b"{_READY}")
UploadFolder.keep_what_is_there = keep_and_fill
raise SystemExit(app.main([]))
"""


def _can_mount() -> bool:
    command = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not _can_mount(), reason="needs the right to mount a small disk")
@pytest.mark.parametrize("state", ["full", "read-only"])
def test_a_real_disk_that_is_full_or_turns_read_only(state: str, tmp_path: Path, drawing_jpeg: bytes) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["unshare", "--mount", sys.executable, "-c", _ON_SMALL_DISK, str(disk)]
    with running_app(command, tmp_path / "app.log", {"GRADIO_TEMP_DIR": str(disk), "DISK": state}) as url:
        wait_until(lambda: _READY in (tmp_path / "app.log").read_text())
        caller = Caller(url)
        for _ in range(3):
            with pytest.raises(httpx2.HTTPStatusError) as refused:
                caller.upload(_noise())
            assert refused.value.response.json() == {"detail": NO_ROOM}
        assert httpx2.get(f"{url}/healthz", timeout=PATIENCE_SECONDS).status_code == 200
        assert httpx2.get(url, timeout=PATIENCE_SECONDS).status_code == 200
        if state == "full":
            assert "predicted_class" in caller.predict(drawing_jpeg)
