"""Told to stop, the server answers what it is working on, ends by itself, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
from gradio_client import Client, handle_file

from tests.conftest import REPOSITORY
from tests.running_app import _free_port, _wait


def test_sigterm_answers_what_runs_and_ends_with_0(drawing_file: Path, example_files: list[Path], tmp_path: Path) -> None:
    port, uploads = _free_port(), tmp_path / "uploads"
    settings = {"GRADIO_SERVER_PORT": str(port), "GRADIO_TEMP_DIR": str(uploads)}
    with (tmp_path / "app.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=REPOSITORY, env=os.environ | settings, stdout=log, stderr=log
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, process, tmp_path / "app.log")
        client = Client(url, verbose=False, analytics_enabled=False, download_files=False)
        running = [
            client.submit(image=handle_file(str(drawing_file)), mc_samples=1000, api_name="/predict_api") for _ in range(8)
        ]
        while not all(job.communicator.event_id for job in running if job.communicator):
            time.sleep(0.01)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        told = time.monotonic()
        answers = [job.result(timeout=60) for job in running]
        assert [answer["predicted_class"] for answer in answers] == [answers[0]["predicted_class"]] * 8
        assert process.wait(60) == 0
        seconds = time.monotonic() - told
        assert [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []
        # Gradio leaves its copies of the drawings that ship with the app; nothing that was sent.
        left = {path.name for path in uploads.rglob("*") if path.is_file()}
        assert left <= {path.name for path in example_files}
        assert seconds < 20
    finally:
        process.kill()


def test_calls_are_refused_with_a_sentence_while_the_server_stops() -> None:
    import threading

    from starlette.applications import Starlette
    from starlette.testclient import TestClient

    from webapp.guard import Guard

    stopping = threading.Event()
    stopping.set()
    answer = TestClient(Guard(Starlette(), stopping)).post("/gradio_api/call/predict_api", json={})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert "try again in 10 s" in answer.json()["detail"]
