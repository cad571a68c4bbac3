"""What `python -m training` is told: a command, a data folder, a configuration and single settings.

Every setting goes by its full name (`--loss.fn_multiplier 4`) or, where no other has it, by its own (`--fn_multiplier 4`).
"""

import dataclasses
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jsonargparse import ArgumentError, ArgumentParser, Namespace

from inference.model_spec import ModelError
from training.commands.ablate import ablate
from training.commands.calibrate import calibrate
from training.commands.eda import eda
from training.commands.export import export
from training.commands.grow import grow_weights
from training.commands.kfold import kfold
from training.commands.test import test
from training.commands.train import train
from training.config import Config
from training.config.check import ConfigError, check
from training.config.files import CONFIG_FILE, config_parser, to_config
from training.data.isic import DataError
from training.data.sources import draw_missing_data
from training.kernels.compiler import CompilerError
from training.models.backbone import WeightsError

USAGE_ERROR = 2
# The fixed options whose names are shorter than the settings that they are.
_SHORT_NAMES = {"--data": "--data.folder", "--model": "--model_dir"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status (0: done, 2: wrong usage or unusable data)."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    parser = _parser()
    try:
        parsed = _parse(parser, _expand_names(sys.argv[1:] if arguments is None else arguments))
        options = parser.instantiate(parsed)[parsed.subcommand]
        config = to_config(options)
        check(config)
        draw_missing_data(config.data)
        _COMMANDS[parsed.subcommand].run(config, options)
    except (ArgumentError, CompilerError, ConfigError, DataError, WeightsError, ModelError) as error:
        print(f"error: {error}", file=sys.stderr)
        return USAGE_ERROR
    return 0


def _parse(parser: ArgumentParser, arguments: list[str]) -> Namespace:
    """Parse; what asks after a model or a run starts from the settings that were saved with it, unless it is told others."""
    parsed = parser.parse_args(arguments)
    options, folder = parsed[parsed.subcommand], _COMMANDS[parsed.subcommand].settings_folder
    if folder is None or options.config or not (saved := folder(options) / CONFIG_FILE).exists():
        return parsed
    return parser.parse_args([arguments[0], "--config", str(saved), *arguments[1:]])


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m training", exit_on_error=False, description=__doc__)
    commands = parser.add_subcommands()
    for name, command in _COMMANDS.items():
        subparser = config_parser(ArgumentParser(exit_on_error=False, description=command.help))
        for option in command.options:
            subparser.add_argument(option.name, type=option.type, default=option.default, help=option.help)
        commands.add_subcommand(name, subparser, help=command.help)
    return parser


def _expand_names(arguments: Sequence[str]) -> list[str]:
    """Replace short option names by full ones; what is not a setting stays as it is."""
    full = _full_names()
    expanded = []
    for argument in arguments:
        name, equals, value = argument.partition("=")
        expanded.append(full.get(name.replace("-", "_").replace("__", "--", 1), name) + equals + value)
    return expanded


def _full_names() -> dict[str, str]:
    """--field -> --section.field for each field whose name no other section has."""
    fields = [
        (section.name, item.name)
        for section in dataclasses.fields(Config)
        for item in dataclasses.fields(section.default_factory)  # type: ignore[arg-type]
    ]
    names = [name for _, name in fields]
    short = {f"--{name}": f"--{section}.{name}" for section, name in fields if names.count(name) == 1}
    return short | _SHORT_NAMES


class _Option(NamedTuple):
    name: str
    default: Any
    help: str
    type: Any = Path


class _Command(NamedTuple):
    run: Callable[[Config, Namespace], object]
    help: str
    options: tuple[_Option, ...]
    settings_folder: Callable[[Namespace], Path] | None = None
    """Folder of the model or the run whose settings hold where no others are given."""


_OUT_MODEL = _Option("--out", Path("models_ir"), "folder of the model that is written")
_COMMANDS = {
    "train": _Command(
        lambda config, options: train(config, options.out),
        "train a network, or go on with a run that was interrupted",
        (_Option("--out", Path("runs/latest"), "folder of the run: its configuration, metrics and checkpoints"),),
    ),
    "export": _Command(
        lambda config, options: export(config, options.checkpoint, options.out),
        "write the model folder that the app serves: OpenVINO INT8, PyTorch weights, fitted parameters; by default with the "
        "settings that `train` saved beside the checkpoint",
        (_OUT_MODEL, _Option("--checkpoint", Path("runs/latest/best.ckpt"), "checkpoint that `train` wrote")),
        settings_folder=lambda options: options.checkpoint.parent,
    ),
    "calibrate": _Command(
        lambda config, options: calibrate(config, options.out),
        "fit probabilities, thresholds and the out-of-distribution statistics of an exported model again, by default with the "
        "settings that were saved with it",
        (_OUT_MODEL,),
        settings_folder=lambda options: options.out,
    ),
    "test": _Command(
        lambda config, options: test(config, options.model_dir, options.out, options.augment),
        "measure an exported model on the test photos, by default with the settings that were saved with it",
        (
            _Option("--model_dir", Path("models_ir"), "model folder (also --model)"),
            _Option("--out", Path("reports"), "folder of the report"),
            _Option("--augment", False, "also report what test-time augmentation gains, at sixteen times the work", bool),
        ),
        settings_folder=lambda options: options.model_dir,
    ),
    "grow": _Command(
        lambda config, options: grow_weights(config, options["from"], options.weights, options.out),
        "write start weights for the backbone, grown from EfficientNet-Lite's without loss",
        (
            _Option("--from", "tf_efficientnet_lite2", "EfficientNet-Lite to grow from, by timm's name", str),
            _Option(
                "--weights", None, "its weights, a safetensors file; without it they are downloaded from the Hub", Path | None
            ),
            _Option("--out", Path("runs/grown.safetensors"), "safetensors file for model.backbone_weights"),
        ),
    ),
    "ablate": _Command(
        lambda config, options: ablate(config, options.out, options.seeds, options.variants),
        "train the recipe without each of its parts, and say what the part is worth",
        (
            _Option("--out", Path("runs/ablation"), "folder of the runs and the table; what is finished there is kept"),
            _Option("--seeds", 3, "runs of each variant", int),
            _Option("--variants", None, "names of the variants; by default all", list[str] | None),
        ),
    ),
    "kfold": _Command(
        lambda config, options: kfold(
            config, options.model_dir, options.out, options.train_folds, options.pad_zero_shot, options.pad_fine_tuned
        ),
        "cross-validate: ISIC 2019 by lesion, PAD-UFES-20 by patient, zero-shot and fine-tuned; finished folds are kept",
        (
            _Option("--model_dir", Path("models_ir"), "model folder for PAD-UFES-20 (also --model)"),
            _Option("--out", Path("runs/kfold"), "folder of the folds and of the report"),
            _Option("--train_folds", True, "train and test on five folds of the data", bool),
            _Option("--pad_zero_shot", True, "test the model on PAD-UFES-20 as it is", bool),
            _Option(
                "--pad_fine_tuned",
                True,
                "fine-tune the model on two thirds of PAD-UFES-20, test it on the third; three times",
                bool,
            ),
        ),
    ),
    "eda": _Command(
        lambda config, options: eda(config, options.out),
        "report on the data: classes, resolutions, associations, and whether resolution gives the class away",
        (_Option("--out", Path("runs/eda"), "folder of the report; it will hold pictures of photos"),),
    ),
}
