"""The result of looking at one photo, and its form in JSON."""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from postprocess.certainty import CertaintyParts
from postprocess.lesion_description import LesionDescription
from postprocess.photo_quality import ADVICE, PhotoQuality
from postprocess.prevalence import Setting
from postprocess.uncertainty import Uncertainty


@dataclass(frozen=True, eq=False)
class Analysis:
    """Everything that the app, a report or a program says about one photo. Probabilities are 0-1 here, percent in JSON.

    Raises:
        ValueError: the probabilities are not finite or do not sum to 1.
    """

    class_codes: tuple[str, ...]
    class_names: tuple[str, ...]
    is_cancer: tuple[bool, ...]
    probs: np.ndarray
    """Calibrated probabilities, float64 (C,)."""
    cancer_probability: float
    risk_level: str
    certainty_parts: CertaintyParts
    certainty_score: float
    """0-100."""
    certainty_level: str
    ood_score: float
    """Higher = further from what the model was trained on."""
    ood_threshold: float
    prediction_set: tuple[int, ...]
    """Classes that cannot be ruled out at `coverage`, the likeliest first."""
    coverage: float
    uncertainty: Uncertainty | None
    """None when MC Dropout was not asked for."""
    heatmap: np.ndarray
    """Grad-CAM of the cancer probability, float32 (h, w)."""
    model_version: str
    engine: str
    setting: Setting | None = None
    """Where the photo comes from, with its probability of cancer there; None when that was not asked."""
    photo_quality: PhotoQuality | None = None
    """None when only what the network sees was at hand."""
    is_clinical: bool = False
    """Whether the photo was taken without a dermatoscope; False too where the model has no detector for it."""
    alike_counts: tuple[int, ...] | None = None
    """Diagnoses of the training photos that are most alike, one count a class; None where the model has none of them."""
    description: LesionDescription | None = None
    """What is measured on the spot; None where none stands out."""
    views: int = 1
    """How often the network looked: once, or also at the photo turned and mirrored (8)."""

    def __post_init__(self) -> None:
        if self.probs.shape != (len(self.class_codes),):
            raise ValueError(f"expected {len(self.class_codes)} probabilities, got shape {self.probs.shape}")
        if not math.isclose(float(self.probs.sum()), 1.0, abs_tol=1e-6):
            raise ValueError(f"the class probabilities must sum to 1, got {self.probs.sum()}")

    @property
    def predicted(self) -> int:
        """Index of the likeliest class."""
        return int(self.probs.argmax())

    @property
    def predicted_class(self) -> str:
        """Code of the likeliest class."""
        return self.class_codes[self.predicted]

    @property
    def is_ood(self) -> bool:
        """Whether the photo is too unlike the training photos to be judged; a clinical photo gets a warning instead."""
        return bool(self.ood_score > self.ood_threshold) and not self.is_clinical

    @property
    def cancer_certainty(self) -> float:
        """How far the cancer-or-benign answer is from a coin toss: the larger of the two probabilities, 0.5-1."""
        return max(self.cancer_probability, 1 - self.cancer_probability)


def to_json_object(analysis: Analysis, recommendation: str) -> dict[str, Any]:
    """The object that the API and `python -m inference --json` return; percentages are 0-100."""
    sampled = analysis.uncertainty
    return {
        "predicted_class": analysis.predicted_class,
        "predicted_class_full": analysis.class_names[analysis.predicted],
        "predicted_probability": 100 * float(analysis.probs[analysis.predicted]),
        "class_probabilities": _percentages(analysis),
        "cancer_probability": 100 * analysis.cancer_probability,
        "cancer_certainty": 100 * analysis.cancer_certainty,
        "certainty_score": analysis.certainty_score,
        "certainty_level": analysis.certainty_level,
        "risk_level": analysis.risk_level,
        "recommendation": recommendation,
        "is_ood": analysis.is_ood,
        "model_uncertainty": sampled.predictive_entropy if sampled else None,
        "certainty_parts": {name: 100 * part for name, part in analysis.certainty_parts._asdict().items()},
        "cancer_probability_interval": [100 * bound for bound in sampled.cancer_interval] if sampled else None,
        "ood_score": analysis.ood_score,
        "prediction_set": [analysis.class_codes[label] for label in analysis.prediction_set],
        "model_version": analysis.model_version,
        "ood_threshold": analysis.ood_threshold,
        "prediction_set_coverage": 100 * analysis.coverage,
        "expected_entropy": sampled.expected_entropy if sampled else None,
        "mutual_information": sampled.mutual_information if sampled else None,
        "engine": analysis.engine,
        "photo_quality": _quality(analysis.photo_quality),
        "is_clinical_photo": analysis.is_clinical,
        **_setting(analysis.setting),
        "alike_cases": _alike(analysis),
        "views": analysis.views,
        "mc_samples": sampled.samples if sampled else 0,
        "lesion_description": analysis.description.said if analysis.description else None,
    }


def _quality(quality: PhotoQuality | None) -> dict[str, Any] | None:
    if quality is None:
        return None
    return {"problems": list(quality.problems), "advice": [ADVICE[name] for name in quality.problems], **asdict(quality)}


def _alike(analysis: Analysis) -> dict[str, int] | None:
    counts = analysis.alike_counts
    return None if counts is None else dict(zip(analysis.class_codes, counts, strict=True))


def _setting(setting: Setting | None) -> dict[str, Any]:
    return {
        "setting": setting.name if setting else None,
        "setting_prevalence": 100 * setting.prevalence if setting else None,
        "setting_cancer_probability": 100 * setting.cancer_probability if setting else None,
    }


def _percentages(analysis: Analysis) -> dict[str, float]:
    return {code: 100 * float(prob) for code, prob in zip(analysis.class_codes, analysis.probs, strict=True)}
