"""What is logged: one JSON object a line on standard error, and not a word about a person or a photo.

Messages of other libraries can hold anything: file names, addresses, whole requests. So of theirs only the place in the code is
kept, and of an exception its type and where it came from, never what it says. Ours are sentences without values; values are
fields that `log_event` is given.
"""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO

# Loggers whose messages are ours.
_OURS = ("app", "inference", "llm", "postprocess", "webapp")
_FRAME = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<function>\S+)')
_ERROR = re.compile(r"^(?P<error>[\w.]+(?:Error|Exception))(?=:|$)", re.MULTILINE)


def set_up_logging(stream: TextIO | None = None) -> None:
    """Log to a stream (standard error)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(True)
    # Its lines are one a request.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def quiet_libraries() -> None:
    """From here on let nothing but the log reach standard error: libraries print whole tracebacks, with what was sent."""
    sys.stderr = _FramesOnly()


def log_event(logger: logging.Logger, event: str, **fields: int | float | str | None) -> None:
    """Log that something happened; `fields` must be numbers and words of ours."""
    logger.info(event, extra={"fields": fields})


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
        }
        if record.name.split(".")[0] in _OURS:
            entry["event"] = record.getMessage()
        else:
            entry["at"] = f"{record.module}:{record.lineno}"
        entry |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0]:
            entry["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            entry["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(entry)


class _FramesOnly:
    """Stands for standard error: of all that is printed there, only types and places of errors are logged."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self._logger = logging.getLogger("webapp.printed")

    def write(self, printed: str) -> int:
        for error in _ERROR.finditer(printed):
            log_event(self._logger, "printed by a library", error=error["error"])
        for frame in _FRAME.finditer(printed):
            log_event(self._logger, "printed by a library", at=f"{frame['file']}:{frame['line']} {frame['function']}")
        return len(printed)

    def flush(self) -> None:
        """Nothing waits."""

    def isatty(self) -> bool:
        return False
