"""The result as HTML: most important first, every number with its meaning, nothing in colour alone."""

from html import escape

from inference.model_spec import ModelSpec
from llm.client import Recommendation
from postprocess.analysis import Analysis
from webapp.pictures import pictures
from webapp.service import Examined

_HEADLINES = {
    "HIGH": ("▲", "High risk", "Please see a dermatologist within one to two weeks."),
    "MEDIUM": ("◆", "Medium risk", "Please have a doctor look at this spot within the next few weeks."),
    "LOW": ("●", "Low risk", "Few signs of cancer. Show the spot at your next skin check, sooner if it changes."),
}
_PARTS = {
    "base_confidence": ("Confidence", "probability of the likeliest class"),
    "calibration": ("Track record", "how often the model was right on photos it was as confident about"),
    "decision_clarity": ("Clear lead", "distance to the second likeliest class"),
    "prediction_stability": ("Stability", "share of repeated runs with parts of the network switched off that agree"),
}


def headline_html(examined: Examined, spec: ModelSpec) -> str:
    """What matters most: the risk and the probability of cancer, or that the photo cannot be judged."""
    analysis = examined.analysis
    # No number beside "cannot be judged": it would be read as an answer.
    cancer = "" if analysis.is_ood else _cancer(analysis, spec)
    return f"<div class='sg-result' role='status' aria-live='polite'>{_banner(analysis)}{cancer}</div>"


def details_html(examined: Examined, spec: ModelSpec) -> str:
    """What stands behind the headline; it comes after the recommendation."""
    analysis = examined.analysis
    numbers = "".join((_classes(analysis), _certainty(analysis), _fine_print(analysis)))
    if analysis.is_ood:
        numbers = (
            "<details class='sg-unreliable'><summary>Show the numbers all the same (not reliable)</summary>"
            f"{_cancer(analysis, spec)}{numbers}</details>"
        )
    return f"<div class='sg-result'>{pictures(examined, spec.heatmap_full_scale)}{numbers}</div>"


def recommendation_html(recommendation: Recommendation) -> str:
    """The recommendation, with where it comes from."""
    source = "written by a language model and checked by rules" if recommendation.source == "llm" else "standard text"
    return (
        f"<section class='sg-card'><h3>What to do next</h3><p class='sg-advice'>{escape(recommendation.text)}</p>"
        f"<p class='sg-note'>{source}</p></section>"
    )


def _banner(analysis: Analysis) -> str:
    if analysis.is_ood:
        kind, icon, title = "ood", "?", "This photo cannot be judged"
        text = (
            "It is unlike the dermoscopic photos that the model learned from, so no risk is given. Use a sharp, evenly lit "
            "photo taken through a dermatoscope, with the whole spot in the middle."
        )
    else:
        kind = analysis.risk_level.lower()
        icon, title, text = _HEADLINES[analysis.risk_level]
    return (
        f"<section class='sg-banner sg-{kind}'><span class='sg-icon' aria-hidden='true'>{icon}</span>"
        f"<div><h2>{title}</h2><p>{text}</p></div></section>"
    )


def _cancer(analysis: Analysis, spec: ModelSpec) -> str:
    percent = 100 * analysis.cancer_probability
    interval, band = "", ""
    if analysis.uncertainty is not None:
        low, high = (100 * bound for bound in analysis.uncertainty.cancer_interval)
        interval = f"<span class='sg-interval'>90 % of {analysis.uncertainty.samples} samples: {low:.1f} to {high:.1f} %</span>"
        band = f"<i class='sg-band' style='left:{low:.1f}%;width:{max(high - low, 0.5):.1f}%'></i>"
    limits = "".join(
        f"<i class='sg-limit' style='left:{100 * limit:.1f}%'></i>" for limit in (spec.risk.low_below, spec.risk.high_from)
    )
    return (
        f"<section class='sg-card'><h3>Probability of cancer</h3><p class='sg-number'>{percent:.1f} % {interval}</p>"
        f"<div class='sg-scale' aria-hidden='true'>{limits}{band}<b style='left:{percent:.1f}%'></b></div>"
        f"<p class='sg-note'>Low risk below {100 * spec.risk.low_below:.1f} %, high risk from "
        f"{100 * spec.risk.high_from:.1f} %: "
        "the limits are low because a missed cancer costs more than a false alarm.</p></section>"
    )


def _classes(analysis: Analysis) -> str:
    order = sorted(range(len(analysis.probs)), key=lambda label: -analysis.probs[label])
    rows = "".join(_class_row(analysis, label) for label in order)
    named = _in_words([analysis.class_names[label].lower() for label in analysis.prediction_set])
    promise = f"In {100 * analysis.coverage:.0f} of 100 photos the true diagnosis is among those kept."
    return (
        f"<section class='sg-card'><h3>Eight diagnoses</h3><ul class='sg-bars'>{rows}</ul>"
        f"<p><strong>Not ruled out:</strong> {escape(named)}.</p><p class='sg-note'>{promise}</p></section>"
    )


def _class_row(analysis: Analysis, label: int) -> str:
    percent = 100 * analysis.probs[label]
    cancer = analysis.is_cancer[label]
    tag = "<span class='sg-tag'>cancer</span>" if cancer else ""
    return _bar(f"{escape(analysis.class_names[label])} {tag}", percent, f"{percent:.1f} %", "sg-cancer" if cancer else "")


def _certainty(analysis: Analysis) -> str:
    rows = "".join(
        _bar(f"{name}<small>{meaning}</small>", 100 * part, f"{100 * part:.0f}", "")
        for (name, meaning), part in zip(_PARTS.values(), analysis.certainty_parts, strict=True)
    )
    level = analysis.certainty_level.capitalize()
    return (
        f"<section class='sg-card'><h3>How sure is the model?</h3>"
        f"<p class='sg-number'>{level} <span class='sg-interval'>{analysis.certainty_score:.0f} of 100</span></p>"
        f"<ul class='sg-bars'>{rows}</ul></section>"
    )


def _bar(label: str, percent: float, value: str, kind: str) -> str:
    return (
        f"<li><span class='sg-label'>{label}</span><span class='sg-value'>{value}</span>"
        f"<span class='sg-track' aria-hidden='true'><i class='{kind}' style='width:{percent:.1f}%'></i></span></li>"
    )


def _fine_print(analysis: Analysis) -> str:
    sampled = analysis.uncertainty
    uncertainty = (
        f"Predictive entropy {sampled.predictive_entropy:.2f} nats, of which {sampled.mutual_information:.3f} is the model's "
        "own ignorance. "
        if sampled
        else "Not sampled (MC Dropout off). "
    )
    return (
        f"<p class='sg-note'>{uncertainty}Distance from the training photos {analysis.ood_score:.2f}, limit "
        f"{analysis.ood_threshold:.2f}. Engine {escape(analysis.engine)}, model {escape(analysis.model_version)}.</p>"
    )


def _in_words(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
