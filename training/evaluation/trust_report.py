"""Measure on validation photos, and on clinical photos, how far a model can be trusted; never on the test photos."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from inference.analyzer import Analyzer
from inference.model_spec import load_head
from inference.symmetries import SYMMETRIES
from postprocess.analysis import Analysis
from postprocess.risk import LOW
from training.classes import IS_CANCER
from training.config import Config
from training.data.pad_ufes_20 import read_pad_ufes_20
from training.data.reading import read_photo
from training.data.sources import group_column, read_splits
from training.evaluation.decisions import decision_report
from training.evaluation.description import statement_reliability
from training.evaluation.explanation import deletion_and_insertion, randomised_head_similarity
from training.evaluation.photos import network_views
from training.evaluation.selective import selective_report
from training.evaluation.stability import changes, resolutions, stability_report
from training.evaluation.subgroups import age_bands, subgroup_report
from training.utils.json_file import null_for_nan

logger = logging.getLogger(__name__)

STABILITY_PHOTOS = 300
EXPLAINED_PHOTOS = 100
RANDOM_HEADS = 5
_IS_CANCER = np.array(IS_CANCER)


def trust_report(analyzer: Analyzer, config: Config, clinical_folder: Path) -> dict[str, Any]:
    """Everything that is measured, as JSON, null where a number has no meaning (a share of no photo).

    The photos are those of the part of the data that the probabilities were fitted on.

    Raises:
        DataError: photos are missing.
    """
    photos = validation_photos(config)
    is_cancer = _IS_CANCER[photos["label"]]
    logger.info("analysing %d validation photos", len(photos))
    analyses = _analyze(analyzer, photos)
    some = photos.sample(min(STABILITY_PHOTOS, len(photos)), random_state=0)
    cancers = photos[is_cancer]
    explained = cancers.sample(min(EXPLAINED_PHOTOS, len(cancers)), random_state=0)
    logger.info("stability, explanation and description of %d and %d photos", len(some), len(explained))
    report = {
        "decisions": decision_report(_cancer(analyses), is_cancer, analyzer.spec.fitted_prevalence, _referred(analyses)),
        "selective": selective_report(_certainties(analyses), _correct(analyses, photos)),
        "subgroups": _subgroups(analyses, photos, group_column(config.data), _groups(photos)),
        "subgroups_clinical": _clinical_subgroups(analyzer, clinical_folder),
        "stability": stability_report(analyzer, some["path"], _IS_CANCER[some["label"]], changes() | resolutions()),
        "stability_symmetric": stability_report(analyzer, some["path"], _IS_CANCER[some["label"]], changes(), views=SYMMETRIES),
        "explanation": _explanation(analyzer, explained),
        "description": statement_reliability(network_views(analyzer, some["path"])),
    }
    return {name: null_for_nan(part) for name, part in report.items()}


def _explanation(analyzer: Analyzer, table: pd.DataFrame) -> dict[str, Any]:
    views, head = list(network_views(analyzer, table["path"])), load_head(analyzer.spec)
    similarities = [randomised_head_similarity(analyzer, head, views, seed) for seed in range(RANDOM_HEADS)]
    curves = deletion_and_insertion(analyzer, views)
    return {"areas": {name: pair.areas for name, pair in curves.items()}, "random_head_rank_correlation": similarities}


def _clinical_subgroups(analyzer: Analyzer, folder: Path) -> dict[str, Any]:
    # One photo a patient: the intervals take photos as independent.
    table = read_pad_ufes_20(folder).drop_duplicates("patient_id")
    groups = {"fitzpatrick": table["fitzpatrick"], "sex": table["sex"], "age": age_bands(table["age"])}
    return subgroup_report(_referred(_analyze(analyzer, table)), _IS_CANCER[table["label"]], groups)


def _subgroups(
    analyses: list[Analysis], table: pd.DataFrame, unit: str, groups: dict[str, pd.Series]
) -> dict[str, dict[str, Any]]:
    """Over the first photo of each lesion: the intervals take photos as independent."""
    first = ~table[unit].duplicated().to_numpy()
    of_first = {name: values[first] for name, values in groups.items()}
    return subgroup_report(_referred(analyses)[first], _IS_CANCER[table["label"]][first], of_first)


def _groups(table: pd.DataFrame) -> dict[str, pd.Series]:
    """By what the photos are grouped: the columns that the source has, and that say something."""
    columns = {"age": ("age_approx", "age"), "sex": ("sex",), "site": ("anatom_site_general", "site")}
    known = {name: table[column] for name, names in columns.items() for column in names if column in table}
    groups = {name: values for name, values in known.items() if values.notna().any()}
    return {name: age_bands(values) if name == "age" else values for name, values in groups.items()}


def validation_photos(config: Config) -> pd.DataFrame:
    """Those that the probabilities are fitted on: like the photos that the app is for."""
    photos = read_splits(config.data).validation
    part = config.inference.fit_part
    return photos if part is None else photos[photos["part"] == part].reset_index(drop=True)


def _analyze(analyzer: Analyzer, table: pd.DataFrame) -> list[Analysis]:
    # As often as the page and the API look.
    return [analyzer.analyze(read_photo(path), views=SYMMETRIES) for path in table["path"]]


def _cancer(analyses: list[Analysis]) -> np.ndarray:
    return np.array([analysis.cancer_probability for analysis in analyses])


def _referred(analyses: list[Analysis]) -> np.ndarray:
    """Which photos the app advises to show to a doctor soon, bool (N,)."""
    return np.array([analysis.risk_level != LOW for analysis in analyses])


def _correct(analyses: list[Analysis], table: pd.DataFrame) -> np.ndarray:
    return np.array([analysis.predicted for analysis in analyses]) == table["label"].to_numpy()


def _certainties(analyses: list[Analysis]) -> dict[str, np.ndarray]:
    """Certainty scores that are compared, each higher = more certain."""
    sampled = [analysis.uncertainty for analysis in analyses if analysis.uncertainty is not None]
    return {
        "certainty score": np.array([analysis.certainty_score for analysis in analyses]),
        "largest probability": np.array([analysis.probs.max() for analysis in analyses]),
        "predictive entropy": -np.array([uncertainty.predictive_entropy for uncertainty in sampled]),
        "mutual information": -np.array([uncertainty.mutual_information for uncertainty in sampled]),
    }
