"""The model card, for the page."""

from pathlib import Path


def model_card(model_folder: Path) -> str:
    """MODEL_CARD.md of a model folder as Markdown, without the front matter, which is for the Hub."""
    path = model_folder / "MODEL_CARD.md"
    if not path.exists():
        return "This model folder has no MODEL_CARD.md; `python -m training export` writes one."
    card = path.read_text(encoding="utf-8")
    return card.split("---\n", 2)[2] if card.startswith("---\n") else card
