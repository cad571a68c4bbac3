"""Calibration: probabilities recover a known truth; error measures agree with hand-made values and scikit-learn."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax
from sklearn.metrics import brier_score_loss

from postprocess.calibration import (
    Calibration,
    brier_score,
    cancer_probability,
    expected_calibration_error,
    fit_calibration,
)


def test_probabilities_by_hand() -> None:
    # logits / T + b = (ln 6 + ln 0.5, ln 1) = (ln 3, 0)
    calibration = Calibration(2.0, (float(np.log(0.5)), 0.0))
    np.testing.assert_allclose(calibration.probabilities(np.array([2 * np.log(6), 0.0])), [0.75, 0.25])


def test_probabilities_agree_with_torch_on_any_leading_axes() -> None:
    logits = np.random.default_rng(0).normal(0, 5, (3, 4, 5))
    bias = (0.3, -0.2, 0.0, 1.0, -2.0)
    expected = torch.softmax(torch.from_numpy(logits) / 1.7 + torch.tensor(bias, dtype=torch.float64), -1)
    np.testing.assert_allclose(Calibration(1.7, bias).probabilities(logits), expected, rtol=1e-12)


@given(st.lists(st.floats(-1e4, 1e4), min_size=4, max_size=4), st.floats(-1e3, 1e3), st.floats(0.05, 20))
def test_probabilities_sum_to_one_and_ignore_a_shift(logits: list[float], shift: float, temperature: float) -> None:
    calibration = Calibration(temperature, (0.0, 0.5, -0.5, 1.0))
    probs = calibration.probabilities(np.array(logits))
    assert probs.sum() == pytest.approx(1, abs=1e-9)
    assert probs.min() >= 0
    np.testing.assert_allclose(calibration.probabilities(np.array(logits) + shift), probs, atol=1e-7)


def test_a_higher_temperature_makes_the_answer_less_sure() -> None:
    logits = np.array([2.0, 1.0, -1.0])
    top = [Calibration(t, (0.0, 0.0, 0.0)).probabilities(logits).max() for t in (0.5, 1.0, 2.0, 50.0)]
    assert top == sorted(top, reverse=True)


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan"), float("inf")])
def test_an_impossible_temperature_is_refused(temperature: float) -> None:
    with pytest.raises(ValueError, match="temperature must be finite and above 0"):
        Calibration(temperature, (0.0, 0.0))


def test_bad_biases_and_logits_are_refused() -> None:
    with pytest.raises(ValueError, match="biases must be finite"):
        Calibration(1.0, (0.0, float("nan")))
    with pytest.raises(ValueError, match="expected logits of 2 classes"):
        Calibration(1.0, (0.0, 0.0)).probabilities(np.zeros((4, 3)))
    with pytest.raises(ValueError, match="logits are not finite"):
        Calibration(1.0, (0.0, 0.0)).probabilities(np.array([0.0, np.nan]))


CANCER = np.array([True, False, True])


def test_the_fit_recovers_the_temperature_and_bias_that_made_the_labels() -> None:
    generator = np.random.default_rng(1)
    logits = generator.normal(0, 4, (20_000, 3))
    truth = softmax(logits / 2.5 + 0.8 * CANCER, axis=1)
    labels = (generator.random((len(truth), 1)) > truth.cumsum(axis=1)).sum(axis=1)
    fitted = fit_calibration(logits, labels, CANCER)
    assert fitted.temperature == pytest.approx(2.5, rel=0.05)
    assert fitted.class_bias == pytest.approx((0.8, 0.0, 0.8), abs=0.1)


def test_scaled_logits_give_a_scaled_temperature_and_the_same_probabilities() -> None:
    generator = np.random.default_rng(2)
    logits = generator.normal(0, 2, (500, 3))
    labels = (logits + generator.gumbel(0, 2, logits.shape)).argmax(axis=1)
    fitted, scaled = fit_calibration(logits, labels, CANCER), fit_calibration(3 * logits, labels, CANCER)
    assert scaled.temperature == pytest.approx(3 * fitted.temperature, rel=1e-2)
    np.testing.assert_allclose(scaled.probabilities(3 * logits), fitted.probabilities(logits), atol=2e-3)


def test_classes_that_are_perfectly_apart_get_a_finite_calibration() -> None:
    labels = np.arange(30) % 3
    fitted = fit_calibration(20 * np.eye(3)[labels], labels, CANCER)
    assert 0.01 < fitted.temperature < 10
    assert fitted.probabilities(20 * np.eye(3))[0, 0] > 0.95


@pytest.mark.parametrize(("logits", "labels"), [((4, 3), 5), ((12,), 12), ((0, 3), 0)])
def test_shapes_that_do_not_fit_are_refused(logits: tuple[int, ...], labels: int) -> None:
    with pytest.raises(ValueError, match=r"expected logits \(N, C\) and N labels"):
        fit_calibration(np.zeros(logits), np.zeros(labels, int), CANCER)


def test_cancer_probability_sums_the_cancer_classes_of_each_photo() -> None:
    probs = np.array([[0.1, 0.2, 0.7], [0.5, 0.25, 0.25]])
    np.testing.assert_allclose(cancer_probability(probs, np.array([True, False, True])), [0.8, 0.75])


def test_calibration_error_by_hand() -> None:
    # Two bins of two: |0.2 - 0.5| and |0.8 - 0.5|.
    confidence = np.array([0.9, 0.1, 0.3, 0.7])
    correct = np.array([True, False, True, False])
    assert expected_calibration_error(confidence, correct, bins=2) == pytest.approx(0.3)


def test_calibration_error_weights_bins_by_their_size() -> None:
    # Three photos in two bins: sizes 2 and 1, gaps |0.1 - 0| and |0.5 - 1|.
    error = expected_calibration_error(np.array([0.0, 0.2, 0.5]), np.array([False, False, True]), bins=2)
    assert error == pytest.approx((2 * 0.1 + 1 * 0.5) / 3)


def test_calibration_error_is_small_for_honest_and_large_for_boastful_confidence() -> None:
    confidence = np.random.default_rng(3).random(20_000)
    correct = np.random.default_rng(4).random(20_000) < confidence
    assert expected_calibration_error(confidence, correct) < 0.02
    assert expected_calibration_error(np.full(20_000, 0.99), correct) == pytest.approx(0.49, abs=0.02)


@pytest.mark.parametrize("confidence", [[1.2, 0.3], [-0.1, 0.3]])
def test_confidence_outside_0_to_1_is_refused(confidence: list[float]) -> None:
    with pytest.raises(ValueError, match="confidence must be 0-1"):
        expected_calibration_error(np.array(confidence), np.array([True, False]))


def test_brier_score_by_hand_and_against_scikit_learn() -> None:
    assert brier_score(np.array([[0.7, 0.2, 0.1]]), np.array([1])) == pytest.approx(0.49 + 0.64 + 0.01)
    generator = np.random.default_rng(5)
    probs, labels = generator.dirichlet(np.ones(4), 50), generator.integers(0, 4, 50)
    reference = brier_score_loss(labels, probs, labels=np.arange(4), scale_by_half=False)
    assert brier_score(probs, labels) == pytest.approx(reference)
