"""How certain the model is, and why, in words that need no statistics."""

from inference.model_spec import ModelSpec
from postprocess.analysis import Analysis
from postprocess.certainty import HIGH_ACCURACY, MEDIUM_ACCURACY, STEADY_FROM
from webapp.markup import bar, card, in_words, note, percent, text

_NAMES = {
    "base_confidence": ("Confidence", "probability of the likeliest diagnosis"),
    "calibration": ("Track record", "how often it was right on photos it was as confident about"),
    "decision_clarity": ("Clear lead", "distance to the second likeliest diagnosis"),
    "prediction_stability": ("Stability", "share of the repeated runs that agree"),
}
_PROMISES = {
    "HIGH": f"Answers this certain were right for at least {100 * HIGH_ACCURACY:.0f} of 100 validation photos.",
    "MEDIUM": f"Answers this certain were right for at least {100 * MEDIUM_ACCURACY:.0f} of 100 validation photos.",
    "LOW": "Answers this uncertain are often wrong: go by a doctor's view, not by this one.",
}


def certainty_card(analysis: Analysis, spec: ModelSpec) -> str:
    """Level, score, the reason, and the four parts."""
    level, score = analysis.certainty_level, f"{analysis.certainty_score:.0f} of 100"
    parts = analysis.certainty_parts._asdict()
    certainty = spec.fitted[analysis.views].certainty
    weights = dict(zip(parts, certainty.weights, strict=True))
    rows = "".join(_row(name, share, weights[name], analysis) for name, share in parts.items())
    return card(
        "How sure is the model?",
        f"<p class='sg-number'>{level.capitalize()} <span class='sg-aside'>{score}</span></p>"
        f"<p>{_reason(analysis, parts, weights, certainty.high_from)} {_PROMISES[level]}</p><ul class='sg-bars'>{rows}</ul>"
        + note("It is about the diagnosis, not about the risk: a model can be sure and wrong."),
    )


def _row(name: str, share: float, weight: float, analysis: Analysis) -> str:
    title, meaning = _NAMES[name]
    counts = _counts(weight)
    if name == "prediction_stability":
        if analysis.uncertainty is None:
            meaning = "not measured without repeated runs; the clear lead stands in"
        else:
            counts += f"; below {100 * STEADY_FROM:.0f} it rules out High"
    return bar(f"{title} <small>{meaning}; {counts}</small>", share, f"{100 * share:.0f}")


def _counts(weight: float) -> str:
    percentage = round(100 * weight)
    return f"counts {percentage} %" if percentage else "not counted: on validation photos it added nothing to the others"


def _reason(analysis: Analysis, parts: dict[str, float], weights: dict[str, float], high_from: float) -> str:
    """What cost the level or the most points; where few are missing, which cancers are possible all the same."""
    if analysis.certainty_level == "HIGH":
        return _cancers_left(analysis)
    costliest = max(parts, key=lambda name: weights[name] * (1 - parts[name]))
    # Points enough for High: what kept it from that is what the level asks for beside them.
    if analysis.certainty_score >= high_from:
        costliest = "prediction_stability"
    second, first = analysis.probs.argsort()[-2:]
    names = [text(analysis.class_names[label].lower()) for label in (first, second)]
    first_share, second_share = percent(analysis.probs[first]), percent(analysis.probs[second])
    of_hundred = {name: f"{100 * share:.0f} of 100" for name, share in parts.items()}
    reasons = {
        "base_confidence": f"its first choice, {names[0]}, reaches only {first_share}",
        "calibration": f"with such answers it was right on only {of_hundred['calibration']} validation photos",
        "decision_clarity": f"{names[1]} ({second_share}) stays possible beside {names[0]} ({first_share})",
        "prediction_stability": f"only {of_hundred['prediction_stability']} repeated runs came to the same diagnosis",
    }
    return f"Mainly because {reasons[costliest]}."


def _cancers_left(analysis: Analysis) -> str:
    """Beside the first choice: "high" must not be read as "nothing else comes into question"."""
    others = (label for label in analysis.prediction_set if label != analysis.predicted)
    names = [text(analysis.class_names[label].lower()) for label in others if analysis.is_cancer[label]]
    return f"All the same it does not rule out {in_words(names)}." if names else ""
