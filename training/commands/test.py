"""`python -m training test`: the last number, on the test photos, with the INT8 model that is served."""

import json
import logging
from pathlib import Path

import numpy as np

from inference.analyzer import load_analyzer
from inference.images import read_image
from training.config import Config
from training.data.isic import TEST, read_isic_2019
from training.model_card import write_model_card
from training.model_folder import read_description, write_description
from training.utils.metrics import Predictions, risk_table, with_intervals

logger = logging.getLogger(__name__)

REPORT_FILE = "test_metrics.json"
# What model.json carries of the report.
HEADLINES = (
    "cancer_auroc",
    "specificity_at_recall_0.9615",
    "melanoma_recall_at_recall_0.9615",
    "specificity_at_recall_0.96",
    "accuracy",
    "balanced_accuracy",
    "macro_f1",
)


def test(config: Config, model: Path, out: Path) -> None:
    """Analyse the test photos with the model folder `model`; writes out/test_metrics.json and model.json's metrics.

    Raises:
        ModelError, DataError: the model or the test photos cannot be used.
    """
    analyzer = load_analyzer(model)
    table = read_isic_2019(config.data.folder, TEST)
    logger.info("analysing %d test photos", len(table))
    analyses = [analyzer.analyze(read_image(path), mc_samples=0) for path in table["path"]]
    probs = np.array([analysis.probs for analysis in analyses])
    predictions = Predictions(probs, table["label"].to_numpy(), table["lesion_id"].to_numpy())
    report = with_intervals(predictions)
    levels = risk_table(np.array([analysis.risk_level for analysis in analyses]), predictions)
    accepted = float(np.mean([not analysis.is_ood for analysis in analyses]))
    for name in HEADLINES:
        value = report[name]
        logger.info("%-34s %.3f  (95 %% interval %.3f to %.3f)", name, value["value"], value["low"], value["high"])
    out.mkdir(parents=True, exist_ok=True)
    (out / REPORT_FILE).write_text(json.dumps(report | {"risk_levels": levels, "accepted": accepted}, indent=1) + "\n")
    description = read_description(model)
    description["test_metrics"] = {
        "photos": len(table),
        "risk_levels": levels,
        "accepted": accepted,
        **{name: report[name] for name in HEADLINES},
    }
    write_description(description, model)
    write_model_card(description, config, model)
