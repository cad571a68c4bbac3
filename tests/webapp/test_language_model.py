"""The advice of a language model on the page: the standard text is there at once, and the other one takes its place."""

import json
import sys
import threading
from pathlib import Path

from gradio_client import handle_file
from playwright.sync_api import expect
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.changed_models import change_model, refuse_nothing
from tests.llm.fake_service import PATIENT
from tests.running_app import PATIENCE_SECONDS, client_of, running_app
from tests.webapp.conftest import OpenPage

_START = """
import os
from pathlib import Path
os.environ |= {{"OPENAI_API_KEY": "canary-0123456789", "OPENAI_BASE_URL": "{url}", "OPENAI_MODEL": "test"}}
import app
app.DEFAULT_MODEL = Path("{model}")
raise SystemExit(app.main([]))
"""


def test_the_result_does_not_wait_for_the_language_model(
    open_page: OpenPage, httpserver: HTTPServer, drawing_file: Path, model_copy: Path, tmp_path: Path
) -> None:
    _judge_everything(model_copy)
    may_answer, asked, advice = threading.Event(), [], []

    def respond(request: Request) -> Response:
        asked.append(request.get_data(as_text=True))
        may_answer.wait(PATIENCE_SECONDS)
        return Response([_event(advice[0]), _event(None, "stop"), b"data: [DONE]\n\n"], content_type="text/event-stream")

    httpserver.expect_request("/v1/chat/completions").respond_with_handler(respond)
    command = [sys.executable, "-c", PATIENT + _START.format(url=httpserver.url_for("/v1"), model=model_copy)]
    with running_app(command, tmp_path / "app.log") as url, open_page(url) as page:
        answer = client_of(url).predict(image=handle_file(str(drawing_file)), api_name="/predict_api")
        # Right for this drawing, whatever the model says of it, and yet not quite the standard text.
        advice.append(f"{answer['recommendation']} This is not a diagnosis.")
        assert asked == []
        page.locator("input[type=file]").first.set_input_files(drawing_file)
        expect(page.locator(".sg-banner")).to_be_visible()
        expect(page.get_by_text("it will appear here")).to_be_visible()
        expect(page.locator(".sg-advice")).to_have_text(answer["recommendation"])
        may_answer.set()
        expect(page.locator(".sg-advice")).to_have_text(advice[0])
        expect(page.get_by_text("Written by a language model")).to_be_visible()
    assert len(asked) == 1
    # Numbers and words, never the photo or its name.
    assert len(asked[0]) < 10_000
    assert drawing_file.name not in asked[0]
    assert "canary" not in (tmp_path / "app.log").read_text()


def _judge_everything(model: Path) -> None:
    """A drawing is no photo of skin: without this it would rightly not be judged, and nothing be asked about it."""
    change_model(model, refuse_nothing)


def _event(content: str | None, finish: str | None = None) -> bytes:
    delta = {} if content is None else {"content": content}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "test", "choices": [choice]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"
