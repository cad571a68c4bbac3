"""The PyTorch engine: the same weights in full precision. It needs requirements-torch.txt; the app starts without it."""

from pathlib import Path

import numpy as np

from inference.engine import NetworkOutput
from inference.model_spec import ModelError, ModelSpec
from postprocess.head import DropoutMasks

try:
    import torch
    from safetensors.torch import load_file

    from inference.network import LesionNetwork, build_network
except ImportError as error:
    raise ModelError(
        f"the PyTorch engine needs {error.name}: pip install -r requirements-torch.txt, or use the OpenVINO engine"
    ) from error


class TorchEngine:
    """Implements `inference.engine.Engine`."""

    name = "torch"
    # One photo at a time uses all threads: PyTorch shares them out within each layer.
    streams = 1

    def __init__(self, spec: ModelSpec) -> None:
        self._network = load_network(spec, spec.path("network"))

    @torch.inference_mode()
    def run(self, images_u8: np.ndarray) -> NetworkOutput:
        """As `Engine.run`."""
        tensors = self._network(torch.from_numpy(np.ascontiguousarray(images_u8)))
        return NetworkOutput(*(tensor.numpy() for tensor in tensors))

    @torch.inference_mode()
    def sample(self, features: np.ndarray, masks: DropoutMasks) -> np.ndarray:
        """As `Engine.sample`."""
        arrays = (features, masks.features, masks.hidden)
        return self._network.head.sample(*(torch.from_numpy(array) for array in arrays)).numpy()


def load_network(spec: ModelSpec, weights: Path) -> "LesionNetwork":
    """Build the network of a model and load its weights, ready to run."""
    settings = spec.network
    network = build_network(
        settings.backbone,
        settings.act_layer,
        settings.hidden_features,
        settings.dropout_1,
        settings.dropout_2,
        len(spec.classes),
        list(spec.input.mean),
        list(spec.input.std),
    )
    state = {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in load_file(weights).items()}
    network.load_state_dict(state)
    return network.eval()
