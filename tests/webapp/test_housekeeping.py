"""What the server forgets and when: photos ten minutes after their last use, never one that is still to be analysed."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import numpy as np
import pytest
from gradio.state_holder import SessionState

from report.record import make_record
from tests.analyses import make_analysis
from tests.running_app import running_app
from tests.security.calls import Caller
from webapp import housekeeping
from webapp.handlers import Shown
from webapp.housekeeping import Housekeeper, _forget_photos, _forget_sessions, _paths
from webapp.server import _keep_no_values
from webapp.uploads import SWEEP_SECONDS, UploadFolder

# Ten minutes are three seconds while there is a file `late`: before it, no machine is too slow for this. An analysis takes long
# while there is a file `slow`; what is left of photos in memory is told.
_START = """
import gc, threading, time
from pathlib import Path
import app
from gradio.state_holder import SessionState
from report.record import Record
from webapp import housekeeping, service, uploads
housekeeping.SWEEP_SECONDS = 0.5
examine = service.Service.examine
def slow(*arguments):
    time.sleep(2 * Path("{folder}/slow").exists())
    return examine(*arguments)
service.Service.examine = slow
def tell():
    while True:
        uploads._KEPT_SECONDS = housekeeping._PHOTO_SECONDS = 3.0 if Path("{folder}/late").exists() else 600.0
        kept = gc.get_objects()
        records = sum(isinstance(each, Record) for each in kept)
        shown = sum("data:image/jpeg" in str(each.config_values) for each in kept if isinstance(each, SessionState))
        del kept
        Path("{folder}/told.new").write_text(f"[{{records}}, {{shown}}]")
        Path("{folder}/told.new").replace("{folder}/told")
        time.sleep(0.2)
threading.Thread(target=tell, daemon=True).start()
raise SystemExit(app.main([]))
"""


@pytest.fixture
def shown() -> Shown:
    """A result with its photo, just made."""
    analysis, photo = make_analysis(), np.zeros((8, 8, 3), np.uint8)
    found = Shown(analysis, record=make_record(analysis, photo, photo, 1.0))
    found.note_use()
    return found


def _holder(*kept: object) -> Any:
    """Gradio's holder of one session, last used now, that keeps something."""
    session = SimpleNamespace(state_data=dict(enumerate(kept)))
    return SimpleNamespace(
        session_data={"visitor": session}, time_last_used={"visitor": housekeeping.datetime.now()}, lock=_NoLock()
    )


class _NoLock:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def _queue(*events: object) -> Any:
    return SimpleNamespace(event_ids_to_events=dict(enumerate(events)))


def test_the_photo_of_a_result_goes_and_what_was_found_in_it_stays(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    _forget_photos(_holder("else", shown))
    assert shown.record is not None
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + housekeeping._PHOTO_SECONDS + 1)
    _forget_photos(_holder("else", shown))
    assert shown.record is None
    assert shown.analysis is not None


def test_what_the_page_promises_is_kept_with_the_time_between_two_rounds() -> None:
    assert housekeeping._PHOTO_SECONDS + SWEEP_SECONDS < 600


