"""`python -m training` from drawings to a model that the app can serve, as a newcomer would run it."""

import csv
import json
import random
import shutil
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
import torch
from lightning.pytorch.callbacks import Callback
from safetensors.torch import load_file

from inference.analyzer import load_analyzer
from inference.images import read_image
from tests.training.start import SMOKE, save_start
from training.commands.command_line import _expand_names, main
from training.commands.export import average_weights, load_checkpoint
from training.config import Config
from training.config.check import MONITORS
from training.config.files import load_config, save_config
from training.data.datamodule import LesionDataModule
from training.data.drawn import draw_data
from training.model_card import write_model_card
from training.model_folder import read_description
from training.models.backbone import WeightsError
from training.models.classifier import LesionClassifier
from training.utils.trainer_factory import create_trainer

SHIP = SMOKE.with_name("ship.yaml")
_FROZEN = ("network.backbone.blocks.0.", "network.backbone.blocks.1.")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a network was trained and exported."""
    folder = tmp_path_factory.mktemp("run")
    data = ["--config", str(SMOKE), "--data", str(folder / "drawn")]
    assert main(["train", *data, "--out", str(folder / "run")]) == 0
    assert main(["export", *data, "--checkpoint", str(folder / "run" / "best.ckpt"), "--out", str(folder / "model")]) == 0
    assert main(["test", *data, "--model", str(folder / "model"), "--out", str(folder / "report")]) == 0
    return folder


def test_training_learns_the_drawings(run: Path) -> None:
    rows = list(csv.DictReader((run / "run" / "metrics.csv").open()))
    assert [int(row["epoch"]) for row in rows] == [0, 1, 2, 3]
    higher_is_better = {name for name in rows[0] if name.startswith("val_") and name != "val_loss"}
    assert higher_is_better == set(MONITORS)
    assert float(rows[-1]["train_loss_epoch"]) < float(rows[0]["train_loss_epoch"])
    assert float(rows[-1]["val_cancer_auroc"]) > 0.6


def test_the_run_keeps_the_configuration_that_it_used(run: Path) -> None:
    kept = load_config(run / "run" / "config.yaml")
    assert kept.model.base_model == "efficientnet_b0"
    assert kept.data.folder == run / "drawn"


def test_the_exported_model_analyses_photos(run: Path) -> None:
    analyzer = load_analyzer(run / "model")
    photo = next((run / "drawn" / "ISIC_2019_Test_Input").iterdir())
    analysis = analyzer.analyze(read_image(photo))
    assert analysis.probs.sum() == pytest.approx(1)
    assert analysis.heatmap is not None
    assert analysis.heatmap.shape == (2, 2)


def test_the_exported_model_judges_photos_like_its_own(run: Path) -> None:
    analyzer = load_analyzer(run / "model")
    photos = sorted((run / "drawn" / "ISIC_2019_Test_Input").iterdir())[:60]
    accepted = [not analyzer.analyze(read_image(photo), 0).is_ood for photo in photos]
    assert np.mean(accepted) >= 0.75


def test_weights_are_averaged_by_the_share_that_is_asked_for(run: Path) -> None:
    config = load_config(run / "run" / "config.yaml")
    own, other = load_checkpoint(config, run / "run" / "best.ckpt"), load_file(run / "model" / "network_fp16.safetensors")
    with torch.no_grad():
        # Another network than the file's, which was made from the same checkpoint.
        own.head.linear_2.bias.add_(1.0)
    before = {name: tensor.clone() for name, tensor in own.state_dict().items()}
    average_weights(own, run / "model" / "network_fp16.safetensors", 0.25, config.model)
    assert float((own.head.linear_2.bias.detach() - before["head.linear_2.bias"]).mean()) == pytest.approx(-0.25, abs=1e-3)
    for name, tensor in own.state_dict().items():
        if tensor.is_floating_point():
            torch.testing.assert_close(tensor, 0.25 * other[name].float() + 0.75 * before[name])
    with pytest.raises(WeightsError, match=r"averaged_share must be from 0 to 1, got 1\.5"):
        average_weights(own, run / "model" / "network_fp16.safetensors", 1.5, config.model)


def test_an_average_is_exported_and_stands_in_the_model_card(run: Path, tmp_path: Path) -> None:
    averaged = ["--averaged_with", str(run / "model" / "network_fp16.safetensors"), "--averaged_share", "0.3"]
    data = ["--config", str(SMOKE), "--data", str(run / "drawn"), "--checkpoint", str(run / "run" / "best.ckpt")]
    assert main(["export", *data, *averaged, "--out", str(tmp_path / "model")]) == 0
    assert (
        "a mean: 30% of `network_fp16.safetensors`, the rest of this run." in (tmp_path / "model" / "MODEL_CARD.md").read_text()
    )
    missing = ["--averaged_with", str(tmp_path / "nothing.safetensors")]
    assert main(["export", *data, *missing, "--out", str(tmp_path / "other")]) == 2
    assert not (tmp_path / "other").exists()


def test_data_that_is_missing_is_told_before_anything_is_exported(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    data = ["--config", str(SMOKE), "--data", str(run / "drawn"), "--checkpoint", str(run / "run" / "best.ckpt")]
    wrong = {"the validation photos are of all": ["--fit_part", "HAM10000"], "labels.csv": ["--ood_folder", str(tmp_path)]}
    for words, options in wrong.items():
        assert main(["export", *data, *options, "--out", str(tmp_path / "other")]) == 2
        assert words in capsys.readouterr().err
        assert not (tmp_path / "other").exists()


def test_what_came_before_the_run_stands_in_the_model_card(run: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(run / "model", tmp_path / "model"))
    description = read_description(folder)
    before = f"Six epochs before, at a lower resolution (this version, {description['version']})."
    (folder / "history.md").write_text(f"{before}\n")
    write_model_card(description, folder)
    assert f"as a benign photo.\n\n{before}\n\n## Results" in (folder / "MODEL_CARD.md").read_text()
    assert "Six epochs" not in (run / "model" / "MODEL_CARD.md").read_text()


def test_the_exported_model_can_be_read_by_whoever_serves_it(run: Path) -> None:
    assert all(path.stat().st_mode & 0o004 for path in (run / "model").rglob("*"))


def test_both_engines_serve_the_exported_model(run: Path) -> None:
    photo = read_image(next((run / "drawn" / "ISIC_2019_Test_Input").iterdir()))
    first, second = (load_analyzer(run / "model", engine).analyze(photo).probs for engine in ("openvino", "torch"))
    # INT8 against full precision: near, not equal.
    assert np.abs(first - second).max() < 0.25


def test_the_report_has_intervals_and_the_model_its_metrics(run: Path) -> None:
    report = json.loads((run / "report" / "test_metrics.json").read_text())
    assert report["cancer_auroc"]["low"] <= report["cancer_auroc"]["value"] <= report["cancer_auroc"]["high"]
    description = json.loads((run / "model" / "model.json").read_text())
    assert description["test_metrics"]["photos"] == 128
    card = (run / "model" / "MODEL_CARD.md").read_text()
    assert f"| Cancer AUROC | {report['cancer_auroc']['value']:.3f} |" in card
    assert "{" not in card.split("---")[2]
    assert "Probabilities and limits are fitted for themselves." in card
    assert (
        f"Eight views, the {description['test_metrics']['eight_views']['of_accepted']['photos']} photos that are accepted"
        in card
    )
    eight = report["eight_views"]["cancer_auroc"]["value"]
    assert f"| Cancer AUROC | {report['cancer_auroc']['value']:.3f} | {eight:.3f} |" in card
    # Ranks may be the same in both; probabilities are not.
    assert report["eight_views"]["calibration"]["brier_score"] != report["calibration"]["brier_score"]


def test_the_card_says_how_the_model_was_trained_whatever_the_command_was_told(run: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(run / "model", tmp_path / "model"))
    config = load_config(folder / "config.yaml")
    config.loss.name, config.loss.fn_multiplier, config.loss.mel_fn_multiplier = "max_recall", 2.0, 3.0
    config.data.cancer_share = None
    card = _card(config, folder)
    assert (
        "loss MaxRecall (false negatives times 2, melanoma times 3), a cancer drawn 2 times as likely as a benign photo."
        in card
    )
    config.loss.name, config.data.cancer_share, config.data.mixup = "cross_entropy", 0.45, 0.4
    config.data.mark_probability = 0.3
    config.distillation.teacher = Path("runs/teacher")
    card = _card(config, folder)
    assert "loss cross entropy and, for 50% of it, what a teacher says of the same photos (teacher, which sees" in card
    assert "a ruler or ink drawn on 30% of the photos, photos mixed in shares of Beta(0.4), cancers drawn as 45%" in card


def _card(config: Config, folder: Path) -> str:
    save_config(config, folder)
    write_model_card(read_description(folder), folder)
    return (folder / "MODEL_CARD.md").read_text()


def test_calibrating_again_gives_the_same_model(run: Path) -> None:
    path = run / "model" / "model.json"
    before = json.loads(path.read_text())
    # With the settings that were saved with the model: others would give other parameters.
    assert main(["calibrate", "--out", str(run / "model")]) == 0
    after = json.loads(path.read_text())
    for section in ("calibration", "risk", "certainty", "conformal", "eight_views"):
        assert before[section] == after[section]


def test_a_finished_run_is_not_trained_again_nor_taken_for_another(run: Path, capsys: pytest.CaptureFixture) -> None:
    arguments = ["train", "--config", str(SMOKE), "--data", str(run / "drawn"), "--out", str(run / "run")]
    before = (run / "run" / "last.ckpt").read_bytes()
    assert main([*arguments, "--epochs", "4"]) == 0
    rows = list(csv.DictReader((run / "run" / "metrics.csv").open()))
    assert [int(row["epoch"]) for row in rows] == [0, 1, 2, 3]
    settings = (run / "run" / "config.yaml").read_text()
    assert main([*arguments, "--epochs", "6"]) == 2
    assert "holds a run with other settings" in capsys.readouterr().err
    assert (run / "run" / "config.yaml").read_text() == settings
    assert (run / "run" / "last.ckpt").read_bytes() == before


class _StopError(Exception):
    """The machine went away."""


class _SaveAndStop(Callback):
    def __init__(self, path: Path, epoch: int = 0) -> None:
        self._path = path
        self._epoch = epoch

    def on_train_batch_end(self, trainer, module, outputs, batch, batch_index) -> None:
        if (trainer.current_epoch, batch_index) == (self._epoch, 1):
            trainer.save_checkpoint(self._path)
            raise _StopError


class _Look(Callback):
    """What a step finds: steps before it, whether the frozen stem could learn, and whether its batch norm would."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, bool, bool]] = []

    def on_train_batch_start(self, trainer, module, batch, batch_index) -> None:
        stem = module.network.backbone
        self.seen.append((trainer.global_step, stem.conv_stem.weight.requires_grad, stem.bn1.training))


