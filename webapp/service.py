"""What the page and the API do with a photo: decode, analyse, recommend. Knows nothing of the page."""

import contextlib
import logging
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from inference.analyzer import ENGINES, VIEWS, Analyzer, available_engines, load_analyzer
from inference.decoder import DecoderPool
from inference.images import ImageError
from inference.self_test import PICTURE
from llm.offline import offline_text
from postprocess.analysis import Analysis, to_json_object
from postprocess.prevalence import DEFAULT_SETTING
from webapp.analyses import AnalysisStore
from webapp.logs import log_event
from webapp.received import read_received

logger = logging.getLogger(__name__)

# A person waits for one photo: a tenth of a second more ranks cancers higher (MODEL_CARD.md), however the photo is turned.
DEFAULT_VIEWS = VIEWS[-1]


@dataclass(frozen=True, eq=False)
class Examined:
    """One photo and what was found."""

    analysis: Analysis
    photo_u8_rgb: np.ndarray
    """The photo as it was decoded: RGB uint8 (H, W, 3)."""
    seen_u8_rgb: np.ndarray
    """What the network saw of it: RGB uint8 (S, S, 3)."""


class Service:
    """Analyses files with a model folder; each engine is loaded when it is first asked for."""

    def __init__(self, model: Path) -> None:
        self.model_folder = model
        self.analyses = AnalysisStore()
        self._decoders = DecoderPool()
        self._analyzer = lru_cache(maxsize=len(ENGINES))(lambda engine: load_analyzer(model, engine))

    @property
    def engines(self) -> tuple[str, ...]:
        """The engines that can run here."""
        return available_engines()

    def analyzer(self, engine: str) -> Analyzer:
        """The analyzer of an engine.

        Raises:
            ModelError: the engine cannot run here.
        """
        return self._analyzer(engine)

    def start_decoder(self) -> None:
        """Have the first process that decodes photos ready soon; returns at once."""

        def decode() -> None:
            # Where it fails, the first visitor's photo fails too, and says so to the visitor.
            with contextlib.suppress(ImageError):
                self.read(PICTURE)

        threading.Thread(target=decode, daemon=True).start()

    def close(self) -> None:
        """Stop the processes that decode photos."""
        self._decoders.close()

    def read(self, path: Path) -> np.ndarray:
        """Decode a file of a stranger; as `inference.decoder.DecoderPool.read`."""
        return self._decoders.read(path)

    def examine(
        self, path: str, engine: str, mc_samples: int, setting: str = DEFAULT_SETTING, views: int = DEFAULT_VIEWS
    ) -> Examined:
        """Analyse a file.

        Raises:
            ImageError: the file is no photo that can be used.
            ModelError: the engine cannot run here.
            InputError: a number of samples, a setting or a number of views that there is not.
        """
        analyzer = self.analyzer(engine)
        started = time.monotonic()
        try:
            photo = read_received(Path(path), self.read)
        except ImageError:
            log_event(logger, "file refused", engine=engine, ms=_milliseconds_since(started))
            raise
        view = analyzer.network_view(photo)
        analysis = analyzer.analyze_view(view, mc_samples, setting=setting, image_u8_rgb=photo, views=views)
        log_event(logger, "photo analysed", engine=engine, ms=_milliseconds_since(started))
        return Examined(analysis, photo, view)

    def predict(
        self,
        path: str,
        engine: str,
        mc_samples: int,
        language: str,
        setting: str = DEFAULT_SETTING,
        views: int = DEFAULT_VIEWS,
    ) -> dict[str, Any]:
        """The API's answer for a file; its recommendation is the text that needs no service. Raises as `examine`."""
        return self.answer(self.examine(path, engine, mc_samples, setting, views).analysis, language)

    def answer(self, analysis: Analysis, language: str) -> dict[str, Any]:
        """The API's object for an analysis, with the id that the analysis is kept under for a while."""
        return to_json_object(analysis, offline_text(analysis, language)) | {"analysis_id": self.analyses.put(analysis)}


def _milliseconds_since(started: float) -> int:
    return round(1000 * (time.monotonic() - started))
