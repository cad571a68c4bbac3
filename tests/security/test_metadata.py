"""Where a photo was taken, by whom and of whom: nothing of it is kept, served, logged or sent on."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import numpy as np

from tests.changed_models import change_model, refuse_nothing
from tests.llm.fake_service import say, serving
from tests.private_files import PERSON, private_files, private_traces
from tests.running_app import running_app
from tests.security.calls import Caller, photo_data

_START = """
import os
from pathlib import Path
os.environ |= {{"OPENAI_API_KEY": "canary-0123456789", "OPENAI_BASE_URL": "{url}", "OPENAI_MODEL": "test"}}
import app
app.DEFAULT_MODEL = Path("{model}")
raise SystemExit(app.main([]))
"""


def test_nothing_but_the_pixels_of_a_photo_goes_anywhere(drawing: np.ndarray, model_copy: Path, tmp_path: Path) -> None:
    # A drawing is rightly not judged; then nobody would be asked for advice.
    change_model(model_copy, refuse_nothing)
    folders = {"GRADIO_TEMP_DIR": str(tmp_path / "uploads"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    files = private_files(drawing) | {"letter.jpg": f"Dear {PERSON}".encode()}
    with serving(say("See a doctor.")) as advisor:
        command = [sys.executable, "-c", _START.format(url=advisor.url, model=model_copy)]
        with running_app(command, tmp_path / "app.log", folders) as url:
            said = [json.dumps(said).encode() for name, data in files.items() for said in _use(url, name, data)]
            kept = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert len(said) == 4 * (len(files) - 1) + 3
    # Those with the same pixels ask the same.
    assert len(advisor.requests) >= 2
    assert sum(path.is_relative_to(tmp_path / "uploads") for path in kept) > len(files)
    asked = [json.dumps([str(headers), body]).encode() for _, headers, body in advisor.requests]
    for data in (*said, *asked, *kept.values()):
        assert private_traces(data) == []


def _use(url: str, name: str, data: bytes) -> Iterator[object]:
    """Send a file, fetch it again, have it analysed and ask for advice: all that the server says."""
    caller = Caller(url)
    path = caller.upload(data, name)
    yield path
    served = httpx2.get(f"{url}/gradio_api/file={path}", timeout=30)
    assert served.status_code == 200
    yield [str(served.headers), served.content.decode("latin-1")]
    try:
        answer = caller.call("predict_api", photo_data(path))
    except LookupError as error:
        yield str(error)
    else:
        yield answer
        yield caller.call("recommend_api", [answer["analysis_id"], "en"])
