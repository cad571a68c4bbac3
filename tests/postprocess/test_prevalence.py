"""Shift of prevalence, predictive values and net benefit against values worked out by hand."""

import numpy as np
import pytest

from postprocess.prevalence import (
    SCREENING,
    SCREENING_PREVALENCE,
    SPECIALIST,
    in_setting,
    net_benefit,
    predictive_values,
    shift_prevalence,
)

IS_CANCER = np.array([True, False, True])


def test_the_shift_by_hand() -> None:
    # Cancer from 1/2 to 1/5: weights 0.4 and 1.6, so 0.3, 0.5, 0.2 become 0.12, 0.8, 0.08.
    np.testing.assert_allclose(shift_prevalence(np.array([0.3, 0.5, 0.2]), IS_CANCER, 0.5, 0.2), [0.12, 0.8, 0.08])


def test_the_shift_keeps_the_likelihood_ratio_and_goes_back() -> None:
    probs = np.random.default_rng(0).dirichlet(np.ones(3), size=(4, 5))
    shifted = shift_prevalence(probs, IS_CANCER, 0.2, 0.02)
    np.testing.assert_allclose(shifted.sum(-1), 1)
    np.testing.assert_allclose(shifted[..., 0] / shifted[..., 2], probs[..., 0] / probs[..., 2])
    np.testing.assert_allclose(shift_prevalence(shifted, IS_CANCER, 0.02, 0.2), probs)
    np.testing.assert_array_equal(shift_prevalence(probs, IS_CANCER, 0.3, 0.3), probs / probs.sum(-1, keepdims=True))


def test_shifted_probabilities_are_calibrated_where_the_classes_are_as_rare() -> None:
    generator = np.random.default_rng(1)
    is_cancer = generator.random(400_000) < 0.02
    # Scores of two normal distributions; probabilities as they are right where half is cancer.
    score = generator.normal(np.where(is_cancer, 1.0, -1.0))
    fitted = 1 / (1 + np.exp(-2 * score))
    shifted = shift_prevalence(np.stack([fitted, 1 - fitted], 1), np.array([True, False]), 0.5, 0.02)[:, 0]
    assert shifted.mean() == pytest.approx(is_cancer.mean(), abs=0.001)
    likely = shifted > 0.2
    assert shifted[likely].mean() == pytest.approx(is_cancer[likely].mean(), abs=0.02)


def test_the_default_setting_changes_nothing_and_screening_lowers() -> None:
    assert in_setting(SPECIALIST, 0.3, 0.19).cancer_probability == 0.3
    screening = in_setting(SCREENING, 0.19, 0.19)
    # An answer at the prevalence of its place says nothing new: it becomes the prevalence of the other.
    assert screening.cancer_probability == pytest.approx(SCREENING_PREVALENCE)
    assert (screening.prevalence, screening.fitted_prevalence) == (SCREENING_PREVALENCE, 0.19)
    for certain in (0.0, 1.0):
        assert in_setting(SCREENING, certain, 0.19).cancer_probability == certain


def test_predictive_values_by_hand() -> None:
    # Of 1000: 100 cancers, 90 found; 900 benign, 180 alarms.
    ppv, npv = predictive_values(0.9, 0.8, 0.1)
    assert ppv == pytest.approx(90 / 270)
    assert npv == pytest.approx(720 / 730)
    assert np.isnan(predictive_values(0.0, 1.0, 0.1)[0])


def test_net_benefit_by_hand_and_of_refer_all() -> None:
    # 0.09 found, 0.18 alarms at odds 1/9.
    assert net_benefit(0.9, 0.8, 0.1, 0.1) == pytest.approx(0.09 - 0.18 / 9)
    # Referring all is worth nothing where the threshold is the prevalence.
    assert net_benefit(1, 0, 0.1, 0.1) == pytest.approx(0)


def test_what_is_no_prevalence_or_setting_is_refused() -> None:
    with pytest.raises(ValueError, match=r"prevalence must be above 0 and below 1, got 0\.2 and 1"):
        shift_prevalence(np.array([0.5, 0.5]), np.array([True, False]), 0.2, 1.0)
    with pytest.raises(ValueError, match="choose one of specialist, screening"):
        in_setting("home", 0.3, 0.2)
    with pytest.raises(ValueError, match="threshold must be above 0"):
        net_benefit(0.9, 0.8, 0.1, 0)
