"""What a model is: model.json, read and checked before anything of it is used.

Everything that belongs to one trained model stands in that file and travels with it: classes, input, thresholds, fitted
parameters, and the SHA-256 of each weight file. Nothing of it is a constant elsewhere.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from inference.seal import is_sealed
from inference.symmetries import SYMMETRIES
from postprocess.alike import AlikeCases
from postprocess.calibration import Calibration
from postprocess.certainty import CertaintyModel
from postprocess.clinical import ClinicalDetector
from postprocess.head import Head
from postprocess.ood import OodModel
from postprocess.risk import RiskThresholds

MODEL_FILE = "model.json"
FORMAT = 1


class ModelError(Exception):
    """A model cannot be used; the message names the file, what was expected, what came and what to do."""


@dataclass(frozen=True)
class ClassSpec:
    """One diagnosis."""

    code: str
    name: str
    cancer: bool


@dataclass(frozen=True)
class InputSpec:
    """What the network is given.

    Raises:
        ValueError: a number that is none, or out of its range.
    """

    image_size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    color_constancy_power: float | None

    def __post_init__(self) -> None:
        # Written so that NaN fails too, here and below.
        deviations_are_right = all(0 < deviation < np.inf for deviation in self.std)
        if not (self.image_size >= 1 and np.isfinite(self.mean).all() and deviations_are_right):
            raise ValueError(f"expected an image_size above 0, finite means and deviations above 0, got {self}")
        if self.color_constancy_power is not None and not 1 <= self.color_constancy_power < np.inf:
            raise ValueError(f"color_constancy_power must be at least 1, got {self.color_constancy_power}")


@dataclass(frozen=True)
class NetworkSpec:
    """What the network is, for the PyTorch engine."""

    backbone: str
    act_layer: str | None
    hidden_features: int
    dropout_1: float
    dropout_2: float


@dataclass(frozen=True)
class Fitted:
    """What was fitted on answers to validation photos, and holds for answers that come about in the same way.

    Raises:
        ValueError: a number that is none, or out of its range.
    """

    calibration: Calibration
    risk: RiskThresholds
    certainty: CertaintyModel
    conformal: dict[int, tuple[float, ...]]
    """Promised coverage in percent -> score threshold of each class."""
    ood_threshold: float
    heatmap_full_scale: float

    def __post_init__(self) -> None:
        if not all(0 <= threshold <= 1 for thresholds in self.conformal.values() for threshold in thresholds):
            raise ValueError("the conformal thresholds must be 0 to 1")
        if not (np.isfinite(self.ood_threshold) and 0 < self.heatmap_full_scale < np.inf):
            raise ValueError(
                "expected a finite ood threshold and a heatmap_full_scale above 0, "
                f"got {self.ood_threshold} and {self.heatmap_full_scale}"
            )


@dataclass(frozen=True)
class ModelSpec:
    """A whole model, without its weights.

    Raises:
        ValueError: a number that is none, or out of its range.
    """

    folder: Path
    name: str
    version: str
    classes: tuple[ClassSpec, ...]
    input: InputSpec
    network: NetworkSpec
    fitted: dict[int, Fitted]
    """Number of views of a photo (1 or 8) -> what holds for the answers to so many."""
    ood_rest_variance: float
    fitted_prevalence: float
    """Share of cancer among the photos that the probabilities were fitted on, 0-1."""
    clinical: dict[str, float] | None
    """Bias and limits of the detector of clinical photos; None for a model without it."""
    alike_step: float | None
    """What one unit of the alike cases stands for; None for a model without them."""
    measured_coverage: dict[int, dict[int, tuple[float, float]]]
    """Number of views -> promised coverage in percent -> how often the true diagnosis of test photos was in the prediction set:
    lowest and highest share of a diagnosis, 0-1. What was not measured is missing."""
    files: dict[str, str]
    """Role (ir, ir_weights, head, network, ood; clinical, alike) -> file name in the folder."""

    def __post_init__(self) -> None:
        if not 0 < self.fitted_prevalence < 1:
            raise ValueError(f"expected fitted_on.cancer_share between 0 and 1, got {self.fitted_prevalence}")
        ranges = [shares for of_views in self.measured_coverage.values() for shares in of_views.values()]
        if not all(0 <= low <= high <= 1 for low, high in ranges):
            raise ValueError(f"expected shares from 0 to 1 in test_metrics.conformal, got {self.measured_coverage}")

    @property
    def codes(self) -> tuple[str, ...]:
        """Class codes in the network's order."""
        return tuple(item.code for item in self.classes)

    @property
    def is_cancer(self) -> np.ndarray:
        """Which classes count as cancer, bool (C,)."""
        return np.array([item.cancer for item in self.classes])

    def path(self, role: str) -> Path:
        """Where the file of that role is."""
        return self.folder / self.files[role]


