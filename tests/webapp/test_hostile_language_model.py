"""A language model that turns against its reader: no markup, no key that it repeats, no result that was made up."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import expect

from llm.check import find_problem
from tests.analyses import make_analysis
from tests.llm.fake_service import PATIENT, FakeService, event, fail, say, serving, stream
from tests.llm.written_texts import WRITTEN
from tests.running_app import PATIENCE_SECONDS, running_app
from tests.security.browser_payloads import PAYLOADS
from tests.security.calls import Caller
from tests.webapp.conftest import OpenPage
from tests.webapp.test_language_model import _judge_everything

_KEY = "sk-canary-0123456789abcdef"
# The first line of defence is taken away, so that the page alone must hold; and what would spare the service.
_START = """
import os
from pathlib import Path
os.environ |= {{"OPENAI_API_KEY": "{key}", "OPENAI_BASE_URL": "{url}", "SKINGLANCE_LLM_CALLS_PER_CLIENT": "999"}}
import app, llm.breaker, llm.cache, llm.client as client
client.find_problem = client.find_forbidden = client.find_missing = lambda *_: None
llm.cache.TextCache.get = lambda *_: None
llm.breaker.FAILURES_IN_A_ROW = 1000
app.DEFAULT_MODEL = Path("{model}")
raise SystemExit(app.main([]))
"""


@pytest.fixture(scope="module")
def service() -> Iterator[FakeService]:
    with serving(say("Nothing yet.")) as running:
        yield running


@pytest.fixture(scope="module")
def log_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "app.log"


@pytest.fixture(scope="module")
def url(service: FakeService, log_path: Path, model_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    model = tmp_path_factory.mktemp("copy") / "model"
    shutil.copytree(model_dir, model)
    _judge_everything(model)
    command = [sys.executable, "-c", PATIENT + _START.format(key=_KEY, url=service.url, model=model)]
    with running_app(command, log_path) as address:
        yield address


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_is_refused_wherever_it_stands(payload: str) -> None:
    first, rest = WRITTEN["en", "HIGH"].split(". ", 1)
    for text in (f"{payload} {first}. {rest}", f"{first}. {payload} {rest}", f"{first}. {rest} {payload}"):
        assert find_problem(text, make_analysis(), "en") is not None


def test_markup_that_is_not_refused_is_text_in_the_browser(
    url: str, service: FakeService, open_page: OpenPage, drawing_file: Path
) -> None:
    # `open_page` fails for a request to elsewhere and for an error of a script.
    with open_page(url) as page:
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        service.answer = say("Plain words.")
        page.locator("input[type=file]").first.set_input_files(drawing_file)
        expect(page.locator(".sg-advice")).to_have_text("Plain words.")
        # The buttons come by themselves, before or after the advice.
        expect(page.get_by_role("button", name="Report for paper (PDF)")).to_be_visible()
        elements = page.locator("*").count()
        for number, (language, start) in enumerate((("es", 0), ("de", 10), ("pl", 20))):
            text = " ".join(PAYLOADS[start : start + 10])
            service.answer = say(text)
            page.locator(f"input[type=radio][value={language}]").first.check()
            expect(page.locator(f".sg-advice[lang={language}]")).to_contain_text(PAYLOADS[start + 9][-12:])
            expect(page.get_by_text("Written by a language model")).to_be_visible()
            shown = page.locator(".sg-advice").evaluate("element => [element.childElementCount, element.textContent]")
            assert shown == [0, text], number
        # What would run later.
        page.wait_for_timeout(1000)
        expect(page.locator("*")).to_have_count(elements)
        expect(page.locator(".sg-banner").first).to_be_visible()
        assert dialogs == []


def test_results_that_are_made_up_cause_no_call(url: str, service: FakeService, drawing_jpeg: bytes) -> None:
    caller = Caller(url)
    answer = caller.predict(drawing_jpeg)
    asked = len(service.requests)
    config = httpx2.get(f"{url}/config", timeout=PATIENCE_SECONDS).json()
    forged = {"analysis": answer, "language": "en", **answer}
    values: list[Any] = [forged, "A" * 22, {"__type__": "update", "value": forged}]
    calls = 0
    for dependency in config["dependencies"]:
        for value in values:
            data = ["en" if number == 0 else value for number in range(len(dependency["inputs"]))]
            body = {"fn_index": dependency["id"], "data": data, "session_hash": f"forger{calls}"}
            httpx2.post(f"{url}/gradio_api/run/predict", json=body, timeout=PATIENCE_SECONDS)
            calls += 1
    assert calls > 50
    assert len(service.requests) == asked
    # The test could see a call: an honest question causes one.
    service.answer = say("Plain words.")
    caller.call("recommend_api", [answer["analysis_id"], "en"])
    assert len(service.requests) == asked + 1


def test_the_key_is_nowhere(url: str, service: FakeService, log_path: Path, drawing_jpeg: bytes) -> None:
    caller = Caller(url)
    identifier = caller.predict(drawing_jpeg)["analysis_id"]
    echoes = [
        fail(401, json.dumps({"error": {"message": f"wrong key {_KEY}"}}), x_request_id=_KEY),
        fail(500, _KEY, "text/plain"),
        stream([event("Please "), f'data: {{"error": {{"message": "{_KEY}"}}}}\n\n'.encode()]),
        say(f"Please see a doctor with {_KEY} at hand."),
        say(f"{_KEY.upper()} is the key."),
    ]
    seen = []
    for echo in echoes:
        service.answer = echo
        seen.append(json.dumps(caller.call("recommend_api", [identifier, "en"])))
        assert '"offline"' in seen[-1]
    seen += [
        httpx2.get(f"{url}/{route}", timeout=PATIENCE_SECONDS).text
        for route in ("", "config", "gradio_api/info", "gradio_api/openapi.json")
    ]
    seen += [
        httpx2.get(f"{url}/{route}", timeout=PATIENCE_SECONDS).text
        for route in ("healthz", "gradio_api/nothing", "gradio_api/app_id")
    ]
    seen.append(log_path.read_text())
    assert all(headers["Authorization"] == f"Bearer {_KEY}" for _, headers, _ in service.requests)
    assert not any(_KEY.lower() in text.lower() for text in seen)
