"""A trained network that another one learns from: asked, never trained, and no part of the checkpoints."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from inference.model_spec import load_model_spec
from inference.network import NetworkTensors
from inference.openvino_engine import OUTPUTS, ov, properties
from inference.symmetries import SYMMETRIES
from inference.torch_engine import load_network
from training.classes import CODES
from training.models.backbone import WeightsError


class Teacher:
    """The network of a model folder: of PyTorch on a GPU; on a CPU the INT8 one of OpenVINO, in a quarter of the time.

    Not a module: it would be averaged, saved and put into training mode with the one that learns.

    Args:
        folder: as `training export` writes it.
        symmetries: ask it each time about one of the eight symmetries of the photos at random. The mean of a network's
            answers to all eight is better than one of them, and a student of random ones learns that mean: the gradient of
            its divergence is linear in the teacher's probabilities.

    Raises:
        inference.model_spec.ModelError: the folder cannot be used.
        WeightsError: it tells other classes apart.
    """

    def __init__(self, folder: Path, symmetries: bool = False) -> None:
        spec = load_model_spec(folder)
        if spec.codes != CODES:
            raise WeightsError(f"the teacher {folder} tells {', '.join(spec.codes)} apart; it must be {', '.join(CODES)}")
        self._network = load_network(spec, spec.path("network"))
        self.feature_count = self._network.head.linear_1.in_features
        self._ir = spec.path("ir")
        self._compiled: dict[torch.Size, ov.CompiledModel] = {}
        self._symmetries = symmetries

    @torch.no_grad()
    def __call__(self, photos: Tensor) -> NetworkTensors:
        """Photos (N, S, S, 3), uint8 RGB, on any device -> what the teacher makes of them."""
        if self._symmetries:
            photos = _turn(photos)
        if photos.device.type != "cpu":
            return self._network.to(photos.device)(photos)
        answers = self._openvino(photos.shape)(photos.contiguous().numpy())
        return NetworkTensors(*(torch.from_numpy(answers[name].copy()) for name in OUTPUTS))

    def _openvino(self, shape: torch.Size) -> ov.CompiledModel:
        """The INT8 network for batches of one shape."""
        if shape not in self._compiled:
            core = ov.Core()
            model = core.read_model(self._ir)
            model.reshape(list(shape))
            settings = {
                properties.hint.inference_precision: ov.Type.f32,
                properties.inference_num_threads: torch.get_num_threads(),
                properties.hint.enable_cpu_pinning: False,
            }
            self._compiled[shape] = core.compile_model(model, "CPU", settings)
        return self._compiled[shape]

    def __deepcopy__(self, memo: dict[int, Any]) -> "Teacher":
        # The averaged copy of the network that learns has the same teacher.
        return self


def _turn(photos: Tensor) -> Tensor:
    """Square photos (N, S, S, 3), all of them in the same one of the eight symmetries, drawn at random."""
    number = int(torch.randint(SYMMETRIES, ()))
    turned = torch.rot90(photos, number // 2, (1, 2))
    return turned.flip(2) if number % 2 else turned
