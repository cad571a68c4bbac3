"""The JSON object that others already read: field names, order, types and units."""

import dataclasses
import json
from typing import Any

import numpy as np
import pytest

from postprocess.analysis import Analysis, to_json_object
from postprocess.certainty import CertaintyParts
from postprocess.uncertainty import Uncertainty

# In the order of the table "The API".
DESIGN_FIELDS = [
    "predicted_class",
    "predicted_class_full",
    "predicted_probability",
    "class_probabilities",
    "cancer_probability",
    "cancer_certainty",
    "certainty_score",
    "certainty_level",
    "risk_level",
    "recommendation",
    "is_ood",
    "model_uncertainty",
    "certainty_parts",
    "cancer_probability_interval",
    "ood_score",
    "prediction_set",
    "model_version",
]

ANALYSIS = Analysis(
    class_codes=("MEL", "NV", "BCC"),
    class_names=("Melanoma", "Melanocytic nevus", "Basal cell carcinoma"),
    is_cancer=(True, False, True),
    probs=np.array([0.2, 0.7, 0.1]),
    cancer_probability=0.3,
    risk_level="MEDIUM",
    certainty_parts=CertaintyParts(0.7, 0.8, 0.5, 0.9),
    certainty_score=72.5,
    certainty_level="MEDIUM",
    ood_score=1.1,
    ood_threshold=1.25,
    prediction_set=(1, 0),
    coverage=0.9,
    uncertainty=Uncertainty(30, (0.2, 0.45), 0.9, 0.7, 0.2, 0.9),
    heatmap=np.zeros((2, 2), np.float32),
    model_version="1.0",
    engine="openvino",
)


def _json(**changes: Any) -> dict[str, Any]:
    return json.loads(json.dumps(to_json_object(dataclasses.replace(ANALYSIS, **changes), "See a doctor."), allow_nan=False))


def test_fields_come_in_the_order_of_the_api_with_additions_after_them() -> None:
    assert list(to_json_object(ANALYSIS, ""))[: len(DESIGN_FIELDS)] == DESIGN_FIELDS


def test_probabilities_are_percent_and_names_are_the_likeliest_class() -> None:
    result = _json()
    assert (result["predicted_class"], result["predicted_class_full"]) == ("NV", "Melanocytic nevus")
    assert result["predicted_probability"] == pytest.approx(70)
    assert result["class_probabilities"] == pytest.approx({"MEL": 20, "NV": 70, "BCC": 10})
    assert sum(result["class_probabilities"].values()) == pytest.approx(100, abs=1e-6)
    assert result["cancer_probability"] == pytest.approx(30)
    assert result["cancer_probability_interval"] == pytest.approx([20, 45])
    assert result["prediction_set_coverage"] == pytest.approx(90)
    assert result["certainty_parts"] == pytest.approx(
        {"base_confidence": 70, "calibration": 80, "decision_clarity": 50, "prediction_stability": 90}
    )


def test_scores_and_entropies_keep_their_own_units() -> None:
    result = _json()
    assert result["certainty_score"] == 72.5
    assert result["ood_score"] == 1.1
    assert result["ood_threshold"] == 1.25
    assert (result["model_uncertainty"], result["expected_entropy"], result["mutual_information"]) == (0.9, 0.7, 0.2)
    assert result["prediction_set"] == ["NV", "MEL"]
    assert result["recommendation"] == "See a doctor."


@pytest.mark.parametrize(("probability", "certainty"), [(0.3, 70), (0.5, 50), (0.9, 90)])
def test_cancer_certainty_is_the_surer_side(probability: float, certainty: float) -> None:
    assert _json(cancer_probability=probability)["cancer_certainty"] == pytest.approx(certainty)


def test_what_was_not_sampled_is_null() -> None:
    assert _json()["mc_samples"] == 30
    result = _json(uncertainty=None)
    assert result["mc_samples"] == 0
    for field in ("model_uncertainty", "cancer_probability_interval", "expected_entropy", "mutual_information"):
        assert result[field] is None


@pytest.mark.parametrize(("score", "is_ood"), [(1.2, False), (1.25, False), (1.3, True)])
def test_out_of_distribution_means_above_the_threshold(score: float, is_ood: bool) -> None:
    assert _json(ood_score=score)["is_ood"] is is_ood


def test_probabilities_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 3 probabilities"):
        dataclasses.replace(ANALYSIS, probs=np.array([0.5, 0.5]))
    for probs in ([20.0, 70.0, 10.0], [np.nan, 0.5, 0.5]):
        with pytest.raises(ValueError, match="must sum to 1"):
            dataclasses.replace(ANALYSIS, probs=np.array(probs))


def test_a_numpy_score_gives_a_plain_boolean() -> None:
    assert _json(ood_score=np.float64(9.0))["is_ood"] is True
