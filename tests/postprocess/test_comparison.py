"""What changed between two photos, and when a change is said to be none."""

import dataclasses

import numpy as np
import pytest

from postprocess.comparison import BEYOND, UNKNOWN, WITHIN, compare
from postprocess.uncertainty import Uncertainty
from tests.analyses import benign_analysis, make_analysis


def _with_interval(low: float, high: float):
    uncertainty: Uncertainty = dataclasses.replace(make_analysis().uncertainty, cancer_interval=(low, high))
    return make_analysis(uncertainty=uncertainty)


def test_changes_are_second_minus_first() -> None:
    change = compare(benign_analysis(), make_analysis())
    assert change.cancer_change == pytest.approx(0.62)
    np.testing.assert_allclose(change.probs_change, [0.59, -0.63, 0.01, 0.01, 0.0, 0.005, 0.005, 0.01], atol=1e-12)
    assert change.risk_changed


@pytest.mark.parametrize(
    ("first", "second", "certainty"),
    [
        ((0.1, 0.2), (0.3, 0.4), BEYOND),
        ((0.3, 0.4), (0.1, 0.2), BEYOND),
        ((0.1, 0.3), (0.2, 0.4), WITHIN),
        ((0.1, 0.9), (0.4, 0.5), WITHIN),
        ((0.1, 0.2), (0.2, 0.3), WITHIN),
    ],
)
def test_a_change_is_within_the_uncertainty_when_the_intervals_overlap(first, second, certainty: str) -> None:
    assert compare(_with_interval(*first), _with_interval(*second)).certainty == certainty


def test_without_an_interval_nothing_is_claimed() -> None:
    assert compare(make_analysis(), make_analysis(uncertainty=None)).certainty == UNKNOWN


def test_the_same_photo_twice_has_not_changed() -> None:
    change = compare(make_analysis(), make_analysis())
    assert (change.cancer_change, change.certainty, change.risk_changed) == (0, WITHIN, False)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ood_score": 9.0}, "cannot be compared"),
        ({"model_version": "other"}, "same model and engine"),
        ({"engine": "torch"}, "same model and engine"),
        ({"views": 8}, "same number of views, got 1 and 8"),
    ],
)
def test_what_cannot_be_compared_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compare(make_analysis(), make_analysis(**changes))


def test_two_analyses_in_eight_views_are_compared() -> None:
    assert compare(benign_analysis(views=8), make_analysis(views=8)).cancer_change == pytest.approx(0.62)
