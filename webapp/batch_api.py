"""The public endpoints beside /predict_api: many photos at once, and the recommendation for an earlier analysis."""

from typing import Any

import gradio as gr

from inference.analyzer import DEFAULT_MC_SAMPLES, check_samples
from llm.client import recommend
from llm.offline import DEFAULT_LANGUAGE
from webapp.batch import MAX_PHOTOS, Upload, analyze_batch, count_batch
from webapp.batch_tab import uploads_input
from webapp.batch_table import batch_record
from webapp.clients import client_of
from webapp.handlers import message_of
from webapp.inputs import LANGUAGES
from webapp.lanes import BATCH, LANGUAGE_MODEL
from webapp.service import Service


def batch_endpoint(service: Service, default_engine: str) -> None:
    """Add /batch_api."""

    def batch_api(
        images: list[Upload],
        mc_samples: int = DEFAULT_MC_SAMPLES,
        engine: str = default_engine,
        language: str = DEFAULT_LANGUAGE,
    ) -> list[dict[str, Any]]:
        """Analyse many dermoscopic photos. For research and education only; no answer is a diagnosis.

        Args:
            images: photos, and zip files of photos.
            mc_samples: MC-Dropout samples that the uncertainty is measured with; 0 for none.
            engine: openvino or torch.
            language: language of the recommendations: en, es, de, pl or uk.
        """
        if not images:
            raise gr.Error("Send photos or zip files as `images`.", print_exception=False)
        if count_batch(images) > MAX_PHOTOS:
            raise gr.Error(f"Send at most {MAX_PHOTOS} photos at a time.", print_exception=False)
        try:
            # Else every photo would be decoded, and get the same error.
            check_samples(int(mc_samples))
            return [
                batch_record(photo.name, photo, lambda analysis: service.answer(analysis, language))
                for photo in analyze_batch(service, images, engine, int(mc_samples))
            ]
        except Exception as error:
            raise gr.Error(message_of(error), print_exception=False) from error

    # Gradio 6.31 describes a list of files to MCP clients by a pointer to nowhere, and fails on a call: no tool, then.
    batch_api._mcp_type = "not a tool"  # type: ignore[attr-defined]
    with gr.Column(visible=False):
        inputs: list[gr.components.Component] = [
            uploads_input("images", "multiple"),
            gr.Number(DEFAULT_MC_SAMPLES, precision=0, label="mc_samples"),
            gr.Radio(list(service.engines), value=default_engine, label="engine"),
            _language_input(),
        ]
        answer = gr.JSON(label="analyses")
        gr.Button().click(batch_api, inputs, answer, api_name="batch_api", **BATCH)


def recommend_endpoint(service: Service) -> None:
    """Add /recommend_api. It takes an id, never a result: a language model must not be asked about made-up numbers."""

    def recommend_api(analysis_id: str, request: gr.Request, language: str = DEFAULT_LANGUAGE) -> dict[str, str]:
        """What to do next after an analysis, by a language model where one is set up. Not a diagnosis.

        Args:
            analysis_id: as /predict_api and /batch_api return it; known for up to an hour: the latest 1000 of all callers are.
            language: en, es, de, pl or uk.
        """
        analysis = service.analyses.get(analysis_id or "")
        if analysis is None:
            raise gr.Error(
                "There is no analysis with this analysis_id, or not any more; send the photo to /predict_api again.",
                print_exception=False,
            )
        try:
            recommendation = recommend(analysis, language, client=client_of(request))
        except Exception as error:
            raise gr.Error(message_of(error), print_exception=False) from error
        return {
            "analysis_id": analysis_id,
            "language": language,
            "recommendation": recommendation.text,
            "recommendation_source": recommendation.source,
        }

    with gr.Column(visible=False):
        inputs: list[gr.components.Component] = [gr.Textbox(label="analysis_id"), _language_input()]
        answer = gr.JSON(label="recommendation")
        gr.Button().click(recommend_api, inputs, answer, api_name="recommend_api", **LANGUAGE_MODEL)


def _language_input() -> gr.Radio:
    return gr.Radio([code for _, code in LANGUAGES], value=DEFAULT_LANGUAGE, label="language")
