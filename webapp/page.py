"""The page: what stands where, and what calls what."""

import json

import gradio as gr

from llm.settings import settings_from_environment
from webapp.about import model_card
from webapp.api import predict_endpoint
from webapp.batch_api import batch_endpoint, recommend_endpoint
from webapp.batch_tab import batch_tab
from webapp.comparison_tab import comparison_tab
from webapp.handlers import Handlers, Shown
from webapp.inputs import engine_inputs, examples, language_input, photo_input, views_input
from webapp.lanes import ANALYSIS, LANGUAGE_MODEL
from webapp.report_buttons import report_buttons, show_report_buttons
from webapp.result import EMPTY
from webapp.service import Service
from webapp.setting_view import setting_input
from webapp.style import LOGO
from webapp.uploads import CACHE_SECONDS

DISCLAIMER = "Research and education only: not a medical device, not a diagnosis. If a spot worries you, see a doctor."
# Headline, advice, details and the row of the report as they were before the first photo. In the browser, where neither a full
# queue nor a lost connection keeps it from being done.
_EMPTY = f"() => [{json.dumps(EMPTY)}, '', '', {{__type__: 'update', visible: false}}]"
# Says the result to a screen reader, and brings it into view where it lies below the photo.
_AFTER_ANALYSIS = """() => {
  // That of the tab in view: the others keep theirs.
  const result = [...document.querySelectorAll('.sg-result[data-say]')].find(shown => shown.checkVisibility());
  document.getElementById('sg-live').textContent = result ? result.dataset.say : '';
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  if (result && matchMedia('(max-width: 800px)').matches)
    result.scrollIntoView({block: 'start', behavior: calm ? 'auto' : 'smooth'});
}"""
# Gradio's pictures to choose from have no name.
_NAME_DRAWINGS = """() => document.querySelectorAll('.gallery-item').forEach((button, index) => {
  button.ariaLabel = `Try drawing ${index + 1}`;
})"""


def build_page(service: Service, engine: str) -> gr.Blocks:
    """The whole page; `engine` is the one that is chosen at first."""
    with gr.Blocks(title="SkinGlanceCare", analytics_enabled=False, delete_cache=CACHE_SECONDS) as page:
        _html(
            f"<header class='sg-header'>{LOGO.read_text()}<div><h1>SkinGlanceCare</h1>"
            "<p>A second look at a dermoscopic photo, doubts included.</p></div></header>"
            "<div id='sg-live' class='sg-unseen' role='status' aria-live='polite'></div>"
        )
        # Wrapped, not hidden in a menu: Gradio's menu measures the tabs once, and on a slow phone too early.
        with gr.Tabs(overflow_behavior="wrap"):
            with gr.Tab("Analyse a photo"):
                _analysis_tab(service, engine)
            with gr.Tab("Compare two"):
                comparison_tab(service, engine, _AFTER_ANALYSIS)
            with gr.Tab("Many photos"):
                batch_tab(service, engine)
            with gr.Tab("About this model"):
                gr.Markdown(model_card(service.model_folder), elem_classes="sg-about")
        _html(f"<p class='sg-disclaimer' role='note'>{DISCLAIMER}</p>")
        predict_endpoint(service, engine)
        batch_endpoint(service, engine)
        recommend_endpoint(service)
        page.load(None, js=_NAME_DRAWINGS)
    return page


def _analysis_tab(service: Service, engine: str) -> None:
    handlers = Handlers(service)
    shown = gr.State(Shown())
    with gr.Row(equal_height=False, elem_classes="sg-main"):
        with gr.Column(scale=2, min_width=320, elem_classes="sg-settings"):
            photo = photo_input()
            examples(photo)
            language = language_input()
            setting = setting_input()
            with gr.Accordion("Settings", open=False):
                engine_choice, samples = engine_inputs(service.engines, engine)
                views = views_input()
            _html(f"<p class='sg-note'>{_privacy()}</p>")
        with gr.Column(scale=3, min_width=320):
            headline, advice, details = _html(EMPTY), _html(kind="sg-below"), _html(kind="sg-below")
            report = report_buttons(shown)
    result = [headline, advice, details]
    # First: a photo that waits, or is never analysed, must not stand beside the result of the one before.
    emptied = photo.change(None, None, [*result, report], js=_EMPTY)
    emptied.then(handlers.note_photo, [photo, shown], None, api_visibility="private", show_progress="hidden", queue=False)
    analysed = gr.on(
        [photo.change, engine_choice.change, samples.change, setting.change, views.change],
        handlers.analyse,
        [photo, engine_choice, samples, language, shown, setting, views],
        result,
        api_visibility="private",
        show_progress_on=result,
        **ANALYSIS,
    )
    # Not queued: the queue may be what is full.
    failed = analysed.failure(
        handlers.analysis_failed,
        [photo, shown],
        [*result, report],
        api_visibility="private",
        show_progress="hidden",
        queue=False,
    )
    for ended in (analysed, failed):
        ended.success(None, js=_AFTER_ANALYSIS)
    analysed.success(show_report_buttons, shown, report, api_visibility="private", show_progress="hidden")
    advised = [
        # Another language may have been chosen while the photo was analysed: what is chosen now counts.
        before(handlers.advise, [language, shown], advice, api_visibility="private", show_progress="hidden")
        for before in (analysed.success, language.change)
    ]
    for before in advised:
        before.success(
            handlers.ask_language_model,
            [language, shown],
            advice,
            api_visibility="private",
            show_progress="hidden",
            **LANGUAGE_MODEL,
        )


def _html(value: str = "", kind: str = "") -> gr.HTML:
    """HTML of ours, styled by our style sheet alone."""
    return gr.HTML(value, apply_default_css=False, elem_classes=["sg-html", kind])


def _privacy() -> str:
    kept = (
        "Of your photo only the pixels are kept on this server, none of its metadata; it is shown to nobody else, "
        "and deleted ten minutes after you last used it."
    )
    if settings_from_environment() is None:
        return f"{kept} Nothing is sent anywhere."
    return f"{kept} A language model is sent the numbers of the result; never the photo."
