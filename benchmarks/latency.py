"""One photo at a time: the bare network against its peers, the whole analysis, its stages, MC Dropout, Shades of Gray."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peer_process import PeerProcess, take_turns
from benchmarks.peers import (
    export_onnx,
    onnx_runtime,
    openvino_fp32,
    openvino_int8_silu,
    openvino_network,
    quantize_onnx,
    torch_compiled,
    torch_eager,
)
from benchmarks.photo import large_jpeg, large_photo
from benchmarks.timing import Timing, interleave, rows
from benchmarks.usual_pipeline import shades_of_gray_in_floats, usual_pipeline_of
from inference.analyzer import DEFAULT_MC_SAMPLES, VIEWS, Analyzer, load_analyzer
from inference.color_constancy import shades_of_gray
from inference.images import decode_image
from inference.preprocess import center_square, resize_square
from inference.symmetries import SYMMETRIES

OURS = "OpenVINO INT8 (ours)"
# Turns of each process, and passes in a row at each: 60 times of a network, 40 of an analysis.
_ROUNDS, _NETWORK_PASSES, _ANALYSIS_PASSES = 10, 6, 4
_STAGE_ROUNDS, _SLOW_ROUNDS = 40, 7


def measure() -> dict[str, Any]:
    """Tables of rows, by title."""
    analyzer = load_analyzer()
    power = analyzer.spec.input.color_constancy_power
    assert power is not None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fp32 = export_onnx(analyzer.spec, folder)
        tables = {
            "The bare network, batch 1": rows(_time_networks(analyzer, folder, fp32), OURS),
            "From bytes to the complete analysis": rows(_time_analyses(analyzer, fp32, power), "bare INT8 network"),
        }
    colours = interleave(
        {
            "float NumPy": lambda: shades_of_gray_in_floats(large_photo(), power),
            "histograms and tables (ours)": lambda: shades_of_gray(large_photo(), power),
        },
        _SLOW_ROUNDS,
    )
    return tables | {
        "Shades of Gray on 12 megapixels": rows(colours, "float NumPy"),
        "Where the time of one analysis goes": _stages(analyzer, power),
    }


def _time_networks(analyzer: Analyzer, folder: Path, fp32: Path) -> list[Timing]:
    spec = analyzer.spec
    silu, ir_fp32, int8 = (
        openvino_int8_silu(spec, folder),
        openvino_fp32(spec, folder),
        quantize_onnx(fp32, spec.input.image_size),
    )
    images = analyzer.network_view(decode_image(large_jpeg()))[None]
    with ExitStack() as stack:
        peers = {
            OURS: PeerProcess(openvino_network, spec.path("ir"), spec, given=images),
            "OpenVINO INT8, SiLU instead of ReLU6": PeerProcess(openvino_network, silu, spec, given=images),
            "OpenVINO FP32": PeerProcess(openvino_network, ir_fp32, spec, given=images),
            "ONNX Runtime FP32": PeerProcess(onnx_runtime, fp32, given=images),
            "ONNX Runtime INT8 (QDQ)": PeerProcess(onnx_runtime, int8, given=images),
            "PyTorch eager": PeerProcess(torch_eager, spec, given=images),
            "torch.compile": PeerProcess(torch_compiled, spec, given=images),
        }
        for peer in peers.values():
            stack.enter_context(peer)
        return take_turns(peers, _ROUNDS, _NETWORK_PASSES)


def _time_analyses(analyzer: Analyzer, fp32: Path, power: float) -> list[Timing]:
    data, size = large_jpeg(), analyzer.spec.input.image_size
    with ExitStack() as stack:
        peers = {
            "bare INT8 network": PeerProcess(_bare_network, given=analyzer.network_view(decode_image(data))),
            "whole analysis, 12-megapixel JPEG": PeerProcess(_analysis, DEFAULT_MC_SAMPLES, given=data),
            "the same without MC Dropout": PeerProcess(_analysis, 0, given=data),
            "the whole analysis looking eight times, as the page does": PeerProcess(
                _analysis, DEFAULT_MC_SAMPLES, SYMMETRIES, given=data
            ),
            "usual pipeline on ONNX Runtime FP32": PeerProcess(usual_pipeline_of, fp32, size, power, given=data),
        }
        for peer in peers.values():
            stack.enter_context(peer)
        return take_turns(peers, _ROUNDS, _ANALYSIS_PASSES)


def _bare_network() -> Callable[[np.ndarray], object]:
    return load_analyzer().run_network


def _analysis(mc_samples: int, views: int = VIEWS[0]) -> Callable[[bytes], object]:
    analyzer = load_analyzer()
    return lambda data: analyzer.analyze(decode_image(data), mc_samples, views=views)


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
        _STAGE_ROUNDS,
    )
    return rows(timed, "everything")
