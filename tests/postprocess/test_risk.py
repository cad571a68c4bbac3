"""Risk: a missed cancer is the costly error, so the promise on LOW is recomputed here from the fitted thresholds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from postprocess.risk import CONFIDENCE, MAX_MISSED, MIN_HIGH_RECALL, RiskThresholds, fit_risk_thresholds

ORDER = ("LOW", "MEDIUM", "HIGH")


def _clopper_pearson_upper(missed: int, count: int) -> float:
    return 1.0 if missed == count else float(beta.ppf(CONFIDENCE, missed + 1, count - missed))


def _photos(cancers: int, melanomas: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of `cancers` cancers, the first `melanomas` of them melanomas, and 500 benign photos, all like those that are served."""
    generator = np.random.default_rng(seed)
    probability = np.concatenate([generator.beta(4, 2, cancers), generator.beta(2, 5, 500)])
    index = np.arange(len(probability))
    return probability, index < cancers, index < melanomas, index >= 0


@pytest.mark.parametrize(
    ("probability", "level"),
    [(0.0, "LOW"), (0.199, "LOW"), (0.2, "MEDIUM"), (0.599, "MEDIUM"), (0.6, "HIGH"), (1, "HIGH")],
)
def test_levels_at_their_edges(probability: float, level: str) -> None:
    assert RiskThresholds(0.2, 0.6).level(probability) == level


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_probability_never_means_a_lower_risk(a: float, b: float, first: float, second: float) -> None:
    thresholds = RiskThresholds(*sorted((a, b)))
    low, high = (ORDER.index(thresholds.level(probability)) for probability in sorted((first, second)))
    assert low <= high


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.5), (0.6, 0.5), (0.2, 1.0), (float("nan"), 0.5), (0.2, float("nan"))])
def test_thresholds_out_of_order_are_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="expected 0 < low_below <= high_from < 1"):
        RiskThresholds(low, high)


@pytest.mark.parametrize(("cancers", "melanomas"), [(600, 300), (2000, 400), (1000, 1000)])
def test_low_keeps_the_promise_for_cancers_and_for_melanomas_and_is_the_largest_that_does(cancers: int, melanomas: int) -> None:
    probability, is_cancer, is_melanoma, served = _photos(cancers, melanomas)
    low = fit_risk_thresholds(probability, is_cancer, is_melanoma, served).low_below

    def kept(threshold: float) -> bool:
        groups = (probability[is_cancer], probability[is_melanoma])
        return all(_clopper_pearson_upper((group < threshold).sum(), len(group)) <= MAX_MISSED for group in groups)

    assert kept(low)
    # Just above the threshold one more photo of the group that limits it would be missed.
    assert not kept(np.nextafter(low, 1))


def test_of_photos_like_those_that_are_served_no_more_are_missed() -> None:
    probability, is_cancer, is_melanoma, _ = _photos(2000, 1000)
    # The hardest of the melanomas are what is served: of 1000 the bound allows 12, of these 150 the rate allows 3.
    served = np.zeros(len(probability), bool)
    served[np.argsort(np.where(is_melanoma, probability, np.inf))[:150]] = True
    low = fit_risk_thresholds(probability, is_cancer, is_melanoma, served).low_below
    assert (probability[served & is_melanoma] < low).sum() == 3
    everywhere = fit_risk_thresholds(probability, is_cancer, is_melanoma, np.ones_like(served)).low_below
    assert (probability[served & is_melanoma] < everywhere).sum() > 3


@pytest.mark.parametrize(("count", "left_out"), [(1, 0), (5, 1), (10, 2), (777, 155), (1114, 222)])
def test_high_holds_enough_cancers_and_is_the_largest_that_does(count: int, left_out: int) -> None:
    probability, is_cancer, is_melanoma, served = _photos(count, count)
    high = fit_risk_thresholds(probability, is_cancer, is_melanoma, served).high_from
    cancers = probability[is_cancer]
    assert (cancers < high).sum() == left_out
    assert (cancers >= high).mean() >= MIN_HIGH_RECALL > (cancers > high).mean()


def test_cancers_of_equal_probability_are_all_in_high() -> None:
    probability, is_cancer = np.array([0.3, 0.5, 0.5, 0.5, 0.9]), np.ones(5, bool)
    assert fit_risk_thresholds(probability, is_cancer, is_cancer, is_cancer).high_from == 0.5


def test_with_too_few_melanomas_to_show_the_rate_none_may_be_missed() -> None:
    # None of 60 missed leaves an upper bound of 4.9 %.
    assert _clopper_pearson_upper(0, 60) > MAX_MISSED
    probability, is_cancer, is_melanoma, served = _photos(2000, 60)
    low = fit_risk_thresholds(probability, is_cancer, is_melanoma, served).low_below
    assert not (probability[is_melanoma] < low).any()


@pytest.mark.parametrize(("cancers", "melanomas"), [(0, 0), (50, 0)])
def test_no_cancers_or_no_melanomas_is_refused(cancers: int, melanomas: int) -> None:
    with pytest.raises(ValueError, match="cancers and of melanomas"):
        fit_risk_thresholds(*_photos(cancers, melanomas))
