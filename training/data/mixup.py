"""Mixup: a batch and the same batch in another order, one shining through the other (Zhang et al. 2018).

It holds back a network that learns its photos by heart: no photo comes twice in the same way, and none is quite one class.
"""

from typing import NamedTuple

import torch
from torch import Tensor


class Mixed(NamedTuple):
    """N mixed photos, and what they are made of."""

    photos_u8: Tensor  # uint8 (N, S, S, 3)
    partners: Tensor  # int64 (N,), which photo of the batch was mixed in
    share: float  # of the photo itself, 0.5 to 1; the partner has the rest


def mix(photos_u8: Tensor, alpha: float) -> Mixed:
    """Mix each photo of a batch with another one.

    Args:
        photos_u8: uint8 (N, S, S, 3).
        alpha: of the Beta distribution that the share is drawn from, above 0; larger mixes more.
    """
    share = float(torch.distributions.Beta(alpha, alpha).sample())
    # Mixing a with b at 0.3 is mixing b with a at 0.7: this way the larger share is always the photo's own.
    share = max(share, 1 - share)
    partners = torch.randperm(len(photos_u8), device=photos_u8.device)
    mixed = photos_u8.float().mul_(share).add_(photos_u8[partners].float(), alpha=1 - share)
    return Mixed(mixed.round_().to(torch.uint8), partners, share)
