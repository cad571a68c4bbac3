"""Certainty: hand-computed parts and score, direction, and levels that keep the accuracy that they promise."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import roc_auc_score

from postprocess.certainty import (
    HIGH_ACCURACY,
    MEDIUM_ACCURACY,
    STEADY_FROM,
    CertaintyModel,
    CertaintyParts,
    _reliability_curve,
    fit_certainty,
)

MODEL = CertaintyModel((0.4, 0.3, 0.2, 0.1), (0.2, 0.6, 1.0), (0.3, 0.5, 0.9), high_from=70, medium_from=40)


def _validation_photos(count: int = 1500) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    probs = generator.dirichlet(np.full(5, 0.35), count)
    labels = (generator.random((count, 1)) > probs.cumsum(axis=1)).sum(axis=1)
    agreement = np.clip(probs.max(axis=1) + generator.normal(0, 0.1, count), 0, 1)
    return probs, labels, agreement


def test_parts_and_score_by_hand() -> None:
    parts = MODEL.parts(np.array([0.1, 0.7, 0.2]), agreement=0.9)
    # The curve at 0.7 lies a quarter of the way from 0.5 to 0.9.
    assert parts == pytest.approx((0.7, 0.6, 0.5, 0.9))
    assert MODEL.score(parts) == pytest.approx(100 * (0.4 * 0.7 + 0.3 * 0.6 + 0.2 * 0.5 + 0.1 * 0.9))


def test_names_of_the_parts_are_those_of_the_api() -> None:
    assert CertaintyParts._fields == ("base_confidence", "calibration", "decision_clarity", "prediction_stability")


def test_without_samples_stability_is_the_decision_clarity() -> None:
    parts = MODEL.parts(np.array([0.1, 0.7, 0.2]), agreement=None)
    assert parts.prediction_stability == parts.decision_clarity == pytest.approx(0.5)


def test_no_agreement_at_all_is_not_taken_for_not_sampled() -> None:
    assert MODEL.parts(np.array([0.1, 0.7, 0.2]), agreement=0.0).prediction_stability == 0


@given(st.tuples(*[st.floats(0, 1)] * 4), st.integers(0, 3), st.floats(0, 1))
def test_score_is_0_to_100_and_rises_with_every_part(parts: tuple[float, ...], index: int, other: float) -> None:
    low, high = list(parts), list(parts)
    low[index], high[index] = sorted((parts[index], other))
    low_score, high_score = MODEL.score(CertaintyParts(*low)), MODEL.score(CertaintyParts(*high))
    assert -1e-9 <= low_score <= high_score + 1e-9 <= 100 + 1e-6


@pytest.mark.parametrize(("score", "level"), [(100, "HIGH"), (70, "HIGH"), (69.9, "MEDIUM"), (40, "MEDIUM"), (39, "LOW")])
def test_levels_start_at_their_thresholds(score: float, level: str) -> None:
    assert MODEL.level(score, None) == MODEL.level(score, STEADY_FROM) == level


def test_an_answer_that_keeps_changing_is_not_highly_certain() -> None:
    assert MODEL.level(100.0, STEADY_FROM - 0.01) == "MEDIUM"
    assert MODEL.level(0.0, STEADY_FROM - 0.01) == "LOW"


def test_fitted_levels_keep_their_promise_on_the_photos_they_were_fitted_on() -> None:
    probs, labels, agreement = _validation_photos()
    model = fit_certainty(probs, labels, agreement)
    rows = zip(probs, agreement, strict=True)
    scores = np.array([model.score(model.parts(row, float(share))) for row, share in rows])
    correct = probs.argmax(axis=1) == labels
    # The photo that sets a threshold counts, whatever the last digit of its score.
    high, at_least_medium = scores >= model.high_from - 1e-9, scores >= model.medium_from - 1e-9
    assert correct[high].mean() >= HIGH_ACCURACY
    # By itself: the photos of HIGH must not lend it their accuracy.
    assert HIGH_ACCURACY > correct[at_least_medium & ~high].mean() >= MEDIUM_ACCURACY
    assert correct[~at_least_medium].mean() < MEDIUM_ACCURACY
    # Ranking right above wrong answers is what the score is for; no worse than the largest probability alone.
    assert roc_auc_score(correct, scores) >= roc_auc_score(correct, probs.max(axis=1)) - 0.005


def test_a_part_that_says_all_gets_the_most_weight() -> None:
    generator = np.random.default_rng(2)
    probs = generator.dirichlet(np.full(5, 0.35), 800)
    agreement = (generator.random(800) < 0.7).astype(float)
    labels = np.where(agreement == 1, probs.argmax(axis=1), probs.argmin(axis=1))
    *others, stability = fit_certainty(probs, labels, agreement).weights
    assert stability > 1.5 * max(others)


def test_no_part_is_left_without_a_weight_by_chance() -> None:
    probs, labels, _ = _validation_photos()
    # The samples repeat what the probabilities say.
    assert min(fit_certainty(probs, labels, probs.max(axis=1)).weights) > 0.05


def test_reliability_curve_agrees_with_scikit_learn() -> None:
    probs, labels, _ = _validation_photos(400)
    confidence, correct = probs.max(axis=1), probs.argmax(axis=1) == labels
    points, accuracy = _reliability_curve(confidence, correct)
    reference = IsotonicRegression(out_of_bounds="clip").fit(confidence, correct).predict(points)
    np.testing.assert_allclose(accuracy, reference, atol=1e-6)
    assert (np.diff(points) > 0).all()
    assert (np.diff(accuracy) >= -1e-12).all()


@pytest.mark.parametrize("weights", [(0.5, 0.5, 0.5, -0.5), (0.3, 0.3, 0.3, 0.3), (0.5, 0.5, 0.0)])
def test_weights_that_are_no_shares_are_refused(weights: Any) -> None:
    with pytest.raises(ValueError, match="four weights of at least 0 that sum to 1"):
        dataclasses.replace(MODEL, weights=weights)


def test_broken_curves_and_thresholds_are_refused() -> None:
    with pytest.raises(ValueError, match="reliability curve"):
        dataclasses.replace(MODEL, reliability_accuracy=(0.1, 0.2))
    with pytest.raises(ValueError, match="medium_from <= high_from"):
        dataclasses.replace(MODEL, medium_from=80)
