"""What NNCF offers for this network: the same FP16 weights, made small in each of its ways."""

import dataclasses
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

# As in inference.openvino_engine: neither library may send usage events.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
os.environ.setdefault("NNCF_CI", "1")
import nncf  # noqa: E402
import openvino as ov  # noqa: E402
from nncf.quantization.advanced_parameters import (  # noqa: E402
    AdvancedQuantizationParameters,
    AdvancedSmoothQuantParameters,
    OverflowFix,
)
from sklearn.metrics import roc_auc_score  # noqa: E402

from training.quantization import quantization_options, with_fp16_constants  # noqa: E402

# Where accuracy control may not fall below full precision: cancer AUROC, absolute.
MAX_DROP = 0.002
_SMOOTH_QUANT = AdvancedSmoothQuantParameters(convolution=0.5, matmul=0.5)
Quantize = Callable[[ov.Model], ov.Model]
Judge = tuple[Sequence[np.ndarray], np.ndarray, np.ndarray]


def ways(calibration: Sequence[np.ndarray], judge: Judge) -> dict[str, Quantize]:
    """Name -> what makes a quantized model of a converted one.

    Args:
        calibration: pictures that the ranges are chosen by, uint8 (1, S, S, 3) each.
        judge: for accuracy control: pictures like these that are used for nothing else, whether each shows cancer, and which
            classes are cancer.
    """

    def quantize(**options: Any) -> Quantize:
        return lambda model: nncf.quantize(
            with_fp16_constants(model), nncf.Dataset(calibration), **(_shipped_options(len(calibration)) | options)
        )

    return {
        "INT8 without head, weights of 7 bits, symmetric, fast bias correction (shipped)": quantize(),
        "INT8 with head": quantize(ignored_scope=None),
        "mixed preset": quantize(preset=nncf.QuantizationPreset.MIXED),
        "slow bias correction": quantize(fast_bias_correction=False),
        "no bias correction": quantize(advanced_parameters=_advanced(disable_bias_correction=True)),
        "SmoothQuant of the convolutions": quantize(
            # NNCF leaves it out for any other type of model, without a word.
            model_type=nncf.ModelType.TRANSFORMER,
            advanced_parameters=_advanced(smooth_quant_alphas=_SMOOTH_QUANT),
        ),
        "channel alignment": quantize(advanced_parameters=_advanced(disable_channel_alignment=False)),
        "8 bits of weights in all layers but the first": quantize(
            advanced_parameters=_advanced(overflow_fix=OverflowFix.FIRST_LAYER)
        ),
        "8 bits of weights in all layers": quantize(advanced_parameters=_advanced(overflow_fix=OverflowFix.DISABLE)),
        f"accuracy control, at most {MAX_DROP} of cancer AUROC": _accuracy_control(calibration, judge),
        # A copy: this one works in place.
        "weights only": lambda model: nncf.compress_weights(model.clone()),
    }


def _shipped_options(photo_count: int) -> dict[str, Any]:
    """NNCF's options for the model that ships, whose configuration is to have the fast bias correction."""
    return quantization_options(photo_count, fast_bias_correction=True)


def _advanced(**changes: Any) -> AdvancedQuantizationParameters:
    """Those of the model that ships, changed."""
    return dataclasses.replace(_shipped_options(1)["advanced_parameters"], **changes)


def _accuracy_control(calibration: Sequence[np.ndarray], judge: Judge) -> Quantize:
    pictures, shows_cancer, cancer_classes = judge

    def cancer_auroc(compiled: ov.CompiledModel, batches: Iterable[np.ndarray]) -> tuple[float, None]:
        scores = []
        for batch in batches:
            logits = compiled(batch)["logits"][0].astype(np.float64)
            odds = np.exp(logits - logits.max())
            scores.append(odds[cancer_classes].sum() / odds.sum())
        return float(roc_auc_score(shows_cancer, scores)), None

    options = _shipped_options(len(calibration))
    # NNCF calls the same thing by another name here.
    advanced = options.pop("advanced_parameters")
    return lambda model: nncf.quantize_with_accuracy_control(
        with_fp16_constants(model),
        nncf.Dataset(calibration),
        nncf.Dataset(pictures),
        cancer_auroc,
        max_drop=MAX_DROP,
        advanced_quantization_parameters=advanced,
        **options,
    )
