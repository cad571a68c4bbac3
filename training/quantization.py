"""PyTorch -> OpenVINO -> INT8."""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

# As in inference.openvino_engine: neither library may send usage events.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
os.environ.setdefault("NNCF_CI", "1")
import nncf  # noqa: E402
import openvino as ov  # noqa: E402
from nncf.quantization.advanced_parameters import AdvancedQuantizationParameters, OverflowFix  # noqa: E402

from inference.network import LesionNetwork  # noqa: E402
from inference.openvino_engine import OUTPUTS  # noqa: E402


def convert_to_openvino(network: LesionNetwork, image_size: int) -> ov.Model:
    """Trace the network: input uint8 (N, S, S, 3), outputs named as the engine expects."""
    example = torch.zeros(1, image_size, image_size, 3, dtype=torch.uint8)
    model = ov.convert_model(network.eval(), example_input=example)
    model.reshape([-1, image_size, image_size, 3])
    model.inputs[0].set_names({"images_u8"})
    for output, name in zip(model.outputs, OUTPUTS, strict=True):
        output.set_names({name})
    return model


def quantize_to_int8(model: ov.Model, images_u8: Sequence[np.ndarray], fast_bias_correction: bool, path: Path) -> None:
    """Quantize all but the head, whose 0.8 million weights cost no time and decide everything, and save the IR.

    The symmetric preset fits ReLU6, whose range NNCF finds exactly.

    Args:
        model: as `convert_to_openvino` makes it.
        images_u8: uint8 (1, S, S, 3) each, preprocessed as in serving: the ranges are chosen by them.
        fast_bias_correction: NNCF's fast bias correction; False is slower and more exact.
        path: of the IR that is written.
    """
    quantized = nncf.quantize(
        with_fp16_constants(model),
        nncf.Dataset(images_u8),
        **quantization_options(len(images_u8), fast_bias_correction),
    )
    ov.save_model(quantized, path)


def quantization_options(photo_count: int, fast_bias_correction: bool) -> dict[str, Any]:
    """What `quantize_to_int8` tells NNCF, for `photo_count` photos to choose the ranges by."""
    return {
        "preset": nncf.QuantizationPreset.PERFORMANCE,
        "target_device": nncf.TargetDevice.CPU,
        "fast_bias_correction": fast_bias_correction,
        "subset_size": photo_count,
        "ignored_scope": nncf.IgnoredScope(types=["MatMul"]),
        # Weights of 7 bits: without 8-bit dot products (VNNI) a processor adds products of pairs in 16 bits, which those of 8
        # bits overflow without a word, so that the same photo got another answer there.
        "advanced_parameters": AdvancedQuantizationParameters(overflow_fix=OverflowFix.ENABLE),
    }


def with_fp16_constants(model: ov.Model) -> ov.Model:
    """The model as it must be before it is quantized.

    OpenVINO stores no FP16 constants in a model that is quantized already: what stays float must be FP16 before.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.xml"
        ov.save_model(model, path, compress_to_fp16=True)
        # From memory: the constants of a model that was read by path lie in its file, which goes.
        return ov.Core().read_model(path.read_bytes(), path.with_suffix(".bin").read_bytes())
