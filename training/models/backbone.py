"""The network's start: built from the configuration, filled from a file, its first stages frozen."""

from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor, nn

from inference.network import ClassificationHead, LesionNetwork, build_network
from training.classes import CLASSES
from training.config import ModelConfig

# What comes before the first stage, by timm's names.
_STEMS = ("conv_stem", "bn1", "patch_embed", "cls_token", "pos_embed")


class WeightsError(Exception):
    """A file of weights does not fit the network; the message says where."""


def create_network(config: ModelConfig) -> LesionNetwork:
    """Build the network of a configuration with the weights that it asks for.

    Raises:
        WeightsError: `backbone_weights` is missing or does not fit the backbone.
    """
    network = build_network(
        config.base_model,
        config.act_layer,
        config.hidden_features,
        config.dropout_1,
        config.dropout_2,
        len(CLASSES),
        list(config.mean),
        list(config.std),
        config.drop_path_rate,
        config.pretrained,
    )
    if config.backbone_weights is not None:
        _load_start(network, config.backbone_weights)
    return network


def freeze_stages(network: LesionNetwork, stages: int) -> None:
    """Keep the stem and the first `stages` stages of the backbone as they are; 0 sets everything free.

    A stage is one of timm's `blocks` (EfficientNet: a group of layers at one width; DeiT: a transformer block) or
    `layers` (Swin).

    Raises:
        ValueError: the backbone has no stages by these names.
    """
    backbone = network.backbone
    for parameter in backbone.parameters():
        parameter.requires_grad_(True)
    if stages == 0:
        return
    blocks = getattr(backbone, "blocks", None) or getattr(backbone, "layers", None)
    if blocks is None:
        raise ValueError(f"{type(backbone).__name__} has no `blocks` or `layers` to freeze; set training.freeze_blocks to 0")
    stem = [getattr(backbone, name, None) for name in _STEMS]
    for part in (*stem, *blocks[:stages]):
        # Parameters freeze like the modules that hold them.
        if part is not None:
            part.requires_grad_(False)


def has_a_head(path: Path) -> bool:
    """Whether a file of start weights holds more than a backbone: a head, which was trained on diagnoses.

    Raises:
        WeightsError: the file is missing.
    """
    with safe_open(_existing(path), "pt") as file:
        return any(name.startswith("backbone.") or name == "head.weight" for name in file.keys())  # noqa: SIM118 (no dictionary)


def _existing(path: Path) -> Path:
    if not path.exists():
        raise WeightsError(f"the weights {path} are missing; model.backbone_weights must name a safetensors file")
    return path


def _load_start(network: LesionNetwork, path: Path) -> None:
    weights = {name: tensor.float() for name, tensor in load_file(_existing(path)).items()}
    if any(name.startswith("backbone.") for name in weights):
        _load(network, weights, path)
        return
    weight, bias = weights.pop("head.weight", None), weights.pop("head.bias", None)
    _load(network.backbone, weights, path)
    if weight is not None and bias is not None:
        embed_linear_head(network.head, weight, bias)


def _load(module: nn.Module, weights: dict[str, Tensor], path: Path) -> None:
    missing, unexpected = module.load_state_dict(weights, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise WeightsError(f"{path} does not fit the network: missing {missing[:3]}, unexpected {list(unexpected)[:3]}")


@torch.no_grad()
def embed_linear_head(head: ClassificationHead, weight: Tensor, bias: Tensor) -> None:
    """Make the head compute weight @ features + bias exactly, so that nothing learned is lost (Net2Net's idea).

    Hidden units come in pairs with the inputs +s and -s, because SiLU(s) - SiLU(-s) = s; the batch norm starts as the
    identity. The other hidden units keep their random inputs and start with outputs of zero, from where they learn.

    Args:
        head: hidden width of at least 2 C; its batch norm is reset.
        weight: (C, F).
        bias: (C,).
    """
    classes = len(bias)
    if head.linear_1.out_features < 2 * classes:
        raise ValueError(f"the head needs a hidden width of at least {2 * classes}, it has {head.linear_1.out_features}")
    head.norm.reset_running_stats()
    nn.init.constant_(head.norm.weight, (1 + head.norm.eps) ** 0.5)
    nn.init.zeros_(head.norm.bias)
    head.linear_1.weight[:classes] = weight
    head.linear_1.weight[classes : 2 * classes] = -weight
    head.linear_1.bias[: 2 * classes] = 0
    nn.init.zeros_(head.linear_2.weight)
    head.linear_2.weight[:, :classes] = torch.eye(classes)
    head.linear_2.weight[:, classes : 2 * classes] = -torch.eye(classes)
    head.linear_2.bias.copy_(bias)
