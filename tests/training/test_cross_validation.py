"""Cross-validation on drawings: whole, resumable, and with numbers that can be worked out by hand."""

import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from inference.model_spec import load_model_spec
from postprocess.calibration import Calibration
from postprocess.risk import RiskThresholds
from tests.conftest import REPOSITORY
from tests.training.start import save_start
from training.commands.command_line import main
from training.config import Config, DataConfig
from training.cross_validation.fold_file import FOLD_FILE, FoldPredictions, finished_fold, save_fold
from training.cross_validation.report import kfold_metrics, summarize, write_report
from training.cross_validation.studies import fine_tuning_config
from training.data.isic import DataError
from training.utils.metrics import can_be_measured

SMOKE = REPOSITORY / "training" / "config" / "smoke.yaml"


def _fold(predicted: list[int], labels: list[int]) -> FoldPredictions:
    probs = 0.9 * np.eye(8)[predicted] + 0.1 / 8
    return FoldPredictions(probs, np.array(labels), np.arange(len(labels)).astype(str), np.array(labels) != 4)


def test_every_study_runs_whole_and_a_finished_fold_is_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model_dir: Path
) -> None:
    # Their number is not what is tested, and they take half of the time.
    monkeypatch.setattr("training.cross_validation.report.RESAMPLES", 20)
    options = ["kfold", "--config", str(SMOKE), "--data", str(tmp_path / "drawn"), "--drawn_images", "96", "--epochs", "1"]
    options += ["--pad_ufes_20_folder", str(tmp_path / "pad"), "--folds", "2", "--batch_size", "8", "--samples_per_epoch", "8"]
    options += ["--model", str(model_dir), "--validation_images", "4", "--crop_size", "32", "--out", str(tmp_path / "kfold")]
    assert main(options) == 0
    report = json.loads((tmp_path / "kfold" / "kfold.json").read_text())
    # Every photo is tested on once: 96 drawings, and a quarter as many for PAD-UFES-20.
    # The shipped model refuses the drawings, so that nothing is measured on accepted ones.
    photos = {name: study["photos"] for name, study in report.items()}
    assert photos == {"isic_2019": 96, "pad_zero_shot": 24, "pad_zero_shot_uncalibrated": 24, "pad_fine_tuned": 24}
    assert report["isic_2019"]["folds"] == 5
    assert 0 <= report["pad_fine_tuned"]["metrics"]["cancer_auroc"]["value"] <= 1
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "kfold").rglob(FOLD_FILE)}
    assert len(before) == 11
    # Nothing is trained or run again: both would fail now.
    monkeypatch.setattr("training.cross_validation.studies.train", None)
    monkeypatch.setattr("training.cross_validation.studies.read_splits", None)
    assert main(options) == 0
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "kfold").rglob(FOLD_FILE)}
    assert json.loads((tmp_path / "kfold" / "kfold.json").read_text()) == report


def test_a_fold_of_other_settings_is_refused_and_an_unfinished_one_is_not_taken(tmp_path: Path) -> None:
    config = Config(data=DataConfig(test_fold=1))
    fold = _fold([0, 1], [0, 1])
    assert finished_fold(config, tmp_path) is None
    save_fold(fold, config, tmp_path)
    loaded = finished_fold(config, tmp_path)
    assert loaded is not None
    np.testing.assert_array_equal(loaded.probs, fold.probs)
    assert loaded.groups.tolist() == ["0", "1"]
    with pytest.raises(DataError, match="was begun with other settings"):
        finished_fold(Config(data=DataConfig(test_fold=2)), tmp_path)
    (tmp_path / FOLD_FILE).unlink()
    assert finished_fold(config, tmp_path) is None


