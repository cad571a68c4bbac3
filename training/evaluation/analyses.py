"""Analyse the photos of a table with the served model, and see the answers as columns."""

import logging

import numpy as np
import pandas as pd

from inference.analyzer import VIEWS, Analyzer
from postprocess.analysis import Analysis
from training.data.reading import read_photo
from training.utils.metrics import Predictions

logger = logging.getLogger(__name__)


def analyze_table(analyzer: Analyzer, table: pd.DataFrame, views: int = VIEWS[0]) -> list[Analysis]:
    """Analyse each photo of the table as the app does, MC Dropout included; `views` as in `Analyzer.analyze`."""
    logger.info("analysing %d photos, views of each: %d", len(table), views)
    return [analyzer.analyze(read_photo(path), views=views) for path in table["path"]]


def to_predictions(analyses: list[Analysis], table: pd.DataFrame, group: str = "lesion_id") -> Predictions:
    """Probabilities beside what the table knows: its column label, and that of what a bootstrap draws."""
    probs = np.array([analysis.probs for analysis in analyses])
    return Predictions(probs, table["label"].to_numpy(), table[group].to_numpy())
