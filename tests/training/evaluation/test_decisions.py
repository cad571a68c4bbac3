"""The report on decisions, on photos whose rates are known."""

import numpy as np
import pytest

from training.evaluation.decisions import decision_report


def test_a_perfect_model_is_worth_its_prevalence_and_refers_nobody_else() -> None:
    is_cancer = np.arange(100) % 5 == 0
    report = decision_report(np.where(is_cancer, 0.999, 0.001), is_cancer, 0.2, is_cancer)
    for prevalence in (0.4, 0.1, 0.02):
        part = report[f"{prevalence:g}"]
        assert (part["ppv"], part["npv"]) == (1, 1)
        benefit = part["net_benefit"]["0.05"]
        assert benefit["model"] == pytest.approx(prevalence)
        assert benefit["refer_all"] == pytest.approx(prevalence - (1 - prevalence) / 19)
        assert benefit["refer_none"] == 0


def test_a_model_that_knows_nothing_is_worth_no_more_than_referring_all_or_none() -> None:
    is_cancer = np.arange(100) % 5 == 0
    report = decision_report(np.full(100, 0.2), is_cancer, 0.2, np.full(100, True))
    for part in report.values():
        for benefit in part["net_benefit"].values():
            assert benefit["model"] == pytest.approx(max(benefit["refer_all"], 0))
