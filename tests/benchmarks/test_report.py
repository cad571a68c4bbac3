"""What the report says of results that do not say it themselves."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.report import REPORT, RESULTS, result_file, table, write_report

_OLD = {
    "load": "Callers at once",
    "memory": "Resident memory of the app",
    "startup": "From `python app.py` to the first answer",
}


def _report(
    name: str, date: str, title: str, vnni: bool, row: dict[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    monkeypatch.setattr("benchmarks.report.RESULTS", folder)
    monkeypatch.setattr("benchmarks.report.REPORT", folder / "RESULTS.md")
    measured_on = {"processor": "one", "vnni": vnni, "threads": 2, "python": "3", "libraries": {}, "date": date}
    result = {"benchmark": name, "machine": measured_on, "tables": {title: [row]}}
    (folder / result_file(name, measured_on)).write_text(json.dumps(result))
    return write_report().read_text()


@pytest.mark.parametrize(
    ("name", "date", "views"),
    [
        ("load", "2026-11-26", "8 views of"),
        ("startup", "2026-11-26", "8 views of"),
        ("memory", "2026-11-26", "1 view of"),
    ],
)
def test_an_old_result_is_labelled_with_its_views_and_one_that_names_them_is_not(
    name: str, date: str, views: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = _report(name, date, _OLD[name], False, {"ratio": 1.0}, tmp_path, monkeypatch)
    assert f"Measured with {views} each photo" in old
    new = _report(name, date, f"{_OLD[name]}, 8 views of each photo", False, {"ratio": 1.0}, tmp_path, monkeypatch)
    assert "Measured with" not in new


def test_every_stored_result_whose_views_matter_says_them_or_is_labelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = REPORT.read_text()
    monkeypatch.setattr("benchmarks.report.REPORT", tmp_path / "RESULTS.md")
    written = write_report().read_text()
    assert written == kept, "run `python -m benchmarks report`"
    sections = written.split("\n## ")
    for name in _OLD:
        stored = [section for section in sections if section.split(",")[0].split("\n")[0] == name]
        assert len(stored) == len(list(RESULTS.glob(f"{name}*.json")))
        assert all("Measured with" in section or " views" in section for section in stored)


def test_the_ratio_of_many_callers_is_explained_before_their_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = _report("load", "2027-01-01", "Callers at once, 8 views of each photo", True, {"ratio": 0.9}, tmp_path, monkeypatch)
    assert 0 < text.index("Ratio: the 95th percentile") < text.index("### Callers at once")
    other = _report("latency", "2027-01-01", "A title", True, {"ratio": 0.9}, tmp_path, monkeypatch)
    assert "Ratio:" not in other.split("## latency")[1].split("## load")[0]


def test_a_number_that_there_is_not_is_a_dash() -> None:
    assert table([{"answered": 0, "p95_ms": None}]).splitlines()[-1] == "| 0 | – |"


def test_what_came_after_a_result_is_said_before_its_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "The same weights", False, {"ratio": 1.0}, tmp_path, monkeypatch
    assert "Since 2026-11-26 all layers have them" in _report("quantization", "2026-11-23", *rows)
    assert "Since 2026-11-26" not in _report("quantization", "2027-01-01", *rows)
