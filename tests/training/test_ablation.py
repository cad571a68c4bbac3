"""The ablation: what a part is worth, with an interval; every run once."""

import json
from pathlib import Path

import numpy as np
import pytest

from training.commands.ablate import VARIANTS, WHOLE
from training.commands.command_line import main
from training.config import Config
from training.evaluation.ablation import ablation_rows
from training.utils.metrics import Predictions

SMOKE = Path(__file__).parents[2] / "training" / "config" / "smoke.yaml"


def _predictions(sharpness: float, seed: int, photos: int = 400) -> Predictions:
    """Answers of a network that is right more often the higher `sharpness`; the photos are the same for every seed."""
    labels = np.arange(photos) % 8
    logits = np.random.default_rng(seed).normal(size=(photos, 8)) + sharpness * np.eye(8)[labels]
    probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return Predictions(probs, labels, np.arange(photos) // 2)


def test_a_worse_variant_has_an_interval_below_zero_and_an_equal_one_around_it() -> None:
    runs = {
        WHOLE: [_predictions(2, seed) for seed in range(3)],
        "worse": [_predictions(1, seed) for seed in range(10, 13)],
        "equal": [_predictions(2, seed) for seed in range(20, 23)],
    }
    rows = ablation_rows(runs, WHOLE, resamples=200)
    worse, equal = rows["worse"]["cancer AUROC"], rows["equal"]["cancer AUROC"]
    assert worse["low"] < worse["difference"] < worse["high"] < 0
    assert equal["low"] < 0 < equal["high"]


def test_variants_worth_nothing_are_seldom_outside_of_their_interval() -> None:
    """With the range of three seeds as the interval, one in four were."""
    outside, tried = 0, 0
    for group in range(0, 240, 40):
        runs = {
            name: [_predictions(2, group + 3 * index + seed, 160) for seed in range(3)] for index, name in enumerate("ABCDEFGH")
        }
        rows = ablation_rows(runs, "A", resamples=30)
        for name in "BCDEFGH":
            row = rows[name]["cancer AUROC"]
            outside += not row["low"] <= 0 <= row["high"]
            tried += 1
    assert outside / tried < 0.1


def test_the_recipe_differs_from_itself_by_nothing() -> None:
    whole = [_predictions(2, seed) for seed in range(2)]
    rows = ablation_rows({WHOLE: whole}, WHOLE, resamples=50)
    assert all((entry["difference"], entry["low"], entry["high"]) == (0, 0, 0) for entry in rows[WHOLE].values())
    with pytest.raises(ValueError, match="as many runs of shorter as the baseline has, 2, got 1"):
        ablation_rows({WHOLE: whole, "shorter": whole[:1]}, WHOLE)


def test_every_variant_changes_something_that_there_is() -> None:
    for name, change in VARIANTS.items():
        config = Config()
        config.model.pretrained = True
        config.data.cancer_share = 0.5
        before = repr(config)
        change(config)
        assert (repr(config) != before) == (name != WHOLE), name


def test_runs_that_are_finished_are_not_repeated(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    arguments = ["ablate", "--config", str(SMOKE), "--data", str(tmp_path / "drawn"), "--out", str(tmp_path / "out")]
    arguments += ["--training.epochs", "1", "--data.samples_per_epoch", "64", "--variants", '["cross-entropy"]']
    assert main([*arguments, "--seeds", "1"]) == 0
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*/last.ckpt")}
    assert len(kept) == 2
    assert main([*arguments, "--seeds", "2"]) == 0
    assert all(path.stat().st_mtime_ns == time for path, time in kept.items())
    assert len(list((tmp_path / "out").glob("*/last.ckpt"))) == 4
    assert set(json.loads((tmp_path / "out" / "ablation.json").read_text())) == {WHOLE, "cross-entropy"}
    table = (tmp_path / "out" / "ablation.md").read_text()
    assert "| cross-entropy | 0." in table
    assert "2 seeds" in table
    assert main([*arguments, "--seeds", "1", "--variants", '["no luck"]']) == 2
