"""Every setting says what it means, and a value that there is not is refused."""

import ast
import dataclasses
import inspect
import math
from pathlib import Path

import pytest
from jsonargparse import ArgumentError

from training.commands.command_line import main
from training.config import Config
from training.config import config as settings
from training.config.check import ConfigError, check
from training.config.files import load_config
from training.config.ranges import RANGES, Range

SMOKE = Path(__file__).parents[2] / "training" / "config" / "smoke.yaml"


def test_every_field_has_its_line() -> None:
    classes = [node for node in ast.parse(inspect.getsource(settings)).body if isinstance(node, ast.ClassDef)]
    sections = ("Model", "Data", "Loss", "Distillation", "Training", "Inference", "Logging")
    assert {"Config", *(f"{section}Config" for section in sections)} == {node.name for node in classes}
    silent = []
    for node in classes:
        if node.name == "Config":
            continue
        # A field, and the string that follows it.
        for field, line in zip(node.body, [*node.body[1:], None], strict=True):
            if isinstance(field, ast.AnnAssign):
                said = isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) and isinstance(line.value.value, str)
                silent += [] if said else [f"{node.name}.{ast.unparse(field.target)}"]
    assert silent == []


@pytest.mark.parametrize(("name", "value"), [("loss.name", "hinge"), ("data.source", "elsewhere"), ("training.epochs", "many")])
def test_a_value_that_there_is_not_is_refused(name: str, value: str) -> None:
    with pytest.raises(ArgumentError, match=name.split(".")[1]):
        load_config(SMOKE, [f"--{name}", value])


def test_every_configuration_file_passes_the_check() -> None:
    for path in [*SMOKE.parent.glob("*.yaml"), SMOKE.parents[2] / "models_ir" / "config.yaml"]:
        check(load_config(path))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--loss.temperature", "0"], "loss.temperature must be above 0, got 0.0"),
        (["--folds", "1"], "data.folds must be 2 or more, got 1"),
        (["--base_model", "efficientnet_b33"], "timm, got efficientnet_b33: did you mean efficientnet_b3"),
        (["--act_layer", "nothing"], "model.act_layer must be null or an activation of timm"),
        (["--cancer_share", "1.5"], "data.cancer_share must be from 0 to 1, got 1.5"),
        (["--mixup", "-1"], "data.mixup must be 0 or more, got -1.0"),
        (["--learning_rate", "-1"], "training.learning_rate must be above 0, got -1.0"),
        (["--dropout_1", "1"], "model.dropout_1 must be from 0 to below 1, got 1.0"),
        (["--degrade_from", "0"], "data.degrade_from must be 1 or more, got 0"),
        (["--samples_per_epoch", "63", "--devices", "2"], "data.samples_per_epoch must be at least the 64 photos of a step"),
        (["--precision", "16-what"], "training.precision must be one of auto, 32-true, bf16-mixed"),
        (["--strategy", "dpp"], "training.strategy must be one of auto, "),
        (["--monitor", "val_auc"], "training.monitor must be one of val_cancer_auroc, "),
        (["--crop_area", "[1.0, 0.3]"], "data.crop_area must name the smallest share first, got 1.0 before 0.3"),
        (["--crop_area", "[0.0, 0.3]"], "data.crop_area must be above 0 to 1"),
        (["--validation_images", "0"], "data.validation_images must be 1 or more, got 0"),
        (["--part_weights", "{HAM10000: -1}"], "data.part_weights must be 0 or more, got {'HAM10000': -1.0}"),
        (["--test_fold", "5"], "data.test_fold must be below data.test_folds, 5, got 5"),
        (["--batch_size", "1"], "data.batch_size must be 2 or more where batch norms learn"),
        (["--seed", "-1"], "training.seed must be from 0 to 4294967295, got -1"),
    ],
)
def test_a_setting_out_of_range_is_wrong_usage(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    out = ["--data", str(tmp_path / "drawn"), "--out", str(tmp_path / "out")]
    assert main(["train", "--config", str(SMOKE), *out, *options]) == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_all_errors_are_told_at_once() -> None:
    config = Config()
    config.loss.temperature, config.data.folds, config.training.monitor = 0.0, 1, "val_auc"
    with pytest.raises(ConfigError) as error:
        check(config)
    assert str(error.value).count(" must be ") == 3


def test_every_number_has_its_range() -> None:
    numbers = {
        f"{section.name}.{item.name}"
        for section in dataclasses.fields(Config)
        for item in dataclasses.fields(section.default_factory)
        if any(kind in str(item.type) for kind in ("int", "float"))
    }
    assert numbers == set(RANGES)


def test_a_range_holds_its_ends_where_it_says_so() -> None:
    assert [Range(0, 1).holds(value) for value in (-0.1, 0, 1, 1.1, math.nan)] == [False, True, True, False, False]
    assert not Range(low_too=False).holds(0)
    assert not Range(0, 1, high_too=False).holds(1)
    assert not Range().holds(math.inf)
