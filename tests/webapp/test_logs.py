"""The log tells what happened and where, and nothing about a person or a photo."""

import io
import json
import logging
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from webapp.logs import log_event, quiet_libraries, set_up_logging

_SECRET = "/uploads/Jane Doe melanoma.jpg"


@contextmanager
def _logged() -> Iterator[io.StringIO]:
    """What is logged in the block; the state of logging is put back."""
    root, httpx, stderr = logging.getLogger(), logging.getLogger("httpx"), sys.stderr
    before = list(root.handlers), root.level, httpx.level
    # Else pytest's own handlers would be closed.
    root.handlers = []
    stream = io.StringIO()
    set_up_logging(stream)
    quiet_libraries()
    try:
        yield stream
    finally:
        root.handlers, root.level, httpx.level = before
        logging.captureWarnings(False)
        sys.stderr = stderr


def _entries(log: io.StringIO) -> list[dict]:
    assert _SECRET not in log.getvalue()
    assert "Jane" not in log.getvalue()
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_an_event_is_one_object_with_its_fields() -> None:
    with _logged() as log:
        log_event(logging.getLogger("webapp.service"), "photo analysed", engine="openvino", ms=12)
    (entry,) = _entries(log)
    assert entry.pop("time").endswith("+00:00")
    expected = {"level": "INFO", "logger": "webapp.service", "event": "photo analysed", "engine": "openvino", "ms": 12}
    assert entry == expected


def test_of_an_error_only_type_and_place_are_kept() -> None:
    with _logged() as log:
        try:
            Path(_SECRET).read_bytes()
        except OSError as error:
            logging.getLogger("webapp.handlers").error("an analysis failed", exc_info=error)
    (entry,) = _entries(log)
    assert entry["error"] == "FileNotFoundError"
    assert "test_of_an_error_only" in entry["frames"][0]


def test_what_other_libraries_say_is_dropped() -> None:
    with _logged() as log, warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        logging.getLogger("PIL.Image").warning("cannot read %s", _SECRET)
        warnings.warn(_SECRET, stacklevel=1)
        logging.captureWarnings(False)
    first, second = _entries(log)
    assert (first["logger"], first["at"].split(":")[0]) == ("PIL.Image", "test_logs")
    assert second["logger"] == "py.warnings"


def test_of_what_libraries_print_only_types_and_places_are_kept() -> None:
    with _logged() as log:
        try:
            raise ValueError(_SECRET)
        except ValueError:
            traceback.print_exc()
        print(_SECRET, file=sys.stderr)
    place, error = _entries(log)
    assert "test_of_what_libraries_print" in place["at"]
    assert error["error"] == "ValueError"
