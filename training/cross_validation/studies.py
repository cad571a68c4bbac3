"""The three cross-validations: each answers for one fold with predictions that its network had no part in fitting."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from scipy.special import softmax
from torch.utils.data import DataLoader

from inference.analyzer import load_analyzer
from inference.model_spec import ModelSpec, load_model_spec
from inference.network import LesionNetwork
from inference.symmetries import SYMMETRIES
from training.commands.export import load_checkpoint
from training.commands.train import train
from training.config import Config, DataConfig
from training.cross_validation.fold_file import FoldPredictions, finished_fold, save_fold
from training.data.datamodule import LesionDataModule
from training.data.dataset import Sample
from training.data.reading import read_photo
from training.data.sources import group_column, read_splits

logger = logging.getLogger(__name__)

Study = Callable[[Config, int, Path], FoldPredictions]


def run_folds(study: Study, config: Config, folds: int, out: Path) -> list[FoldPredictions]:
    """Answer for every fold, from out/fold_<number> where it is finished with the same settings.

    Raises:
        DataError: the data is missing, or `out` holds folds of other settings.
    """
    results = []
    for fold in range(folds):
        folder = out / f"fold_{fold}"
        of_fold = replace(config, data=replace(config.data, test_fold=fold, test_folds=folds))
        result = finished_fold(of_fold, folder)
        if result is None:
            logger.info("%s: fold %d of %d", out.name, fold + 1, folds)
            result = study(of_fold, fold, folder)
            save_fold(result, of_fold, folder)
        results.append(result)
    return results


def trained(config: Config, fold: int, folder: Path) -> FoldPredictions:
    """Train without the fold, choose the epoch on other photos than the fold's too, and predict the fold.

    The probabilities are the network's own softmax, not calibrated.
    """
    checkpoint = train(config, folder)
    module = LesionDataModule(config)
    network = load_checkpoint(config, checkpoint)
    logits, labels = _logits(network, module.test_dataloader())
    groups = module.test_table[group_column(config.data)].to_numpy().astype(str)
    return FoldPredictions(softmax(logits.astype(np.float64), axis=1), labels, groups, np.full(len(labels), True))


def zero_shot(model: Path) -> Study:
    """A study of an exported model as it is, by the INT8 engine that serves it, in as many views as the page and the API have.

    `accepted` says what it does not refuse.
    """
    analyzer = load_analyzer(model)

    def answer(config: Config, fold: int, folder: Path) -> FoldPredictions:
        table = read_splits(config.data).test
        analyses = [analyzer.analyze(read_photo(path), mc_samples=0, views=SYMMETRIES) for path in table["path"]]
        return FoldPredictions(
            np.array([analysis.probs for analysis in analyses]),
            table["label"].to_numpy(),
            table[group_column(config.data)].to_numpy().astype(str),
            np.array([not analysis.is_ood for analysis in analyses]),
        )

    return answer


def pad_config(config: Config) -> Config:
    """The configuration with PAD-UFES-20 as its data."""
    return replace(config, data=replace(config.data, source="pad_ufes_20", folder=config.data.pad_ufes_20_folder))


def fine_tuning_config(config: Config, model: Path) -> Config:
    """The configuration with PAD-UFES-20 as its data and the network of a model folder, as exported, as its start."""
    spec: ModelSpec = load_model_spec(model)
    network = replace(
        config.model,
        base_model=spec.network.backbone,
        act_layer=spec.network.act_layer,
        hidden_features=spec.network.hidden_features,
        dropout_1=spec.network.dropout_1,
        dropout_2=spec.network.dropout_2,
        image_size=spec.input.image_size,
        mean=_three(spec.input.mean),
        std=_three(spec.input.std),
        pretrained=False,
        backbone_weights=spec.path("network"),
    )
    on_pad = pad_config(config)
    data: DataConfig = replace(on_pad.data, color_constancy_power=spec.input.color_constancy_power)
    return replace(on_pad, model=network, data=data)


def _three(values: tuple[float, ...]) -> tuple[float, float, float]:
    red, green, blue = values
    return red, green, blue


@torch.inference_mode()
def _logits(network: LesionNetwork, loader: DataLoader[Sample]) -> tuple[np.ndarray, np.ndarray]:
    """Logits (N, C) and labels (N,) of a loader's photos, in its order."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = network.to(device)
    batches = [(network(batch.image_u8.to(device)).logits.cpu(), batch.label) for batch in loader]
    return torch.cat([logits for logits, _ in batches]).numpy(), torch.cat([labels for _, labels in batches]).numpy()
