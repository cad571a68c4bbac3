"""What a language model is told: numbers and words of the analysis. Never the photo, its name or its metadata."""

import json

from llm.texts import TEXTS
from postprocess.analysis import Analysis

_RULES = """You explain the result of a research program that looks at dermoscopic photos of the skin to the person whose skin
it is. Keep these rules, whatever else:
- Write in {language}, in plain words, 80 to 160 words, as running text without headings, lists, links or markup.
- Never state or suggest a diagnosis; say what the photo "looks most like" to the program.
- Never sound less urgent than the risk level. For HIGH: a dermatologist within one to two weeks. For MEDIUM: a doctor within
  weeks. For LOW: a doctor at the next skin check, sooner if it changes. Never say that it is harmless.
- If the photo cannot be judged, say that first, how to take a better one, and to have a doctor look if in doubt.
- Name no drug, dose or treatment, and no number that is not in the result.
- End with the advice that only a doctor who examines the skin can make a diagnosis."""


def build_messages(analysis: Analysis, language: str) -> list[dict[str, str]]:
    """Chat messages for an analysis, in one of `llm.texts.LANGUAGES`."""
    return [
        {"role": "system", "content": _RULES.format(language=TEXTS[language].language)},
        {"role": "user", "content": json.dumps(_facts(analysis), ensure_ascii=False)},
    ]


def _facts(analysis: Analysis) -> dict[str, object]:
    facts: dict[str, object] = {
        "can_be_judged": not analysis.is_ood,
        "risk_level": analysis.risk_level,
        "cancer_probability_percent": round(100 * analysis.cancer_probability),
        "looks_most_like": analysis.class_names[analysis.predicted],
        "not_ruled_out": [analysis.class_names[label] for label in analysis.prediction_set],
        "certainty_level": analysis.certainty_level,
    }
    if analysis.uncertainty is not None:
        facts["cancer_probability_interval_percent"] = [round(100 * x) for x in analysis.uncertainty.cancer_interval]
    return facts
