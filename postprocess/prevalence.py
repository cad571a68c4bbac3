"""What a result means where cancer is rarer or commoner than among the photos that the probabilities were fitted on.

Probabilities are shifted to another prevalence by Saerens et al. 2002 (eq. 4): p'(c | x) is proportional to
p(c | x) * new share of c / old share of c. What is rarer and what is commoner is cancer as a whole; within cancer and within
benign the shares stay. It supposes that the photos of each class look alike in both places.

The risk level does not shift: its limits promise a share of cancers that is missed, which no prevalence changes.
"""

from dataclasses import dataclass

import numpy as np

from postprocess.errors import InputError

SPECIALIST, SCREENING = "specialist", "screening"
DEFAULT_SETTING = SPECIALIST
# Cancers among the spots that are photographed, where people are not sent for a suspicion: an assumption, and shown as one.
SCREENING_PREVALENCE = 0.02
SETTINGS = (SPECIALIST, SCREENING)


@dataclass(frozen=True)
class Setting:
    """Where a photo comes from, and what its probability of cancer is there; all numbers 0-1."""

    name: str
    prevalence: float
    fitted_prevalence: float
    cancer_probability: float


def check_setting(name: str) -> None:
    """Check that a setting is one of SETTINGS.

    Raises:
        InputError: it is not.
    """
    if name not in SETTINGS:
        raise InputError(f"there is no setting {name!r}; choose one of {', '.join(SETTINGS)}")


def in_setting(name: str, cancer_probability: float, fitted_prevalence: float) -> Setting:
    """The probability of cancer in one of SETTINGS; the default is where the probabilities were fitted: nothing shifts.

    Raises:
        InputError: there is no such setting.
    """
    check_setting(name)
    if name == SPECIALIST:
        return Setting(name, fitted_prevalence, fitted_prevalence, cancer_probability)
    shifted = shift_prevalence(
        np.array([cancer_probability, 1 - cancer_probability]), np.array([True, False]), fitted_prevalence, SCREENING_PREVALENCE
    )
    return Setting(name, SCREENING_PREVALENCE, fitted_prevalence, float(shifted[0]))


def shift_prevalence(probs: np.ndarray, is_cancer: np.ndarray, fitted: float, wanted: float) -> np.ndarray:
    """Probabilities where the share of cancer is `wanted` in place of `fitted` (Saerens et al. 2002, eq. 4).

    Args:
        probs: (..., C), calibrated, each row sums to 1.
        is_cancer: bool (C,).
        fitted, wanted: share of cancer, above 0 and below 1.

    Returns:
        (..., C), each row sums to 1.

    Raises:
        ValueError: a share of 0, 1 or beyond.
    """
    if not (0 < fitted < 1 and 0 < wanted < 1):
        raise ValueError(f"a prevalence must be above 0 and below 1, got {fitted} and {wanted}")
    weighted = probs * np.where(is_cancer, wanted / fitted, (1 - wanted) / (1 - fitted))
    return weighted / weighted.sum(axis=-1, keepdims=True)


def predictive_values(recall: float, specificity: float, prevalence: float) -> tuple[float, float]:
    """PPV and NPV (Bayes): share of the photos told to be cancer, and not to be, for which that is so; NaN for none."""
    found, missed = recall * prevalence, (1 - recall) * prevalence
    alarms, cleared = (1 - specificity) * (1 - prevalence), specificity * (1 - prevalence)
    return _share(found, found + alarms), _share(cleared, cleared + missed)


def net_benefit(recall: float, specificity: float, prevalence: float, threshold: float) -> float:
    """Net benefit of referring what is told to be cancer (Vickers & Elkin 2006), per patient, in found cancers.

    recall * prevalence - (1 - specificity) * (1 - prevalence) * t / (1 - t), where t is the probability of cancer from which on
    one would want to be referred: at t = 0.05, a found cancer is worth 19 needless referrals. Refer-all is recall 1 and
    specificity 0; refer-none is 0 by definition.

    Raises:
        ValueError: a threshold of 0, 1 or beyond.
    """
    if not 0 < threshold < 1:
        raise ValueError(f"the threshold must be above 0 and below 1, got {threshold}")
    return recall * prevalence - (1 - specificity) * (1 - prevalence) * threshold / (1 - threshold)


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")