def test_a_run_that_goes_on_in_the_middle_of_an_epoch_keeps_what_is_frozen(tmp_path: Path) -> None:
    draw_data(tmp_path / "drawn", 384)
    settings = ["--data.folder", str(tmp_path / "drawn"), "--training.epochs", "1"]
    config = load_config(SMOKE, [*settings, "--training.freeze_blocks", "2", "--training.freeze_epochs", "9"])
    look = _Look()
    for callback, start in ((_SaveAndStop(tmp_path / "middle.ckpt"), None), (look, tmp_path / "middle.ckpt")):
        trainer = create_trainer(config, tmp_path)
        trainer.callbacks.append(callback)
        module, data = LesionClassifier(config, [48] * 8), LesionDataModule(config)
        with nullcontext() if start else pytest.raises(_StopError):
            trainer.fit(module, datamodule=data, ckpt_path=start, weights_only=False)
    assert look.seen[0] == (2, False, False)


@pytest.mark.parametrize("epoch", [0, 1])
def test_a_run_that_goes_on_in_the_middle_of_an_epoch_ends_where_an_uninterrupted_one_does(epoch: int, tmp_path: Path) -> None:
    draw_data(tmp_path / "drawn", 96)
    settings = ["--data.folder", str(tmp_path / "drawn"), "--training.epochs", "2", "--data.samples_per_epoch", "64"]
    config = load_config(SMOKE, [*settings, "--data.batch_size", "16", "--training.ema_decay", "0.9"])
    save_and_stop = _SaveAndStop(tmp_path / "middle.ckpt", epoch)
    for out, callback, start in (
        ("whole", None, None),
        ("stopped", save_and_stop, None),
        ("resumed", None, tmp_path / "middle.ckpt"),
    ):
        (tmp_path / out).mkdir()
        torch.manual_seed(0)
        trainer = create_trainer(config, tmp_path / out)
        trainer.callbacks += [callback] if callback else []
        module, data = LesionClassifier(config, [12] * 8), LesionDataModule(config)
        with pytest.raises(_StopError) if callback else nullcontext():
            trainer.fit(module, datamodule=data, ckpt_path=start, weights_only=False)
    assert _different_weights(tmp_path / "whole" / "last.ckpt", tmp_path / "resumed" / "last.ckpt") == []


