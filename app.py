"""SkinGlanceCare: `python app.py` opens the page; a Hugging Face Space runs this file as it is."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence

# Before Gradio is imported: it sends usage events and asks for its newest version otherwise.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from inference.analyzer import DEFAULT_MODEL, ENGINES
from inference.images import MAX_BYTES
from inference.model_spec import ModelError
from webapp.page import build_page
from webapp.service import Service
from webapp.style import CSS, FAVICON, THEME

WRONG_USAGE = 2
# Photos that may wait; whoever comes after them is told that the server is busy.
_QUEUE_LENGTH = 64
_MAX_SESSIONS = 1000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server until it is stopped; returns the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    # Its lines hold addresses and file names of requests.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    options = _parser().parse_args(arguments)
    service = Service(DEFAULT_MODEL)
    try:
        # Loaded now: a model that cannot be used must stop the start, not the first photo.
        service.analyzer(options.engine)
    except ModelError as error:
        print(f"error: {error}", file=sys.stderr)
        return WRONG_USAGE
    page = build_page(service, options.engine)
    page.queue(max_size=_QUEUE_LENGTH, default_concurrency_limit=2)
    page.launch(
        server_name=options.host,
        server_port=options.port,
        mcp_server=options.mcp,
        theme=THEME,
        css=CSS,
        favicon_path=FAVICON,
        share=False,
        ssr_mode=False,
        run_history=False,
        enable_monitoring=False,
        show_error=True,
        max_file_size=MAX_BYTES,
        state_session_capacity=_MAX_SESSIONS,
        footer_links=["api"],
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="The page and the API of SkinGlanceCare.")
    parser.add_argument("--host", help="address to listen on (default: GRADIO_SERVER_NAME, else 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port (default: GRADIO_SERVER_PORT, else the first free from 7860)")
    parser.add_argument("--engine", choices=ENGINES, default="openvino", help="engine that is chosen at first")
    parser.add_argument("--mcp", action="store_true", help="also serve the analysis as a tool for MCP clients")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
