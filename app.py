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
from inference.hub import download_model
from inference.model_spec import ModelError
from inference.self_test import run_self_test
from webapp.collection import no_collection
from webapp.logs import log_event, quiet_libraries, set_up_logging
from webapp.service import Service
from webapp.settings import SettingError, check_environment
from webapp.stub_files import no_stub_files

WRONG_USAGE = 2

logger = logging.getLogger("app")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server until it is stopped; returns the exit status."""
    options = _parser().parse_args(arguments)
    output = sys.stderr
    set_up_logging()
    try:
        hub_model = check_environment()
        folder = DEFAULT_MODEL if hub_model is None else download_model(hub_model.repo, hub_model.revision, hub_model.sha256)
        service = Service(folder)
        # A process of its own, which gets ready beside all that follows: the first photo does not wait for it.
        service.start_decoder()
        # Now: a model or a machine that cannot be used must stop the start, not the first photo.
        run_self_test(service.analyzer(options.engine), options.engine)
        log_event(logger, "self-test passed", engine=options.engine, model=service.analyzer(options.engine).spec.version)
        if not options.mcp:
            # As if it were not installed, which Gradio allows: a tenth of Gradio's import goes into what is not used then.
            sys.modules.setdefault("mcp", None)  # type: ignore[arg-type]
        # After the check: Gradio reads settings of its own while it is imported.
        with no_stub_files(), no_collection():
            from webapp.server import serve

        quiet_libraries()
        serve(service, options.engine, server_name=options.host, server_port=options.port, mcp_server=options.mcp)
    # OSError: the port is taken, or there is no such address.
    except (ModelError, SettingError, OSError) as error:
        print(f"error: {error}", file=output)
        return WRONG_USAGE
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="The page and the API of SkinGlanceCare.")
    parser.add_argument("--host", help="address to listen on (default: GRADIO_SERVER_NAME, else 127.0.0.1)")
    parser.add_argument("--port", type=_port, help="port (default: GRADIO_SERVER_PORT, else the first free from 7860)")
    parser.add_argument("--engine", choices=ENGINES, default="openvino", help="engine that is chosen at first")
    parser.add_argument("--mcp", action="store_true", help="also serve the analysis as a tool for MCP clients")
    return parser


def _port(words: str) -> int:
    """A port that can be listened on; one beyond would fail only when everything is loaded, and not with a sentence."""
    if not (words.isdecimal() and 1 <= int(words) <= 65535):
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 to 65535, got {words!r}")
    return int(words)


if __name__ == "__main__":
    raise SystemExit(main())