def test_the_numbers_are_those_worked_out_by_hand(tmp_path: Path) -> None:
    # Codes: 0 MEL, 1 NV, 2 BCC, 4 BKL. First fold: 1 of 2 cancers found, 1 of 1 benign let be; second: 2 of 2, and 1 of 2.
    # Ten times over, so that every resample has some of each.
    folds = [_fold([0, 1, 1] * 10, [0, 2, 1] * 10), _fold([2, 0, 4, 0] * 10, [2, 2, 4, 1] * 10)]
    summary = summarize(folds, kfold_metrics(RiskThresholds(low_below=0.01, high_from=0.5)))
    recall = summary["metrics"]["cancer_recall_argmax"]
    assert recall["mean"] == pytest.approx((0.5 + 1) / 2)
    assert recall["deviation"] == pytest.approx(np.std([0.5, 1], ddof=1))
    assert recall["value"] == pytest.approx(3 / 4)
    assert recall["low"] <= recall["value"] <= recall["high"]
    assert summary["metrics"]["specificity_argmax"]["value"] == pytest.approx(2 / 3)
    assert summary["metrics"]["accuracy"]["value"] == pytest.approx(4 / 7)
    # Every cancer probability is at least 0.05.
    assert summary["metrics"]["cancer_recall_not_low_risk"]["value"] == 1
    assert summary["metrics"]["specificity_high_risk"]["value"] == pytest.approx(2 / 3)
    assert (summary["photos"], summary["folds"]) == (70, 2)
    assert folds[1].of_accepted().labels.tolist() == [2, 2, 1] * 10
    assert not can_be_measured(_fold([0, 1], [0, 1]).predictions)
    assert can_be_measured(_fold([0, 1] * 10, [0, 1] * 10).predictions)
    write_report({"drawn": summary}, tmp_path)
    table = (tmp_path / "kfold.md").read_text()
    assert "| cancer_recall_argmax | 0.750 ± 0.354; 0.750 (" in table


def test_calibration_is_undone_exactly() -> None:
    logits = np.random.default_rng(0).normal(size=(5, 8))
    calibration = Calibration(0.6, (-1.5, 0, -1.5, -1.5, 0, 0, 0, -1.5))
    fold = _fold([0] * 5, [0] * 5)._replace(probs=calibration.probabilities(logits))
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(fold.uncalibrated(calibration).probs, expected, atol=1e-12)


def test_fine_tuning_starts_from_the_network_of_the_model(model_dir: Path) -> None:
    config = fine_tuning_config(Config(), model_dir)
    description = json.loads((model_dir / "model.json").read_text())
    assert config.model.base_model == description["network"]["backbone"]
    assert config.model.image_size == description["input"]["image_size"]
    assert config.model.backbone_weights == model_dir / "network_fp16.safetensors"
    assert (config.data.source, config.data.folder) == ("pad_ufes_20", config.data.pad_ufes_20_folder)


@pytest.mark.parametrize("knows", ["a teacher", "a whole network", "a backbone with a head"])
def test_folds_are_not_trained_from_what_knows_their_labels(knows: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    options = ["kfold", "--config", str(SMOKE), "--data", str(tmp_path / "drawn"), "--out", str(tmp_path / "kfold")]
    start = tmp_path / "start.safetensors"
    if knows == "a teacher":
        options += ["--distillation.teacher", str(tmp_path)]
    elif knows == "a whole network":
        options += ["--backbone_weights", str(save_start(start))]
    else:
        save_file({"conv_stem.weight": torch.zeros(1), "head.weight": torch.zeros(8, 4)}, start)
        options += ["--backbone_weights", str(start)]
    assert main([*options, "--drawn_images", "96", "--pad_zero_shot", "false", "--pad_fine_tuned", "false"]) == 2
    error = capsys.readouterr().err
    assert "may have learned the labels of the photos that folds are tested on" in error
    assert "--train_folds false" in error
    assert not (tmp_path / "kfold").exists()


@pytest.mark.parametrize("name", ["cross_validation", "clinical_photos"])
def test_the_documented_cross_validations_are_not_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model_dir: Path
) -> None:
    text = (REPOSITORY / "docs" / f"{name}.md").read_text()
    (command,) = re.findall(r"```\npython -m training (kfold .*?)\n```", text, re.DOTALL)
    monkeypatch.chdir(REPOSITORY)
    save_file({"conv_stem.weight": torch.zeros(1)}, tmp_path / "grown.safetensors")
    arguments = shlex.split(command.replace("\\\n", " ").replace("runs/grown.safetensors", str(tmp_path / "grown.safetensors")))
    started: list[str] = []
    monkeypatch.setattr("training.commands.kfold.run_folds", lambda study, config, folds, out: started.append(out.name) or [])
    monkeypatch.setattr("training.commands.kfold.summarize", lambda *_: {"photos": 0, "folds": 0, "metrics": {}})
    monkeypatch.setattr("training.commands.kfold.zero_shot", lambda _: None)
    assert main([*arguments, "--out", str(tmp_path / "kfold")]) == 0
    version = load_model_spec(model_dir).version
    of_pad = [f"pad_zero_shot_8_views_{version}", f"pad_fine_tuned_{version}"]
    assert started == (["isic_2019"] if name == "cross_validation" else of_pad)
