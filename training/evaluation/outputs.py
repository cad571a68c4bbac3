"""Run the served network on the photos of a table: what everything that follows it is fitted on."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch

from inference.engine import Engine
from inference.preprocess import preprocess
from postprocess.calibration import Calibration
from postprocess.head import Head, cancer_logit_gradient
from postprocess.heatmap import grad_cam
from postprocess.ood import compress
from training.classes import IS_CANCER
from training.data.augmentation import BatchAugmentation
from training.data.reading import read_photo

logger = logging.getLogger(__name__)

# The value of the heat map that is drawn at full strength: of the validation photos' largest cells, this quantile.
_HEATMAP_QUANTILE = 0.95


class Outputs(NamedTuple):
    """What the network says of N photos."""

    logits: np.ndarray  # (N, C)
    features: np.ndarray  # (N, F)
    statistics: np.ndarray  # (N, M), compressed
    labels: np.ndarray  # (N,)

    def take(self, rows: np.ndarray) -> "Outputs":
        """Some of the photos."""
        return Outputs(*(column[rows] for column in self))

    def join(self, other: "Outputs") -> "Outputs":
        """These photos and then the others."""
        return Outputs(*(np.concatenate(columns) for columns in zip(self, other, strict=True)))


def run_network(
    engine: Engine, table: pd.DataFrame, model_input: dict[str, Any], change: BatchAugmentation | None = None
) -> Outputs:
    """Run the served model on the photos of a table, one by one, as the app does.

    Args:
        engine: of the model.
        table: columns path and label.
        model_input: image_size and color_constancy_power, as in model.json.
        change: random change of each photo before it is run; None leaves the photos as they are.
    """
    logger.info("running the model on %d photos", len(table))
    logits, features, statistics = [], [], []
    for path in table["path"]:
        images = _seen(path, model_input)
        output = engine.run(change(torch.from_numpy(images)).numpy() if change else images)
        logits.append(output.logits[0])
        features.append(output.features[0])
        statistics.append(compress(output.statistics[0]))
    return Outputs(np.array(logits), np.array(features), np.array(statistics), table["label"].to_numpy())


def heatmap_peaks(
    engine: Engine, head: Head, table: pd.DataFrame, model_input: dict[str, Any], calibration: Calibration
) -> np.ndarray:
    """The largest cell of the heat map of each photo of a table, as the app makes it: (N,)."""
    outputs = (engine.run(_seen(path, model_input)) for path in table["path"])
    return np.array(
        [heatmap_peak(head, calibration, output.logits[0], output.features[0], output.feature_map[0]) for output in outputs]
    )


def heatmap_peak(
    head: Head, calibration: Calibration, logits: np.ndarray, features: np.ndarray, feature_map: np.ndarray
) -> float:
    """The largest cell of the heat map of one photo, from its logits (C,), features (F,) and feature map (F, h, w)."""
    gradient = cancer_logit_gradient(calibration.probabilities(logits), np.array(IS_CANCER), calibration.temperature)
    return float(grad_cam(feature_map, head.class_gradient(features, gradient)).max())


def _seen(path: Path, model_input: dict[str, Any]) -> np.ndarray:
    """What the network is shown of a photo: uint8 (1, S, S, 3)."""
    return preprocess(read_photo(path), model_input["image_size"], model_input["color_constancy_power"])[None]


def heatmap_full_scale(peaks: Sequence[float] | np.ndarray) -> float:
    """What gets the last colour, for the highest values of validation photos' heat maps: above 0.

    Not the highest of all, so that one odd photo does not pale the others. Where nearly all maps are empty, as those of a
    network that sees cancer hardly anywhere, the highest; where all are, any scale does.
    """
    return float(np.quantile(peaks, _HEATMAP_QUANTILE) or max(peaks) or 1.0)