@pytest.mark.parametrize(("kept", "seconds"), [((), "_IDLE_SECONDS"), (("result",), "_RESULT_SECONDS")])
def test_a_session_goes_when_it_is_idle_and_nothing_of_it_waits(
    kept: tuple, seconds: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder, waits = _holder(*kept), SimpleNamespace(session_hash="visitor")
    _forget_sessions(holder, _queue())
    assert "visitor" in holder.session_data
    monkeypatch.setattr(housekeeping, seconds, -1.0)
    _forget_sessions(holder, _queue(waits))
    assert "visitor" in holder.session_data
    _forget_sessions(holder, _queue())
    assert (holder.session_data, holder.time_last_used) == ({}, {})


def test_paths_are_found_however_deep_they_lie() -> None:
    inputs: Any = [None, 3, {"path": "a", "meta": {"_type": "gradio.FileData"}}, [{"path": "b"}, {"path": 7}]]
    for _ in range(5000):
        inputs = [{"path": inputs}]
    assert sorted(_paths(inputs)) == ["a", "b"]


def test_only_uploads_that_are_waited_for_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "up"))
    monkeypatch.setattr("tempfile.tempdir", None)
    folder = UploadFolder()
    ours, other = folder.path / "cache" / "photo.jpg", tmp_path / "other.txt"
    sneaked = f"{folder.path}/../../other.txt"
    for path in (ours, other):
        path.write_bytes(b"")
    before = ours.stat().st_ctime_ns, other.stat().st_ctime_ns
    time.sleep(0.05)
    named = [{"path": str(path)} for path in (ours, other, sneaked, "a\0b", folder.path / "gone")]
    Housekeeper(folder)._keep_awaited_photos(
        _queue(SimpleNamespace(data=SimpleNamespace(data=[named])), SimpleNamespace(data=None))
    )
    assert ours.stat().st_ctime_ns > before[0]
    assert other.stat().st_ctime_ns == before[1]
    folder.close()


def test_what_a_page_shows_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SessionState, "_update_value_in_config", SessionState._update_value_in_config)
    _keep_no_values()
    session = SessionState.__new__(SessionState)
    session.config_values = {1: {"props": {"value": ""}}}
    session._update_value_in_config(1, "data:image/jpeg;base64,")
    assert session.config_values == {1: {"props": {"value": ""}}}


def test_photos_live_as_long_as_they_are_used_or_waited_for(tmp_path: Path, drawing_jpeg: bytes) -> None:
    code = _START.format(folder=tmp_path)
    with running_app([sys.executable, "-c", code], tmp_path / "app.log", {"GRADIO_TEMP_DIR": str(tmp_path / "up")}) as url:
        caller = Caller(url)
        path = caller.upload(drawing_jpeg)
        assert _analyse_on_page(url, path).startswith("<div class='sg-result' data-say")
        _wait_until(lambda: _told(tmp_path)[0] == 1)
        (tmp_path / "late").touch()
        _wait_until(lambda: _told(tmp_path) == [0, 0] and not Path(path).exists())

        (tmp_path / "slow").touch()
        (tmp_path / "late").unlink()
        calls = [[[_photo(caller.upload(drawing_jpeg)) for _ in range(3)], 0, "openvino", "en"] for _ in range(2)]
        begun = [caller.begin("batch_api", inputs) for inputs in calls]
        # Three seconds are over before the last photo of the first call has its turn, and long before that of the others.
        (tmp_path / "late").touch()
        answers = [caller.finish("batch_api", each) for each in begun]
        assert [answer.get("error") for answers in answers for answer in answers] == [None] * 6
        uploads = [Path(photo["path"]) for inputs in calls for photo in inputs[0]]
        _wait_until(lambda: not any(upload.exists() for upload in uploads))
        (answer,) = caller.call("batch_api", [calls[0][0][:1], 0, "openvino", "en"])
        assert answer["error"] == "Your photo was deleted after ten minutes; send it again."


def _photo(path: str) -> dict[str, Any]:
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


def _analyse_on_page(url: str, path: str) -> str:
    """Headline of the result, asked for as the page does."""
    dependencies = httpx2.get(f"{url}/config", timeout=30).json()["dependencies"]
    (analyse,) = (each["id"] for each in dependencies if len(each["inputs"]) == 7 and len(each["outputs"]) == 3)
    data = [_photo(path), "openvino", 0, "en", None, "specialist", 1]
    body = {"fn_index": analyse, "data": data, "session_hash": "visitor"}
    answer = httpx2.post(f"{url}/gradio_api/run/predict", json=body, timeout=60)
    return str(answer.json()["data"][0])


def _told(folder: Path) -> list[int]:
    """Records in memory, and sessions that keep a picture."""
    path = folder / "told"
    return json.loads(path.read_text()) if path.exists() else [-1, -1]


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
