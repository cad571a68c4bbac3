"""What can be seen on the spot, in a doctor's terms, measured on the picture."""

from postprocess.analysis import Analysis
from postprocess.lesion_description import LEAST_AGREEMENT
from webapp.markup import card, note

_CAUTION = (
    "Measured on the picture, without the network: a description, and not the reason for its answer. Only what "
    f"{100 * LEAST_AGREEMENT:.0f} of 100 turned, flipped or rescaled photos do not contradict is said."
)


def description_card(analysis: Analysis) -> str:
    """Symmetry of the outline, border and colours, as far as they are clear."""
    if analysis.description is None:
        words = "No spot stands out clearly enough from the skin around it to be described."
    else:
        words = analysis.description.words.capitalize() or "Nothing about its shape, border or colours is clear"
        words += "."
    return card("What can be seen", f"<p>{words}</p>{note(_CAUTION)}")
