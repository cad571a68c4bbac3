"""Configurations as files: read with overrides, saved beside every run."""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import yaml
from jsonargparse import ArgumentParser, Namespace

from training.config.config import Config, LoggingConfig

CONFIG_FILE = "config.yaml"


def config_parser(parser: ArgumentParser) -> ArgumentParser:
    """Add every setting to a parser: `--config FILE` and `--SECTION.FIELD VALUE`."""
    parser.add_argument("--config", action="config", help="YAML file with any of the settings below")
    parser.add_class_arguments(Config, nested_key=None, sub_configs=True)
    return parser


def load_config(path: Path, overrides: Sequence[str] = ()) -> Config:
    """Read a YAML file and apply overrides such as ["--training.epochs", "3"].

    Raises:
        jsonargparse.ArgumentError: a key or a value that does not exist.
    """
    parser = config_parser(ArgumentParser(exit_on_error=False))
    return to_config(parser.instantiate(parser.parse_args(["--config", str(path), *overrides])))


def to_config(options: Namespace) -> Config:
    """The dataclasses out of what a parser with `config_parser` has read and instantiated."""
    return Config(**{section.name: options[section.name] for section in dataclasses.fields(Config)})


def same_results(one: Config, other: Config) -> bool:
    """Whether two configurations make the same: in all but what is logged, and on how many threads."""
    return _of_result(one) == _of_result(other)


def _of_result(config: Config) -> str:
    training = dataclasses.replace(config.training, threads=None, checkpoint_minutes=0.0)
    return _as_text(dataclasses.asdict(dataclasses.replace(config, training=training, logging=LoggingConfig())))


def differences(config: Config, other: Config, sections: Sequence[str], apart_from: Sequence[str] = ()) -> list[str]:
    """What differs between two configurations in some sections, as "data.folds is 4, not 8"; `apart_from`: such names."""
    own, others = dataclasses.asdict(config), dataclasses.asdict(other)
    return [
        f"{section}.{name} is {_as_text(value)}, not {_as_text(others[section][name])}"
        for section in sections
        for name, value in own[section].items()
        if f"{section}.{name}" not in apart_from and _as_text(value) != _as_text(others[section][name])
    ]


def _as_text(value: object) -> str:
    """In which a tuple is the list that YAML made of it."""
    return json.dumps(value, default=str)


def save_config(config: Config, folder: Path) -> None:
    """Write the whole configuration to folder/config.yaml."""
    plain = json.loads(json.dumps(dataclasses.asdict(config), default=str))
    (folder / CONFIG_FILE).write_text(yaml.safe_dump(plain, sort_keys=False))
