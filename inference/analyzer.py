"""One photo in, one `Analysis` out: the network once, and everything that follows from its output."""

import importlib.util
import os
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from inference.engine import Engine, NetworkOutput
from inference.lesion_measures import describe_lesion
from inference.model_spec import ModelError, ModelSpec, load_alike, load_clinical, load_head, load_model_spec, load_ood
from inference.photo_measures import measure_photo
from inference.preprocess import preprocess
from inference.symmetries import SYMMETRIES, symmetric_views, turn_back
from postprocess.alike import AlikeCases
from postprocess.analysis import Analysis
from postprocess.calibration import Calibration, cancer_probability
from postprocess.clinical import ClinicalDetector
from postprocess.conformal import prediction_set
from postprocess.errors import InputError
from postprocess.head import DropoutMasks, Head, cancer_logit_gradient
from postprocess.heatmap import grad_cam
from postprocess.ood import OodModel, compress
from postprocess.prevalence import DEFAULT_SETTING, check_setting, in_setting
from postprocess.uncertainty import Uncertainty, summarize_samples

DEFAULT_MODEL = Path(__file__).parent.parent / "models_ir"
ENGINES = ("openvino", "torch")
DEFAULT_MC_SAMPLES = 30
MAX_MC_SAMPLES = 1000
DEFAULT_COVERAGE = 90
# How often the network looks at a photo: once, or at each of the symmetries of the square.
VIEWS = (1, SYMMETRIES)
# The same masks for every photo and both engines: the same photo always gets the same answer.
MASK_SEED = 0


