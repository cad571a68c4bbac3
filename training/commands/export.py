"""`python -m training export`: from a checkpoint to the folder that the app serves.

checkpoint -> average with other weights, if asked for -> FP16 weights (safetensors) -> OpenVINO -> INT8 by NNCF
           -> fit of all that follows the network (calibrate).
The INT8 model is made from the FP16 weights, so that both engines run the same numbers.
"""

import dataclasses
import logging
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save_file as save_arrays
from safetensors.torch import save_file as save_tensors

from inference.model_spec import FORMAT, ModelError, file_sha256
from inference.network import ClassificationHead, LesionNetwork
from training.classes import CLASSES
from training.commands.calibrate import calibrate, like_served_photos
from training.config import Config, ModelConfig
from training.config.files import save_config
from training.data.dataset import PhotoDataset
from training.data.isic import DataError
from training.data.ood import read_odd_photos
from training.data.pad_ufes_20 import read_pad_ufes_20
from training.data.sources import read_splits
from training.model_folder import FILES, write_description
from training.models.backbone import WeightsError, create_network
from training.quantization import convert_to_openvino, quantize_to_int8

logger = logging.getLogger(__name__)

NAME = "SkinGlanceCare EfficientNet-B3"
LICENCE = (
    "Weights: research use only, not commercial: trained on HAM10000, BCN_20000 and MSK photos (CC BY-NC 4.0). "
    "The code is MIT-licensed."
)


def export(config: Config, checkpoint: Path, out: Path) -> None:
    """Write the model folder `out` from a checkpoint of `train`.

    Raises:
        DataError: the checkpoint or the data is missing.
        ModelError: the network was trained on photos without hair, and the app does not remove hair.
        WeightsError: the weights to average with are missing or do not fit.
    """
    _require_servable(config)
    # Now: after quantization it would be half an hour too late.
    like_served_photos(read_splits(config.data).validation, config.inference.fit_part)
    if config.data.ood_folder is not None:
        read_odd_photos(config.data.ood_folder)
        read_pad_ufes_20(config.data.pad_ufes_20_folder)
    network = load_checkpoint(config, checkpoint)
    if config.inference.averaged_with is not None:
        average_weights(network, config.inference.averaged_with, config.inference.averaged_share, config.model)
    out.mkdir(parents=True, exist_ok=True)
    save_config(config, out)
    _round_to_fp16(network)
    save_tensors({name: _storable(tensor) for name, tensor in network.state_dict().items()}, out / FILES["network"])
    save_arrays(head_arrays(network.head), out / FILES["head"])
    model = convert_to_openvino(network, config.model.image_size)
    quantize_to_int8(model, calibration_images(config), config.inference.fast_bias_correction, out / FILES["ir"])
    size = sum((out / FILES[role]).stat().st_size for role in ("ir", "ir_weights")) / 2**20
    logger.info("INT8 model: %.1f MB", size)
    write_description(_describe(config, out), out)
    calibrate(config, out)


def _require_servable(config: Config) -> None:
    if config.data.hair_removal is not None:
        raise ModelError(
            f"the network was trained with data.hair_removal={config.data.hair_removal}, and the app shows photos with their "
            "hair; train without it to export"
        )


def load_checkpoint(config: Config, checkpoint: Path) -> LesionNetwork:
    """The network of a checkpoint (the averaged weights where there are any), ready to run."""
    if not checkpoint.exists():
        raise DataError(f"the checkpoint {checkpoint} is missing; train first, or name one with --checkpoint")
    state = torch.load(checkpoint, map_location="cpu", weights_only=False)["state_dict"]
    prefix = "network."
    start = dataclasses.replace(config.model, backbone_weights=None, pretrained=False)
    network = create_network(start)
    network.load_state_dict({name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)})
    return network.eval()


@torch.no_grad()
def average_weights(network: LesionNetwork, path: Path, share: float, config: ModelConfig) -> None:
    """Mix weights into a network's own, `share` of the file's and 1 - `share` of its own, batch norms' statistics included.

    Networks that were trained on from one start mostly have a straight way between them without a worse place on it, and on it
    better ones than either end (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").

    Raises:
        WeightsError: the file is missing or does not fit the network, or the share is outside 0-1.
    """
    if not 0 <= share <= 1:
        raise WeightsError(f"inference.averaged_share must be from 0 to 1, got {share}")
    others = create_network(dataclasses.replace(config, backbone_weights=path, pretrained=False)).state_dict()
    for name, tensor in network.state_dict().items():
        if tensor.is_floating_point():
            tensor.copy_(others[name] * share + tensor * (1 - share))


@torch.no_grad()
def head_arrays(head: ClassificationHead) -> dict[str, np.ndarray]:
    """The head as `postprocess.head.Head` has it: its batch norm as one scale and one shift per hidden unit."""
    norm = head.norm
    assert norm.running_mean is not None
    assert norm.running_var is not None
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    tensors = {
        "weight_1": head.linear_1.weight,
        "bias_1": head.linear_1.bias,
        "norm_scale": scale,
        "norm_shift": norm.bias - norm.running_mean * scale,
        "weight_2": head.linear_2.weight,
        "bias_2": head.linear_2.bias,
    }
    return {name: tensor.detach().contiguous().numpy().astype(np.float32) for name, tensor in tensors.items()}


@torch.no_grad()
def _round_to_fp16(network: LesionNetwork) -> None:
    for tensor in (*network.parameters(), *network.buffers()):
        if tensor.is_floating_point():
            tensor.copy_(tensor.half())


def _storable(tensor: torch.Tensor) -> torch.Tensor:
    return (tensor.half() if tensor.is_floating_point() else tensor).contiguous()


def calibration_images(config: Config) -> list[np.ndarray]:
    """Training photos that NNCF chooses the INT8 ranges by: uint8 (1, S, S, 3) each, preprocessed as in serving."""
    train = read_splits(config.data).train
    count = min(config.inference.calibration_images, len(train))
    photos = train.sample(count, random_state=config.training.seed)
    dataset = PhotoDataset(photos, config.model.image_size, config.data.color_constancy_power)
    return [dataset[index].image_u8[None].numpy() for index in range(len(dataset))]


def _describe(config: Config, out: Path) -> dict[str, Any]:
    """model.json with what is known before the calibration."""
    model = config.model
    files = {role: {"name": name, "sha256": file_sha256(out / name)} for role, name in FILES.items()}
    return {
        "format": FORMAT,
        "name": NAME,
        # A date for people, and a part of the weights' hash that no other model has.
        "version": f"{date.today():%Y.%m.%d}-{files['ir_weights']['sha256'][:8]}",
        "classes": [dataclasses.asdict(item) for item in CLASSES],
        "input": {
            "image_size": model.image_size,
            "mean": list(model.mean),
            "std": list(model.std),
            "color_constancy_power": config.data.color_constancy_power,
        },
        "network": {
            "backbone": model.base_model,
            "act_layer": model.act_layer,
            "hidden_features": model.hidden_features,
            "dropout_1": model.dropout_1,
            "dropout_2": model.dropout_2,
        },
        "files": files,
        "licence": LICENCE,
    }
