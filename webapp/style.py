"""How the page looks: Gradio's plain theme with local fonts, and our own style sheet."""

from pathlib import Path

import gradio as gr

ASSETS = Path(__file__).parent.parent / "assets"
FAVICON = ASSETS / "logo.svg"
CSS = (ASSETS / "style.css").read_text()
# Fonts of the reader's own machine: a font from elsewhere would tell that somewhere who reads this page.
_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
THEME = gr.themes.Base(
    primary_hue=gr.themes.colors.teal,
    neutral_hue=gr.themes.colors.slate,
    font=list(_FONTS),
    font_mono=["ui-monospace", "monospace"],
).set(
    # White on the theme's own teal has a contrast of 2.5; on this one 5.5.
    button_primary_background_fill="#0f766e",
    button_primary_background_fill_dark="#0f766e",
    button_primary_background_fill_hover="#115e59",
    button_primary_background_fill_hover_dark="#115e59",
    button_primary_text_color="white",
    button_primary_text_color_dark="white",
)
