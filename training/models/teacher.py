"""A trained network that another one learns from: asked, never trained, and no part of the checkpoints."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from inference.model_spec import load_model_spec
from inference.network import NetworkTensors
from inference.torch_engine import load_network
from training.classes import CODES
from training.models.backbone import WeightsError


class Teacher:
    """The full-precision network of a model folder.

    Not a module: it would be averaged, saved and put into training mode with the one that learns.

    Args:
        folder: as `training export` writes it.

    Raises:
        inference.model_spec.ModelError: the folder cannot be used.
        WeightsError: it tells other classes apart.
    """

    def __init__(self, folder: Path) -> None:
        spec = load_model_spec(folder)
        if spec.codes != CODES:
            raise WeightsError(f"the teacher {folder} tells {', '.join(spec.codes)} apart; it must be {', '.join(CODES)}")
        self._network = load_network(spec, spec.path("network"))
        self.feature_count = self._network.head.linear_1.in_features

    @torch.no_grad()
    def __call__(self, photos: Tensor) -> NetworkTensors:
        """Photos (N, S, S, 3), RGB of values 0-255, on any device -> what the teacher makes of them."""
        return self._network.to(photos.device)(photos)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Teacher":
        # The averaged copy of the network that learns has the same teacher.
        return self
