"""Conformal sets: the promised coverage holds for every class, checked against exact finite-sample theory."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from postprocess.conformal import fit_conformal, prediction_set


def test_threshold_by_hand() -> None:
    # n = 4 photos of class 0, coverage 0.75: the ceil(5 * 0.75) = 4th smallest score of 0.1, 0.2, 0.4, 0.9.
    probs = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.6, 0.4], [0.3, 0.7]])
    thresholds = fit_conformal(probs, np.array([0, 0, 0, 0, 1]), coverage=0.75)
    assert thresholds == pytest.approx((0.9, 1.0))
    # coverage 0.5: the 3rd smallest of class 0, the only one of class 1.
    assert fit_conformal(probs, np.array([0, 0, 0, 0, 1]), coverage=0.5) == pytest.approx((0.4, 0.3))


def test_a_class_with_too_few_photos_is_never_ruled_out() -> None:
    thresholds = fit_conformal(np.tile([0.5, 0.5, 0.0], (8, 1)), np.zeros(8, int), coverage=0.9)
    assert thresholds == (1.0, 1.0, 1.0)
    assert prediction_set(np.array([0.0, 1.0, 0.0]), thresholds) == (1, 0, 2)


def test_mean_coverage_of_each_class_is_what_the_theory_says() -> None:
    # For continuous scores the expected coverage is exactly ceil((n + 1) * coverage) / (n + 1); 0.9 for n = 19.
    # Coverage of one draw is Beta(18, 2), deviation 0.065; measured on 20 new photos, 0.09. The mean of 800 draws has a
    # standard error of 0.0033, so the tolerance is almost five of them.
    generator, covered = np.random.default_rng(0), []
    labels = np.repeat([0, 1], [19, 39])
    for _ in range(800):
        # Class 1 is the harder one: marginal calibration would leave it short.
        first = np.where(labels == 0, generator.beta(6, 2, 58), generator.beta(3, 4, 58))
        thresholds = fit_conformal(np.stack([first, 1 - first], axis=1), labels, coverage=0.9)
        new = np.stack([generator.beta(6, 2, 20), 1 - generator.beta(3, 4, 20)], axis=1)
        covered.append((1 - new <= thresholds).mean(axis=0))
    np.testing.assert_allclose(np.mean(covered, axis=0), [0.9, 0.9], atol=0.016)


@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.98))
def test_sets_are_never_empty_sorted_by_probability_and_grow_with_coverage(seed: int, coverage: float) -> None:
    generator = np.random.default_rng(seed)
    probs, labels = generator.dirichlet(np.full(4, 0.5), 60), generator.integers(0, 4, 60)
    narrow = fit_conformal(probs, labels, coverage)
    wide = fit_conformal(probs, labels, (1 + coverage) / 2)
    assert all(low <= high for low, high in zip(narrow, wide, strict=True))
    for row in generator.dirichlet(np.full(4, 0.5), 5):
        chosen = prediction_set(row, narrow)
        assert chosen[0] == row.argmax()
        assert list(row[list(chosen)]) == sorted(row[list(chosen)], reverse=True)
        assert set(chosen) <= set(prediction_set(row, wide))


def test_the_diagnosis_that_is_named_is_never_ruled_out() -> None:
    assert prediction_set(np.array([0.3, 0.4, 0.3]), (0.1, 0.1, 0.1)) == (1,)
    assert prediction_set(np.array([0.3, 0.4, 0.3]), (0.8, 0.1, 0.1)) == (1, 0)


@pytest.mark.parametrize("coverage", [0.0, 1.0, 90.0, float("nan")])
def test_a_coverage_that_is_no_share_is_refused(coverage: float) -> None:
    with pytest.raises(ValueError, match="coverage must be above 0 and below 1"):
        fit_conformal(np.full((4, 2), 0.5), np.zeros(4, int), coverage)
