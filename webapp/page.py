"""The page and its public endpoint, as Gradio blocks."""

import logging
from pathlib import Path
from typing import Any

import gradio as gr

from inference.analyzer import DEFAULT_MC_SAMPLES
from inference.images import ImageError
from inference.model_spec import ModelError
from llm.client import Recommendation, recommend
from llm.offline import DEFAULT_LANGUAGE, offline_text
from llm.settings import settings_from_environment
from postprocess.analysis import Analysis
from webapp.photo_input import photo_input
from webapp.result import details_html, headline_html, recommendation_html
from webapp.service import Service

logger = logging.getLogger(__name__)

DISCLAIMER = "For research and education only. Not a medical device, not a diagnosis: if a spot worries you, see a doctor."
_LANGUAGES = [("English", "en"), ("Español", "es"), ("Deutsch", "de"), ("Polski", "pl"), ("Українська", "uk")]
_ENGINE_NAMES = {"openvino": "OpenVINO (INT8, fast)", "torch": "PyTorch (full precision)"}
_EMPTY = (
    "<div class='sg-empty'><h2>Drop a dermoscopic photo on the left</h2><p>You will see how likely cancer is, "
    "how sure the model is, whether it can judge the photo at all, and what to do next.</p></div>"
)
# Uploads and whatever Gradio writes are deleted after this many seconds, looked for this often.
_CACHE_SECONDS = 600
_STALE_STATE_SECONDS = 3600


def build_page(service: Service, engine: str) -> gr.Blocks:
    """The whole page; `engine` is the one that is chosen at first."""
    with gr.Blocks(title="SkinGlanceCare", analytics_enabled=False, delete_cache=(_CACHE_SECONDS, _CACHE_SECONDS)) as page:
        gr.HTML(f"<header class='sg-header'><h1>SkinGlanceCare</h1><p class='sg-disclaimer'>{DISCLAIMER}</p></header>")
        with gr.Tab("Analyse a photo"):
            _analysis_tab(service, engine)
        with gr.Tab("About this model"):
            gr.Markdown(_model_card(service), elem_classes="sg-about")
    return page


def _analysis_tab(service: Service, engine: str) -> None:
    # Lives on the server: what the recommendation is written from never comes back from a browser.
    analysis = gr.State(time_to_live=_STALE_STATE_SECONDS)
    with gr.Row(equal_height=False):
        with gr.Column(scale=2, min_width=320):
            photo = photo_input()
            button = gr.Button("Analyse", variant="primary")
            _examples(photo)
            language, engine_choice, samples = _options(service, engine)
            gr.HTML(f"<p class='sg-note'>{_privacy()}</p>")
        with gr.Column(scale=3, min_width=320):
            headline = gr.HTML(_EMPTY)
            advice = gr.HTML()
            details = gr.HTML()

    def analyse(path: str | None, engine_name: str, mc_samples: float, code: str) -> tuple[Any, ...]:
        examined = _or_message(service.examine, _require(path), engine_name, int(mc_samples))
        offline = Recommendation(offline_text(examined.analysis, code), "offline", "")
        spec = service.analyzer(engine_name).spec
        parts = headline_html(examined, spec), recommendation_html(offline), details_html(examined, spec)
        return *parts, examined.analysis

    def ask_language_model(found: Analysis | None, code: str) -> Any:
        if found is None or settings_from_environment() is None:
            return gr.skip()
        return recommendation_html(recommend(found, code))

    gr.on(
        [photo.upload, button.click],
        analyse,
        [photo, engine_choice, samples, language],
        [headline, advice, details, analysis],
        api_visibility="private",
        show_progress_on=headline,
        concurrency_id="analysis",
    ).success(ask_language_model, [analysis, language], advice, api_visibility="private", show_progress="hidden")
    _predict_endpoint(service, engine)


def _predict_endpoint(service: Service, engine: str) -> None:
    """/predict_api: the inputs are hidden components, because only those check where a file comes from."""
    with gr.Column(visible=False):
        image = photo_input()
        samples = gr.Number(DEFAULT_MC_SAMPLES, precision=0, label="mc_samples")
        engine_choice = gr.Radio(list(service.engines), value=engine, label="engine")
        language = gr.Radio([code for _, code in _LANGUAGES], value=DEFAULT_LANGUAGE, label="language")
        answer = gr.JSON(label="analysis")
        button = gr.Button()

    def predict_api(image: str, mc_samples: int = DEFAULT_MC_SAMPLES, engine: str = engine, language: str = "en") -> dict:
        """Analyse a dermoscopic photo of a skin lesion. For research only; the answer is not a diagnosis.

        Args:
            image: the photo: JPEG, PNG, WebP, BMP, TIFF or HEIC.
            mc_samples: MC-Dropout samples that the uncertainty is measured with; 0 for none.
            engine: openvino or torch.
            language: language of the recommendation: en, es, de, pl or uk.
        """
        return _or_message(service.predict, _require(image), engine, int(mc_samples), language)

    button.click(
        predict_api,
        [image, samples, engine_choice, language],
        answer,
        api_name="predict_api",
        concurrency_id="analysis",
    )


def _examples(photo: gr.Image) -> None:
    drawings = sorted((Path(__file__).parent.parent / "assets" / "examples").glob("*.png"))
    if drawings:
        gr.Examples([str(path) for path in drawings], photo, label="Drawings to try it with (no real skin)")


def _options(service: Service, engine: str) -> tuple[gr.Radio, gr.Radio, gr.Slider]:
    with gr.Accordion("Options", open=False):
        language = gr.Radio(_LANGUAGES, value=DEFAULT_LANGUAGE, label="Language of the recommendation")
        choices = [(_ENGINE_NAMES[name], name) for name in service.engines]
        missing = None if len(choices) > 1 else "For the PyTorch engine: pip install -r requirements-torch.txt"
        engine_choice = gr.Radio(choices, value=engine, label="Engine", info=missing)
        samples = gr.Slider(0, 200, DEFAULT_MC_SAMPLES, step=10, label="MC-Dropout samples (0: off)")
    return language, engine_choice, samples


def _privacy() -> str:
    kept = "Your photo is analysed on this server, stripped of its metadata, shown to nobody and deleted within twenty minutes."
    if settings_from_environment() is None:
        return f"{kept} Nothing leaves the server."
    return f"{kept} A language model is sent the numbers of the result, never the photo."


def _model_card(service: Service) -> str:
    card = service.model_folder / "MODEL_CARD.md"
    if not card.exists():
        return "This model folder has no MODEL_CARD.md."
    text = card.read_text()
    # The front matter is for the Hub.
    return text.split("---\n", 2)[2] if text.startswith("---\n") else text


def _require(path: str | None) -> str:
    if path is None:
        raise gr.Error("Choose a photo first.", print_exception=False)
    return path


def _or_message(function: Any, *arguments: Any) -> Any:
    """Call, and turn what a person can mend into a message; anything else is ours and stays in the log."""
    try:
        return function(*arguments)
    except (ImageError, ModelError, ValueError) as error:
        raise gr.Error(str(error), title="This photo cannot be analysed", print_exception=False) from error
    except Exception as error:
        logger.exception("an analysis failed")
        raise gr.Error("Something went wrong on the server; please try again.", print_exception=False) from error
