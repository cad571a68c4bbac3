"""The facts that a language model is told, which are also the only ones that its text may hold."""

from typing import Any

from llm.texts import TEXTS
from postprocess.analysis import Analysis


def told_facts(analysis: Analysis, language: str) -> dict[str, Any]:
    """Numbers and words of an analysis. Never the photo, its name or its metadata: an Analysis holds none of them.

    Percentages are whole numbers 1-99, because "0 %" and "100 %" would be read as certainty.

    Raises:
        ValueError: the photo cannot be judged; its numbers mean nothing and are told to nobody.
    """
    if analysis.is_ood:
        raise ValueError("a photo that cannot be judged has no facts to tell; use llm.offline.offline_text")
    names = TEXTS[language].names
    facts: dict[str, Any] = {
        "risk_level": analysis.risk_level,
        "cancer_probability_percent": _percent(analysis.cancer_probability),
        "looks_most_like": names[analysis.predicted_class],
        "cannot_be_ruled_out": [names[analysis.class_codes[label]] for label in analysis.prediction_set],
        "certainty_of_the_program": analysis.certainty_level,
    }
    if analysis.uncertainty is not None:
        low, high = analysis.uncertainty.cancer_interval
        facts["cancer_probability_in_repeated_runs_percent"] = {"from": _percent(low), "to": _percent(high)}
    if analysis.is_clinical:
        facts["warning_about_the_photo"] = TEXTS[language].clinical
    return facts


def told_percentages(analysis: Analysis) -> list[int]:
    """The percentages among the facts, the cancer probability first; none for a photo that cannot be judged."""
    if analysis.is_ood:
        return []
    shares = [analysis.cancer_probability]
    if analysis.uncertainty is not None:
        shares += analysis.uncertainty.cancer_interval
    return [_percent(share) for share in shares]


def told_classes(analysis: Analysis) -> set[str]:
    """Codes of the classes among the facts; none for a photo that cannot be judged."""
    if analysis.is_ood:
        return set()
    return {analysis.predicted_class, *(analysis.class_codes[label] for label in analysis.prediction_set)}


def _percent(share: float) -> int:
    return min(max(round(100 * share), 1), 99)
