"""The model card on the page."""

from pathlib import Path

import cv2
import numpy as np

from webapp.about import model_card


def test_figures_become_part_of_the_text_and_missing_ones_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "plots").mkdir()
    cv2.imwrite(str(tmp_path / "plots" / "roc.png"), np.zeros((4, 4, 3), np.uint8))
    card = "---\nlicense: x\n---\n# Name\n![ROC curve](plots/roc.png)\n![Else](plots/else.png)\nEnd\n"
    (tmp_path / "MODEL_CARD.md").write_text(card)
    text = model_card(tmp_path)
    assert text.startswith("# Name\n![ROC curve](data:image/png;base64,")
    assert text.endswith(")\n\nEnd\n")
    assert "lse" not in text


def test_only_figures_of_the_model_are_read(tmp_path: Path) -> None:
    (tmp_path / "MODEL_CARD.md").write_text("![a](../secret.png) ![b](plots/../../secret.png) ![c](http://127.0.0.1/x.png)")
    assert "base64" not in model_card(tmp_path)


def test_a_folder_without_a_card_says_how_to_get_one(tmp_path: Path) -> None:
    assert "python -m training export" in model_card(tmp_path)
