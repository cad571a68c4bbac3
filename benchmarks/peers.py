"""The same weights in what users would run instead: ONNX Runtime, PyTorch, OpenVINO without INT8, another activation."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime

# Imported last: the engine's module keeps its telemetry away.
import openvino
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from inference.model_spec import ModelSpec, load_head
from inference.network import LesionNetwork, build_network
from inference.openvino_engine import OpenVinoEngine, available_threads
from inference.torch_engine import load_network
from training.quantization import convert_to_openvino, quantize_to_int8

_CALIBRATION_PHOTOS = 32
Run = Callable[[np.ndarray], object]


def network_of(spec: ModelSpec) -> LesionNetwork:
    """The model's weights in PyTorch."""
    return load_network(spec, spec.path("network"))


def openvino_network(path: Path, spec: ModelSpec) -> Run:
    """An IR in the engine that the app uses."""
    return OpenVinoEngine(path, load_head(spec)).run


def openvino_fp32(spec: ModelSpec, folder: Path) -> Path:
    """The PyTorch weights as an IR, not quantized."""
    path = folder / "fp32.xml"
    openvino.save_model(convert_to_openvino(network_of(spec), spec.input.image_size), path, compress_to_fp16=False)
    return path


def openvino_int8_silu(spec: ModelSpec, folder: Path) -> Path:
    """An IR of the same network with SiLU, the usual activation of EfficientNet, in INT8; random weights do for its speed."""
    network = build_network(
        spec.network.backbone,
        None,
        spec.network.hidden_features,
        spec.network.dropout_1,
        spec.network.dropout_2,
        len(spec.classes),
        list(spec.input.mean),
        list(spec.input.std),
    )
    path = folder / "silu.xml"
    quantize_to_int8(convert_to_openvino(network, spec.input.image_size), _noise(spec.input.image_size), True, path)
    return path


def onnx_runtime(path: Path) -> Run:
    """An ONNX file on the CPU, with as many threads as OpenVINO takes."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = available_threads()
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda images_u8: session.run(None, {"images_u8": images_u8})


def export_onnx(spec: ModelSpec, folder: Path) -> Path:
    """The PyTorch weights as an ONNX file, FP32."""
    path = folder / "fp32.onnx"
    size = spec.input.image_size
    example = torch.zeros(1, size, size, 3, dtype=torch.uint8)
    names = ["logits", "features", "feature_map", "statistics"]
    torch.onnx.export(
        network_of(spec),
        (example,),
        path,
        input_names=["images_u8"],
        output_names=names,
        dynamo=True,
        external_data=False,
        verbose=False,
    )
    return path


def quantize_onnx(fp32: Path, image_size: int) -> Path:
    """ONNX Runtime's own static quantization, with pairs of quantize and dequantize (QDQ), a scale for each channel."""
    prepared, path = fp32.with_name("prepared.onnx"), fp32.with_name("int8.onnx")
    quant_pre_process(fp32, prepared, skip_symbolic_shape=True)
    quantize_static(prepared, path, _Photos(image_size), activation_type=QuantType.QUInt8, per_channel=True, reduce_range=True)
    return path


def torch_compiled(spec: ModelSpec) -> Run | None:
    """The network through `torch.compile`; None where this machine cannot compile it."""
    size = spec.input.image_size
    # For one size: compiling for any takes it longer than half an hour.
    compiled = torch.compile(network_of(spec), dynamic=False)
    try:
        _in_torch(compiled)(np.zeros((1, size, size, 3), np.uint8))
    except Exception:
        # No compiler, or one that torch cannot use: reported as missing, not as slow.
        return None
    return _in_torch(compiled)


def torch_eager(spec: ModelSpec) -> Run:
    """The PyTorch network as it is."""
    return _in_torch(network_of(spec))


def _in_torch(network: Callable[[torch.Tensor], object]) -> Run:
    def run(images_u8: np.ndarray) -> object:
        with torch.inference_mode():
            return network(torch.from_numpy(images_u8))

    return run


class _Photos(CalibrationDataReader):
    """Pictures to choose the ranges by; for speed their content does not matter."""

    def __init__(self, image_size: int) -> None:
        self._images = iter(_noise(image_size))

    def get_next(self) -> dict[str, np.ndarray] | None:
        image = next(self._images, None)
        return None if image is None else {"images_u8": image}


def _noise(image_size: int) -> list[np.ndarray]:
    generator = np.random.default_rng(0)
    return [generator.integers(0, 256, (1, image_size, image_size, 3)).astype(np.uint8) for _ in range(_CALIBRATION_PHOTOS)]
