"""What is fitted on eight views fits what eight views give: seen through the analyzer that uses it."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from inference.analyzer import Analyzer, load_analyzer
from tests.changed_models import change_model
from training.classes import IS_CANCER
from training.config.files import load_config
from training.data.drawn import draw_data
from training.data.reading import read_photo
from training.data.sources import read_splits
from training.eight_views import fit_eight_views
from training.evaluation.outputs import heatmap_full_scale

SMOKE = Path(__file__).parents[2] / "training" / "config" / "smoke.yaml"


def test_what_is_fitted_holds_for_the_answers_to_eight_views(analyzer: Analyzer, model_copy: Path, tmp_path: Path) -> None:
    draw_data(tmp_path / "drawn", 96)
    config = load_config(SMOKE)
    table = read_splits(dataclasses.replace(config.data, folder=tmp_path / "drawn")).train.head(64)
    served = np.arange(len(table)) % 4 != 0
    # Nothing is changed: so the limit is that of the photos as they are.
    fitted = fit_eight_views(analyzer, table, served, change=lambda photos: photos)  # type: ignore[arg-type]
    change_model(model_copy, lambda content: content.update(eight_views=fitted))
    refitted = load_analyzer(model_copy)
    analyses = [refitted.analyze(read_photo(path), views=8) for path in table["path"]]
    of_served = [analysis for analysis, is_served in zip(analyses, served, strict=True) if is_served]
    is_cancer = np.array(IS_CANCER)[table["label"]]

    # Probabilities fitted with a bias of the cancers say as much cancer as there is.
    assert np.mean([analysis.cancer_probability for analysis in of_served]) == pytest.approx(is_cancer[served].mean(), abs=0.03)
    assert 0.9 <= np.mean([not analysis.is_ood for analysis in analyses]) < 1
    peaks = [analysis.heatmap.max() for analysis in of_served if analysis.heatmap is not None]
    assert fitted["heatmap_full_scale"] == pytest.approx(heatmap_full_scale(peaks), rel=1e-4)
    in_low = [analysis.risk_level == "LOW" for analysis in analyses]
    assert is_cancer[in_low].sum() <= 0.02 * is_cancer.sum()
    in_set = [label in analysis.prediction_set for analysis, label in zip(analyses, table["label"], strict=True)]
    assert np.mean(np.array(in_set)[served]) >= 0.9


@pytest.mark.parametrize(
    ("peaks", "scale"), [([*range(101)], 95.0), ([0.0] * 99 + [3.0], 3.0), ([0.0] * 9, 1.0)], ids=["many", "one", "none"]
)
def test_the_scale_of_heat_maps_is_above_zero_even_where_maps_are_empty(peaks: list[float], scale: float) -> None:
    assert heatmap_full_scale(peaks) == scale
