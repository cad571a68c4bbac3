"""What the report says of results that do not say it themselves."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.report import REPORT, describe, result_file, table, write_report


def _report(
    name: str, date: str, title: str, vnni: bool, row: dict[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    monkeypatch.setattr("benchmarks.report.RESULTS", folder)
    monkeypatch.setattr("benchmarks.report.REPORT", folder / "RESULTS.md")
    measured_on = {"processor": "one", "vnni": vnni, "threads": 2, "python": "3", "libraries": {}, "date": date}
    result = {"benchmark": name, "machine": measured_on, "tables": {title: [row]}}
    (folder / result_file(name, measured_on)).write_text(json.dumps(result))
    return write_report().read_text()


def test_the_report_is_rendered_from_the_stored_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = REPORT.read_text()
    monkeypatch.setattr("benchmarks.report.REPORT", tmp_path / "RESULTS.md")
    assert write_report().read_text() == kept, "run `python -m benchmarks report`"


def test_the_ratio_of_many_callers_is_explained_before_their_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = _report("load", "2027-01-01", "Callers at once, 8 views of each photo", True, {"ratio": 0.9}, tmp_path, monkeypatch)
    assert 0 < text.index("Ratio: the 95th percentile") < text.index("### Callers at once")
    other = _report("latency", "2027-01-01", "A title", True, {"ratio": 0.9}, tmp_path, monkeypatch)
    assert "Ratio:" not in other.split("## latency")[1].split("## load")[0]


def test_a_number_that_there_is_not_is_a_dash() -> None:
    assert table([{"answered": 0, "p95_ms": None}]).splitlines()[-1] == "| 0 | – |"


def test_a_limit_of_the_instructions_is_said_with_the_processor() -> None:
    measured_on = {"processor": "one", "vnni": False, "threads": 2, "python": "3", "libraries": {}, "date": "2027-01-01"}
    assert "one (without VNNI)," in describe(measured_on)
    assert "one (without VNNI, by ONEDNN_MAX_CPU_ISA=AVX512_CORE)," in describe(measured_on | {"limit": "AVX512_CORE"})
