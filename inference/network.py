"""The network as a PyTorch module: what training trains, what is exported to OpenVINO, what the PyTorch engine runs.

bytes (N, S, S, 3) -> normalise -> backbone (timm) -> feature map -> mean over its cells -> features -> head -> logits
"""

import math
from typing import Any, NamedTuple

import timm
import torch
from torch import Tensor, nn


class NetworkTensors(NamedTuple):
    """Everything that later steps need from one pass; N photos, C classes, F features, h x w cells."""

    logits: Tensor  # (N, C)
    features: Tensor  # (N, F): the mean of the feature map over its cells
    feature_map: Tensor  # (N, F, h, w)
    statistics: Tensor  # (N, M): mean and deviation over the cells of each channel of STATISTICS_STAGES


# Stages of the backbone (by timm's numbers of its resolutions) whose statistics tell a dermoscopic photo from others: texture
# and colour live here, at an eighth and a sixteenth of the photo's resolution; later stages only keep what tells diagnoses.
STATISTICS_STAGES = (2, 3)


class ClassificationHead(nn.Module):
    """Dropout, Linear, SiLU, BatchNorm, Dropout, Linear: features (N, F) -> logits (N, C)."""

    def __init__(self, feature_count: int, hidden_count: int, class_count: int, dropout_1: float, dropout_2: float) -> None:
        super().__init__()
        self.dropout_1 = nn.Dropout(dropout_1)
        self.linear_1 = nn.Linear(feature_count, hidden_count)
        self.activation = nn.SiLU()
        self.norm = nn.BatchNorm1d(hidden_count)
        self.dropout_2 = nn.Dropout(dropout_2)
        self.linear_2 = nn.Linear(hidden_count, class_count)

    def forward(self, features: Tensor) -> Tensor:
        hidden = self.norm(self.activation(self.linear_1(self.dropout_1(features))))
        return self.linear_2(self.dropout_2(hidden))

    def sample(self, features: Tensor, feature_masks: Tensor, hidden_masks: Tensor) -> Tensor:
        """Logits (K, C) of one photo's features (F,) under K given dropout masks, (K, F) and (K, hidden)."""
        hidden = self.norm(self.activation(self.linear_1(features * feature_masks)))
        return self.linear_2(hidden * hidden_masks)


class LesionNetwork(nn.Module):
    """Backbone and head, with the normalisation as the first step."""

    mean: Tensor
    std: Tensor

    def __init__(self, backbone: Any, head: ClassificationHead, mean: list[float], std: list[float]) -> None:
        super().__init__()
        # A timm model: forward_intermediates is what is asked of it.
        self.backbone: Any = backbone
        self.head = head
        # In units of bytes, so that no division by 255 is needed; not part of the weights: model.json has them.
        self.register_buffer("mean", 255 * torch.tensor(mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", 255 * torch.tensor(std).view(1, 3, 1, 1), persistent=False)

    def forward(self, images_u8: Tensor) -> NetworkTensors:
        """images_u8: RGB (N, S, S, 3), 0-255, uint8."""
        images = images_u8.permute(0, 3, 1, 2).to(self.mean.dtype)
        last, stages = self.backbone.forward_intermediates((images - self.mean) / self.std, STATISTICS_STAGES)
        feature_map = self._as_map(last)
        # The mean, for transformers too: Grad-CAM in closed form rests on it.
        features = feature_map.mean((2, 3))
        return NetworkTensors(self.head(features), features, feature_map, _statistics(stages))

    def _as_map(self, last: Tensor) -> Tensor:
        """What the backbone ends in -> (N, F, h, w): a map already, a map with channels last (Swin), or tokens (DeiT)."""
        if last.ndim == 3:
            patches = last[:, self.backbone.num_prefix_tokens :]
            side = math.isqrt(patches.shape[1])
            return patches.transpose(1, 2).unflatten(2, (side, side))
        return last.permute(0, 3, 1, 2) if getattr(self.backbone, "output_fmt", "NCHW") == "NHWC" else last


def _statistics(stages: list[Tensor]) -> Tensor:
    """Mean and standard deviation of each channel over its cells: maps (N, C_i, h_i, w_i) -> (N, 2 * sum of C_i)."""
    # Away from 0, where the square root has no gradient.
    deviations = [(stage.var((2, 3), correction=0) + 1e-8).sqrt() for stage in stages]
    return torch.cat([*(stage.mean((2, 3)) for stage in stages), *deviations], dim=1)


def build_network(
    backbone: str,
    act_layer: str | None,
    hidden_features: int,
    dropout_1: float,
    dropout_2: float,
    class_count: int,
    mean: list[float],
    std: list[float],
    drop_path_rate: float = 0.0,
    pretrained: bool = False,
) -> LesionNetwork:
    """Build the network with random weights, or with timm's own for the backbone (`pretrained`: needs the Hub).

    Args:
        backbone: a model name of timm.
        act_layer: name of the activation that replaces the backbone's own; None keeps it.
        hidden_features: width of the head's hidden layer.
        drop_path_rate: stochastic depth (Huang et al. 2016), used in training only.
    """
    activation: dict[str, Any] = {} if act_layer is None else {"act_layer": act_layer}
    body: Any = timm.create_model(
        backbone, num_classes=0, pretrained=pretrained, drop_path_rate=drop_path_rate, **activation, **_any_size(backbone)
    )
    head = ClassificationHead(body.num_features, hidden_features, class_count, dropout_1, dropout_2)
    return LesionNetwork(body, head, mean, std).to(memory_format=torch.channels_last)


def _any_size(backbone: str) -> dict[str, Any]:
    """The options by which timm's transformers take photos of another size than they were made for; convolutions need none."""
    if backbone.startswith(("deit", "vit")):
        return {"dynamic_img_size": True}
    return {"strict_img_size": False} if backbone.startswith("swin") else {}
