"""The model card, for the page."""

import base64
import re
from pathlib import Path

CARD_FILE = "MODEL_CARD.md"
_FIGURE = re.compile(r"!\[([^\]]*)\]\((plots/[\w-]+\.png)\)")


def model_card(model_folder: Path) -> str:
    """MODEL_CARD.md of a model folder as Markdown, without the front matter, which is for the Hub.

    Its figures stand within it where they are there: those of a model from the Hub are not fetched.
    """
    path = model_folder / CARD_FILE
    if not path.exists():
        return "This model folder has no MODEL_CARD.md; `python -m training export` writes one."
    card = path.read_text(encoding="utf-8")
    text = card.split("---\n", 2)[2] if card.startswith("---\n") else card
    return _FIGURE.sub(lambda figure: _embedded(model_folder / figure[2], figure[1]), text)


def _embedded(path: Path, title: str) -> str:
    """The figure as part of the text: the page serves no file of the model's folder."""
    if not path.exists():
        return ""
    return f"![{title}](data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()})"
