"""Input that means nothing is refused, so that no number comes out of it."""

import numpy as np
import pytest

from postprocess.calibration import brier_score, cancer_probability, expected_calibration_error, fit_calibration
from postprocess.certainty import CertaintyModel, _lowest_score
from postprocess.ood import OodModel
from postprocess.risk import fit_risk_thresholds
from postprocess.uncertainty import summarize_samples

PROBS = np.array([[0.1, 0.2, 0.7], [0.2, 0.2, 0.6]])
OOD = OodModel(np.zeros((1, 3)), np.eye(3)[:2], np.ones(2), rest_variance=1.0, threshold=1.0)


def test_features_that_are_not_finite_are_not_accepted_as_dermoscopy() -> None:
    with pytest.raises(ValueError, match="not finite"):
        OOD.score(np.full((1, 3), np.nan))


def test_certainty_weights_that_are_not_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="four weights"):
        CertaintyModel((float("nan"),) * 4, (0.0, 1.0), (0.0, 1.0), 80, 50)


def test_a_reliability_curve_that_falls_or_leaves_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match="reliability curve"):
        CertaintyModel((1.0, 0.0, 0.0, 0.0), (1.0, 0.0), (0.0, 7.0), 80, 50)


def test_photos_of_equal_score_share_a_level_so_all_of_them_count_for_its_accuracy() -> None:
    # One of the four photos at 80 is right, not nine in ten.
    scores, correct = np.array([90.0, 80, 80, 80, 80]), np.array([True, True, False, False, False])
    assert _lowest_score(scores, correct, 0.9) == 90


def test_a_label_that_is_no_class_is_refused() -> None:
    with pytest.raises(ValueError, match="labels"):
        fit_calibration(np.random.default_rng(0).normal(size=(50, 3)), np.full(50, -1), np.array([True, False, False]))
    with pytest.raises(ValueError, match="labels"):
        brier_score(PROBS, np.array([-1, 0]))


def test_calibration_error_of_what_is_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="confidence must be 0-1"):
        expected_calibration_error(np.array([np.nan, 0.5]), np.array([True, False]))


def test_ones_and_zeros_mean_the_same_as_true_and_false() -> None:
    flags = np.array([1, 0, 0])
    assert summarize_samples(PROBS, flags, 2) == summarize_samples(PROBS, flags.astype(bool), 2)


def test_ones_and_zeros_give_the_same_risk_thresholds_as_true_and_false() -> None:
    probability, cancer, melanoma = np.linspace(0.01, 0.99, 200), np.arange(200) > 100, np.arange(200) > 150
    numbers = fit_risk_thresholds(probability, cancer.astype(int), melanoma.astype(int), cancer.astype(int))
    assert numbers == fit_risk_thresholds(probability, cancer, melanoma, cancer)


def test_logits_are_not_taken_for_probabilities() -> None:
    with pytest.raises(ValueError, match="sum to 1"):
        summarize_samples(np.array([[3.0, -1.0, 2.0], [2.0, 0.0, 1.0]]), np.array([True, False, False]), 2)


def test_cancer_probability_is_never_above_1_by_rounding() -> None:
    logits = np.random.default_rng(0).normal(0, 8, (200_000, 8))
    probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert cancer_probability(probs, np.arange(8) != 5).max() <= 1
