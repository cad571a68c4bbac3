"""What strangers send is theirs: nobody else is given it, and ten minutes after its last use it is gone."""

import hashlib
import os
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.load.processes import server_of
from tests.running_app import running_app
from tests.security.calls import Caller, photo_data
from webapp import uploads
from webapp.uploads import CACHE_SECONDS, SWEEP_SECONDS, UploadFolder, note_use

_START = """
import app
from webapp import housekeeping, uploads
uploads._KEPT_SECONDS, housekeeping.SWEEP_SECONDS = 3.0, 0.5
raise SystemExit(app.main([]))
"""


def test_an_upload_cannot_be_found_by_another_session(app_url: str, drawing_jpeg: bytes) -> None:
    path = Caller(app_url).upload(drawing_jpeg, "mine.jpg")
    folder = Path(path).parent
    # Its place is a secret hash: who has the same photo, or knows its name, does not know it.
    assert len(folder.name) == 64
    assert folder.name != hashlib.sha256(drawing_jpeg).hexdigest()
    for guess in (
        folder,
        folder.parent,
        f"{folder.parent}/{'0' * 64}/mine.jpg",
        f"{folder}/../mine.jpg",
        f"{folder.parent}/*/mine.jpg",
    ):
        assert httpx2.get(f"{app_url}/gradio_api/file={guess}", timeout=30).status_code in (403, 404), guess
    # And the server tells it to nobody else.
    for route in ("", "config", "gradio_api/info", "gradio_api/openapi.json", "gradio_api/queue/status", "healthz"):
        assert folder.name not in httpx2.get(f"{app_url}/{route}", timeout=30).text
    for session in ("other", "mine"):
        body = {"fn_index": 0, "data": [], "session_hash": session}
        assert folder.name not in httpx2.post(f"{app_url}/gradio_api/run/predict", json=body, timeout=30).text


def test_only_the_servers_own_user_can_read_the_folder(app_url: str, drawing_jpeg: bytes) -> None:
    folder, cache, root, *_ = Path(Caller(app_url).upload(drawing_jpeg)).parents
    assert (len(folder.name), cache.name) == (64, "cache")
    assert root.stat().st_mode & 0o077 == 0


def test_uploads_of_every_kind_are_deleted_and_the_drawings_stay(tmp_path: Path, drawing_jpeg: bytes) -> None:
    with running_app([sys.executable, "-c", _START], tmp_path / "app.log", {"GRADIO_TEMP_DIR": str(tmp_path / "up")}) as url:
        (folder,) = (tmp_path / "up").glob("skinglancecare-*")
        ours = _files(folder)
        assert len(ours) > 0
        caller = Caller(url)
        caller.predict(drawing_jpeg)
        caller.upload(b"never used")
        _vanish_halfway(url)
        path = caller.upload(drawing_jpeg, "used.jpg")
        assert not _is_empty_of_others(folder, ours)
        deadline = time.monotonic() + 5
        # Beyond its age, but used.
        while time.monotonic() < deadline:
            caller.call("predict_api", photo_data(path))
            assert Path(path).exists()
            time.sleep(0.3)
        deadline = time.monotonic() + 20
        while (_files(folder) != ours or not _is_empty_of_others(folder, ours)) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert _files(folder) == ours
        assert _is_empty_of_others(folder, ours)
    assert not folder.exists()


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def _is_empty_of_others(folder: Path, ours: set[Path]) -> bool:
    """Whether there is no folder but those of the drawings (and one of Gradio's own)."""
    return {path for path in (folder / "cache").iterdir() if len(path.name) == 64} <= {path.parent for path in ours}


def _vanish_halfway(url: str) -> None:
    address = urlsplit(url)
    with socket.create_connection((str(address.hostname), address.port or 0), timeout=20) as connection:
        head = "POST /gradio_api/upload HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        part = '--b\r\nContent-Disposition: form-data; name="files"; filename="half.jpg"\r\n\r\nhalf of a photo'
        connection.sendall(f"{head}Content-Length: 100000\r\n\r\n{part}".encode())
        time.sleep(0.5)


def test_everything_is_gone_after_ten_minutes() -> None:
    frequency, age = CACHE_SECONDS
    assert frequency + age <= 600
    assert uploads._KEPT_SECONDS + SWEEP_SECONDS < 600
    # Gradio comes first, or it would list what it does not find for ever.
    assert frequency + age < uploads._KEPT_SECONDS


def test_the_age_is_counted_from_the_last_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    folder = UploadFolder()
    (folder.path / "drawing.png").write_bytes(b"ours")
    folder.keep_what_is_there()
    for name in ("old", "used"):
        (folder.path / name).mkdir()
        (folder.path / name / "photo.jpg").write_bytes(b"theirs")
    now = time.time()
    monkeypatch.setattr(uploads, "_KEPT_SECONDS", 0.2)
    time.sleep(0.3)
    note_use(str(folder.path / "used" / "photo.jpg"))
    folder.sweep()
    left = sorted(str(path.relative_to(folder.path)) for path in folder.path.rglob("*") if path.is_file())
    assert left == ["drawing.png", os.path.join("used", "photo.jpg")]
    assert time.time() - now < 60
    folder.close()
    assert not folder.path.exists()


def test_of_many_large_uploads_at_once_few_lie_in_memory(tmp_path: Path) -> None:
    """Each is read whole to be decoded; forty at once would be gigabytes."""
    noise = os.urandom(24 * 2**20)
    with running_app([sys.executable, "app.py"], tmp_path / "app.log", {"GRADIO_TEMP_DIR": str(tmp_path / "up")}) as url:
        caller = Caller(url)
        caller.upload(noise)
        server = server_of(url)
        before = server.memory_info().rss
        with ThreadPoolExecutor(16) as pool:
            uploads = [pool.submit(Caller(url).upload, noise, f"{number}.jpg") for number in range(16)]
            most = before
            while not all(upload.done() for upload in uploads):
                most = max(most, server.memory_info().rss)
                time.sleep(0.01)
        for upload in uploads:
            assert Path(upload.result()).stat().st_size < 1000
        assert most - before < 4 * len(noise)
