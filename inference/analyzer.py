"""One photo in, one `Analysis` out: the network once, and everything that follows from its output."""

import os
from functools import lru_cache
from pathlib import Path

import numpy as np

from inference.engine import Engine
from inference.model_spec import ModelError, ModelSpec, load_head, load_model_spec, load_ood
from inference.preprocess import preprocess
from postprocess.analysis import Analysis
from postprocess.calibration import cancer_probability
from postprocess.conformal import prediction_set
from postprocess.head import DropoutMasks, Head, cancer_logit_gradient
from postprocess.heatmap import grad_cam
from postprocess.ood import OodModel, compress
from postprocess.uncertainty import Uncertainty, summarize_samples

DEFAULT_MODEL = Path(__file__).parent.parent / "models_ir"
ENGINES = ("openvino", "torch")
DEFAULT_MC_SAMPLES = 30
MAX_MC_SAMPLES = 1000
DEFAULT_COVERAGE = 90
# The same masks for every photo and both engines: the same photo always gets the same answer.
MASK_SEED = 0


class Analyzer:
    """Analyses photos with one model and one engine. Safe to call from several threads."""

    def __init__(self, spec: ModelSpec, engine: Engine, head: Head, ood: OodModel) -> None:
        self.spec = spec
        self._engine = engine
        self._head = head
        self._ood = ood
        self._is_cancer = spec.is_cancer
        self._masks = lru_cache(maxsize=8)(self._draw_masks)

    def network_view(self, image_u8_rgb: np.ndarray) -> np.ndarray:
        """What the network sees of a photo (H, W, 3): RGB uint8 (S, S, 3)."""
        return preprocess(image_u8_rgb, self.spec.input.image_size, self.spec.input.color_constancy_power)

    def analyze(
        self, image_u8_rgb: np.ndarray, mc_samples: int = DEFAULT_MC_SAMPLES, coverage: int = DEFAULT_COVERAGE
    ) -> Analysis:
        """Analyse one photo.

        Args:
            image_u8_rgb: RGB uint8 (H, W, 3), as `inference.images` decodes it.
            mc_samples, coverage: as `analyze_view`, and so are the errors.
        """
        return self.analyze_view(self.network_view(image_u8_rgb), mc_samples, coverage)

    def analyze_view(
        self, view_u8_rgb: np.ndarray, mc_samples: int = DEFAULT_MC_SAMPLES, coverage: int = DEFAULT_COVERAGE
    ) -> Analysis:
        """Analyse what `network_view` made of a photo: for those who show it beside the result.

        Probabilities, risk and prediction set come from the pass without dropout; the samples only say how sure it is.

        Args:
            view_u8_rgb: RGB uint8 (S, S, 3).
            mc_samples: MC-Dropout samples: 0 for none, else 2 to MAX_MC_SAMPLES.
            coverage: promised coverage of the prediction set, in percent.

        Raises:
            ValueError: a number of samples or a coverage that there is not.
        """
        if coverage not in self.spec.conformal:
            choices = f"{min(self.spec.conformal)} to {max(self.spec.conformal)}"
            raise ValueError(f"the coverage must be a whole percentage from {choices}, got {coverage}")
        output = self._engine.run(view_u8_rgb[None])
        features = output.features[0]
        probs = self.spec.calibration.probabilities(output.logits[0])
        uncertainty = self._sample(features, int(probs.argmax()), mc_samples)
        parts = self.spec.certainty.parts(probs, uncertainty.agreement if uncertainty else None)
        score = self.spec.certainty.score(parts)
        cancer = float(cancer_probability(probs, self._is_cancer))
        gradient = cancer_logit_gradient(probs, self._is_cancer, self.spec.calibration.temperature)
        return Analysis(
            class_codes=self.spec.codes,
            class_names=tuple(item.name for item in self.spec.classes),
            is_cancer=tuple(item.cancer for item in self.spec.classes),
            probs=probs,
            cancer_probability=cancer,
            risk_level=self.spec.risk.level(cancer),
            certainty_parts=parts,
            certainty_score=score,
            certainty_level=self.spec.certainty.level(score),
            ood_score=float(self._ood.score(compress(output.statistics))[0]),
            ood_threshold=self._ood.threshold,
            prediction_set=prediction_set(probs, self.spec.conformal[coverage]),
            coverage=coverage / 100,
            uncertainty=uncertainty,
            heatmap=grad_cam(output.feature_map[0], self._head.class_gradient(features, gradient)),
            model_version=self.spec.version,
            engine=self._engine.name,
        )

    def _sample(self, features: np.ndarray, predicted: int, samples: int) -> Uncertainty | None:
        if samples == 0:
            return None
        if not 2 <= samples <= MAX_MC_SAMPLES:
            raise ValueError(f"the number of MC-Dropout samples must be 0 or 2 to {MAX_MC_SAMPLES}, got {samples}")
        logits = self._engine.sample(features, self._masks(samples))
        return summarize_samples(self.spec.calibration.probabilities(logits), self._is_cancer, predicted)

    def _draw_masks(self, samples: int) -> DropoutMasks:
        return self._head.draw_masks(samples, MASK_SEED)


def load_analyzer(model: str | Path = DEFAULT_MODEL, engine: str = "openvino") -> Analyzer:
    """Load a model folder with one of ENGINES.

    Raises:
        ModelError: the folder or the engine cannot be used; the message says what to do.
    """
    spec = load_model_spec(model)
    head = load_head(spec)
    return Analyzer(spec, _create_engine(engine, spec, head), head, load_ood(spec))


def _create_engine(name: str, spec: ModelSpec, head: Head) -> Engine:
    # Imported when chosen: PyTorch need not be installed, and takes seconds to import.
    if name == "openvino":
        from inference.openvino_engine import OpenVinoEngine

        return OpenVinoEngine(spec.path("ir"), head, _threads_setting(), _cache_folder())
    if name == "torch":
        from inference.torch_engine import TorchEngine

        return TorchEngine(spec)
    raise ModelError(f"there is no engine {name!r}; choose one of {', '.join(ENGINES)}")


def _threads_setting() -> int | None:
    text = os.environ.get("SKINGLANCE_THREADS", "")
    if not text:
        return None
    if not text.isdigit() or int(text) == 0:
        raise ModelError(f"SKINGLANCE_THREADS must be a whole number of at least 1, got {text!r}")
    return int(text)


def _cache_folder() -> Path | None:
    """Where compiled models are kept; None where the folder cannot be written (a read-only home)."""
    default = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "skinglancecare"
    folder = Path(os.environ.get("SKINGLANCE_CACHE_DIR", default))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None
