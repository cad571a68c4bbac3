"""What strangers send is theirs: nobody else is given it, and ten minutes after its last use it is gone."""

import hashlib
import http.client
import json
import os
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.load.processes import server_of
from tests.running_app import PATIENCE_SECONDS, running_app, wait_until
from tests.security.calls import Caller, photo_data
from webapp import uploads
from webapp.uploads import CACHE_SECONDS, SWEEP_SECONDS, UploadFolder, note_use

# The time that ages are counted to stands in a file: then no machine is too slow to use a photo before it is old.
_START = """
import types
from pathlib import Path
import app
from webapp import housekeeping, uploads
housekeeping.SWEEP_SECONDS = 0.5
uploads.time = types.SimpleNamespace(time=lambda: float(Path("{clock}").read_text()))
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
    clock = tmp_path / "clock"
    _put_forward(clock, time.time())
    code = _START.format(clock=clock)
    with running_app([sys.executable, "-c", code], tmp_path / "app.log", {"GRADIO_TEMP_DIR": str(tmp_path / "up")}) as url:
        (folder,) = (tmp_path / "up").glob("skinglancecare-*")
        ours = _files(folder)
        assert len(ours) > 0
        caller = Caller(url)
        caller.predict(drawing_jpeg)
        caller.upload(b"never used")
        _vanish_halfway(url)
        path = caller.upload(drawing_jpeg, "used.jpg")
        assert not _is_empty_of_others(folder, ours)
        others = _files(folder) - ours - {Path(path)}
        assert len(others) >= 2
        before = _a_moment()
        caller.call("predict_api", photo_data(path))
        # All are beyond their age, but one was used.
        _put_forward(clock, before + uploads._KEPT_SECONDS)
        wait_until(lambda: not any(other.exists() for other in others))
        assert Path(path).exists()
        # A folder is as old as the last change in it.
        _put_forward(clock, time.time() + 2 * uploads._KEPT_SECONDS)
        wait_until(lambda: _files(folder) == ours and _is_empty_of_others(folder, ours))
    assert not folder.exists()


def _a_moment() -> float:
    """Now, with some time before and after it: that of a file is told in steps of up to 10 ms."""
    time.sleep(0.05)
    now = time.time()
    time.sleep(0.05)
    return now


def _put_forward(clock: Path, seconds: float) -> None:
    new = clock.with_suffix(".new")
    new.write_text(str(seconds))
    new.replace(clock)


def test_the_first_photo_of_a_slow_form_is_there_when_the_last_one_comes(tmp_path: Path, drawing_jpeg: bytes) -> None:
    clock = tmp_path / "clock"
    _put_forward(clock, time.time())
    code = _START.format(clock=clock)
    with running_app([sys.executable, "-c", code], tmp_path / "app.log", {"GRADIO_TEMP_DIR": str(tmp_path / "up")}) as url:
        (folder,) = (tmp_path / "up").glob("skinglancecare-*")
        ours = _files(folder)
        unused = Path(Caller(url).upload(b"never used"))
        head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="%d.jpg"\r\n\r\n'
        form = b"".join(head % number + drawing_jpeg + b"\r\n" for number in (1, 2)) + b"--b--\r\n"
        address = urlsplit(url)
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=PATIENCE_SECONDS)
        connection.putrequest("POST", "/gradio_api/upload")
        connection.putheader("Content-Type", "multipart/form-data; boundary=b")
        connection.putheader("Content-Length", str(len(form)))
        connection.endheaders(form[:-100])
        wait_until(lambda: len(drawing_jpeg) in {path.stat().st_size for path in _files(folder) - ours - {unused}})
        coming = _files(folder) - ours - {unused}
        before = _a_moment()
        # Nothing more comes of it, but it counts as used.
        wait_until(lambda: all(path.stat().st_ctime > before for path in coming))
        _put_forward(clock, before + uploads._KEPT_SECONDS)
        wait_until(lambda: not unused.exists())
        connection.send(form[-100:])
        answer = connection.getresponse()
        words = answer.read()
        assert answer.status == 200, words
        assert [Path(path).name for path in json.loads(words)] == ["1.png", "2.png"]
        # From then on it ages as others do.
        _put_forward(clock, time.time() + 2 * uploads._KEPT_SECONDS)
        wait_until(lambda: _files(folder) == ours)


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
    before = _a_moment()
    note_use(str(folder.path / "used" / "photo.jpg"))
    monkeypatch.setattr(uploads, "time", SimpleNamespace(time=lambda: before + uploads._KEPT_SECONDS))
    folder.sweep()
    left = sorted(str(path.relative_to(folder.path)) for path in folder.path.rglob("*") if path.is_file())
    assert left == ["drawing.png", os.path.join("used", "photo.jpg")]
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
