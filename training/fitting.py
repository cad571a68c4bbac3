"""Fit what turns logits into words: probabilities, risk, certainty, prediction sets."""

import dataclasses
import logging
from typing import Any

import numpy as np

from inference.analyzer import MASK_SEED
from postprocess.calibration import Calibration, cancer_probability, fit_calibration
from postprocess.certainty import fit_certainty
from postprocess.conformal import fit_conformal
from postprocess.head import Head
from postprocess.risk import fit_risk_thresholds
from postprocess.uncertainty import summarize_samples
from training.classes import IS_CANCER, MELANOMA

logger = logging.getLogger(__name__)

COVERAGES = range(80, 100)
MC_SAMPLES = 30


def fit_postprocessing(
    head: Head, logits: np.ndarray, features: np.ndarray, labels: np.ndarray, like_served: np.ndarray
) -> dict[str, Any]:
    """Fit the parameters of model.json that need logits alone, in the order in which they build on each other.

    Args:
        head: of the model.
        logits, features, labels: (N, C), (N, F) and (N,) of the validation photos. The risk thresholds are fitted on all of
            them: rates of a few missed cancers in a hundred need many cancers, and do not depend on how common cancer is.
            Of those like served photos, no more may be missed.
        like_served: bool (N,), the photos whose class rates are those that probabilities shall have.
    """
    is_cancer = np.array(IS_CANCER)
    served_labels = labels[like_served]
    calibration = fit_calibration(logits[like_served], served_labels, is_cancer)
    probs = calibration.probabilities(logits)
    risk = fit_risk_thresholds(cancer_probability(probs, is_cancer), is_cancer[labels], labels == MELANOMA, like_served)
    probs = probs[like_served]
    certainty = fit_certainty(probs, served_labels, agreements(head, calibration, features[like_served]))
    logger.info("temperature %.3f, cancer bias %.2f", calibration.temperature, calibration.class_bias[MELANOMA])
    logger.info("risk: LOW below %.4f, HIGH from %.4f", risk.low_below, risk.high_from)
    return {
        "calibration": dataclasses.asdict(calibration),
        "risk": dataclasses.asdict(risk),
        "certainty": dataclasses.asdict(certainty),
        "conformal": {str(percent): fit_conformal(probs, served_labels, percent / 100) for percent in COVERAGES},
        "fitted_on": {
            "validation_photos": len(labels),
            "of_them_for_probabilities": len(served_labels),
            "cancer_share": float(is_cancer[served_labels].mean()),
        },
    }


def agreements(head: Head, calibration: Calibration, features: np.ndarray) -> np.ndarray:
    """Share of the MC-Dropout samples that agree with the prediction, for features (N, F): (N,)."""
    probs = calibration.probabilities(head.logits(features))
    masks = head.draw_masks(MC_SAMPLES, MASK_SEED)
    is_cancer = np.array(IS_CANCER)
    return np.array(
        [
            summarize_samples(calibration.probabilities(head.sampled_logits(row, masks)), is_cancer, int(predicted)).agreement
            for row, predicted in zip(features, probs.argmax(axis=1), strict=True)
        ]
    )
