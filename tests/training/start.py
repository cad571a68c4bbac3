"""Start weights for runs whose first stages stay as they are."""

from pathlib import Path

from safetensors.torch import save_file

from training.config.files import load_config
from training.models.backbone import create_network

SMOKE = Path(__file__).parents[2] / "training" / "config" / "smoke.yaml"


def save_start(path: Path) -> Path:
    """Write the weights of a network of smoke.yaml, drawn at random; returns the path."""
    state = create_network(load_config(SMOKE).model).state_dict()
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, path)
    return path
