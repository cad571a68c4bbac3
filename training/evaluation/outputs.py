"""Run the served network on the photos of a table: what everything that follows it is fitted on."""

import logging
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from scipy.special import softmax

from inference.engine import Engine, NetworkOutput
from inference.preprocess import preprocess
from postprocess.head import Head, cancer_logit_gradient
from postprocess.heatmap import grad_cam
from postprocess.ood import compress
from training.classes import IS_CANCER
from training.data.augmentation import BatchAugmentation
from training.data.reading import read_photo

logger = logging.getLogger(__name__)


class Outputs(NamedTuple):
    """What the network says of N photos."""

    logits: np.ndarray  # (N, C)
    features: np.ndarray  # (N, F)
    statistics: np.ndarray  # (N, M), compressed
    labels: np.ndarray  # (N,)
    cam_peaks: np.ndarray  # (N,): the largest cell of each photo's feature map, weighted as in Grad-CAM at T = 1

    def take(self, rows: np.ndarray) -> "Outputs":
        """Some of the photos."""
        return Outputs(*(column[rows] for column in self))

    def join(self, other: "Outputs") -> "Outputs":
        """These photos and then the others."""
        return Outputs(*(np.concatenate(columns) for columns in zip(self, other, strict=True)))


def run_network(
    engine: Engine, head: Head, table: pd.DataFrame, model_input: dict[str, Any], change: BatchAugmentation | None = None
) -> Outputs:
    """Run the served model on the photos of a table, one by one, as the app does.

    Args:
        engine: of the model.
        head: of the model.
        table: columns path and label.
        model_input: image_size and color_constancy_power, as in model.json.
        change: random change of each photo before it is run; None leaves the photos as they are.
    """
    logger.info("running the model on %d photos", len(table))
    logits, features, statistics, peaks = [], [], [], []
    for path in table["path"]:
        images = preprocess(read_photo(path), model_input["image_size"], model_input["color_constancy_power"])[None]
        output = engine.run(change(torch.from_numpy(images)).numpy() if change else images)
        logits.append(output.logits[0])
        features.append(output.features[0])
        statistics.append(compress(output.statistics[0]))
        peaks.append(_cam_peak(head, output))
    labels = table["label"].to_numpy()
    return Outputs(np.array(logits), np.array(features), np.array(statistics), labels, np.array(peaks))


def _cam_peak(head: Head, output: NetworkOutput) -> float:
    is_cancer = np.array(IS_CANCER)
    gradient = cancer_logit_gradient(softmax(output.logits[0]), is_cancer, temperature=1.0)
    return float(grad_cam(output.feature_map[0], head.class_gradient(output.features[0], gradient)).max())
