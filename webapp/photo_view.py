"""What is said about the photo before what is said about the spot: its faults, and that it is no dermoscopy."""

from llm.texts import TEXTS
from postprocess.analysis import Analysis
from postprocess.photo_quality import ADVICE
from webapp.markup import card, note

_CLINICAL = f"{TEXTS['en'].clinical} The model learned from photos taken through a dermatoscope; take one if you can."


def photo_cautions(analysis: Analysis) -> list[str]:
    """The same in one sentence each, without headings: where there is little room."""
    problems = analysis.photo_quality.problems if analysis.photo_quality else ()
    return ([_CLINICAL] if analysis.is_clinical else []) + [ADVICE[name] for name in problems]


def photo_notes(analysis: Analysis) -> str:
    """What a person should know about the photo first; nothing where there is nothing to say."""
    clinical = card("A clinical photo", f"<p>{_CLINICAL}</p>", "sg-medium", level=2) if analysis.is_clinical else ""
    problems = analysis.photo_quality.problems if analysis.photo_quality else ()
    if not problems:
        return clinical
    advice = "".join(f"<p>{ADVICE[name]}</p>" for name in problems)
    # The size is judged by what it costs, all else by how rare it is.
    rare = note("Of 100 photos that the model learned from, about 1 has as much of such a fault.")
    return clinical + card(
        "The photo could be better",
        advice + (rare if set(problems) != {"too_small"} else ""),
        "sg-medium",
        level=2,
    )
