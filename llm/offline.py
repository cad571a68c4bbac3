"""The recommendation without any service: complete by itself, put together from checked sentences.

Order: how high the risk is and what the spot looks most like (or that it cannot be judged, and how to take a better
photo), what that is worth without a dermatoscope, what to do and by when, how sure this is, which changes should not
wait, and that a program does not replace a doctor.
"""

from llm.texts import LANGUAGES, TEXTS, Texts
from postprocess.analysis import Analysis
from postprocess.certainty import STEADY_FROM
from postprocess.errors import InputError
from postprocess.risk import LOW, MEDIUM

DEFAULT_LANGUAGE = "en"


def offline_text(analysis: Analysis, language: str = DEFAULT_LANGUAGE) -> str:
    """The recommendation for an analysis, in one of LANGUAGES: 80 to 200 words of running text.

    Raises:
        InputError: there is no such language.
    """
    if language not in LANGUAGES:
        raise InputError(f"there is no language {language!r}; choose one of {', '.join(LANGUAGES)}")
    texts = TEXTS[language]
    sentences = _not_judged(texts) if analysis.is_ood else _judged(analysis, texts)
    return " ".join([*sentences, texts.see_at_once, texts.closing])


def advice_level(analysis: Analysis) -> str:
    """The risk level whose time is told: of a photo without a dermatoscope never LOW's, which would reassure falsely."""
    return MEDIUM if analysis.is_clinical and analysis.risk_level == LOW else analysis.risk_level


def _is_unsteady(analysis: Analysis) -> bool:
    return analysis.uncertainty is not None and analysis.uncertainty.agreement < STEADY_FROM


def _not_judged(texts: Texts) -> list[str]:
    return [texts.not_judged, texts.retake, texts.not_judged_next]


def _judged(analysis: Analysis, texts: Texts) -> list[str]:
    looks_like = texts.looks_like[analysis.predicted_class]
    sentences = [texts.finding[analysis.risk_level].format(looks_like=looks_like), *_alternatives(analysis, texts)]
    if analysis.is_clinical:
        sentences.append(texts.clinical)
    sentences += [texts.next_step[advice_level(analysis)], texts.certainty[analysis.certainty_level]]
    if _is_unsteady(analysis):
        sentences.append(texts.unsteady)
    return sentences


def _alternatives(analysis: Analysis, texts: Texts) -> list[str]:
    """What the prediction set changes about what a reader should think."""
    others = [label for label in analysis.prediction_set if label != analysis.predicted]
    cancers = [texts.names[analysis.class_codes[label]] for label in others if analysis.is_cancer[label]]
    sentences = []
    if not analysis.is_cancer[analysis.predicted] and analysis.risk_level != "LOW":
        sentences.append(texts.even_so)
    if cancers:
        sentences.append(texts.not_ruled_out.format(names=", ".join(cancers)))
    # Said only of a cancer: beside a benign class it would reassure.
    if analysis.is_cancer[analysis.predicted] and len(cancers) < len(others):
        sentences.append(texts.maybe_else)
    return sentences
