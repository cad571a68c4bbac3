"""Uncertainty: closed-form extremes, bounds, and each direction."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from postprocess.uncertainty import summarize_samples


def test_two_sure_voters_that_disagree_give_ln_2_of_mutual_information() -> None:
    summary = summarize_samples(np.eye(2), np.array([True, False]), predicted=0)
    assert summary.predictive_entropy == pytest.approx(np.log(2))
    assert summary.expected_entropy == 0
    assert summary.mutual_information == pytest.approx(np.log(2))
    assert summary.agreement == 0.5
    assert summary.samples == 2


def test_voters_that_agree_on_an_even_answer_give_ln_c_of_expected_entropy() -> None:
    summary = summarize_samples(np.full((6, 4), 0.25), np.array([True, False, False, False]), predicted=0)
    assert summary.predictive_entropy == pytest.approx(np.log(4))
    assert summary.expected_entropy == pytest.approx(np.log(4))
    assert summary.mutual_information == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("samples", "left_out"), [(2, 0), (3, 0), (5, 0), (10, 0), (20, 1), (30, 1), (101, 5)])
def test_interval_holds_at_least_9_of_10_samples_and_leaves_out_as_many_as_it_can(samples: int, left_out: int) -> None:
    cancer = np.random.default_rng(0).permutation(np.linspace(0, 1, samples))
    probs = np.stack([cancer / 2, 1 - cancer, cancer / 2], axis=1)
    low, high = summarize_samples(probs, np.array([True, False, True]), predicted=1).cancer_interval
    # The same number at each end.
    assert ((cancer < low).sum(), (cancer > high).sum()) == (left_out, left_out)
    assert ((cancer >= low) & (cancer <= high)).mean() >= 0.9


def test_a_cancer_probability_that_rounds_above_1_is_1() -> None:
    probs = np.array([[0.2, 0.4, 0.3, 0.1, 0.0]] * 2)
    assert probs[:, :4].sum(axis=1).max() > 1
    assert summarize_samples(probs, np.arange(5) < 4, predicted=1).cancer_interval == (1, 1)


def test_agreement_counts_the_given_class_not_the_commonest() -> None:
    probs = np.array([[0.8, 0.1, 0.1], [0.7, 0.2, 0.1], [0.6, 0.3, 0.1], [0.1, 0.8, 0.1]])
    assert summarize_samples(probs, np.array([True, False, False]), predicted=1).agreement == 0.25


@given(st.integers(2, 20), st.integers(2, 9), st.integers(0, 2**32 - 1))
def test_entropies_agree_with_scipy_and_keep_their_bounds(samples: int, classes: int, seed: int) -> None:
    probs = np.random.default_rng(seed).dirichlet(np.full(classes, 0.3), samples)
    summary = summarize_samples(probs, np.arange(classes) % 2 == 0, predicted=0)
    assert summary.predictive_entropy == pytest.approx(entropy(probs.mean(axis=0)))
    assert summary.expected_entropy == pytest.approx(entropy(probs, axis=1).mean())
    assert 0 <= summary.mutual_information <= summary.predictive_entropy + 1e-9 <= np.log(classes) + 1e-6
    low, high = summary.cancer_interval
    assert 0 <= low <= high <= 1
    assert 0 <= summary.agreement <= 1


@pytest.mark.parametrize("shape", [(1, 8), (8,), (0, 8)])
def test_fewer_than_two_samples_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="at least 2 samples"):
        summarize_samples(np.full(shape, 1 / 8), np.ones(8, bool), predicted=0)
