"""The OpenVINO engine: the INT8 model on the CPU, the samples of its head in NumPy."""

import os
import sys
import threading
from pathlib import Path

import numpy as np

# OpenVINO sends a usage event and writes to the home folder when its telemetry can be imported; without it, it uses its
# own stub. Nothing may leave the machine, so this comes before the first import of openvino anywhere in this project.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
import openvino as ov  # noqa: E402
from openvino import properties  # noqa: E402

from inference.engine import NetworkOutput  # noqa: E402
from postprocess.head import DropoutMasks, Head  # noqa: E402

# Names of the model's outputs, in the order of NetworkOutput.
OUTPUTS = ("logits", "features", "feature_map", "statistics")


class OpenVinoEngine:
    """Implements `inference.engine.Engine`.

    Args:
        model_xml: IR with one input, uint8 (N, S, S, 3), and OUTPUTS by name.
        head: the same head, for its samples.
        threads: CPU threads; None takes what this process may use.
        cache_dir: folder for compiled models, which start faster; None compiles anew.
        streams: photos at once. One gets all threads and its answer soonest; as many as threads do most in an hour.
    """

    name = "openvino"

    def __init__(
        self, model_xml: Path, head: Head, threads: int | None = None, cache_dir: Path | None = None, streams: int = 1
    ) -> None:
        self.streams = streams
        core = ov.Core()
        if cache_dir is not None:
            core.set_property({properties.cache_dir: str(cache_dir)})
        self._compiled = core.compile_model(
            str(model_xml),
            "CPU",
            {
                properties.hint.performance_mode: properties.hint.PerformanceMode.LATENCY,
                # bfloat16 on newer processors would move the probabilities that the thresholds were fitted on.
                properties.hint.inference_precision: ov.Type.f32,
                properties.inference_num_threads: threads or available_threads(),
                properties.hint.num_requests: streams,
                properties.num_streams: streams,
                # Pinning ignores the cores that a container was given.
                properties.hint.enable_cpu_pinning: False,
            },
        )
        # OpenVINO's Python binding sets up its use of NumPy when it first sees an array. Two threads that come to that point
        # together wait for each other for ever (seen in 1 of 8 runs of the command line), so it happens here, in one.
        _ = ov.Tensor(np.zeros(1, np.uint8)).data
        self._head = head
        # An infer request holds the buffers of one pass: each thread needs its own.
        self._local = threading.local()

    def run(self, images_u8: np.ndarray) -> NetworkOutput:
        """As `Engine.run`."""
        request = self._request()
        request.infer({0: np.ascontiguousarray(images_u8)})
        # Copies: the next pass of this thread overwrites the request's buffers.
        return NetworkOutput(*(request.get_tensor(name).data.copy() for name in OUTPUTS))

    def sample(self, features: np.ndarray, masks: DropoutMasks) -> np.ndarray:
        """As `Engine.sample`."""
        return self._head.sampled_logits(features, masks)

    def _request(self) -> ov.InferRequest:
        if not hasattr(self._local, "request"):
            self._local.request = self._compiled.create_infer_request()
        return self._local.request


def available_threads() -> int:
    """CPU threads that this process may use: its affinity, cut by the container's quota, which OpenVINO ignores."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _container_quota()
    return allowed if quota is None else max(1, min(allowed, int(quota)))


def _container_quota() -> float | None:
    """CPUs that the cgroup (version 2) grants; None without a limit."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
    except (OSError, ValueError):
        return None
    return None if quota == "max" else float(quota) / float(period)
