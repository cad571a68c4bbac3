"""The table of a run that may be stopped at any moment: whole rows, and nothing of anybody else's file is touched."""

import csv
import os
from pathlib import Path

import pytest

from inference.table_file import TableError, earlier_results, open_table

COLUMNS = ["image", "error", "risk_level", "model_version", "views"]
RUN = {"model_version": "2026.01.01-abcd", "views": "8"}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """One photo that was analysed and one that could not be."""
    path = tmp_path / "out.csv"
    with open_table(path, COLUMNS, go_on=False) as writer:
        writer.writerow({"image": 'a, "left".jpg', "risk_level": "LOW", "not a column": 1} | RUN)
        writer.writerow({"image": "b.jpg", "error": "The file is empty."})
    return path


def test_a_row_is_in_the_file_as_soon_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with open_table(path, COLUMNS, go_on=False) as writer:
        writer.writerow({"image": "ä.jpg"})
        assert path.read_text(encoding="utf-8").splitlines() == [",".join(COLUMNS), "ä.jpg,,,,"]


def test_what_an_earlier_run_did_is_known(table: Path) -> None:
    before = table.read_bytes()
    assert earlier_results(table, COLUMNS, RUN) == {'a, "left".jpg': True, "b.jpg": False}
    assert table.read_bytes() == before


def test_without_a_table_there_is_no_earlier_run(tmp_path: Path) -> None:
    assert earlier_results(tmp_path / "none.csv", COLUMNS, RUN) == {}
    with open_table(tmp_path / "none.csv", COLUMNS, go_on=True):
        pass
    assert (tmp_path / "none.csv").read_text().splitlines() == [",".join(COLUMNS)]


def test_wherever_the_last_run_was_cut_off_the_table_is_whole_afterwards(table: Path) -> None:
    """Cut after every byte there is, header included."""
    whole = table.read_bytes()
    rows = list(csv.reader(table.open(newline="")))
    for size in range(len(whole)):
        table.write_bytes(whole[:size])
        done = earlier_results(table, COLUMNS, RUN)
        with open_table(table, COLUMNS, go_on=True) as writer:
            for row in rows[1:]:
                if row[0] not in done:
                    writer.writerow(dict(zip(COLUMNS, row, strict=True)))
        assert table.read_bytes() == whole, size


def test_going_on_adds_and_a_new_run_starts_again(table: Path) -> None:
    with open_table(table, COLUMNS, go_on=True) as writer:
        writer.writerow({"image": "c.jpg"} | RUN)
    assert list(earlier_results(table, COLUMNS, RUN)) == ['a, "left".jpg', "b.jpg", "c.jpg"]
    with open_table(table, COLUMNS, go_on=False):
        pass
    assert earlier_results(table, COLUMNS, RUN) == {}


@pytest.mark.parametrize("content", [b"patient,age\r\nDoe,55\r\nRoe,6", b"a letter that must not be cut"])
def test_a_file_that_is_no_table_of_ours_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "patients.csv"
    path.write_bytes(content)
    with pytest.raises(TableError, match=r"has other columns.*choose another file"):
        earlier_results(path, COLUMNS, RUN)
    assert path.read_bytes() == content


@pytest.mark.parametrize(("setting", "value"), [("model_version", "2026.02.02-ef01"), ("views", "1")])
def test_rows_of_two_kinds_of_runs_are_not_mixed(table: Path, setting: str, value: str) -> None:
    with pytest.raises(TableError, match=f"was written with {setting} {RUN[setting]}, and this run has {value}"):
        earlier_results(table, COLUMNS, RUN | {setting: value})


def test_a_name_that_is_not_utf8_is_known_again(table: Path) -> None:
    name = os.fsdecode(b"caf\xe9.jpg")
    with open_table(table, COLUMNS, go_on=True) as writer:
        writer.writerow({"image": name} | RUN)
    assert b"caf\xe9.jpg," in table.read_bytes()
    assert earlier_results(table, COLUMNS, RUN)[name]
