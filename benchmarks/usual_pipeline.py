"""The way such an analysis is usually written: Pillow, float NumPy, a torchvision transform, ONNX Runtime in FP32."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from torchvision.transforms import v2

Network = Callable[[np.ndarray], object]


def shades_of_gray_in_floats(image_u8_rgb: np.ndarray, power: float) -> np.ndarray:
    """Shades of Gray (Finlayson & Trezzi 2004) as its formula reads: uint8 (H, W, 3) -> the same."""
    image = image_u8_rgb.astype(np.float32)
    light = np.power(np.power(image, power).mean(axis=(0, 1)), 1 / power)
    gain = np.sqrt((light**2).sum()) / (np.sqrt(3) * light)
    return np.clip(image * gain, 0, 255).astype(np.uint8)


def usual_pipeline_of(network: Path, image_size: int, power: float) -> Callable[[bytes], object]:
    """`usual_pipeline` with an ONNX file."""
    # Imported here: who only wants Shades of Gray needs no ONNX Runtime.
    from benchmarks.peers import onnx_runtime

    run = onnx_runtime(network)
    return lambda data: usual_pipeline(data, run, image_size, power)


def usual_pipeline(data: bytes, network: Network, image_size: int, power: float) -> object:
    """Bytes of a photo -> what the network says, without uncertainty, heat map or out-of-distribution score."""
    photo = shades_of_gray_in_floats(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")), power)
    transform = v2.Compose([v2.CenterCrop(min(photo.shape[:2])), v2.Resize((image_size, image_size), antialias=True)])
    return network(np.ascontiguousarray(np.asarray(transform(Image.fromarray(photo)))[None]))
