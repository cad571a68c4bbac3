"""One photo at a time: the bare network against its peers, the whole analysis, its stages, MC Dropout, Shades of Gray."""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers import (
    export_onnx,
    network_of,
    onnx_runtime,
    openvino_fp32,
    openvino_int8_silu,
    quantize_onnx,
    torch_compiled,
    torch_eager,
)
from benchmarks.photo import large_jpeg, large_photo
from benchmarks.timing import interleave, rows
from benchmarks.usual_pipeline import shades_of_gray_in_floats, usual_pipeline
from inference.analyzer import Analyzer, load_analyzer
from inference.color_constancy import shades_of_gray
from inference.images import decode_image
from inference.model_spec import load_head
from inference.openvino_engine import OpenVinoEngine
from inference.preprocess import center_square, resize_square

OURS = "OpenVINO INT8 (ours)"
_NETWORK_ROUNDS, _ANALYSIS_ROUNDS, _SLOW_ROUNDS = 60, 40, 7


def measure() -> dict[str, Any]:
    """Tables of rows, by title."""
    analyzer = load_analyzer()
    spec = analyzer.spec
    power = spec.input.color_constancy_power
    assert power is not None
    view = analyzer.network_view(decode_image(large_jpeg()))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fp32 = export_onnx(spec, folder)
        usual_network = onnx_runtime(fp32)
        network = _network_peers(analyzer, folder, fp32)
        images = view[None]
        timed = interleave({peer: partial(run, images) for peer, run in network.items()}, _NETWORK_ROUNDS)
        whole = interleave(
            {
                "bare INT8 network": lambda: analyzer.run_network(view),
                "whole analysis, 12-megapixel JPEG": lambda: analyzer.analyze(decode_image(large_jpeg())),
                "the same without MC Dropout": lambda: analyzer.analyze(decode_image(large_jpeg()), mc_samples=0),
                "usual pipeline on ONNX Runtime FP32": lambda: usual_pipeline(
                    large_jpeg(), usual_network, spec.input.image_size, power
                ),
            },
            _ANALYSIS_ROUNDS,
        )
    colours = interleave(
        {
            "float NumPy": lambda: shades_of_gray_in_floats(large_photo(), power),
            "histograms and tables (ours)": lambda: shades_of_gray(large_photo(), power),
        },
        _SLOW_ROUNDS,
    )
    return {
        "The bare network, batch 1": rows(timed, OURS),
        "From bytes to the complete analysis": rows(whole, "bare INT8 network"),
        "Shades of Gray on 12 megapixels": rows(colours, "float NumPy"),
        "Where the time of one analysis goes": _stages(analyzer, power),
    }


def _network_peers(analyzer: Analyzer, folder: Path, fp32: Path) -> dict[str, Callable[[np.ndarray], object]]:
    spec = analyzer.spec
    shipped = OpenVinoEngine(spec.path("ir"), load_head(spec))
    peers: dict[str, Callable[[np.ndarray], object]] = {
        OURS: shipped.run,
        "OpenVINO INT8, SiLU instead of ReLU6": openvino_int8_silu(spec, folder),
        "OpenVINO FP32": openvino_fp32(spec, folder).run,
        "ONNX Runtime FP32": onnx_runtime(fp32),
        "ONNX Runtime INT8 (QDQ)": onnx_runtime(quantize_onnx(fp32, spec.input.image_size)),
        "PyTorch eager": torch_eager(spec),
    }
    compiled = torch_compiled(network_of(spec), spec.input.image_size)
    return peers if compiled is None else peers | {"torch.compile": compiled}


def _stages(analyzer: Analyzer, power: float) -> list[dict[str, Any]]:
    """Each stage on the output of the one before it; the last row is all of it in one call."""
    data, size = large_jpeg(), analyzer.spec.input.image_size
    photo = decode_image(data)
    balanced = shades_of_gray(photo, power)
    view = analyzer.network_view(photo)
    timed = interleave(
        {
            "decode": lambda: decode_image(data),
            "Shades of Gray": lambda: shades_of_gray(photo, power),
            "centre square and resize": lambda: resize_square(center_square(balanced), size),
            "network": lambda: analyzer.run_network(view),
            "network and all that follows, without MC Dropout": lambda: analyzer.analyze_view(view, mc_samples=0),
            "the same with 30 samples": lambda: analyzer.analyze_view(view),
            "everything": lambda: analyzer.analyze(decode_image(data)),
        },
        _ANALYSIS_ROUNDS,
    )
    return rows(timed, "everything")
