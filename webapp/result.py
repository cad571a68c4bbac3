"""The result as HTML: most important first, every number with its meaning, nothing in colour alone."""

from inference.model_spec import ModelSpec
from llm.client import Recommendation
from llm.texts import PREMALIGNANT
from postprocess.analysis import Analysis
from webapp.alike_view import alike_card
from webapp.certainty_view import certainty_card
from webapp.description_view import description_card
from webapp.markup import bar, card, in_words, note, percent, text
from webapp.measured import measured_coverage
from webapp.photo_view import photo_notes
from webapp.pictures import pictures_card
from webapp.risk_view import announcement, cancer_card, error_banner, ood_banner, risk_banner
from webapp.service import Examined

EMPTY = (
    "<div class='sg-empty'><h2>Choose a dermoscopic photo</h2><p>You will see how likely cancer is, how sure the model is and "
    "why, what it looked at, and what to do next; or that the photo cannot be judged.</p></div>"
)
_PREMALIGNANT = "Actinic keratosis is sun damage that can turn into skin cancer; it is counted in the probability of cancer."


def headline_html(examined: Examined, spec: ModelSpec) -> str:
    """What matters most: the risk and the probability of cancer, or that the photo cannot be judged."""
    analysis = examined.analysis
    # No number beside "cannot be judged": it would be read as an answer.
    shown = ood_banner(analysis) if analysis.is_ood else risk_banner(analysis) + cancer_card(analysis, spec)
    return f"<div class='sg-result' data-say='{announcement(analysis)}'>{photo_notes(analysis)}{shown}</div>"


def error_html(message: str, title: str = "This photo was not analysed") -> str:
    """Why there is no result."""
    words = text(message)
    return f"<div class='sg-result' data-say='{title}. {words}'>{error_banner(title, words)}</div>"


def recommendation_html(recommendation: Recommendation, language: str, awaited: bool = False) -> str:
    """The recommendation, with where it comes from; `awaited`: a language model is asked and may replace it."""
    if awaited:
        source = "Standard text. A language model is writing one for this result; it will appear here."
    elif recommendation.source == "llm":
        source = "Written by a language model from the numbers of this result, and checked by rules."
    elif recommendation.reason:
        source = "Standard text: no text of a language model could be had for this result."
    else:
        source = "Standard text."
    return card(
        "What to do next",
        f"<p class='sg-advice' lang='{text(language)}'>{text(recommendation.text)}</p>{note(source)}",
    )


def details_html(examined: Examined, spec: ModelSpec) -> str:
    """What stands behind the headline; it comes after the recommendation."""
    analysis = examined.analysis
    cards = (
        pictures_card(examined, spec.fitted[analysis.views].heatmap_full_scale)
        + f"<div class='sg-columns'>{_classes(analysis, spec)}{certainty_card(analysis, spec)}</div>"
        + f"<div class='sg-columns'>{description_card(analysis)}{alike_card(analysis)}</div>"
        + _fine_print(analysis)
    )
    if analysis.is_ood:
        cards = (
            "<details class='sg-card sg-unreliable'>"
            "<summary>Show the numbers all the same (not reliable for this photo)</summary>"
            f"{cancer_card(analysis, spec)}{cards}</details>"
        )
    return f"<div class='sg-result'>{cards}</div>"


def _classes(analysis: Analysis, spec: ModelSpec) -> str:
    order = sorted(range(len(analysis.probs)), key=lambda label: -analysis.probs[label])
    rows = "".join(_class_row(analysis, label) for label in order)
    names = [text(analysis.class_names[label].lower()) for label in analysis.prediction_set]
    left = "all eight" if len(names) == len(order) else in_words(names)
    return card(
        "Eight diagnoses",
        f"<ul class='sg-bars'>{rows}</ul>{note(_PREMALIGNANT)}<p><strong>Not ruled out:</strong> {left}.</p>"
        + note(_promise(analysis, measured_coverage(spec, analysis))),
    )


def _promise(analysis: Analysis, measured: tuple[float, float] | None) -> str:
    """What was aimed at, and what came of it: the second can be less."""
    words = (
        f"Chosen so that for {100 * analysis.coverage:.0f} of 100 validation photos of each diagnosis the true one is among "
        "those not ruled out."
    )
    if measured is None:
        return words
    low, high = measured
    return f"{words} On the test photos it was {100 * low:.0f} to {100 * high:.0f} of 100, depending on the diagnosis."


def _class_row(analysis: Analysis, label: int) -> str:
    cancer = analysis.is_cancer[label]
    word = "counted as cancer" if analysis.class_codes[label] == PREMALIGNANT else "cancer"
    tag = f" <span class='sg-tag'>{word}</span>" if cancer else ""
    share = float(analysis.probs[label])
    return bar(text(analysis.class_names[label]) + tag, share, percent(share), "sg-cancer" if cancer else "")


def _fine_print(analysis: Analysis) -> str:
    sampled = analysis.uncertainty
    rows = [
        ("Distance from the training photos", f"{analysis.ood_score:.2f} (limit {analysis.ood_threshold:.2f})"),
        ("Engine", text(analysis.engine)),
        ("Looks of the network", "once" if analysis.views == 1 else f"{analysis.views} times, turned and mirrored"),
        ("Model", text(analysis.model_version)),
    ]
    if sampled is not None:
        rows = [
            ("Predictive entropy", f"{sampled.predictive_entropy:.3f} nats"),
            ("of it the model's own ignorance", f"{sampled.mutual_information:.3f} nats"),
            *rows,
        ]
    items = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    return f"<details class='sg-card sg-fine'><summary>Technical details</summary><dl>{items}</dl></details>"
