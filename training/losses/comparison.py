"""The usual losses, to compare MaxRecall with, and the choice by name."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.classes import IS_CANCER, MELANOMA
from training.config import LossConfig
from training.losses.max_recall_loss import MaxRecallLoss, class_weights


class FocalLoss(nn.Module):
    """Mean of (1 - p_t) ** gamma * -log p_t, p_t the probability of the true class (Lin et al. 2017, eq. 4).

    Args:
        gamma: focusing parameter, 0 or more; 0 is cross-entropy.
    """

    def __init__(self, gamma: float) -> None:
        super().__init__()
        if gamma < 0:
            raise ValueError(f"the focal loss's gamma must be 0 or more, got {gamma}")
        self.gamma = gamma

    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        """logits (N, C), labels int64 (N,) -> scalar."""
        cross_entropy = functional.cross_entropy(logits, labels, reduction="none")
        missing = -torch.expm1(-cross_entropy)
        # A power below 1 is endlessly steep at 0, where sure answers lie: kept off it, they have a gradient of 0 and not NaN.
        missing = missing.clamp(min=torch.finfo(missing.dtype).eps)
        return missing.pow(self.gamma).mul(cross_entropy).mean()


def create_loss(config: LossConfig, class_counts: list[int]) -> nn.Module:
    """The loss that `config.name` asks for: logits (N, C), labels int64 (N,) -> scalar.

    Args:
        config: the loss's settings.
        class_counts: training photos of each class, (C,).

    Raises:
        ValueError: there is no such loss, or a setting of it is out of range.
    """
    if config.name == "max_recall":
        return MaxRecallLoss(config, class_counts, IS_CANCER, MELANOMA)
    if config.name == "cross_entropy":
        return nn.CrossEntropyLoss()
    if config.name == "weighted_cross_entropy":
        return nn.CrossEntropyLoss(class_weights(class_counts))
    if config.name == "focal":
        return FocalLoss(config.focal_gamma)
    raise ValueError(f"there is no loss {config.name!r}; choose max_recall, cross_entropy, weighted_cross_entropy or focal")
