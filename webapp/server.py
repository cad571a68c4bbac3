"""How the page is served: what Gradio would do by default and must not, and /healthz."""

from typing import Any

import gradio as gr
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from inference.images import MAX_BYTES
from webapp.page import build_page
from webapp.service import Service
from webapp.style import LOGO, STYLE_SHEET, THEME

# Photos that may wait; whoever comes after them is told that the server is busy.
QUEUE_LENGTH = 64
_MAX_SESSIONS = 1000


def serve(service: Service, engine: str, **address: Any) -> gr.Blocks:
    """Serve the page until it is stopped.

    Args:
        service: with the engine already loaded.
        engine: the one that is chosen at first.
        address: server_name, server_port and mcp_server, as `gr.Blocks.launch` takes them.
    """
    page = build_page(service, engine)
    page.queue(max_size=QUEUE_LENGTH)
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
        app_kwargs={"routes": [_health_route(service, engine)]},
    )
    return page


def _health_route(service: Service, engine: str) -> Route:
    """GET /healthz. The self-test has passed before the port opens, so an answer means that photos can be analysed."""

    def healthz(_: Request) -> JSONResponse:
        version = service.analyzer(engine).spec.version
        return JSONResponse({"status": "ok", "self_test": "passed", "model_version": version, "engine": engine})

    return Route("/healthz", healthz)