class Analyzer:
    """Analyses photos with one model and one engine. Safe to call from several threads."""

    def __init__(
        self,
        spec: ModelSpec,
        engine: Engine,
        head: Head,
        ood: OodModel,
        clinical: ClinicalDetector | None = None,
        alike: AlikeCases | None = None,
    ) -> None:
        self.spec = spec
        self._engine = engine
        self._head = head
        self._ood = ood
        self._clinical = clinical
        self._alike = alike
        self._is_cancer = spec.is_cancer
        self._masks = lru_cache(maxsize=8)(self._draw_masks)

    @property
    def streams(self) -> int:
        """How many photos the engine runs at once."""
        return self._engine.streams

    def network_view(self, image_u8_rgb: np.ndarray) -> np.ndarray:
        """What the network sees of a photo (H, W, 3): RGB uint8 (S, S, 3)."""
        return preprocess(image_u8_rgb, self.spec.input.image_size, self.spec.input.color_constancy_power)

    def run_network(self, view_u8_rgb: np.ndarray) -> NetworkOutput:
        """The network's own numbers for a view (S, S, 3), before anything is made of them.

        Raises:
            ModelError: one of them is no number.
        """
        output = self._engine.run(view_u8_rgb[None])
        for part in fields(output):
            if not np.isfinite(getattr(output, part.name)).all():
                raise ModelError(
                    f"the {part.name} of network {self.spec.version} are not finite: its weights are damaged; export it again"
                )
        return output

    def ood_scores(self, statistics: np.ndarray) -> np.ndarray:
        """Compressed statistics (N, M) -> distances (N,) from the training photos."""
        return self._ood.score(statistics)

    def analyze(
        self,
        image_u8_rgb: np.ndarray,
        mc_samples: int = DEFAULT_MC_SAMPLES,
        coverage: int = DEFAULT_COVERAGE,
        setting: str = DEFAULT_SETTING,
        views: int = VIEWS[0],
    ) -> Analysis:
        """Analyse one photo.

        Args:
            image_u8_rgb: RGB uint8 (H, W, 3), as `inference.images` decodes it.
            mc_samples, coverage, setting, views: as `analyze_view`, and so are the errors.
        """
        return self.analyze_view(self.network_view(image_u8_rgb), mc_samples, coverage, setting, image_u8_rgb, views)

    def analyze_view(
        self,
        view_u8_rgb: np.ndarray,
        mc_samples: int = DEFAULT_MC_SAMPLES,
        coverage: int = DEFAULT_COVERAGE,
        setting: str = DEFAULT_SETTING,
        image_u8_rgb: np.ndarray | None = None,
        views: int = VIEWS[0],
    ) -> Analysis:
        """Analyse what `network_view` made of a photo: for those who show it beside the result.

        Probabilities, risk and prediction set come from the pass without dropout; the samples only say how sure it is.

        Args:
            view_u8_rgb: RGB uint8 (S, S, 3).
            mc_samples: MC-Dropout samples: 0 for none, else 2 to MAX_MC_SAMPLES.
            coverage: promised coverage of the prediction set, in percent.
            setting: where the photo comes from, one of `postprocess.prevalence.SETTINGS`.
            image_u8_rgb: the photo that the view was made of, for its quality; without it, that is not measured.
            views: one of VIEWS. With 8 the network sees the photo turned and mirrored too, and what it finds is averaged, so
                that no quarter turn and no mirroring of the photo changes the answer, but for rounding (of a side, for one: the
                middle square may move by a pixel). Probabilities and limits are those that were fitted with so many.

        Raises:
            InputError: a number of samples, a coverage, a setting or a number of views that there is not.
            ModelError: as `run_network`.
        """
        # Before the network: what cannot be answered costs nothing.
        check_samples(mc_samples)
        check_setting(setting)
        if views not in VIEWS:
            raise InputError(f"the number of views must be {' or '.join(map(str, VIEWS))}, got {views}")
        fitted = self.spec.fitted[views]
        if coverage not in fitted.conformal:
            choices = f"{min(fitted.conformal)} to {max(fitted.conformal)}"
            raise InputError(f"the coverage must be a whole percentage from {choices}, got {coverage}")
        look = self.look(view_u8_rgb, views)
        features = look.features
        probs = fitted.calibration.probabilities(look.logits)
        uncertainty = self._sample(features, fitted.calibration, int(probs.argmax()), mc_samples)
        agreement = uncertainty.agreement if uncertainty else None
        parts = fitted.certainty.parts(probs, agreement)
        score = fitted.certainty.score(parts)
        cancer = float(cancer_probability(probs, self._is_cancer))
        gradient = cancer_logit_gradient(probs, self._is_cancer, fitted.calibration.temperature)
        return Analysis(
            class_codes=self.spec.codes,
            class_names=tuple(item.name for item in self.spec.classes),
            is_cancer=tuple(item.cancer for item in self.spec.classes),
            probs=probs,
            cancer_probability=cancer,
            risk_level=fitted.risk.level(cancer),
            certainty_parts=parts,
            certainty_score=score,
            certainty_level=fitted.certainty.level(score, agreement),
            ood_score=look.ood_score,
            ood_threshold=fitted.ood_threshold,
            prediction_set=prediction_set(probs, fitted.conformal[coverage]),
            coverage=coverage / 100,
            uncertainty=uncertainty,
            heatmap=grad_cam(look.feature_map, self._head.class_gradient(features, gradient)),
            model_version=self.spec.version,
            engine=self._engine.name,
            setting=in_setting(setting, cancer, self.spec.fitted_prevalence),
            photo_quality=None if image_u8_rgb is None else measure_photo(image_u8_rgb),
            is_clinical=look.is_clinical,
            description=describe_lesion(view_u8_rgb),
            alike_counts=None if self._alike is None else self._alike.counts(features),
            views=views,
        )

    def look(self, view_u8_rgb: np.ndarray, views: int) -> "Look":
        """What the network finds in a view (S, S, 3), before anything fitted is put to it; `views` as `analyze_view`.

        Raises:
            ModelError: as `run_network`.
        """
        seen = [view_u8_rgb] if views == 1 else symmetric_views(view_u8_rgb)
        outputs = [self.run_network(view) for view in seen]
        statistics = compress(np.concatenate([output.statistics for output in outputs]))
        # The mean of the distances: that of the mean would be shorter than those that the limit was fitted on.
        ood_score = self.ood_scores(statistics).mean(keepdims=True)
        clinical = self._clinical is not None and bool(
            self._clinical.is_clinical(statistics.mean(0, keepdims=True), ood_score)[0]
        )
        if views == 1:
            output = outputs[0]
            return Look(output.logits[0], output.features[0], output.feature_map[0], float(ood_score[0]), clinical)
        features = np.mean([output.features[0] for output in outputs], axis=0)
        feature_map = turn_back(np.concatenate([output.feature_map for output in outputs])).mean(axis=0)
        return Look(self._head.logits(features[None])[0], features, feature_map, float(ood_score[0]), clinical)

    def _sample(self, features: np.ndarray, calibration: Calibration, predicted: int, samples: int) -> Uncertainty | None:
        if samples == 0:
            return None
        logits = self._engine.sample(features, self._masks(samples))
        return summarize_samples(calibration.probabilities(logits), self._is_cancer, predicted)

    def _draw_masks(self, samples: int) -> DropoutMasks:
        return self._head.draw_masks(samples, MASK_SEED)


