"""What the answers are worth: predictive values and net benefit at other prevalences than that of the photos measured."""

from typing import Any

import numpy as np

from postprocess.prevalence import net_benefit, predictive_values, shift_prevalence

PREVALENCES = (0.40, 0.10, 0.02)
# Probability of cancer from which on one would want to be referred.
REFERRAL_THRESHOLDS = (0.01, 0.02, 0.05, 0.10, 0.20)


def decision_report(
    cancer_probability: np.ndarray, is_cancer: np.ndarray, fitted_prevalence: float, referred: np.ndarray
) -> dict[str, Any]:
    """PPV, NPV and net benefit at each of PREVALENCES.

    Net benefit refers the photos whose probability, shifted to that prevalence, reaches the threshold (Vickers & Elkin
    2006), and is given beside those of referring all and none (0).

    Args:
        cancer_probability: (N,), calibrated, 0-1.
        is_cancer: bool (N,), the truth.
        fitted_prevalence: that of the photos that the probabilities were fitted on.
        referred: bool (N,), what the app advises to show to a doctor soon (risk not LOW).

    Returns:
        {prevalence: {"ppv", "npv", "net_benefit": {threshold: {"model", "refer_all", "refer_none"}}}}, keys as text.
    """
    recall, specificity = _rates(referred, is_cancer)
    both = np.stack([cancer_probability, 1 - cancer_probability], axis=1)
    report: dict[str, Any] = {}
    for prevalence in PREVALENCES:
        shifted = shift_prevalence(both, np.array([True, False]), fitted_prevalence, prevalence)[:, 0]
        ppv, npv = predictive_values(recall, specificity, prevalence)
        benefits = {
            f"{threshold:g}": {
                "model": net_benefit(*_rates(shifted >= threshold, is_cancer), prevalence, threshold),
                "refer_all": net_benefit(1, 0, prevalence, threshold),
                "refer_none": 0.0,
            }
            for threshold in REFERRAL_THRESHOLDS
        }
        report[f"{prevalence:g}"] = {"ppv": ppv, "npv": npv, "net_benefit": benefits}
    return report


def _rates(told: np.ndarray, is_cancer: np.ndarray) -> tuple[float, float]:
    """Recall and specificity."""
    return float(told[is_cancer].mean()), float((~told[~is_cancer]).mean())
