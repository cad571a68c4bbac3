"""The tab that compares two photos of one lesion."""

import gradio as gr

from inference.alignment import align
from inference.analyzer import DEFAULT_MC_SAMPLES
from postprocess.comparison import compare
from webapp.comparison_view import EMPTY_COMPARISON, comparison_html
from webapp.handlers import message_of
from webapp.inputs import photo_input
from webapp.result import error_html
from webapp.service import Service

_MAX_DAYS = 36_500


def comparison_tab(service: Service, engine: str, concurrency_id: str, after: str) -> None:
    """Fill the tab; `after` is the script that says a result to a screen reader."""

    def compare_photos(first: str | None, second: str | None, days: float | None) -> str:
        if first is None or second is None:
            return EMPTY_COMPARISON
        return compare_files(service, engine, first, second, days)

    with gr.Row(equal_height=False, elem_classes="sg-main"):
        with gr.Column(scale=2, min_width=320):
            photos = [photo_input("First photo, the older one"), photo_input("Second photo, the newer one")]
            days = gr.Number(0, label="Days between them", info="0: not known", precision=0, minimum=0, maximum=_MAX_DAYS)
        with gr.Column(scale=3, min_width=320):
            result = gr.HTML(EMPTY_COMPARISON, apply_default_css=False, elem_classes="sg-html")
    compared = gr.on(
        [*(photo.change for photo in photos), days.submit, days.blur],
        compare_photos,
        [*photos, days],
        result,
        api_visibility="private",
        concurrency_id=concurrency_id,
    )
    compared.success(None, js=after)


def compare_files(service: Service, engine: str, first: str, second: str, days: float | None) -> str:
    """The comparison of two files as HTML, or why there is none."""
    examined = []
    for ordinal, path in (("first", first), ("second", second)):
        try:
            examined.append(service.examine(path, engine, DEFAULT_MC_SAMPLES))
        except Exception as error:
            return error_html(f"The {ordinal} photo: {message_of(error)}")
        if examined[-1].analysis.is_ood:
            return error_html(
                f"The {ordinal} photo cannot be judged, so there is nothing to compare: it differs too much from the photos "
                "that the model learned from. Take a new one through a dermatoscope."
            )
    change = compare(examined[0].analysis, examined[1].analysis)
    alignment = align(examined[0].seen_u8_rgb, examined[1].seen_u8_rgb)
    full_scale = service.analyzer(engine).spec.fitted[examined[0].analysis.views].heatmap_full_scale
    between = int(days) if days is not None and 1 <= days <= _MAX_DAYS else None
    return comparison_html(examined[0], examined[1], change, alignment, between, full_scale)
