"""A folder of parts: a part is there whole or not at all, and a run goes on with the plan that it began with."""

import csv
import json
from pathlib import Path

import pytest

pytest.importorskip("ray", reason="needs requirements-scale.txt")

import pyarrow.dataset
import pyarrow.parquet

from inference.analyzer import Analyzer
from inference.scale.parts import PLAN, Counts, PartsFolder
from inference.table_file import TableError
from postprocess.analysis import to_json_object
from postprocess.table import table_columns, table_row
from tests.analyses import CODES, make_analysis

SETTINGS = {"paths": ["photos"], "model_version": "1"}
PHOTOS = [f"/photos/{number}.jpg" for number in range(7)]
KINDS = ["parquet", "csv"]


def _folder(path: Path, kind: str = "parquet") -> PartsFolder:
    return PartsFolder(str(path), kind, table_columns(CODES))


def _row(photo: str) -> dict:
    return table_row({"image": photo} | to_json_object(make_analysis(), "not in a table"))


def test_the_plan_has_every_photo_once_and_in_order(tmp_path: Path) -> None:
    parts = _folder(tmp_path / "out").plan(PHOTOS, 3, SETTINGS)
    assert [len(part) for part in parts] == [3, 3, 1]
    assert [photo for part in parts for photo in part] == PHOTOS
    assert _folder(tmp_path / "out").read_plan(SETTINGS) == parts


def test_a_run_that_was_stopped_before_its_plan_starts_anew(tmp_path: Path) -> None:
    assert _folder(tmp_path / "out").read_plan(SETTINGS) is None


def test_a_run_with_other_settings_does_not_go_on(tmp_path: Path) -> None:
    _folder(tmp_path / "out").plan(PHOTOS, 3, SETTINGS)
    with pytest.raises(TableError, match="has model_version '1', and this one '2'"):
        _folder(tmp_path / "out").read_plan(SETTINGS | {"model_version": "2"})


def test_a_run_that_writes_the_other_kind_does_not_go_on(tmp_path: Path) -> None:
    _folder(tmp_path / "out", "parquet").plan(PHOTOS, 3, SETTINGS)
    with pytest.raises(TableError, match="has kind 'parquet', and this one 'csv'"):
        _folder(tmp_path / "out", "csv").read_plan(SETTINGS)


def test_a_run_that_was_killed_while_it_wrote_its_plan_starts_anew(tmp_path: Path) -> None:
    (tmp_path / "_0123456789abcdef").write_bytes(b"PAR1 and no end")
    parts = _folder(tmp_path).plan(PHOTOS, 3, SETTINGS)
    assert _folder(tmp_path).read_plan(SETTINGS) == parts
    with pytest.raises(TableError, match="is not empty"):
        _folder(tmp_path).plan(PHOTOS, 3, SETTINGS)


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_text("name\n")
    with pytest.raises(TableError, match="is not empty; choose another folder"):
        _folder(tmp_path).plan(PHOTOS, 3, SETTINGS)
    assert [path.name for path in tmp_path.iterdir()] == ["patients.csv"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_that_is_written_twice_is_one_part(tmp_path: Path, kind: str) -> None:
    folder = _folder(tmp_path / "out", kind)
    folder.plan(PHOTOS, 3, SETTINGS)
    folder.write(1, [_row(PHOTOS[3]), {"image": PHOTOS[4], "error": 'The file is "empty",\nsend it again.'}])
    first = (tmp_path / "out" / f"part-00000001.{kind}").read_bytes()
    folder.write(1, [_row(PHOTOS[3]), {"image": PHOTOS[4], "error": 'The file is "empty",\nsend it again.'}])
    assert {path.name for path in (tmp_path / "out").iterdir()} == {PLAN, f"part-00000001.{kind}"}
    assert (tmp_path / "out" / f"part-00000001.{kind}").read_bytes() == first
    assert list(folder.done()) == [1]
    assert folder.count() == Counts(photos=2, failed=1)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_killed_worker_left_half_written_is_no_part(tmp_path: Path, kind: str) -> None:
    folder = _folder(tmp_path / "out", kind)
    folder.plan(PHOTOS, 3, SETTINGS)
    folder.write(0, [_row(photo) for photo in PHOTOS[:3]])
    (tmp_path / "out" / "_0123456789abcdef").write_bytes(b"PAR1 and no end")
    assert list(folder.done()) == [0]
    assert folder.count() == Counts(3, 0)
    assert pyarrow.dataset.dataset(tmp_path / "out", format=kind).count_rows() == 3


def test_parts_of_failures_alone_have_the_columns_of_all_others(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "out")
    folder.plan(PHOTOS, 3, SETTINGS)
    folder.write(0, [_row(PHOTOS[0])])
    folder.write(1, [{"image": PHOTOS[1], "error": "The file is empty."}])
    table = pyarrow.dataset.dataset(tmp_path / "out").to_table()
    assert table.schema.names == table_columns(CODES)
    assert table["image"].to_pylist() == PHOTOS[:2]
    assert table["is_ood"].to_pylist() == [_row("")["is_ood"], None]


def test_both_kinds_hold_what_the_table_without_ray_holds(tmp_path: Path, analyzer: Analyzer, drawing) -> None:
    """Every column of a real analysis has the type that its values have."""
    row = table_row({"image": "a.jpg"} | to_json_object(analyzer.analyze(drawing), ""))
    columns = table_columns(analyzer.spec.codes)
    for kind in KINDS:
        folder = PartsFolder(str(tmp_path / kind), kind, columns)
        folder.plan(["a.jpg"], 1, SETTINGS)
        folder.write(0, [row])
    parquet = pyarrow.parquet.read_table(tmp_path / "parquet" / "part-00000000.parquet").to_pylist()
    assert parquet == [{name: row.get(name) for name in columns}]
    (text,) = csv.DictReader((tmp_path / "csv" / "part-00000000.csv").open(newline=""))
    assert text == {name: "" if row.get(name) is None else str(row[name]) for name in columns}


def test_the_plan_is_a_plain_table(tmp_path: Path) -> None:
    _folder(tmp_path / "out").plan(PHOTOS, 3, SETTINGS)
    table = pyarrow.parquet.read_table(tmp_path / "out" / PLAN, partitioning=None)
    assert table["part"].to_pylist() == [0, 0, 0, 1, 1, 1, 2]
    assert json.loads(table.schema.metadata[b"settings"]) == SETTINGS | {"kind": "parquet"}