def load_model_spec(folder: str | Path) -> ModelSpec:
    """Read and check folder/model.json, and the SHA-256 of every file that it names.

    Raises:
        ModelError: a file is missing, damaged or of another model, or a value is invalid.
    """
    folder = Path(folder)
    content = _read_json(folder / MODEL_FILE)
    try:
        if content["format"] != FORMAT:
            raise ModelError(f"{folder / MODEL_FILE} has format {content['format']}, this program reads {FORMAT}; export again")
        if not is_sealed(content):
            raise ModelError(
                f"{folder / MODEL_FILE} is damaged or was changed by hand: its SHA-256 is not the one that stands in it; "
                "copy the folder again, or write it with `python -m training export` and `calibrate`"
            )
        _check_files(folder, content["files"])
        spec = _build(folder, content)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else f"is invalid: {error}"
        raise ModelError(f"{folder / MODEL_FILE} {what}; write it with `python -m training export`") from error
    _check_class_count(spec)
    return spec


def load_head(spec: ModelSpec) -> Head:
    """Read the head's weights.

    Raises:
        ModelError: the file does not fit the rest of the model.
    """
    arrays = _load_arrays(spec, "head")
    try:
        return Head(**arrays, dropout_1=spec.network.dropout_1, dropout_2=spec.network.dropout_2)
    except (TypeError, ValueError) as error:
        raise ModelError(f"{spec.path('head')} does not fit the model: {error}") from error


def load_ood(spec: ModelSpec) -> OodModel:
    """Read the out-of-distribution statistics.

    Raises:
        ModelError: the file does not fit the rest of the model.
    """
    arrays = _load_arrays(spec, "ood")
    try:
        return OodModel(**arrays, rest_variance=spec.ood_rest_variance, threshold=spec.fitted[1].ood_threshold)
    except (TypeError, ValueError) as error:
        raise ModelError(f"{spec.path('ood')} does not fit the model: {error}") from error


def load_clinical(spec: ModelSpec) -> ClinicalDetector | None:
    """Read the detector of clinical photos; None for a model that was fitted without any.

    Raises:
        ModelError: the file does not fit the rest of the model.
    """
    if spec.clinical is None:
        return None
    try:
        return ClinicalDetector(_load_arrays(spec, "clinical")["weight"], **spec.clinical)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"the detector of clinical photos in {spec.folder} does not fit the model: {error}") from error


def load_alike(spec: ModelSpec) -> AlikeCases | None:
    """Read the alike cases; None for a model that was fitted without any.

    Raises:
        ModelError: the file does not fit the rest of the model.
    """
    if spec.alike_step is None:
        return None
    try:
        arrays = _load_arrays(spec, "alike")
        arrays["labels"] = arrays["labels"].astype(np.uint8)
        return AlikeCases(**arrays, step=spec.alike_step, class_count=len(spec.classes))
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"the alike cases in {spec.folder} do not fit the model: {error}") from error


def file_sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text())
    except FileNotFoundError as error:
        raise ModelError(f"{path} is missing; --model must name a folder that `python -m training export` wrote") from error
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(content, dict):
        raise ModelError(f"{path} must hold a JSON object; copy the folder again")
    return content


