"""`python -m training test`: the last number, on the test photos, with the INT8 model that is served.

Writes test_metrics.json, figures and a Grad-CAM sheet into the report's folder; model.json, the figures beside the model and
its card get what people should know before they use it.
"""

import logging
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from inference.analyzer import Analyzer, load_analyzer
from inference.symmetries import SYMMETRIES
from postprocess.analysis import Analysis
from training.config import Config
from training.data.sources import describe_test, group_column, read_splits
from training.evaluation.analyses import analyze_table, to_predictions
from training.evaluation.augmented import augmented_probabilities
from training.evaluation.gradcam_sheet import write_gradcam_sheet
from training.evaluation.plots import plot_by_class, plot_confusion, plot_precision_recall, plot_reliability, plot_roc
from training.evaluation.resolution import resolution_check
from training.evaluation.trust import by_class, certainty_report, conformal_report
from training.model_card import write_model_card
from training.model_folder import PLOTS, read_description, write_description
from training.utils.json_file import write_json
from training.utils.metrics import (
    Predictions,
    calibration_errors,
    can_be_measured,
    risk_table,
    test_metrics,
    with_intervals,
)

logger = logging.getLogger(__name__)

REPORT_FILE = "test_metrics.json"
SHEET_FILE = "gradcam_sheet.png"
# What model.json carries of the report's metrics; the rest it carries whole.
HEADLINES = (
    "cancer_auroc",
    "specificity_at_recall_0.9615",
    "melanoma_recall_at_recall_0.9615",
    "specificity_at_recall_0.96",
    "accuracy",
    "balanced_accuracy",
    "macro_f1",
)


def test(config: Config, model: Path, out: Path, augment: bool) -> None:
    """Analyse the test photos with the model folder `model`; writes the report into `out` and its summary into `model`.

    Args:
        config: of the run.
        model: folder of the model.
        out: folder of the report.
        augment: also report what test-time augmentation gains, at sixteen times the work.

    Raises:
        ModelError, DataError: the model or the test photos cannot be used.
    """
    analyzer = load_analyzer(model)
    table = read_splits(config.data).test
    analyses = analyze_table(analyzer, table)
    predictions = to_predictions(analyses, table, group_column(config.data))
    metrics = with_intervals(predictions)
    for name in HEADLINES:
        value = metrics[name]
        logger.info("%-34s %.3f  (95 %% interval %.3f to %.3f)", name, value["value"], value["low"], value["high"])
    checks = _trust(analyzer, analyses, predictions) | _more(analyzer, table, analyses, predictions)
    checks["eight_views"] = _eight_views(analyzer, table, group_column(config.data))
    if augment:
        augmented = predictions._replace(probs=augmented_probabilities(analyzer, table))
        checks["test_time_augmentation"] = with_intervals(augmented)
    (out / PLOTS).mkdir(parents=True, exist_ok=True)
    write_json(out / REPORT_FILE, metrics | checks)
    write_gradcam_sheet(analyzer, table, analyses, out / SHEET_FILE)
    _plot(analyses, predictions, out / PLOTS)
    shutil.copytree(out / PLOTS, model / PLOTS, dirs_exist_ok=True)
    description = read_description(model)
    of_photos = {"photos": len(table), "origin": describe_test(config.data, table)}
    description["test_metrics"] = of_photos | checks | {name: metrics[name] for name in HEADLINES}
    description["test_metrics"].pop("test_time_augmentation", None)
    write_description(description, model)
    write_model_card(description, model)


def _trust(analyzer: Analyzer, analyses: list[Analysis], predictions: Predictions) -> dict[str, Any]:
    labels = predictions.labels
    correct = predictions.probs.argmax(axis=1) == labels
    scores = np.array([analysis.certainty_score for analysis in analyses])
    levels = np.array([analysis.certainty_level for analysis in analyses])
    return {
        "calibration": calibration_errors(predictions),
        "risk_levels": risk_table(np.array([analysis.risk_level for analysis in analyses]), predictions),
        "accepted": float(np.mean([not analysis.is_ood for analysis in analyses])),
        "certainty": certainty_report(correct, scores, levels, predictions.probs.max(axis=1)),
        "conformal": conformal_report(predictions.probs, labels, analyzer.spec.fitted[analyses[0].views].conformal),
    }


def _more(analyzer: Analyzer, table: pd.DataFrame, analyses: list[Analysis], predictions: Predictions) -> dict[str, Any]:
    return {
        "uncertainty": {
            "predictive_entropy": by_class(_entropies(analyses), predictions.labels, np.median),
            "cancer_interval_width": by_class(_interval_widths(analyses), predictions.labels, np.median),
        },
        "resolution": resolution_check(analyzer, table, predictions),
    }


def _eight_views(analyzer: Analyzer, table: pd.DataFrame, group: str) -> dict[str, Any]:
    """The same photos, each seen turned and mirrored too: what `views=8` gives."""
    analyses = analyze_table(analyzer, table, views=SYMMETRIES)
    predictions = to_predictions(analyses, table, group)
    report = _headlines(predictions) | _trust(analyzer, analyses, predictions)
    accepted = np.array([not analysis.is_ood for analysis in analyses])
    of_accepted = predictions.take(accepted)
    if can_be_measured(of_accepted):
        levels = np.array([analysis.risk_level for analysis in analyses])[accepted]
        report["of_accepted"] = _headlines(of_accepted) | {
            "photos": int(accepted.sum()),
            "risk_levels": risk_table(levels, of_accepted),
        }
    return report


def _headlines(predictions: Predictions) -> dict[str, dict[str, float]]:
    every = test_metrics()
    return with_intervals(predictions, metrics={name: every[name] for name in HEADLINES})


def _plot(analyses: list[Analysis], predictions: Predictions, folder: Path) -> None:
    plot_confusion(predictions, folder / "confusion.png")
    plot_roc(predictions, folder / "roc.png")
    plot_precision_recall(predictions, folder / "precision_recall.png")
    plot_reliability(predictions, folder / "reliability.png")
    plot_by_class(_entropies(analyses), predictions.labels, "predictive entropy, nats", folder / "uncertainty_by_class.png")


def _entropies(analyses: list[Analysis]) -> np.ndarray:
    return np.array([analysis.uncertainty.predictive_entropy for analysis in analyses if analysis.uncertainty])


def _interval_widths(analyses: list[Analysis]) -> np.ndarray:
    intervals = [analysis.uncertainty.cancer_interval for analysis in analyses if analysis.uncertainty]
    return np.array([high - low for low, high in intervals])
