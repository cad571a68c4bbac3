"""`python -m training calibrate`: fit everything that follows the network, on the INT8 model that is served.

On validation photos: temperature and bias, risk thresholds, certainty, conformal thresholds, the scale of the heat
map, the limit of out-of-distribution scores. On training photos: the statistics of the features.
"""

import dataclasses
import logging
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from safetensors.numpy import load_file, save_file
from scipy.special import softmax

from inference.analyzer import MASK_SEED
from inference.engine import Engine, NetworkOutput
from inference.images import read_image
from inference.model_spec import file_sha256
from inference.openvino_engine import OpenVinoEngine
from inference.preprocess import preprocess
from postprocess.calibration import Calibration, cancer_probability, fit_calibration
from postprocess.certainty import fit_certainty
from postprocess.conformal import fit_conformal
from postprocess.head import Head, cancer_logit_gradient
from postprocess.heatmap import grad_cam
from postprocess.ood import OodModel, compress, fit_ood
from postprocess.risk import fit_risk_thresholds
from postprocess.uncertainty import summarize_samples
from training.classes import IS_CANCER, MELANOMA
from training.config import Config
from training.data.isic import TRAINING, read_isic_2019
from training.data.splits import Split, split_by_lesion
from training.model_card import write_model_card
from training.model_folder import OOD_FILE, read_description, write_description

logger = logging.getLogger(__name__)

COVERAGES = range(80, 100)
MC_SAMPLES = 30
# The value of the heat map that is drawn at full strength: of the validation photos' largest cells, this quantile.
HEATMAP_QUANTILE = 0.95


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


def calibrate(config: Config, folder: Path) -> None:
    """Fit on the model in `folder`, and complete its model.json and its out-of-distribution file.

    Raises:
        ModelError: the folder holds no exported model.
        DataError: the data is missing.
    """
    description = read_description(folder)
    head = _load_head(folder, description)
    engine = OpenVinoEngine(folder / description["files"]["ir"]["name"], head)
    split = _split(config)
    validation = run_network(engine, head, split.validation, description["input"])
    training = run_network(engine, head, _ood_table(split, config), description["input"])
    description |= fit_postprocessing(head, validation, _like_served_photos(split.validation, config))
    ood = fit_ood(training.statistics, training.labels, validation.statistics, config.export.ood_directions)
    _save_ood(ood, folder / OOD_FILE)
    description["ood"] = {"threshold": ood.threshold, "rest_variance": ood.rest_variance}
    description["files"]["ood"] = {"name": OOD_FILE, "sha256": file_sha256(folder / OOD_FILE)}
    write_description(description, folder)
    write_model_card(description, config, folder)


def run_network(engine: Engine, head: Head, table: pd.DataFrame, model_input: dict[str, Any]) -> Outputs:
    """Run the served model on the photos of a table, one by one, as the app does."""
    logger.info("running the model on %d photos", len(table))
    logits, features, statistics, peaks = [], [], [], []
    for path in table["path"]:
        image = preprocess(read_image(path), model_input["image_size"], model_input["color_constancy_power"])
        output = engine.run(image[None])
        logits.append(output.logits[0])
        features.append(output.features[0])
        statistics.append(compress(output.statistics[0]))
        peaks.append(_cam_peak(head, output))
    labels = table["label"].to_numpy()
    return Outputs(np.array(logits), np.array(features), np.array(statistics), labels, np.array(peaks))


def fit_postprocessing(head: Head, all_outputs: Outputs, like_served: np.ndarray) -> dict[str, Any]:
    """Fit the parameters of model.json that need logits alone, in the order in which they build on each other.

    Args:
        head: of the model.
        all_outputs: of the validation photos. The risk thresholds are fitted on all of them: rates of a few missed cancers in a
            hundred need many cancers, and do not depend on how common cancer is.
        like_served: bool (N,), the photos whose class rates are those that probabilities shall have.
    """
    is_cancer = np.array(IS_CANCER)
    outputs = all_outputs.take(like_served)
    calibration = fit_calibration(outputs.logits, outputs.labels, is_cancer)
    probs = calibration.probabilities(outputs.logits)
    cancer = cancer_probability(calibration.probabilities(all_outputs.logits), is_cancer)
    risk = fit_risk_thresholds(cancer, is_cancer[all_outputs.labels], all_outputs.labels == MELANOMA)
    certainty = fit_certainty(probs, outputs.labels, _agreements(head, calibration, outputs.features, probs))
    logger.info("temperature %.3f, cancer bias %.2f", calibration.temperature, calibration.class_bias[MELANOMA])
    logger.info("risk: LOW below %.4f, HIGH from %.4f", risk.low_below, risk.high_from)
    return {
        "calibration": dataclasses.asdict(calibration),
        "risk": dataclasses.asdict(risk),
        "certainty": dataclasses.asdict(certainty),
        "conformal": {str(percent): fit_conformal(probs, outputs.labels, percent / 100) for percent in COVERAGES},
        "heatmap_full_scale": float(np.quantile(outputs.cam_peaks, HEATMAP_QUANTILE)),
        "fitted_on": {"validation_photos": len(all_outputs.labels), "of_them_for_probabilities": len(outputs.labels)},
    }


def _agreements(head: Head, calibration: Calibration, features: np.ndarray, probs: np.ndarray) -> np.ndarray:
    """Share of the MC-Dropout samples that agree with the prediction, for each photo: (N,)."""
    masks = head.draw_masks(MC_SAMPLES, MASK_SEED)
    is_cancer = np.array(IS_CANCER)
    return np.array(
        [
            summarize_samples(calibration.probabilities(head.sampled_logits(row, masks)), is_cancer, int(predicted)).agreement
            for row, predicted in zip(features, probs.argmax(axis=1), strict=True)
        ]
    )


def _cam_peak(head: Head, output: NetworkOutput) -> float:
    is_cancer = np.array(IS_CANCER)
    gradient = cancer_logit_gradient(softmax(output.logits[0]), is_cancer, temperature=1.0)
    return float(grad_cam(output.feature_map[0], head.class_gradient(output.features[0], gradient)).max())


def _split(config: Config) -> Split:
    data = config.data
    table = read_isic_2019(data.folder, TRAINING)
    return split_by_lesion(table, data.folder, data.validation_fold, data.folds, config.training.seed)


def _like_served_photos(table: pd.DataFrame, config: Config) -> np.ndarray:
    part = config.export.fit_part
    return np.full(len(table), True) if part is None else (table["part"] == part).to_numpy()


def _ood_table(split: Split, config: Config) -> pd.DataFrame:
    return split.train.sample(min(config.export.ood_images, len(split.train)), random_state=config.training.seed)


def _load_head(folder: Path, description: dict[str, Any]) -> Head:
    arrays = load_file(folder / description["files"]["head"]["name"])
    network = description["network"]
    return Head(**arrays, dropout_1=network["dropout_1"], dropout_2=network["dropout_2"])


def _save_ood(ood: OodModel, path: Path) -> None:
    # Full precision: what lies outside of the directions is a small difference of large numbers.
    arrays = {"class_means": ood.class_means, "directions": ood.directions, "variances": ood.variances}
    # In C order: safetensors writes an array's memory as it lies, and would scramble a transposed one.
    save_file({name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()}, path)