def _different_weights(*checkpoints: Path) -> list[str]:
    """Names of the tensors that are others in two checkpoints: more than a tenth of their numbers, and by more than rounding.

    Another number of threads rounds otherwise; with other dropout, 316 of the 372 tensors of such a network are others.
    """
    one, other = (torch.load(path, weights_only=False)["state_dict"] for path in checkpoints)
    assert one.keys() == other.keys()
    near = {name: torch.isclose(tensor.double(), other[name].double(), rtol=1e-3, atol=1e-5) for name, tensor in one.items()}
    return [name for name, is_near in near.items() if is_near.double().mean() < 0.9]


def test_a_run_that_was_stopped_early_is_finished(tmp_path: Path) -> None:
    options = ["--config", str(SMOKE), "--data", str(tmp_path / "drawn"), "--drawn_images", "96", "--batch_size", "16"]
    # Nothing is learned at this rate, so nothing rises.
    options += ["--learning_rate", "1e-30", "--early_stopping_patience", "1", "--freeze_batch_norm", "true"]
    out = tmp_path / "run"
    assert main(["train", *options, "--out", str(out)]) == 0
    rows, last = (out / "metrics.csv").read_text(), (out / "last.ckpt").read_bytes()
    assert [int(row["epoch"]) for row in csv.DictReader(rows.splitlines())] == [0, 1]
    assert main(["train", *options, "--out", str(out)]) == 0
    assert (out / "metrics.csv").read_text() == rows
    assert (out / "last.ckpt").read_bytes() == last


