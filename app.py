"""SkinGlanceCare: `python app.py` opens the page; a Hugging Face Space runs this file as it is."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence

# Before Gradio is imported: it sends usage events and asks for its newest version otherwise, and so does its Hub library.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

from inference.analyzer import DEFAULT_MODEL, ENGINES
from inference.model_spec import ModelError
from llm.settings import settings_from_environment
from webapp.server import serve
from webapp.service import Service

WRONG_USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server until it is stopped; returns the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    # Its lines hold addresses and file names of requests.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    options = _parser().parse_args(arguments)
    service = Service(DEFAULT_MODEL)
    try:
        # Now: a model or a setting that cannot be used must stop the start, not the first photo.
        service.analyzer(options.engine)
        settings_from_environment()
    except (ModelError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return WRONG_USAGE
    serve(service, options.engine, server_name=options.host, server_port=options.port, mcp_server=options.mcp)
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
