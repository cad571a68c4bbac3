"""Alike cases: what the training photos nearest to this one were."""

from postprocess.analysis import Analysis
from webapp.markup import card, in_words, note, text


def alike_card(analysis: Analysis) -> str:
    """Counts of diagnoses, the most frequent first; nothing for a model without them."""
    counts = analysis.alike_counts
    if counts is None:
        return ""
    order = sorted((label for label, count in enumerate(counts) if count), key=lambda label: -counts[label])
    names = [f"{counts[label]} {text(analysis.class_names[label].lower())}" for label in order]
    return card(
        "Alike cases",
        f"<p>Of the {sum(counts)} training photos that the model sees as most alike: <strong>{in_words(names)}</strong>.</p>"
        + note("It says what lies near this photo in the model's own view: no second opinion, and no photo of theirs is kept."),
    )
