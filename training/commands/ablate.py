"""`python -m training ablate`: train the recipe, and the recipe without each of its parts, with several seeds; one table.

A run that is finished is not repeated, one that was interrupted goes on: `ablate` can be stopped and started at any time.
"""

import copy
import json
import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np

from training.commands.export import load_checkpoint
from training.commands.train import require_same_settings, train
from training.config import Config, LossConfig
from training.config.files import same_results
from training.data.dataset import PhotoDataset
from training.data.isic import DataError
from training.data.sources import group_column, read_splits
from training.evaluation.ablation import ablation_rows, ablation_table
from training.utils.metrics import Predictions
from training.utils.probabilities import network_probabilities
from training.utils.trainer_factory import LAST_CHECKPOINT

logger = logging.getLogger(__name__)

REPORT_FILE = "ablation.json"
TABLE_FILE = "ablation.md"
WHOLE = "the whole recipe"
_PROBABILITIES_FILE = "validation_probabilities.npy"


def _with(**values: object) -> Callable[[Config], None]:
    """A change of settings, each named section__field."""

    def change(config: Config) -> None:
        for name, value in values.items():
            section, field = name.split("__")
            setattr(getattr(config, section), field, value)

    return change


VARIANTS: dict[str, Callable[[Config], None]] = {
    WHOLE: _with(),
    "no penalty for a missed cancer": _with(loss__fn_multiplier=1.0, loss__mel_fn_multiplier=1.0),
    "no weight on hard cancers": _with(loss__hard_example_multiplier=1.0),
    "no soft recall": _with(loss__recall_loss_weight=0.0),
    "no asymmetric smoothing": _with(loss__cancer_smoothing=0.05, loss__benign_smoothing=0.05),
    "no class weights": _with(loss__class_weighting=False),
    "cross-entropy": _with(loss__name="cross_entropy"),
    "weighted cross-entropy": _with(loss__name="weighted_cross_entropy"),
    "focal loss": _with(loss__name="focal"),
    "no colour constancy": _with(data__color_constancy_power=None),
    "no oversampling of cancer": _with(data__cancer_oversampling=1.0, data__cancer_share=None, data__class_balance=0.0),
    "no resolution augmentation": _with(data__degrade_probability=0.0, data__resolution_caps={}),
    "hair removal (DullRazor)": _with(data__hair_removal="dullrazor"),
    # Frozen, they would stay random, and batch norms that nothing was learned for would stay at 0 and 1.
    "random start weights": _with(
        model__backbone_weights=None, model__pretrained=False, training__freeze_blocks=0, training__freeze_batch_norm=False
    ),
}


def ablate(config: Config, out: Path, seeds: int, variants: list[str] | None) -> None:
    """Train every variant with every seed into folders of `out`; writes ablation.json and ablation.md there.

    Args:
        config: the whole recipe.
        out: folder of the runs and the table.
        seeds: number of seeds, counted up from `config.training.seed`.
        variants: those of VARIANTS that are wanted beside the whole recipe; None takes all. One that trains what another
            one trains is left out.

    Raises:
        DataError: the data is missing, there is no such variant, or `out` holds runs with other settings.
    """
    chosen = [WHOLE, *(VARIANTS if variants is None else variants)]
    unknown = [name for name in chosen if name not in VARIANTS]
    if unknown:
        raise DataError(f"there is no variant {', '.join(unknown)}; choose from: {', '.join(VARIANTS)}")
    names = _different(chosen, config)
    runs: dict[str, list[Predictions]] = {name: [] for name in names}
    # Seed by seed, so that a table of fewer seeds is whole before the next one begins.
    for seed in range(config.training.seed, config.training.seed + seeds):
        for name in names:
            logger.info("%s, seed %d", name, seed)
            runs[name].append(_run(name, seed, config, out))
    rows = ablation_rows(runs, WHOLE)
    (out / REPORT_FILE).write_text(json.dumps(rows, indent=1) + "\n")
    (out / TABLE_FILE).write_text(f"{_conditions(config, seeds, runs[WHOLE][0])}\n\n{ablation_table(rows)}\n")
    logger.info("%s", (out / TABLE_FILE).read_text())


def _different(names: list[str], recipe: Config) -> list[str]:
    """The variants that do not train what an earlier one trains: what is not in the recipe cannot be left out."""
    kept: dict[str, Config] = {}
    for name in dict.fromkeys(names):
        used = _used(_variant(name, recipe))
        same = next((other for other, config in kept.items() if same_results(config, used)), None)
        if same is None:
            kept[name] = used
        else:
            logger.info("left out: %s, which trains the same as %s", name, same)
    return list(kept)


def _used(config: Config) -> Config:
    """The configuration with the default in place of what another setting makes meaningless."""
    used = copy.deepcopy(config)
    if used.loss.name != "max_recall":
        used.loss = LossConfig(used.loss.name, used.loss.focal_gamma)
    if used.loss.name != "focal":
        used.loss.focal_gamma = LossConfig.focal_gamma
    if used.training.freeze_epochs == 0:
        used.training.freeze_blocks = 0
    return used


def _variant(name: str, recipe: Config) -> Config:
    config = copy.deepcopy(recipe)
    VARIANTS[name](config)
    return config


def _run(name: str, seed: int, recipe: Config, out: Path) -> Predictions:
    config = _variant(name, recipe)
    config.training.seed = seed
    folder = out / f"{''.join(letter if letter.isalnum() else '_' for letter in name)}-{seed}"
    path = folder / _PROBABILITIES_FILE
    # One split for all seeds, and no variant's change of the data in what it is measured on: only colours and hair go with it.
    table = read_splits(recipe.data).validation
    if recipe.data.validation_images is not None:
        table = table.sample(min(recipe.data.validation_images, len(table)), random_state=recipe.data.split_seed)
    require_same_settings(config, folder)
    if not path.exists():
        train(config, folder)
        data = config.data
        photos = PhotoDataset(
            table, config.model.image_size, data.color_constancy_power, recipe.data.resolution_caps, data.hair_removal
        )
        network = load_checkpoint(config, folder / LAST_CHECKPOINT)
        np.save(path, network_probabilities(network, photos, data.batch_size))
    return Predictions(np.load(path), table["label"].to_numpy(), table[group_column(recipe.data)].to_numpy())


def _conditions(config: Config, seeds: int, predictions: Predictions) -> str:
    samples = config.data.samples_per_epoch
    start = config.model.backbone_weights
    return (
        f"{config.model.base_model} at {config.data.crop_size} px, from {start.name if start else 'random weights'}, "
        f"{config.training.epochs} epochs of {samples or 'all'} photos, {seeds} seeds, measured on {len(predictions.labels)} "
        "validation photos. Small runs: what a part is worth here, it need not be worth in a long one."
    )
