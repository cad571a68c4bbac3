"""Risk-coverage curves against values worked out by hand."""

import numpy as np
import pytest

from training.evaluation.selective import aurc, risk_coverage, selective_report


def test_the_curve_by_hand() -> None:
    coverage, risk = risk_coverage(np.array([0.9, 0.2, 0.6, 0.4]), np.array([True, True, False, True]))
    np.testing.assert_allclose(coverage, [0.25, 0.5, 0.75, 1])
    np.testing.assert_allclose(risk, [0, 1 / 2, 1 / 3, 1 / 4])


def test_the_area_is_the_mean_over_all_coverages() -> None:
    assert aurc(np.array([0.9, 0.2, 0.6, 0.4]), np.array([True, True, False, True])) == pytest.approx(
        (1 / 2 + 1 / 3 + 1 / 4) / 4
    )


def test_photos_of_equal_certainty_stay_together_whatever_their_order() -> None:
    certainty, correct = np.array([0.9, 0.5, 0.5, 0.5]), np.array([True, False, True, True])
    coverage, risk = risk_coverage(certainty, correct)
    np.testing.assert_allclose(coverage, [0.25, 1])
    np.testing.assert_allclose(risk, [0, 0.25])
    # After the first, a third of a wrong answer a photo.
    assert aurc(certainty, correct) == pytest.approx((0 + 1 / 6 + 2 / 9 + 1 / 4) / 4)
    assert aurc(certainty, correct[[0, 3, 2, 1]]) == pytest.approx(aurc(certainty, correct))


def test_no_score_beats_the_oracle_and_chance_is_the_error_rate() -> None:
    generator = np.random.default_rng(0)
    correct = generator.random(4000) < 0.7
    scores = {"chance": generator.random(4000), "good": correct + generator.normal(0, 0.5, 4000)}
    report = selective_report(scores, correct)
    assert report["chance"]["aurc"] == pytest.approx(0.3, abs=0.02)
    assert report["oracle"]["aurc"] < report["good"]["aurc"] < report["chance"]["aurc"]
    # Of 30 % wrong answers, 20 % of all photos take two thirds away.
    assert report["oracle"]["accuracy_kept"] == pytest.approx(correct.mean() / 0.8)
    assert report["good"]["accuracy"] == pytest.approx(correct.mean())


def test_nothing_to_rank_is_refused() -> None:
    with pytest.raises(ValueError, match="expected N > 0 certainties"):
        aurc(np.array([]), np.array([], bool))
