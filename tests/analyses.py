"""Analyses made by hand, for tests that need no model."""

import dataclasses

import numpy as np

from postprocess.analysis import Analysis
from postprocess.certainty import CertaintyParts
from postprocess.uncertainty import Uncertainty

CODES = ("MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC")
NAMES = (
    "Melanoma",
    "Melanocytic nevus",
    "Basal cell carcinoma",
    "Actinic keratosis",
    "Benign keratosis",
    "Dermatofibroma",
    "Vascular lesion",
    "Squamous cell carcinoma",
)

_TYPICAL = Analysis(
    class_codes=CODES,
    class_names=NAMES,
    is_cancer=(True, False, True, True, False, False, False, True),
    probs=np.array([0.61, 0.30, 0.02, 0.01, 0.03, 0.01, 0.01, 0.01]),
    cancer_probability=0.65,
    risk_level="HIGH",
    certainty_parts=CertaintyParts(0.61, 0.7, 0.31, 0.9),
    certainty_score=63.0,
    certainty_level="MEDIUM",
    ood_score=1.0,
    ood_threshold=1.5,
    prediction_set=(0, 1),
    coverage=0.9,
    uncertainty=Uncertainty(30, (0.48, 0.79), 0.9, 0.8, 0.1, 0.9),
    heatmap=np.ones((3, 4), np.float32),
    model_version="test",
    engine="openvino",
)


def make_analysis(**changes: object) -> Analysis:
    """A typical analysis with some fields changed."""
    return dataclasses.replace(_TYPICAL, **changes)


def benign_analysis(**changes: object) -> Analysis:
    """One of low risk, in which a melanoma is not ruled out."""
    probs = np.array([0.02, 0.93, 0.01, 0.0, 0.03, 0.005, 0.005, 0.0])
    low = {"probs": probs, "cancer_probability": 0.03, "risk_level": "LOW", "prediction_set": (1, 0)}
    return make_analysis(**(low | changes))
