"""The public endpoint, for programs: /predict_api, and the same as an MCP tool."""

from typing import Any

import gradio as gr

from inference.analyzer import DEFAULT_MC_SAMPLES, VIEWS
from llm.offline import DEFAULT_LANGUAGE
from postprocess.prevalence import DEFAULT_SETTING, SETTINGS
from webapp.handlers import message_of
from webapp.inputs import LANGUAGES, photo_input
from webapp.lanes import ANALYSIS
from webapp.service import DEFAULT_VIEWS, Service


def predict_endpoint(service: Service, default_engine: str) -> None:
    """Add the endpoint; its inputs are hidden components, because only those check where a file comes from."""

    def predict_api(
        image: str | None,
        mc_samples: int = DEFAULT_MC_SAMPLES,
        engine: str = default_engine,
        language: str = DEFAULT_LANGUAGE,
        setting: str = DEFAULT_SETTING,
        views: int = DEFAULT_VIEWS,
    ) -> dict[str, Any]:
        """Analyse a dermoscopic photo of a skin lesion. For research and education only; the answer is not a diagnosis.

        Args:
            image: the photo: JPEG, PNG, WebP, BMP, TIFF, HEIC or DICOM.
            mc_samples: MC-Dropout samples that the uncertainty is measured with; 0 for none.
            engine: openvino or torch.
            language: language of the recommendation: en, es, de, pl or uk.
            setting: where the photo comes from: specialist or screening; shifts the fields setting_*, and no other.
            views: 8 for the mean over the photo turned and mirrored; 1 takes a fraction of the time, and is less exact.
        """
        if image is None:
            raise gr.Error("Send a photo as `image`.", print_exception=False)
        try:
            return service.predict(image, engine, int(mc_samples), language, setting, int(views))
        except Exception as error:
            raise gr.Error(message_of(error), print_exception=False) from error

    with gr.Column(visible=False):
        inputs: list[gr.components.Component] = [
            photo_input("image"),
            gr.Number(DEFAULT_MC_SAMPLES, precision=0, label="mc_samples"),
            gr.Radio(list(service.engines), value=default_engine, label="engine"),
            gr.Radio([code for _, code in LANGUAGES], value=DEFAULT_LANGUAGE, label="language"),
            gr.Radio(list(SETTINGS), value=DEFAULT_SETTING, label="setting"),
            gr.Radio(list(VIEWS), value=DEFAULT_VIEWS, label="views"),
        ]
        answer = gr.JSON(label="analysis")
        gr.Button().click(predict_api, inputs, answer, api_name="predict_api", **ANALYSIS)
