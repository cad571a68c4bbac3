"""Small pieces of HTML that every part of the result is made of, and numbers in words."""

from collections.abc import Sequence
from html import escape

from report.words import WORDS


def text(value: str) -> str:
    """Anything that is not a literal of ours, made harmless for HTML and for the templates that Gradio's page runs."""
    return escape(value).replace("{", "&#123;").replace("}", "&#125;").replace("$", "&#36;")


def card(title: str, body: str, kind: str = "", level: int = 3) -> str:
    """One part of the result under a heading; `level` 2 where it stands before the banner, whose heading has that level."""
    return f"<section class='sg-card {kind}'><h{level}>{title}</h{level}>{body}</section>"


def note(words: str) -> str:
    """A smaller remark."""
    return f"<p class='sg-note'>{words}</p>"


def bar(label: str, share: float, value: str, kind: str = "") -> str:
    """A list item with a bar; `share` is 0-1, and `value` says the same to those who cannot see the bar."""
    return (
        f"<li><span class='sg-label'>{label}</span><span class='sg-value'>{value}</span>"
        f"<span class='sg-track' aria-hidden='true'><i class='{kind}' style='width:{100 * share:.1f}%'></i></span></li>"
    )


def percent(share: float) -> str:
    """A probability (0-1) as a percentage, as the English report writes it."""
    return WORDS["en"].percent(share)


def in_words(names: Sequence[str]) -> str:
    """Names as a list in a sentence."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
