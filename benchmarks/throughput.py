"""Many photos: `python -m inference DIR` against OpenVINO's own benchmark_app in throughput mode on the same IR."""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2

from assets.draw_examples import draw_lesion
from inference.analyzer import load_analyzer

_PHOTOS = 300
_SIDE = 256
_BENCHMARK_SECONDS = 10
_THROUGHPUT = re.compile(r"Throughput:\s+([\d.]+)\s*FPS")


def measure() -> dict[str, Any]:
    """Photos a second of both, and ours as a share of OpenVINO's."""
    spec = load_analyzer().spec
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _draw(folder)
        # A run of one photo is what starting costs: it is taken off, as benchmark_app does not count it either.
        start = _seconds([str(next(folder.iterdir()))])
        ours = (_PHOTOS - 1) / (_seconds([str(folder)]) - start)
    theirs = _benchmark_app(spec.path("ir"), spec.input.image_size)
    return {
        f"{_PHOTOS} photos of {_SIDE} pixels": [
            {"peer": "benchmark_app, throughput mode, network alone", "photos_per_second": theirs, "ratio": 1.0},
            {"peer": "python -m inference, whole analyses (ours)", "photos_per_second": ours, "ratio": ours / theirs},
        ]
    }


def _draw(folder: Path) -> None:
    for number in range(_PHOTOS):
        picture = draw_lesion(number, irregularity=0.5, colors=2, size=_SIDE)
        cv2.imwrite(str(folder / f"{number:04d}.jpg"), picture[..., ::-1])


def _seconds(paths: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "inference", *paths, "--json"], check=True, capture_output=True)
    return time.perf_counter() - start


def _benchmark_app(ir: Path, image_size: int) -> float:
    # Its throughput mode chooses the threads itself, and takes no number of them.
    command = [
        # Beside this Python: its environment need not be activated.
        str(Path(sys.executable).with_name("benchmark_app")),
        "-m", str(ir), "-d", "CPU", "-hint", "throughput", "-t", str(_BENCHMARK_SECONDS),
        "-shape", f"[1,{image_size},{image_size},3]", "-infer_precision", "f32",
    ]  # fmt: skip
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = _THROUGHPUT.search(printed)
    if found is None:
        raise RuntimeError(f"benchmark_app printed no throughput; its last lines: {printed[-500:]}")
    return float(found.group(1))
