"""What the page does when something on it changes."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from inference.images import ImageError
from llm.client import Recommendation, stream_recommendation
from llm.offline import DEFAULT_LANGUAGE, offline_text
from llm.settings import settings_from_environment
from postprocess.analysis import Analysis
from postprocess.errors import InputError
from postprocess.prevalence import DEFAULT_SETTING
from report.record import Record, make_record
from webapp.clients import client_of
from webapp.measured import measured_coverage
from webapp.received import GONE
from webapp.result import EMPTY, details_html, error_html, headline_html, recommendation_html
from webapp.service import DEFAULT_VIEWS, Service
from webapp.storage import NO_ROOM, is_full

logger = logging.getLogger(__name__)

SERVER_FAULT = "Something went wrong on the server, not with your photo. Please try again."
_NOT_TAKEN = "The server did not get to it. Choose it again in a moment."


@dataclass
class Shown:
    """What a visitor sees now. Lives on the server: what the advice is written from never comes back from a browser."""

    analysis: Analysis | None = None
    language: str = DEFAULT_LANGUAGE
    record: Record | None = None
    """What the report is written from: it holds the photo."""
    recommendation: Recommendation | None = None
    """The language model's text that is shown; None while it is the standard one."""
    path: str | None = None
    """The upload that was analysed."""
    used_at: float = 0.0
    """When the record was made or last used, by `time.monotonic`."""

    def shows(self, path: str | None) -> bool:
        """Whether the result that is shown is that of this upload."""
        return path is not None and path == self.path and self.analysis is not None

    def forget_result(self) -> None:
        """Nothing is shown any more."""
        self.analysis = self.record = self.recommendation = None

    def note_use(self) -> None:
        """Let the photo live on."""
        self.used_at = time.monotonic()

    def forget_photo(self, unused_seconds: float) -> None:
        """Keep of a photo that was not used for so long only what was found in it."""
        if time.monotonic() - self.used_at > unused_seconds:
            self.record = None


class Handlers:
    """The page's handlers over a service. Every one can be called by anyone, so none trusts what it is given."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def analyse(
        self,
        path: str | None,
        engine: str,
        mc_samples: float,
        language: str,
        shown: Shown,
        setting: str = DEFAULT_SETTING,
        views: int = DEFAULT_VIEWS,
    ) -> tuple[str, str, str]:
        """Headline, advice and details for a photo; an older result never stays beside a new photo."""
        # Another setting for a photo that is gone: its result, and what is left of its report, stay.
        if path is not None and shown.shows(path) and not Path(path).exists():
            raise gr.Error(GONE, print_exception=False)
        shown.path, shown.language = path, language
        shown.forget_result()
        if path is None:
            return EMPTY, "", ""
        try:
            examined = self._service.examine(path, engine, int(mc_samples), setting, int(views))
        except Exception as error:
            return error_html(message_of(error)), "", ""
        spec = self._service.analyzer(engine).spec
        headline, details = headline_html(examined, spec), details_html(examined, spec)
        shown.note_use()
        shown.analysis = examined.analysis
        shown.record = make_record(
            examined.analysis,
            examined.photo_u8_rgb,
            examined.seen_u8_rgb,
            spec.fitted[examined.analysis.views].heatmap_full_scale,
            measured_coverage(spec, examined.analysis),
        )
        return headline, _first_advice(examined.analysis, language), details

    def note_photo(self, path: str | None, shown: Shown) -> None:
        """Another photo was chosen; its turn may be long in coming. Until then nothing more is told of the one before."""
        if path != shown.path:
            shown.forget_result()

    def analysis_failed(self, path: str | None, shown: Shown) -> Any:
        """Headline, advice, details and the row of the report where `analyse` did not run, or not to its end."""
        # Another setting for this photo, which is gone or finds no room in the queue.
        if shown.shows(path):
            return gr.skip()
        shown.forget_result()
        return EMPTY if path is None else error_html(_NOT_TAKEN), "", "", gr.update(visible=False)

    def advise(self, language: str, shown: Shown) -> Any:
        """The standard advice in another language, at once."""
        shown.note_use()
        shown.language, shown.recommendation = language, None
        return gr.skip() if shown.analysis is None else _first_advice(shown.analysis, language)

    def ask_language_model(self, language: str, shown: Shown, request: gr.Request | None = None) -> Iterator[Any]:
        """The advice of the language model as it comes, where one is set up, or again the standard one when it fails."""
        analysis = shown.analysis
        if analysis is None or not _is_asked(analysis):
            yield gr.skip()
            return
        for recommendation in stream_recommendation(analysis, language, client=client_of(request)):
            # Meanwhile another photo or language may have been chosen: this advice must not stand there.
            if shown.analysis is not analysis or shown.language != language:
                yield gr.skip()
                return
            shown.recommendation = recommendation
            yield recommendation_html(recommendation, language)


def message_of(error: Exception) -> str:
    """What a person is told: the sentence itself where it is meant for them; all else is ours, and goes to the log."""
    if isinstance(error, (ImageError, InputError)):
        return str(error)
    if is_full(error):
        logger.error("a file could not be written", exc_info=error)
        return NO_ROOM
    logger.error("an analysis failed", exc_info=error)
    return SERVER_FAULT


def _first_advice(analysis: Analysis, language: str) -> str:
    offline = Recommendation(offline_text(analysis, language), "offline", "")
    return recommendation_html(offline, language, awaited=_is_asked(analysis))


def _is_asked(analysis: Analysis) -> bool:
    """Whether a language model is set up, and has anything to say about a photo."""
    return settings_from_environment() is not None and not analysis.is_ood
