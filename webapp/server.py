"""How the page is served: what Gradio would do by default and must not, /healthz, and how it stops."""

import math
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn

import gradio as gr
from gradio import processing_utils
from gradio.state_holder import SessionState
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from inference.images import MAX_BYTES
from webapp.connections import limit_connections
from webapp.guard import Guard
from webapp.housekeeping import Housekeeper
from webapp.page import build_page
from webapp.service import Service
from webapp.style import LOGO, STYLE_SHEET, THEME
from webapp.uploads import UploadFolder, keep_only_pixels

# Photos that may wait; whoever comes after them is told that the server is busy.
QUEUE_LENGTH = 64
# Visitors whose last result is kept, with its photo (3 MB) only as long as `webapp.housekeeping` lets it; of more, the one who
# was not seen for longest goes first.
_MAX_SESSIONS = 200
# How long photos that are being analysed are waited for when the server is told to stop.
_STOP_SECONDS = 12.0
# How long an answer that is ready is waited for to be fetched: who has gone never will.
_DELIVERY_SECONDS = 3.0
# How often it is looked whether it is.
_LOOK_SECONDS = 0.1


def serve(service: Service, engine: str, **address: Any) -> None:
    """Serve the page until SIGTERM or SIGINT comes; what is being analysed then is still answered.

    Args:
        service: with the engine already loaded.
        engine: the one that is chosen at first.
        address: server_name, server_port and mcp_server, as `gr.Blocks.launch` takes them.
    """
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    # Else every caller of this machine, a proxy with strangers behind it included, could name an address of their choice.
    os.environ.setdefault("FORWARDED_ALLOW_IPS", "")
    processing_utils.async_ssrf_protected_get = _refuse_address  # type: ignore[assignment]
    limit_connections()
    uploads = UploadFolder()
    keep_only_pixels(service.read, uploads)
    try:
        _serve(service, engine, stopping, uploads, address)
    finally:
        service.close()
        uploads.close()


def _serve(service: Service, engine: str, stopping: threading.Event, uploads: UploadFolder, address: dict[str, Any]) -> None:
    page = build_page(service, engine)
    page.queue(max_size=QUEUE_LENGTH)
    _keep_no_statistics(page)
    _keep_no_values()
    _fill_in_defaults(page)
    page.launch(
        **address,
        theme=THEME,
        css_paths=STYLE_SHEET,
        favicon_path=LOGO,
        max_file_size=MAX_BYTES,
        state_session_capacity=_MAX_SESSIONS,
        footer_links=["api"],
        share=False,
        ssr_mode=False,
        run_history=False,
        enable_monitoring=False,
        # Only sentences that are meant for people are shown: `gr.Error`. Others may hold paths.
        show_error=False,
        app_kwargs={
            "routes": [_health_route(service, engine)],
            "middleware": [Middleware(Guard, stopping=stopping)],
            "lifespan": Housekeeper(uploads).lifespan,
        },
        prevent_thread_lock=True,
    )
    uploads.keep_what_is_there()
    # Not `wait`: it holds a lock that the signal's `set`, in this same thread, would wait for without end.
    while not stopping.is_set():
        time.sleep(_LOOK_SECONDS)
    _finish(page)


def _keep_no_statistics(page: gr.Blocks) -> None:
    """Gradio lists the last 10,000 calls with their sessions and counts them all after each, for a page that is off here."""
    page._queue.ANALYTICS_MAX_EVENTS = 1
    page._queue.compute_analytics_summary = lambda _: {}  # type: ignore[method-assign]


def _keep_no_values() -> None:
    """Gradio keeps what each visitor's page shows, photos included, for deep links, which are off here."""
    SessionState._update_value_in_config = lambda *_: None  # type: ignore[method-assign, assignment]


def _fill_in_defaults(page: gr.Blocks) -> None:
    """Let calls of the API leave out the last inputs, or say null for any: a new input breaks no program of before."""
    check = page.validate_inputs

    def fill_in(function: Any, inputs: list[Any]) -> None:
        if function.api_visibility == "public":
            inputs.extend([None] * (len(function.inputs) - len(inputs)))
            for place, block in enumerate(function.inputs):
                if inputs[place] is None:
                    inputs[place] = block.value
                # Gradio would fail on a text, without a word on why.
                if isinstance(block, gr.Number) and not _is_number(inputs[place]):
                    raise gr.Error(f"{block.label} must be a number.", print_exception=False)
        check(function, inputs)

    page.validate_inputs = fill_in  # type: ignore[method-assign, assignment]


def _is_number(value: Any) -> bool:
    """Whether a value of JSON is a finite number; Python takes true and false for numbers, and JSON's reader NaN and 1e999."""
    return math.isfinite(value) if isinstance(value, float) else isinstance(value, int) and not isinstance(value, bool)


def _finish(page: gr.Blocks) -> None:
    """Wait for what runs; new calls are refused meanwhile."""
    queue = page._queue
    _wait_while(lambda: len(queue) > 0 or any(job is not None for job in queue.active_jobs), _STOP_SECONDS)
    # A stream that has an answer but has not sent it would send an error once the queue is closed.
    _wait_while(lambda: any(list(queue.pending_event_ids_session.values())), _DELIVERY_SECONDS)
    page.close(verbose=False)


def _wait_while(busy: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and busy():
        time.sleep(0.05)


async def _refuse_address(_: str) -> NoReturn:
    """Stands for Gradio's download of an address in a photo's place: this server asks no other one for anything."""
    raise gr.Error("Send the photo itself; addresses are not fetched.", print_exception=False)


def _health_route(service: Service, engine: str) -> Route:
    """GET /healthz. The self-test has passed before the port opens, so an answer means that photos can be analysed."""

    def healthz(_: Request) -> JSONResponse:
        version = service.analyzer(engine).spec.version
        return JSONResponse({"status": "ok", "self_test": "passed", "model_version": version, "engine": engine})

    return Route("/healthz", healthz)
