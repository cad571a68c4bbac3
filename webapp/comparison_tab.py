"""The tab that compares two photos of one lesion."""

import json

import gradio as gr

from inference.alignment import align
from inference.analyzer import DEFAULT_MC_SAMPLES
from postprocess.comparison import compare
from webapp.comparison_view import EMPTY_COMPARISON, comparison_html
from webapp.handlers import message_of
from webapp.inputs import photo_input
from webapp.lanes import ANALYSIS
from webapp.result import error_html
from webapp.service import Service

_MAX_DAYS = 36_500
_NO_COMPARISON = "Nothing to compare"
_NOT_TAKEN = "The server did not get to the photos. Choose one of them again in a moment."
_EMPTY = f"() => {json.dumps(EMPTY_COMPARISON)}"


def comparison_tab(service: Service, engine: str, after: str) -> None:
    """Fill the tab; `after` is the script that says a result to a screen reader."""

    def compare_photos(first: str | None, second: str | None, days: float | None) -> str:
        if first is None or second is None:
            return EMPTY_COMPARISON
        return compare_files(service, engine, first, second, days)

    with gr.Row(equal_height=False, elem_classes="sg-main"):
        with gr.Column(scale=2, min_width=320):
            photos = [photo_input("First photo, the older one"), photo_input("Second photo, the newer one")]
            days = gr.Number(0, label="Days between them", info="0: not known", precision=0, minimum=0, maximum=_MAX_DAYS)
            # What was typed when it was done. It tells of a change only where it is another number, so that going through the
            # field with the keyboard costs nothing.
            typed = gr.Number(0, precision=0, visible="hidden")
        with gr.Column(scale=3, min_width=320):
            result = gr.HTML(EMPTY_COMPARISON, apply_default_css=False, elem_classes="sg-html")
    gr.on([days.submit, days.blur], None, days, typed, js="days => days")
    # First: photos that wait, or are never analysed, must not stand beside the comparison of others.
    gr.on([photo.change for photo in photos], None, None, result, js=_EMPTY)
    compared = gr.on(
        [*(photo.change for photo in photos), typed.change],
        compare_photos,
        [*photos, typed],
        result,
        api_visibility="private",
        **ANALYSIS,
    )
    # Not queued: the queue may be what is full.
    failed = compared.failure(
        _comparison_failed,
        photos,
        result,
        api_visibility="private",
        show_progress="hidden",
        queue=False,
    )
    for ended in (compared, failed):
        ended.success(None, js=after)


def _comparison_failed(first: str | None, second: str | None) -> str:
    return EMPTY_COMPARISON if first is None or second is None else error_html(_NOT_TAKEN, _NO_COMPARISON)


def compare_files(service: Service, engine: str, first: str, second: str, days: float | None) -> str:
    """The comparison of two files as HTML, or why there is none."""
    examined = []
    for ordinal, path in (("first", first), ("second", second)):
        try:
            examined.append(service.examine(path, engine, DEFAULT_MC_SAMPLES))
        except Exception as error:
            return error_html(f"The {ordinal} photo: {message_of(error)}", _NO_COMPARISON)
        if examined[-1].analysis.is_ood:
            return error_html(
                f"The {ordinal} photo cannot be judged: it differs too much from the photos "
                "that the model learned from. Take a new one through a dermatoscope.",
                _NO_COMPARISON,
            )
    change = compare(examined[0].analysis, examined[1].analysis)
    alignment = align(examined[0].seen_u8_rgb, examined[1].seen_u8_rgb)
    full_scale = service.analyzer(engine).spec.fitted[examined[0].analysis.views].heatmap_full_scale
    between = int(days) if days is not None and 1 <= days <= _MAX_DAYS else None
    return comparison_html(examined[0], examined[1], change, alignment, between, full_scale)
