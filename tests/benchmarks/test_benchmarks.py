"""What is timed is the same work, and what is written is what was timed."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks.machine import machine
from benchmarks.photo import large_jpeg, large_photo
from benchmarks.report import result_file, table, write_report
from benchmarks.timing import WARM_UP_ROUNDS, Timing, interleave, rows
from benchmarks.usual_pipeline import shades_of_gray_in_floats
from inference.analyzer import Analyzer
from inference.color_constancy import shades_of_gray
from inference.images import decode_image


def test_peers_take_turns_after_warming_up() -> None:
    calls: list[str] = []
    timings = interleave({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, rounds=3)
    assert calls == ["a"] * WARM_UP_ROUNDS + ["b"] * WARM_UP_ROUNDS + ["a", "b"] * 3
    assert [(timing.name, len(timing.milliseconds)) for timing in timings] == [("a", 3), ("b", 3)]


def test_ratios_are_of_medians_to_the_reference() -> None:
    first, second = rows([Timing("ours", [4.0, 1.0, 2.0]), Timing("theirs", [8.0, 6.0, 100.0])], "ours")
    assert first == {"peer": "ours", "median_ms": 2.0, "minimum_ms": 1.0, "ratio": 1.0}
    assert second == {"peer": "theirs", "median_ms": 8.0, "minimum_ms": 6.0, "ratio": 4.0}
    with pytest.raises(KeyError):
        rows([Timing("ours", [1.0])], "nobody")


def test_the_photo_is_of_twelve_megapixels_and_as_large_as_a_telephones() -> None:
    assert large_photo().shape == (3000, 4000, 3)
    assert 1e6 < len(large_jpeg()) < 12e6
    assert min(decode_image(large_jpeg()).shape[:2]) > 224


def test_both_colour_constancies_give_the_same_picture() -> None:
    photo = large_photo()[::7, ::7].copy()
    difference = shades_of_gray(photo, 6.0).astype(int) - shades_of_gray_in_floats(photo, 6.0)
    # One of them rounds, the other one cuts.
    assert np.abs(difference).max() <= 1


def test_a_table_has_the_columns_of_its_rows() -> None:
    text = table([{"peer": "ours", "median_ms": 12.34, "ratio": 1.0}])
    assert text.splitlines() == ["| peer | median ms | ratio |", "| --- | --- | --- |", "| ours | 12.34 | 1 |"]


def test_the_report_shows_every_result_with_its_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.report.RESULTS", tmp_path)
    monkeypatch.setattr("benchmarks.report.REPORT", tmp_path / "RESULTS.md")
    for has_vnni in (False, True):
        measured_on = machine() | {"date": "2026-01-01", "vnni": has_vnni}
        title = f"A title {has_vnni}"
        result = {"benchmark": "latency", "machine": measured_on, "tables": {title: [{"peer": "ours", "ratio": 1.0}]}}
        (tmp_path / result_file("latency", measured_on)).write_text(json.dumps(result))
    text = write_report().read_text()
    without, with_vnni = text.split("## latency, with VNNI\n")
    assert "## latency\n" in without
    assert "### A title False\n\n| peer | ratio |" in without
    assert "(without VNNI)" in without
    assert "### A title True\n\n| peer | ratio |" in with_vnni
    assert "(with VNNI)" in with_vnni
    assert "threads, Python 3." in text


def test_a_benchmark_that_there_is_not_is_wrong_usage() -> None:
    with pytest.raises(SystemExit) as stopped:
        command.main(["speed"])
    assert stopped.value.code == 2


@pytest.mark.slow
def test_the_peers_compute_what_our_network_computes(analyzer: Analyzer, tmp_path: Path) -> None:
    from benchmarks.peers import export_onnx, onnx_runtime, openvino_fp32, openvino_network, torch_eager

    view = analyzer.network_view(decode_image(large_jpeg()))[None]
    expected = torch_eager(analyzer.spec)(view).logits.numpy()
    fp32 = openvino_network(openvino_fp32(analyzer.spec, tmp_path), analyzer.spec)
    np.testing.assert_allclose(fp32(view).logits, expected, atol=1e-3)
    np.testing.assert_allclose(onnx_runtime(export_onnx(analyzer.spec, tmp_path))(view)[0], expected, atol=1e-3)


@pytest.mark.slow
def test_the_command_writes_what_it_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(command, "RESULTS", tmp_path / "results")
    assert command.main(["training", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((tmp_path / "results" / result_file("training", printed["machine"])).read_text())
    loss = {row["peer"]: row["ratio"] for row in printed["tables"]["What the loss costs"]}
    # A few thousandths, in all that was measured: what the loss adds can't be a step's time.
    assert 0 < loss["cross-entropy, forward and backward"] < 0.1
    assert 0 < loss["MaxRecall, forward and backward"] < 0.1
