"""Start weights for runs whose first stages stay as they are, and checkpoints of runs that nobody waited for."""

from pathlib import Path

import torch
from safetensors.torch import save_file

from training.config import Config
from training.config.files import load_config, save_config
from training.models.backbone import create_network

SMOKE = Path(__file__).parents[2] / "training" / "config" / "smoke.yaml"


def save_start(path: Path) -> Path:
    """Write the weights of a network of smoke.yaml, drawn at random; returns the path."""
    state = create_network(load_config(SMOKE).model).state_dict()
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, path)
    return path


def save_checkpoint(config: Config, run: Path, name: str = "best.ckpt") -> Path:
    """Write what `train` leaves of a run, with the weights drawn at random; returns the checkpoint's path."""
    run.mkdir(parents=True, exist_ok=True)
    save_config(config, run)
    state = create_network(config.model).state_dict()
    torch.save({"state_dict": {f"network.{key}": tensor for key, tensor in state.items()}}, run / name)
    return run / name
