"""What changed between two analyses of one lesion, and whether the change is more than the model's own wavering."""

from dataclasses import dataclass

import numpy as np

from postprocess.analysis import Analysis

WITHIN, BEYOND, UNKNOWN = "WITHIN", "BEYOND", "UNKNOWN"


@dataclass(frozen=True, eq=False)
class Comparison:
    """The second analysis against the first. Probabilities are 0-1."""

    probs_change: np.ndarray
    """Second minus first, a class, float64 (C,)."""
    cancer_change: float
    """Second minus first."""
    certainty: str
    """BEYOND: the 90 % intervals of the cancer probability do not overlap; WITHIN: they do; UNKNOWN: one has none."""
    risk_changed: bool


def compare(first: Analysis, second: Analysis) -> Comparison:
    """Compare two analyses by one model.

    Intervals that overlap do not prove that nothing changed, and intervals that do not overlap do not say why: light,
    focus and distance differ between two photos as well, which MC Dropout knows nothing of.

    Raises:
        ValueError: a photo that cannot be judged, or analyses by different models, by different engines or with different
            numbers of views, have nothing to compare.
    """
    if first.is_ood or second.is_ood:
        raise ValueError("a photo that cannot be judged cannot be compared; take a new one")
    if (first.model_version, first.engine) != (second.model_version, second.engine):
        raise ValueError("both photos must be analysed by the same model and engine; analyse them again")
    # Each number of views has its own calibration and limits: the difference would be theirs, and not the photos'.
    if first.views != second.views:
        raise ValueError(
            f"both photos must be analysed with the same number of views, got {first.views} and {second.views}; "
            "analyse them again"
        )
    return Comparison(
        probs_change=second.probs - first.probs,
        cancer_change=second.cancer_probability - first.cancer_probability,
        certainty=_certainty(first, second),
        risk_changed=first.risk_level != second.risk_level,
    )


def _certainty(first: Analysis, second: Analysis) -> str:
    if first.uncertainty is None or second.uncertainty is None:
        return UNKNOWN
    (low, high), (other_low, other_high) = first.uncertainty.cancer_interval, second.uncertainty.cancer_interval
    return WITHIN if low <= other_high and other_low <= high else BEYOND
