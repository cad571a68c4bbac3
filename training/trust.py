"""Fit what a model needs beside its calibration: the detector of clinical photos, and the alike cases.

Clinical photos come from PAD-UFES-20, the others from a folder of photos without lesions.
"""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from safetensors.numpy import save_file

from inference.analyzer import Analyzer, load_analyzer
from inference.model_spec import file_sha256
from postprocess.alike import fit_alike
from postprocess.clinical import ClinicalDetector
from postprocess.ood import compress
from training.config import Config
from training.data.ood import read_odd_photos
from training.data.pad_ufes_20 import read_pad_ufes_20
from training.data.sources import read_splits
from training.evaluation.clinical import Statistics, fit_clinical, measure_clinical
from training.evaluation.photos import degraded, network_views
from training.evaluation.trust_report import validation_photos
from training.model_folder import read_description, write_description

logger = logging.getLogger(__name__)

CLINICAL_FILE = "clinical.safetensors"
ALIKE_FILE = "alike.safetensors"
ALIKE_DIRECTIONS = 32
DERMOSCOPY_PHOTOS = 2000


def fit_trust(config: Config, folder: Path, clinical_folder: Path, other_folder: Path) -> None:
    """Fit both on the calibrated model in `folder`, and add them to it.

    Args:
        config: of the run that made the model.
        folder: the model's.
        clinical_folder: PAD-UFES-20.
        other_folder: photos without lesions, with labels.csv (image, kind).

    Raises:
        ModelError, DataError: the model or the photos cannot be used.
    """
    analyzer = load_analyzer(folder)
    description = read_description(folder)
    training = _training_photos(config)
    _fit_alike_cases(analyzer, training, folder, description)
    detector = _fit_clinical_detector(analyzer, training, clinical_folder, other_folder, folder, description)
    # Of photos like those that the app is for, which neither the detector nor the network learned from.
    called = _called_clinical(analyzer, detector, validation_photos(config))
    description["clinical"]["measured"]["dermoscopy"] = called
    write_description(description, folder)


def _training_photos(config: Config) -> pd.DataFrame:
    """A sample of the photos that the network was trained on, in random order."""
    training = read_splits(config.data).train
    return training.sample(min(config.inference.ood_images, len(training)), random_state=config.training.seed)


def _fit_alike_cases(analyzer: Analyzer, table: pd.DataFrame, folder: Path, description: dict[str, Any]) -> None:
    logger.info("alike cases: %d training photos", len(table))
    features = [analyzer.run_network(view).features[0] for view in network_views(analyzer, table["path"])]
    alike = fit_alike(np.array(features), table["label"].to_numpy(), len(analyzer.spec.codes), ALIKE_DIRECTIONS)
    arrays: dict[str, np.ndarray] = {
        "mean": alike.mean.astype(np.float32),
        "components": np.ascontiguousarray(alike.components, np.float16),
        "cases": alike.cases,
        "labels": alike.labels,
    }
    _save(arrays, "alike", ALIKE_FILE, folder, description)
    description["alike"] = {"step": alike.step}


def _fit_clinical_detector(
    analyzer: Analyzer,
    training: pd.DataFrame,
    clinical_folder: Path,
    other_folder: Path,
    folder: Path,
    description: dict[str, Any],
) -> ClinicalDetector:
    pad = read_pad_ufes_20(clinical_folder)
    odd = read_odd_photos(other_folder)
    dermoscopy = training.head(DERMOSCOPY_PHOTOS)
    logger.info("detector of clinical photos: %d against %d and %d", len(pad), len(dermoscopy), len(odd))
    groups = (
        _statistics(analyzer, pad["path"], pad["patient_id"].to_numpy()),
        _statistics(analyzer, dermoscopy["path"], dermoscopy["lesion_id"].to_numpy()),
        _statistics(analyzer, odd["path"], odd["kind"].to_numpy()),
    )
    measured = measure_clinical(*groups)
    logger.info("told to be clinical: %s", {name: round(share, 3) for name, share in measured.items()})
    other = groups[2]._replace(groups=np.arange(len(odd)))
    detector = fit_clinical(groups[0], groups[1], other)
    _save({"weight": detector.weight}, "clinical", CLINICAL_FILE, folder, description)
    limits = {"bias": detector.bias, "threshold": detector.threshold, "furthest": detector.furthest}
    description["clinical"] = limits | {"measured": measured}
    return detector


def _called_clinical(analyzer: Analyzer, detector: ClinicalDetector, table: pd.DataFrame) -> float:
    """Share of photos that the detector calls clinical, at one look each."""
    plain = np.array([compress(analyzer.run_network(view).statistics[0]) for view in network_views(analyzer, table["path"])])
    share = float(detector.is_clinical(plain, analyzer.ood_scores(plain)).mean())
    logger.info("told to be clinical, of %d validation photos: %.1f %%", len(table), 100 * share)
    return share


def _statistics(analyzer: Analyzer, paths: Iterable[Path], groups: np.ndarray) -> Statistics:
    generator = np.random.default_rng(0)
    plain, worse = [], []
    for view in network_views(analyzer, paths):
        plain.append(compress(analyzer.run_network(view).statistics[0]))
        worse.append(compress(analyzer.run_network(degraded(view, generator)).statistics[0]))
    return Statistics(np.array(plain), np.array(worse), analyzer.ood_scores(np.array(plain)), groups)


def _save(arrays: dict[str, np.ndarray], role: str, name: str, folder: Path, description: dict[str, Any]) -> None:
    save_file(arrays, folder / name)
    description["files"][role] = {"name": name, "sha256": file_sha256(folder / name)}
