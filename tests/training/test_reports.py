"""Reports that any program reads, and numbers that are worked out only where they are kept."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from training.commands.test import HEADLINES, _headlines
from training.eda.association import Association
from training.eda.report import write_report
from training.utils.json_file import null_for_nan, write_json
from training.utils.metrics import Predictions, with_intervals


def _strict(path: Path) -> dict:
    return json.loads(path.read_text(), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def test_a_number_without_a_meaning_is_null_wherever_it_stands(tmp_path: Path) -> None:
    nan = float("nan")
    report = {"a": nan, "b": [1.5, nan, {"c": np.float64("nan")}], "d": (nan, "nan"), "e": True}
    assert null_for_nan(report) == {"a": None, "b": [1.5, None, {"c": None}], "d": [None, "nan"], "e": True}
    write_json(tmp_path / "report.json", report)
    assert _strict(tmp_path / "report.json")["b"] == [1.5, None, {"c": None}]


def test_a_report_on_data_without_some_classes_is_json(tmp_path: Path) -> None:
    trap = dict.fromkeys(("balanced_accuracy", "chance", "cancer_auroc", "information_bits"), float("nan"))
    report = {
        "source": "ham10000",
        "photos": 2,
        "groups": 2,
        "unknown": 0,
        "classes": pd.DataFrame({"all": {"NV": 2}}).to_dict(),
        "sides": {"NV": [96.0] * 5},
        "resolution_trap": {"as_stored": trap, "training_stream": trap, "training_stream_by_part": {}},
    }
    write_report(report, [Association("sex", 1.0, 1, float("nan"), 0.5, 0.5, 0.5, 0.0)], tmp_path)
    written = _strict(tmp_path / "eda.json")
    assert written["resolution_trap"]["as_stored"]["cancer_auroc"] is None
    assert written["associations"][0]["p_value"] is None


def test_headlines_are_those_of_all_metrics_and_nothing_else_is_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(0)
    probs = generator.dirichlet(np.ones(8), 200)
    predictions = Predictions(probs, generator.integers(0, 8, 200), np.arange(200) // 2)
    monkeypatch.setattr("training.commands.test.with_intervals", _few_resamples)
    whole = _few_resamples(predictions)
    assert len(whole) > 60
    monkeypatch.setattr("training.utils.metrics.test_metrics", lambda: pytest.fail("all metrics were worked out"))
    assert _headlines(predictions) == {name: whole[name] for name in HEADLINES}


def _few_resamples(predictions: Predictions, **options) -> dict[str, dict[str, float]]:
    return with_intervals(predictions, resamples=30, **options)
