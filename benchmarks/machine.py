"""On what was it measured?"""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from inference.analyzer import DEFAULT_MODEL
from inference.model_spec import load_model_spec
from inference.openvino_engine import available_threads

_PACKAGES = ("openvino", "onnxruntime", "torch", "numpy", "opencv-python-headless")
# OpenVINO and PyTorch heed it, ONNX Runtime does not: only `quantization`, where all run in OpenVINO, may be measured with
# it. Below AVX512_CORE, OpenVINO cannot run the network with small weights alone where the processor could do more.
INSTRUCTION_LIMIT = "ONEDNN_MAX_CPU_ISA"
_LIMITS_WITHOUT_VNNI = ("SSE41", "AVX", "AVX2", "AVX512_CORE")


def machine() -> dict[str, Any]:
    """Processor, its instructions for integers and what limits them, threads, Python, libraries and the model that ships."""
    info = _processor()
    has_vnni = any(flag in info.get("flags", "").split() for flag in ("avx_vnni", "avx512_vnni"))
    limit = os.environ.get(INSTRUCTION_LIMIT, "").upper()
    return {
        "processor": info.get("model name", platform.processor()),
        "vnni": has_vnni and limit not in _LIMITS_WITHOUT_VNNI,
        "limit": limit,
        "threads": available_threads(),
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in _PACKAGES},
        "model": load_model_spec(DEFAULT_MODEL).version,
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> dict[str, str]:
    """The first processor in /proc/cpuinfo; empty where there is no such file."""
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return {}
    lines = path.read_text().split("\n\n")[0].splitlines()
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
