"""The first thing that is read: the risk in colour, word and icon, and the probability of cancer with its interval."""

from inference.model_spec import ModelSpec
from llm.offline import advice_level
from postprocess.analysis import Analysis
from postprocess.risk import HIGH, LOW, MEDIUM, RiskThresholds
from webapp.markup import card, note, percent
from webapp.setting_view import setting_words

RISK_TITLES = {HIGH: "High risk", MEDIUM: "Medium risk", LOW: "Low risk"}
RISK_MEANINGS = {
    # The same times as in the advice (`llm.texts`).
    HIGH: "The photo shows signs that occur in skin cancer. Please see a dermatologist within the next few days, and within "
    "one to two weeks at the latest.",
    MEDIUM: "Skin cancer cannot be ruled out. Please have a doctor look at this spot within the next few weeks.",
    LOW: "Few signs of skin cancer. Show the spot at your next skin check, and sooner if it changes or worries you.",
}
_PROMISE = "The limits were chosen so that cancers are rarely missed, at the price of false alarms."
_SQUARE = "<rect x='3' y='3' width='26' height='26' rx='5'/>"
# Told apart by their outlines: triangle, diamond, circle, square.
_OUTLINES = {
    HIGH: "<path d='M16 4 30 28H2Z'/><path d='M16 12v8M16 24v.5'/>",
    MEDIUM: "<path d='M16 2 30 16 16 30 2 16Z'/><path d='M16 9v9M16 22v.5'/>",
    LOW: "<circle cx='16' cy='16' r='13'/><path d='M10 16h12'/>",
    "OOD": f"{_SQUARE}<path d='M12 12a4 4 0 1 1 5.5 3.7c-1 .5-1.5 1.2-1.5 2.3M16 23v.5'/>",
    "ERROR": f"{_SQUARE}<path d='m11 11 10 10M21 11 11 21'/>",
}


def risk_banner(analysis: Analysis) -> str:
    """The risk level, and what to do, in whose colour: a low risk without a dermatoscope is not shown in green."""
    advised = advice_level(analysis)
    return _banner(advised, RISK_TITLES[analysis.risk_level], RISK_MEANINGS[advised])


def ood_banner(analysis: Analysis) -> str:
    """That the photo cannot be judged, why, and what to do; deliberately without any risk."""
    return _banner(
        "OOD",
        "This photo cannot be judged",
        "It differs too much from the dermoscopic photos that the model learned from (distance "
        f"{analysis.ood_score:.2f}, limit {analysis.ood_threshold:.2f}), so no risk is shown. Often it was not taken through a "
        "dermatoscope, is blurred or badly lit, or has no skin spot in the middle. Take a new one, and have a doctor "
        "look at the spot if it worries you.",
    )


def error_banner(title: str, message_html: str) -> str:
    """That there is no result, and why; takes the place of any result of an earlier photo."""
    return _banner("ERROR", title, message_html)


def announcement(analysis: Analysis) -> str:
    """What a screen reader says when the result is there."""
    if analysis.is_ood:
        return "This photo cannot be judged."
    caution = " Taken without a dermatoscope: a doctor should look at the spot in any case." if analysis.is_clinical else ""
    return f"{RISK_TITLES[analysis.risk_level]}. Probability of cancer {percent(analysis.cancer_probability)}.{caution}"


def cancer_card(analysis: Analysis, spec: ModelSpec) -> str:
    """The probability of cancer with its interval, on the scale of the risk levels."""
    value, risk = percent(analysis.cancer_probability), spec.fitted[analysis.views].risk
    words = f"<p class='sg-number'>{value}</p>{_interval(analysis)}{_scale(analysis, risk)}"
    if analysis.uncertainty is not None:
        levels = {risk.level(share) for share in (analysis.cancer_probability, *analysis.uncertainty.cancer_interval)}
        if len(levels) > 1:
            ordered = [RISK_TITLES[level].lower() for level in (LOW, MEDIUM, HIGH) if level in levels]
            words += (
                f"<p class='sg-hint'>The answer and its repeated runs reach from {ordered[0]} to {ordered[-1]}: "
                "do not lean on the exact level.</p>"
            )
    words += setting_words(analysis)
    # The limits were chosen on dermoscopic photos, and miss too many cancers in others.
    promise = "" if analysis.is_clinical else note(_PROMISE)
    return card("Probability of cancer", words + promise)


def _banner(kind: str, title: str, words: str) -> str:
    icon = f"<svg viewBox='0 0 32 32' class='sg-icon' aria-hidden='true' focusable='false'>{_OUTLINES[kind]}</svg>"
    return f"<section class='sg-banner sg-{kind.lower()}'>{icon}<div><h2>{title}</h2><p>{words}</p></div></section>"


def _interval(analysis: Analysis) -> str:
    if analysis.uncertainty is None:
        return "<p>No interval: the repeated runs are switched off.</p>"
    low, high = analysis.uncertainty.cancer_interval
    return (
        f"<p>At least 9 of 10 repeated runs gave <strong>{percent(low)} to {percent(high)}</strong> "
        f"<span class='sg-soft'>({analysis.uncertainty.samples} runs, each with other parts of the network switched off)"
        "</span></p>"
    )


def _scale(analysis: Analysis, risk: RiskThresholds) -> str:
    band = ""
    if analysis.uncertainty is not None:
        left, right = (_position(share, risk) for share in analysis.uncertainty.cancer_interval)
        band = f"<i style='left:{left:.1f}%;width:{right - left:.1f}%'></i>"
    limits = f"Low risk below {_limit(risk.low_below)}, high risk from {_limit(risk.high_from)} on, medium risk between."
    return (
        f"<p class='sg-unseen'>{limits}</p>"
        "<div class='sg-scale' aria-hidden='true'><div class='sg-zones'>"
        "<span class='sg-low'>low</span><span class='sg-medium'>medium</span><span class='sg-high'>high</span></div>"
        f"<div class='sg-pointer'>{band}<b style='left:{_position(analysis.cancer_probability, risk):.1f}%'></b></div>"
        f"<div class='sg-ticks'><span>0</span><span>{_limit(risk.low_below)}</span><span>{_limit(risk.high_from)}</span>"
        "<span>100 %</span></div></div>"
    )


def _limit(share: float) -> str:
    """A limit between two levels as a percentage: to two digits, however small."""
    return f"{100 * share:.2g}\N{NO-BREAK SPACE}%"


def _position(share: float, risk: RiskThresholds) -> float:
    """Where on the scale, 0-100: each level takes a third of it, and is linear inside."""
    if share < risk.low_below:
        return 100 / 3 * share / risk.low_below
    if share < risk.high_from:
        return 100 / 3 * (1 + (share - risk.low_below) / (risk.high_from - risk.low_below))
    return 100 / 3 * (2 + (share - risk.high_from) / (1 - risk.high_from))