def test_stages_without_start_weights_are_not_frozen(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    options = [
        "--config",
        str(SMOKE),
        "--data",
        str(tmp_path / "drawn"),
        "--freeze_epochs",
        "1",
        "--out",
        str(tmp_path / "run"),
    ]
    assert main(["train", *options]) == 2
    assert "name some in model.backbone_weights" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_weights_of_another_activation_are_not_started_from(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    options = ["train", "--config", str(SMOKE), "--data", str(tmp_path / "drawn"), "--out", str(tmp_path / "run")]
    assert main([*options, "--drawn_images", "96", "--pretrained", "true"]) == 2
    assert "--act_layer null keeps it, or `grow` makes start weights" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_killed_run_goes_on_where_it_was(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "killed"
    options = ["--config", str(SMOKE), "--data", str(run / "drawn"), "--out", str(out)]
    process = subprocess.Popen([sys.executable, "-m", "training", "train", *options], cwd=SMOKE.parents[2])
    metrics = out / "metrics.csv"
    # The checkpoint comes after the row: without it there would be nothing to go on from.
    while not (metrics.exists() and (out / "last.ckpt").exists()):
        assert process.poll() is None
        time.sleep(0.05)
    # At whatever step after the first epoch it is.
    time.sleep(random.Random(0).uniform(0.2, 1.5))
    process.kill()
    process.wait()
    finished = list(csv.DictReader(metrics.open()))
    # A mark that a run which begins anew would write over.
    metrics.write_text(metrics.read_text().replace(finished[0]["train_loss"], "99.5"))
    assert main(["train", *options]) == 0
    rows = list(csv.DictReader(metrics.open()))
    assert [int(row["epoch"]) for row in rows] == [0, 1, 2, 3]
    assert rows[0]["train_loss"] == "99.5"
    whole = list(csv.DictReader((run / "run" / "metrics.csv").open()))
    assert [row["step"] for row in rows] == [row["step"] for row in whole]
    assert _different_weights(run / "run" / "last.ckpt", out / "last.ckpt") == []


def test_short_names_mean_full_ones() -> None:
    arguments = [
        "train",
        "--data",
        "d",
        "--epochs=3",
        "--backbone-weights",
        "f",
        "--loss.fn_multiplier",
        "4",
        "--out",
        "o",
    ]
    assert _expand_names(arguments) == [
        *("train", "--data.folder", "d", "--training.epochs=3", "--model.backbone_weights", "f"),
        *("--loss.fn_multiplier", "4", "--out", "o"),
    ]


def test_wrong_usage_says_what_and_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["train", "--data", str(tmp_path)]) == 2
    assert "GroundTruth.csv is missing" in capsys.readouterr().err
    assert main(["train", "--no_such_setting", "1"]) == 2
    assert "no_such_setting" in capsys.readouterr().err
    assert main(["test", "--model", str(tmp_path)]) == 2
    assert "model.json is missing" in capsys.readouterr().err


def test_every_configuration_file_can_be_read_and_saved(tmp_path: Path) -> None:
    for path in SMOKE.parent.glob("*.yaml"):
        config = load_config(path)
        save_config(config, tmp_path)
        assert load_config(tmp_path / "config.yaml") == config
    assert load_config(SHIP, ["--training.epochs", "2"]).training.epochs == 2
    assert isinstance(Config().data.folder, Path)


@pytest.mark.parametrize("options", [["--freeze_batch_norm", "true"], ["--freeze_blocks", "2", "--freeze_epochs", "1"]])
def test_frozen_batch_norms_keep_their_statistics(options: list[str], tmp_path: Path) -> None:
    short = ["--config", str(SMOKE), "--data", str(tmp_path / "drawn"), "--drawn_images", "96", "--epochs", "1"]
    short += ["--backbone_weights", str(save_start(tmp_path / "start.safetensors"))]
    assert main(["train", *short, *options, "--out", str(tmp_path / "run")]) == 0
    state = torch.load(tmp_path / "run" / "last.ckpt", weights_only=False)["state_dict"]
    moved = {name for name, value in state.items() if name.endswith("running_mean") and value.any()}
    frozen = {name for name in state if name.endswith("running_mean")}
    if "--freeze_blocks" in options:
        frozen = {name for name in frozen if name.startswith(("network.backbone.bn1", *_FROZEN))}
        assert moved
    assert frozen
    assert not moved & frozen