def _check_files(folder: Path, files: dict[str, dict[str, str]]) -> None:
    for entry in files.values():
        path = folder / entry["name"]
        if path.parent != folder:
            raise ModelError(f"{folder / MODEL_FILE} names a file outside of its folder: {entry['name']}")
        if not path.is_file():
            raise ModelError(f"{path} is missing; copy the whole model folder, or export again")
        found = file_sha256(path)
        if found != entry["sha256"]:
            raise ModelError(
                f"{path} is damaged or of another model: expected SHA-256 {entry['sha256']}, got {found}; copy the folder again"
            )


def _build(folder: Path, content: dict[str, Any]) -> ModelSpec:
    return ModelSpec(
        folder=folder,
        name=content["name"],
        version=content["version"],
        classes=tuple(ClassSpec(**item) for item in content["classes"]),
        input=InputSpec(**content["input"]),
        network=NetworkSpec(**content["network"]),
        fitted=_fitted(content),
        ood_rest_variance=content["ood"]["rest_variance"],
        fitted_prevalence=content["fitted_on"]["cancer_share"],
        clinical=_clinical_limits(content.get("clinical")),
        alike_step=content["alike"]["step"] if "alike" in content else None,
        measured_coverage=_measured_coverage(content.get("test_metrics", {})),
        files={role: entry["name"] for role, entry in content["files"].items()},
    )


def _fitted(content: dict[str, Any]) -> dict[int, Fitted]:
    once = _fitted_of(content, content["ood"]["threshold"])
    eight = content.get("eight_views")
    # A model of before, or one without photos to fit more on: what was fitted on one view stands in.
    return {1: once, SYMMETRIES: once if eight is None else _fitted_of(eight, eight["ood_threshold"])}


def _fitted_of(content: dict[str, Any], ood_threshold: float) -> Fitted:
    certainty = content["certainty"]
    return Fitted(
        calibration=Calibration(content["calibration"]["temperature"], tuple(content["calibration"]["class_bias"])),
        risk=RiskThresholds(**content["risk"]),
        certainty=CertaintyModel(
            weights=tuple(certainty["weights"]),
            reliability_confidence=tuple(certainty["reliability_confidence"]),
            reliability_accuracy=tuple(certainty["reliability_accuracy"]),
            high_from=certainty["high_from"],
            medium_from=certainty["medium_from"],
        ),
        conformal={int(coverage): tuple(thresholds) for coverage, thresholds in content["conformal"].items()},
        ood_threshold=ood_threshold,
        heatmap_full_scale=content["heatmap_full_scale"],
    )


def _clinical_limits(content: dict[str, Any] | None) -> dict[str, float] | None:
    return None if content is None else {name: content[name] for name in ("bias", "threshold", "furthest")}


def _measured_coverage(metrics: dict[str, Any]) -> dict[int, dict[int, tuple[float, float]]]:
    return {
        views: {int(coverage): found for coverage, sets in of_views.get("conformal", {}).items() if (found := _range_of(sets))}
        for views, of_views in ((1, metrics), (SYMMETRIES, metrics.get("eight_views", {})))
    }


def _range_of(sets: dict[str, Any]) -> tuple[float, float] | None:
    # A diagnosis without test photos has no share.
    shares = [share for share in sets.get("classes", {}).values() if share is not None]
    return (min(shares), max(shares)) if shares else None


def _check_class_count(spec: ModelSpec) -> None:
    count = len(spec.classes)
    for views, fitted in spec.fitted.items():
        lengths = {"calibration.class_bias": len(fitted.calibration.class_bias)}
        lengths |= {f"conformal.{coverage}": len(thresholds) for coverage, thresholds in fitted.conformal.items()}
        for name, length in lengths.items():
            if length != count:
                raise ModelError(
                    f"{spec.folder / MODEL_FILE}: {name} has {length} values for {count} classes (views: {views}); export again"
                )


def _load_arrays(spec: ModelSpec, role: str) -> dict[str, np.ndarray]:
    try:
        return {name: array.astype(np.float32) for name, array in load_file(spec.path(role)).items()}
    except SafetensorError as error:
        raise ModelError(f"{spec.path(role)} is not a safetensors file: {error}") from error
