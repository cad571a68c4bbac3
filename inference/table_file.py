"""The table of `python -m inference --csv`: each row is written at once, so that a run that was stopped can go on."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

_END_OF_ROW = b"\r\n"
_LONGEST_ROW = 2**20


class TableError(ValueError):
    """A table that cannot be gone on with; the message says what to do."""


@contextmanager
def open_table(path: Path, columns: list[str], go_on: bool) -> Iterator["csv.DictWriter[Any]"]:
    """Open a table for writing; it is new unless it is gone on with and exists."""
    goes_on = go_on and path.exists()
    with open_lines(path, "a" if goes_on else "w") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        if not goes_on or path.stat().st_size == 0:
            writer.writeheader()
        yield writer


def open_lines(path: Path, mode: str) -> IO[str]:
    """Open a CSV file."""
    # Line-buffered: each row leaves this process when it ends. A photo's name may be any bytes: those that are no UTF-8 are
    # written and read back as they are.
    return path.open(mode, newline="", buffering=1, encoding="utf-8", errors="surrogateescape")


def earlier_results(path: Path, columns: list[str], settings: dict[str, str]) -> dict[str, bool]:
    """What a stopped run left in its table; a last row that was cut off is taken out of the file.

    Args:
        path: of the table.
        columns: of the table.
        settings: column -> what this run writes into it for every photo.

    Returns:
        Path of each photo in the table -> whether it was analysed; empty when there is no table.

    Raises:
        TableError: it is no table of this version, or a run with other settings wrote it.
    """
    if not path.exists():
        return {}
    _cut_unfinished_row(path, columns)
    earlier = {}
    with open_lines(path, "r") as file:
        for row in csv.DictReader(file):
            # Of a photo that could not be analysed there is no more than the reason.
            if not row["error"]:
                _require_settings(path, row, settings)
            earlier[row["image"]] = not row["error"]
    return earlier


def _require_settings(path: Path, row: dict[str, str], settings: dict[str, str]) -> None:
    for name, value in settings.items():
        if row[name] != value:
            raise TableError(
                f"{path} was written with {name} {row[name]}, and this run has {value}; "
                "give the same command, choose another file, or leave --resume out"
            )


def _cut_unfinished_row(path: Path, columns: list[str]) -> None:
    """A run that was killed may have left half a row: everything after the last end of a row goes."""
    header = ",".join(columns).encode() + _END_OF_ROW
    with path.open("rb+") as file:
        start = file.read(len(header))
        # Looked at before anything is cut: a file that is no table of ours must stay as it is.
        if not header.startswith(start):
            raise TableError(f"{path} has other columns than this version writes; choose another file, or leave --resume out")
        size = file.seek(0, 2)
        tail = max(0, size - _LONGEST_ROW)
        file.seek(tail)
        end = file.read().rfind(_END_OF_ROW)
        file.truncate(tail + end + len(_END_OF_ROW) if end >= 0 else 0)