class Look(NamedTuple):
    """What the network found in a photo, in one view or in the mean of all."""

    logits: np.ndarray  # (C,)
    features: np.ndarray  # (F,)
    feature_map: np.ndarray  # (F, h, w)
    ood_score: float
    is_clinical: bool


def check_samples(mc_samples: int) -> None:
    """Check a number of MC-Dropout samples, for those who ask for many photos; `Analyzer.analyze_view` does for each.

    Raises:
        InputError: neither 0 nor 2 to MAX_MC_SAMPLES.
    """
    if mc_samples != 0 and not 2 <= mc_samples <= MAX_MC_SAMPLES:
        raise InputError(f"the number of MC-Dropout samples must be 0 or 2 to {MAX_MC_SAMPLES}, got {mc_samples}")


def available_engines() -> tuple[str, ...]:
    """Those of ENGINES that can run here."""
    return ENGINES if importlib.util.find_spec("torch") and importlib.util.find_spec("timm") else ENGINES[:1]


def load_analyzer(model: str | Path = DEFAULT_MODEL, engine: str = "openvino", many: bool = False) -> Analyzer:
    """Load a model folder with one of ENGINES. NumPy multiplies matrices with one thread in this process from then on.

    Args:
        model: a folder that `training export` wrote.
        engine: one of ENGINES.
        many: photos come by the thousand, so that what is done in an hour counts, not how soon one answer comes.

    Raises:
        ModelError: the folder or the engine cannot be used; the message says what to do.
    """
    spec = load_model_spec(model)
    head, ood, clinical, alike = load_head(spec), load_ood(spec), load_clinical(spec), load_alike(spec)
    # Matrices are small here: several threads would wait for each other longer than they multiply, on the network's cores.
    threadpool_limits(1, user_api="blas")
    # Last: it takes longest, and is in vain where another part is refused.
    return Analyzer(spec, _create_engine(engine, spec, head, many), head, ood, clinical, alike)


def _create_engine(name: str, spec: ModelSpec, head: Head, many: bool) -> Engine:
    # Imported when chosen: PyTorch need not be installed, and takes seconds to import.
    if name == "openvino":
        from inference.openvino_engine import OpenVinoEngine, available_threads

        threads = _threads_setting() or available_threads()
        return OpenVinoEngine(spec.path("ir"), head, threads, cache_folder(), threads if many else 1)
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


def cache_folder() -> Path | None:
    """Where compiled models are kept; None where the folder cannot be written (a read-only home), or there is no home.

    A variable that is empty counts as not set.
    """
    try:
        folder = Path(os.environ.get("SKINGLANCE_CACHE_DIR") or _default_cache())
        folder.mkdir(parents=True, exist_ok=True)
    # RuntimeError: a user without HOME whom the system does not know.
    except (OSError, RuntimeError):
        return None
    return folder if os.access(folder, os.W_OK) else None


def _default_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "skinglancecare"
