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
from training.card_photos import model_name, training_photos
from training.classes import CLASSES
from training.commands.calibrate import calibrate, photos_of_no_class, require_enough_photos
from training.config import Config, ModelConfig
from training.config.files import CONFIG_FILE, differences, load_config, save_config
from training.data.dataset import PhotoDataset
from training.data.isic import DataError
from training.data.pad_ufes_20 import read_pad_ufes_20
from training.data.sources import read_splits
from training.model_folder import FILES, write_description
from training.models.backbone import WeightsError, create_network
from training.quantization import convert_to_openvino, quantize_to_int8

logger = logging.getLogger(__name__)

# What may lie elsewhere, or be read otherwise, on the machine that exports.
_OF_THE_MACHINE = (
    "model.backbone_weights",
    "data.folder",
    "data.ood_folder",
    "data.pad_ufes_20_folder",
    "data.drawn_images",
    "data.num_workers",
)


def export(config: Config, checkpoint: Path, out: Path) -> None:
    """Write the model folder `out` from a checkpoint of `train`.

    Raises:
        DataError: the checkpoint or the data is missing or too little, or the checkpoint is of a run with other settings.
        ModelError: the network was trained on photos without hair, and the app does not remove hair.
        WeightsError: the weights to average with are missing or do not fit, or the checkpoint does not.
    """
    _require_servable(config)
    _require_settings_of_the_run(config, checkpoint)
    # Now: after quantization it would be half an hour too late.
    splits = read_splits(config.data)
    require_enough_photos(splits, config.inference)
    if config.data.ood_folder is not None:
        photos_of_no_class(config.data, config.data.ood_folder)
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
    write_description(_describe(config, out, checkpoint, sorted(splits.train["part"].unique())), out)
    calibrate(config, out)


def _require_servable(config: Config) -> None:
    if config.data.hair_removal is not None:
        raise ModelError(
            f"the network was trained with data.hair_removal={config.data.hair_removal}, and the app shows photos with their "
            "hair; train without it to export"
        )


def _require_settings_of_the_run(config: Config, checkpoint: Path) -> None:
    """Raise DataError where network or data are not those that the checkpoint's run saved.

    Of another split, training photos would be taken for validation photos; of another size or colour constancy, the network
    would be shown photos that it did not learn from.
    """
    saved = checkpoint.parent / CONFIG_FILE
    if not saved.exists():
        return
    differing = differences(config, load_config(saved), ("model", "data"), _OF_THE_MACHINE)
    if differing:
        raise DataError(
            f"settings that are not those of the run of {checkpoint} ({saved}): {'; '.join(differing)}. Without --config, the "
            "run's are taken"
        )


def load_checkpoint(config: Config, checkpoint: Path) -> LesionNetwork:
    """The network of a checkpoint (the averaged weights where there are any), ready to run.

    Raises:
        DataError: the checkpoint is missing.
        WeightsError: it is of another network than the configuration's.
    """
    if not checkpoint.exists():
        raise DataError(f"the checkpoint {checkpoint} is missing; train first, or name one with --checkpoint")
    state = torch.load(checkpoint, map_location="cpu", weights_only=False)["state_dict"]
    prefix = "network."
    start = dataclasses.replace(config.model, backbone_weights=None, pretrained=False)
    network = create_network(start)
    weights = {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        reason = " ".join(str(error).split())[:300]
        raise WeightsError(
            f"{checkpoint} does not fit {config.model.base_model}; is the section `model` that of its run ({CONFIG_FILE} "
            f"beside it)? {reason}"
        ) from error
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


def _describe(config: Config, out: Path, checkpoint: Path, parts: list[str]) -> dict[str, Any]:
    """model.json with what is known before the calibration; `parts`: of the data that the network was trained on."""
    model = config.model
    files = {role: {"name": name, "sha256": file_sha256(out / name)} for role, name in FILES.items()}
    return {
        "format": FORMAT,
        "name": model_name(model.base_model),
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
        "trained_on": {"source": config.data.source, "parts": parts, "checkpoint": checkpoint.name},
        "licence": training_photos(config, parts).licence,
    }
