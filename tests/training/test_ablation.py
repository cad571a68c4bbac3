"""The ablation: what a part is worth, with an interval; every run once."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from training.commands.ablate import VARIANTS, WHOLE, ablate
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


def test_an_interval_is_the_one_that_was_worked_out_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    def runs(*values: float) -> list[Predictions]:
        # The same for every photo, so that lesions add nothing.
        return [Predictions(np.full((4, 8), value), np.arange(4), np.arange(4)) for value in values]

    monkeypatch.setattr("training.evaluation.ablation.MEASURES", {"mean": lambda run: float(run.probs.mean())})
    row = ablation_rows({WHOLE: runs(0.5, 0.7), "less": runs(0.3, 0.5)}, WHOLE, resamples=3)["less"]["mean"]
    # Each pair lies 0.1 about its mean: (0.02 + 0.02) / 2 degrees of freedom = 0.02. A difference of means of two has twice
    # half of that, and Student's 97.5th percentile with 2 degrees of freedom is 4.3027. Between the seeds' differences, both
    # 0.2, there is no variance at all.
    assert row["value"] == pytest.approx(0.4)
    assert row["difference"] == pytest.approx(-0.2)
    assert row["high"] == pytest.approx(-0.2 + 4.3027 * 0.02**0.5, abs=1e-4)
    assert row["low"] == pytest.approx(-0.2 - 4.3027 * 0.02**0.5, abs=1e-4)


def test_what_the_recipe_does_not_have_is_not_left_out_of_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = []

    def run(name: str, *_: object) -> Predictions:
        trained.append(name)
        return _predictions(2, len(trained), 80)

    monkeypatch.setattr("training.commands.ablate._run", run)
    monkeypatch.setattr("training.commands.ablate.ablation_rows", partial(ablation_rows, resamples=2))
    config = Config()
    config.loss.name = "cross_entropy"
    config.model.pretrained = True
    with caplog.at_level("INFO"):
        ablate(config, tmp_path, 1, None)
    left_out = set(VARIANTS) - set(trained)
    of_max_recall = {name for name in VARIANTS if name.startswith("no ")} - set(trained)
    assert len(of_max_recall) == 5
    assert left_out == of_max_recall | {"cross-entropy"}
    assert f"left out: cross-entropy, which trains the same as {WHOLE}" in caplog.text
    assert set(json.loads((tmp_path / "ablation.json").read_text())) == set(trained)


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
