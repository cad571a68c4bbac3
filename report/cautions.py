"""What a reader of the report must know before its numbers: a photo of another kind, its faults, and where it comes from."""

from postprocess.analysis import Analysis
from postprocess.prevalence import DEFAULT_SETTING
from report.words import Words


def cautions(analysis: Analysis, words: Words) -> list[str]:
    """Sentences in the reader's language; none for a good dermoscopic photo from a specialist clinic."""
    sentences = [words.clinical] if analysis.is_clinical else []
    problems = analysis.photo_quality.problems if analysis.photo_quality else ()
    if problems:
        sentences.append(words.photo_faults.format(faults=", ".join(words.faults[name] for name in problems)))
    setting = analysis.setting
    # Of a photo that cannot be judged no probability is stated.
    if setting is not None and setting.name != DEFAULT_SETTING and not analysis.is_ood:
        of_100 = f"{100 * setting.prevalence:.0f}"
        sentences.append(words.screening.format(of_100=of_100, probability=words.percent(setting.cancer_probability)))
        sentences.append(words.level_stays)
        # The limits were fitted on dermoscopic photos.
        if not analysis.is_clinical:
            sentences.append(words.limits_hold)
    return sentences
