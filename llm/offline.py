"""The recommendation without any service: complete by itself, put together from checked sentences.

Order: what the photo says (or that it cannot be judged), what to do and by when, how sure this is, what to watch, and that
a program cannot replace a doctor.
"""

from llm.texts import LANGUAGES, TEXTS, Texts
from postprocess.analysis import Analysis

DEFAULT_LANGUAGE = "en"


def offline_text(analysis: Analysis, language: str = DEFAULT_LANGUAGE) -> str:
    """The recommendation for an analysis, in one of LANGUAGES.

    Raises:
        ValueError: there is no such language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"there is no language {language!r}; choose one of {', '.join(LANGUAGES)}")
    texts = TEXTS[language]
    if analysis.is_ood:
        sentences = [texts.not_judged, texts.retake, texts.not_judged_next, texts.see_at_once, texts.closing]
    else:
        sentences = [
            _finding(analysis, texts),
            texts.next_step[analysis.risk_level],
            texts.certainty[analysis.certainty_level],
            texts.see_at_once,
            texts.closing,
        ]
    return " ".join(sentences)


def _finding(analysis: Analysis, texts: Texts) -> str:
    finding = texts.finding[analysis.risk_level].format(name=texts.classes[analysis.predicted_class])
    # Only where it changes what a reader should think: the likeliest class is benign, yet a cancer is not ruled out.
    others = [analysis.class_codes[label] for label in analysis.prediction_set if analysis.is_cancer[label]]
    if analysis.is_cancer[analysis.predicted] or not others:
        return finding
    names = texts.list_separator.join(texts.classes[code] for code in others)
    return f"{finding} {texts.not_ruled_out.format(names=names)}"
