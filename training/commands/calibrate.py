"""`python -m training calibrate`: fit everything that follows the network, on the INT8 model that is served.

On validation photos: temperature and bias, risk thresholds, certainty, conformal thresholds, the scale of the heat
map, the limit of out-of-distribution scores; all that for one look at a photo, and again for the mean of eight. On
training photos: the statistics of the features. What was fitted is reported in calibration_report.json and in figures
beside the model.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from safetensors.numpy import load_file, save_file
from scipy.special import softmax

from inference.analyzer import load_analyzer
from inference.model_spec import file_sha256
from inference.openvino_engine import OpenVinoEngine
from inference.self_test import write_self_test
from postprocess.calibration import Calibration
from postprocess.certainty import CertaintyModel
from postprocess.head import Head
from postprocess.ood import MIN_PHOTOS_PER_DIRECTION, OodModel, fit_ood
from postprocess.risk import RiskThresholds
from training.classes import MELANOMA
from training.config import Config, DataConfig, InferenceConfig
from training.data.augmentation import BatchAugmentation
from training.data.isic import DataError, read_unknown_photos
from training.data.ood import read_odd_photos
from training.data.sources import Splits, group_column, read_splits
from training.eight_views import fit_eight_views
from training.evaluation.calibration_report import calibration_report
from training.evaluation.metadata_fusion import metadata_fusion
from training.evaluation.ood_comparison import compare_detectors
from training.evaluation.outputs import Outputs, heatmap_full_scale, heatmap_peaks, run_network
from training.evaluation.trust_report import trust_report
from training.fitting import agreements, fit_postprocessing
from training.model_card import write_model_card
from training.model_folder import CALIBRATION_REPORT, OOD_FILE, PLOTS, let_others_read, read_description, write_description
from training.trust import fit_trust
from training.utils.json_file import write_json


def calibrate(config: Config, folder: Path) -> None:
    """Fit on the model in `folder`, complete its model.json and its out-of-distribution file, and report.

    Raises:
        ModelError: the folder holds no exported model.
        DataError: the data is missing.
    """
    description = read_description(folder)
    head = _load_head(folder, description)
    engine = OpenVinoEngine(folder / description["files"]["ir"]["name"], head)
    split = read_splits(config.data)
    like_served = like_served_photos(split.validation, config.inference.fit_part)
    require_enough_photos(split, config.inference)
    model_input = description["input"]
    torch.manual_seed(config.training.seed)
    change = _harmless_change(model_input["image_size"])
    validation = run_network(engine, split.validation, model_input)
    changed = run_network(engine, split.validation, model_input, change)
    chosen = _ood_table(split, config)
    training = run_network(engine, chosen, model_input).join(run_network(engine, chosen, model_input, change))
    description |= fit_postprocessing(head, validation.logits, validation.features, validation.labels, like_served)
    description["fitted_on"]["part"] = config.inference.fit_part
    served = split.validation[like_served]
    peaks = heatmap_peaks(engine, head, served, model_input, Calibration(**description["calibration"]))
    description["heatmap_full_scale"] = heatmap_full_scale(peaks)
    # Fitted after another network, on other photos, or measured with other thresholds, if at all.
    for outdated in ("eight_views", "test_metrics", "clinical", "alike"):
        description.pop(outdated, None)
        description["files"].pop(outdated, None)
    validation_statistics = np.concatenate([validation.statistics, changed.statistics])
    ood = fit_ood(training.statistics, training.labels, validation_statistics, config.inference.ood_directions)
    _save_ood(ood, folder / OOD_FILE)
    description["ood"] = {"threshold": ood.threshold, "rest_variance": ood.rest_variance}
    description["files"]["ood"] = {"name": OOD_FILE, "sha256": file_sha256(folder / OOD_FILE)}

    lesions = served[group_column(config.data)].to_numpy()
    report = _report(description, head, validation.take(like_served), lesions, folder)
    fusion = metadata_fusion(softmax(validation.logits[like_served], axis=1), served, lesions)
    if fusion is not None:
        report["metadata_fusion"] = fusion
    report["ood"] = {
        "accepted": _accepted(ood, validation.take(like_served)),
        "accepted_changed": _accepted(ood, changed.take(like_served)),
    }
    if config.data.ood_folder is not None:
        odd = photos_of_no_class(config.data, config.data.ood_folder)
        unseen = run_network(engine, odd, model_input)
        kinds = odd["kind"].to_numpy()
        report["ood"]["detectors"] = compare_detectors(ood, head, training, validation.take(like_served), unseen, kinds)
    write_description(description, folder)
    description["eight_views"] = fit_eight_views(load_analyzer(folder), split.validation, like_served, change)
    write_description(description, folder)
    if config.data.ood_folder is not None:
        fit_trust(config, folder, config.data.pad_ufes_20_folder, config.data.ood_folder)
        report["trust"] = trust_report(load_analyzer(folder), config, config.data.pad_ufes_20_folder)
    write_json(folder / CALIBRATION_REPORT, report)
    write_model_card(read_description(folder), folder)
    write_self_test(folder)
    let_others_read(folder)


def _report(description: dict[str, Any], head: Head, outputs: Outputs, lesions: np.ndarray, folder: Path) -> dict[str, Any]:
    calibration = Calibration(**description["calibration"])
    return calibration_report(
        outputs,
        lesions,
        agreements(head, calibration, outputs.features),
        RiskThresholds(**description["risk"]),
        CertaintyModel(**description["certainty"]),
        folder / PLOTS,
    )


def _accepted(ood: OodModel, outputs: Outputs) -> float:
    return float((ood.score(outputs.statistics) <= ood.threshold).mean())


def _harmless_change(image_size: int) -> BatchAugmentation:
    """What another dermatoscope, lamp or program may change: out-of-distribution statistics must not take it for a new thing.

    Fitted without, they accepted 95 % of the validation photos and 78 % of the same photos changed so; with it, 97 and 95 %.
    """
    changes = DataConfig(
        crop_size=image_size, crop_area=(1.0, 1.0), jitter=0.1, degrade_probability=0.5, degrade_from=84, jpeg_probability=0.5
    )
    return BatchAugmentation(changes)


def like_served_photos(table: pd.DataFrame, part: str | None) -> np.ndarray:
    """Which photos of a table have the class rates that probabilities shall have: those of the part; all for None.

    Raises:
        DataError: none is of that part.
    """
    chosen = np.full(len(table), True) if part is None else (table["part"] == part).to_numpy()
    if not chosen.any():
        parts = ", ".join(sorted(table["part"].unique()))
        raise DataError(
            f"inference.fit_part is {part}, and the validation photos are of {parts}; --fit_part null takes them all"
        )
    return chosen


def require_enough_photos(splits: Splits, config: InferenceConfig) -> None:
    """Raise DataError where there is too little to fit on; the words say of what, and which setting decides."""
    like_served_photos(splits.validation, config.fit_part)
    needed, chosen = MIN_PHOTOS_PER_DIRECTION * config.ood_directions, min(config.ood_images, len(splits.train))
    if chosen < needed:
        raise DataError(
            f"{config.ood_directions} directions of the out-of-distribution statistics need {needed} training photos, there "
            f"are {chosen} (inference.ood_images is {config.ood_images}, the training part has {len(splits.train)}): "
            f"--inference.ood_directions {chosen // MIN_PHOTOS_PER_DIRECTION} is possible"
        )
    if not (splits.validation["label"] == MELANOMA).any():
        raise DataError("the risk thresholds need validation photos of melanomas; choose another data.validation_fold")


def photos_of_no_class(data: DataConfig, ood_folder: Path) -> pd.DataFrame:
    """Photos of other things and, of ISIC 2019, those of an unknown class: columns path, kind, and label without a meaning."""
    odd = read_odd_photos(ood_folder)
    return odd if data.source != "isic_2019" else pd.concat([odd, read_unknown_photos(data.folder)], ignore_index=True)


def _ood_table(split: Splits, config: Config) -> pd.DataFrame:
    return split.train.sample(min(config.inference.ood_images, len(split.train)), random_state=config.training.seed)


def _load_head(folder: Path, description: dict[str, Any]) -> Head:
    arrays = load_file(folder / description["files"]["head"]["name"])
    network = description["network"]
    return Head(**arrays, dropout_1=network["dropout_1"], dropout_2=network["dropout_2"])


def _save_ood(ood: OodModel, path: Path) -> None:
    # Full precision: what lies outside of the directions is a small difference of large numbers.
    arrays = {"class_means": ood.class_means, "directions": ood.directions, "variances": ood.variances}
    # In C order: safetensors writes an array's memory as it lies, and would scramble a transposed one.
    save_file({name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()}, path)
