"""Whether the settings of a run can be used: everything that is out of range, told at once, before anything is begun."""

import difflib
from collections.abc import Iterator

import timm
from lightning.pytorch.strategies import StrategyRegistry
from timm.layers import get_act_layer

from training.config.config import Config
from training.config.ranges import RANGES

# What is logged after each epoch, and is better the higher it is.
MONITORS = (
    "val_cancer_auroc",
    "val_cancer_recall",
    "val_composite",
    "val_accuracy",
    "val_balanced_accuracy",
    "val_macro_f1",
)
# Lightning's words, and ours for its choice.
PRECISIONS = ("auto", "32-true", "bf16-mixed", "16-mixed", "bf16-true", "16-true", "64-true", "32", "bf16", "16", "64")


class ConfigError(Exception):
    """Settings are out of range; the message names each with the range."""


def check(config: Config) -> None:
    """Raise ConfigError with a sentence for each setting that cannot be used."""
    errors = [*_numbers(config), *_names(config), *_together(config)]
    if errors:
        raise ConfigError("; ".join(errors))


def _numbers(config: Config) -> Iterator[str]:
    for name, allowed in RANGES.items():
        section, field = name.split(".")
        value = getattr(getattr(config, section), field)
        # A mapping counts by its values.
        several = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else [value]
        if not all(number is None or allowed.holds(number) for number in several):
            yield f"{name} must be {allowed}, got {value}"


def _names(config: Config) -> Iterator[str]:
    model, training = config.model, config.training
    # With a colon it is the address of a model elsewhere.
    if ":" not in model.base_model and not timm.is_model(model.base_model):
        near = difflib.get_close_matches(model.base_model, timm.list_models(), 3)
        hint = f": did you mean {' or '.join(near)}?" if near else ""
        yield f"model.base_model must be a model name of timm, got {model.base_model}{hint}"
    if not _is_activation(model.act_layer):
        yield f"model.act_layer must be null or an activation of timm, such as relu6, silu or gelu, got {model.act_layer}"
    for name, value, known in (
        ("training.monitor", training.monitor, MONITORS),
        ("training.precision", training.precision, PRECISIONS),
        ("training.strategy", training.strategy, ("auto", *StrategyRegistry.available_strategies())),
    ):
        if value not in known:
            yield f"{name} must be one of {', '.join(known)}, got {value}"


def _is_activation(name: str | None) -> bool:
    try:
        get_act_layer(name)
    except KeyError:
        return False
    return True


def _together(config: Config) -> Iterator[str]:
    """What is in range alone, and not with another setting."""
    data, training = config.data, config.training
    smallest, largest = data.crop_area
    if smallest > largest:
        yield f"data.crop_area must name the smallest share first, got {smallest} before {largest}"
    if data.test_fold is not None and data.test_fold >= data.test_folds:
        yield f"data.test_fold must be below data.test_folds, {data.test_folds}, got {data.test_fold}"
    step = data.batch_size * training.devices
    if data.samples_per_epoch is not None and data.samples_per_epoch < step:
        yield (
            f"data.samples_per_epoch must be at least the {step} photos of a step (data.batch_size on each of "
            f"training.devices), got {data.samples_per_epoch}"
        )
    if data.batch_size == 1 and not training.freeze_batch_norm:
        yield "data.batch_size must be 2 or more where batch norms learn (training.freeze_batch_norm), got 1"
