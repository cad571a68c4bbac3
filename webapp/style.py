"""How the page looks: Gradio's plain theme with local fonts and calm colours, and our own style sheet."""

from pathlib import Path

import gradio as gr

ASSETS = Path(__file__).parent.parent / "assets"
LOGO = ASSETS / "logo.svg"
STYLE_SHEET = ASSETS / "style.css"
# Fonts of the reader's own machine: a font from elsewhere would tell that somewhere who reads this page.
_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
# The same colours as in the style sheet. White on this teal has a contrast of 5.5; on the theme's own, of 2.5.
_PAPER, _SHEET, _LINE, _INK, _SOFT = "#f6f4f0", "#ffffff", "#d9d4cb", "#22302f", "#51605e"
_DARK_PAPER, _DARK_SHEET, _DARK_LINE, _DARK_INK, _DARK_SOFT = "#111817", "#18211f", "#34413f", "#e4ebe9", "#a7b5b2"
THEME = gr.themes.Base(
    primary_hue=gr.themes.colors.teal,
    neutral_hue=gr.themes.colors.stone,
    radius_size=gr.themes.sizes.radius_lg,
    font=list(_FONTS),
    font_mono=["ui-monospace", "monospace"],
).set(
    body_background_fill=_PAPER,
    body_background_fill_dark=_DARK_PAPER,
    background_fill_primary=_SHEET,
    background_fill_primary_dark=_DARK_SHEET,
    background_fill_secondary=_PAPER,
    background_fill_secondary_dark=_DARK_PAPER,
    block_background_fill=_SHEET,
    block_background_fill_dark=_DARK_SHEET,
    block_border_color=_LINE,
    block_border_color_dark=_DARK_LINE,
    border_color_primary=_LINE,
    border_color_primary_dark=_DARK_LINE,
    block_label_background_fill=_SHEET,
    block_label_background_fill_dark=_DARK_SHEET,
    block_label_text_color=_SOFT,
    block_label_text_color_dark=_DARK_SOFT,
    block_title_text_color=_INK,
    block_title_text_color_dark=_DARK_INK,
    block_info_text_color=_SOFT,
    block_info_text_color_dark=_DARK_SOFT,
    body_text_color=_INK,
    body_text_color_dark=_DARK_INK,
    body_text_color_subdued=_SOFT,
    body_text_color_subdued_dark=_DARK_SOFT,
    color_accent="#0f766e",
    checkbox_label_background_fill=_PAPER,
    checkbox_label_background_fill_dark="#25312e",
    checkbox_label_background_fill_hover=_LINE,
    checkbox_label_background_fill_hover_dark="#34413f",
    checkbox_label_background_fill_selected=_PAPER,
    checkbox_label_background_fill_selected_dark="#25312e",
    checkbox_background_color_selected="#0f766e",
    checkbox_background_color_selected_dark="#0f766e",
    checkbox_border_color_selected="#0f766e",
    button_primary_background_fill="#0f766e",
    button_primary_background_fill_dark="#0f766e",
    button_primary_background_fill_hover="#0d665f",
    button_primary_background_fill_hover_dark="#0d665f",
    slider_color="#0f766e",
    slider_color_dark="#2dd4bf",
    link_text_color="#0f766e",
    link_text_color_dark="#5eead4",
)
