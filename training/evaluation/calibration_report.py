"""What was fitted on the validation photos, and how far it holds on photos of them that the fit did not see."""

from pathlib import Path
from typing import Any

import numpy as np

from postprocess.certainty import CertaintyModel
from postprocess.risk import RiskThresholds
from training.evaluation.cross_fitting import cross_fitted_coverage, cross_fitted_probabilities
from training.evaluation.outputs import Outputs
from training.evaluation.plots import plot_reliability
from training.evaluation.trust import by_class, certainty_report
from training.utils.metrics import Predictions, calibration_errors, risk_table

RELIABILITY_PLOT = "reliability_validation.png"
# The promise that the app makes unless it is asked for another.
_COVERAGES = (80, 90, 95, 99)


def calibration_report(
    outputs: Outputs,
    lesions: np.ndarray,
    agreements: np.ndarray,
    risk: RiskThresholds,
    certainty: CertaintyModel,
    plots: Path,
) -> dict[str, Any]:
    """Measure on validation photos, each by a calibration that was fitted without its lesion; draws into the folder `plots`.

    Args:
        outputs: of N validation photos with the class rates that probabilities shall have.
        lesions: (N,), which lesion each photo shows.
        agreements: (N,), share of the MC-Dropout samples that agree with the prediction.
        risk, certainty: as fitted; their tables are those of the photos that they were fitted on.
        plots: folder of the figures.
    """
    labels = outputs.labels
    uncalibrated = np.exp(outputs.logits - np.logaddexp.reduce(outputs.logits, axis=1, keepdims=True))
    before = Predictions(uncalibrated.astype(np.float64), labels, lesions)
    after = Predictions(cross_fitted_probabilities(outputs.logits, labels, lesions), labels, lesions)
    plot_reliability(after, plots / RELIABILITY_PLOT)
    scores = np.array([certainty.score(certainty.parts(*pair)) for pair in zip(after.probs, agreements, strict=True)])
    levels = np.array([certainty.level(*pair) for pair in zip(scores, agreements, strict=True)])
    return {
        "photos": len(labels),
        "before": calibration_errors(before),
        "after": calibration_errors(after),
        "risk_levels": risk_table(np.array([risk.level(cancer) for cancer in after.cancer]), after),
        "certainty": certainty_report(after.probs.argmax(1) == labels, scores, levels, after.probs.max(1)),
        "conformal": {str(percent): _coverage(after, percent / 100) for percent in _COVERAGES},
    }


def _coverage(predictions: Predictions, promised: float) -> dict[str, Any]:
    covered, sizes = cross_fitted_coverage(predictions.probs, predictions.labels, predictions.lesions, promised)
    return {
        "coverage": float(covered.mean()),
        "mean_size": float(sizes.mean()),
        "classes": by_class(covered, predictions.labels, np.mean),
    }
