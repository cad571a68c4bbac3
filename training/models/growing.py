"""Grow an EfficientNet-Lite into an EfficientNet that computes the same: public weights start a network that has none.

Net2Net (Chen et al. 2016): nothing that the small network learned is lost, and the new parts learn from the first step.

- Wider: the old channels come first. New ones are random mixes of the old filters, and what reads them gets zeros.
- Deeper: new blocks stand at the end of a stage; the last batch norm of each has gain 0, so that it adds nothing to its input.
- Squeeze-and-excitation: its expanding convolution at 0 gives a gate of 1/2, and the next convolution's weights are doubled.
- Input: the normalisations of both networks are folded into the stem and its batch norm.

The batch norms of new channels get their statistics from one pass over photos; the old channels keep theirs.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

_CONVOLUTIONS = ("conv_pw", "conv_dw", "conv_pwl")
_BATCH_NORMS = ("bn1", "bn2", "bn3")


class GrowthError(Exception):
    """One network cannot be grown into the other; the message says where."""


@torch.no_grad()
def grow(small: Any, large: Any, photos_u8: Tensor, generator: torch.Generator) -> None:
    """Fill `large` so that the first channels of its features are those of `small`.

    At the lower and right border the first convolution pads with zeros, which are another grey after the change of
    normalisation: features differ by that much.

    Args:
        small, large: timm EfficientNets without classifier, `large` at least as wide and deep everywhere.
        photos_u8: RGB uint8 (N, S, S, 3), for the statistics of the new channels.
        generator: for the random mixes.

    Raises:
        GrowthError: `large` is narrower or shallower somewhere.
    """
    new_channels: dict[nn.Module, int] = {}

    def convolution(old: nn.Conv2d, new: nn.Conv2d, scale: float = 1.0) -> None:
        new.weight.copy_(scale * _widen(old.weight, new.weight.shape, generator))

    def batch_norm(old: nn.BatchNorm2d, new: nn.BatchNorm2d) -> None:
        _widen_batch_norm(old, new)
        if new.num_features > old.num_features:
            new_channels[new] = old.num_features

    convolution(small.conv_stem, large.conv_stem)
    batch_norm(small.bn1, large.bn1)
    _fold_normalisation(small, large)
    if len(small.blocks) != len(large.blocks):
        raise GrowthError(f"expected as many stages, got {len(small.blocks)} and {len(large.blocks)}")
    for number, (old_stage, new_stage) in enumerate(zip(small.blocks, large.blocks, strict=True)):
        if len(new_stage) < len(old_stage):
            raise GrowthError(f"stage {number} has {len(old_stage)} blocks and cannot be grown to {len(new_stage)}")
        for old, new in zip(old_stage, new_stage, strict=False):
            _grow_block(old, new, convolution, batch_norm)
        for added in new_stage[len(old_stage) :]:
            _make_identity(added, new_channels)
    convolution(small.conv_head, large.conv_head)
    batch_norm(small.bn2, large.bn2)
    _measure(large, new_channels, photos_u8)


def normalise(photos_u8: Tensor, backbone: Any) -> Tensor:
    """uint8 (N, S, S, 3) -> float (N, 3, S, S) as the backbone was trained on, by timm's configuration of it."""
    mean, std = (torch.tensor(backbone.default_cfg[name]).view(1, 3, 1, 1) for name in ("mean", "std"))
    return (photos_u8.permute(0, 3, 1, 2).float() / 255 - mean) / std


def _grow_block(old: Any, new: Any, convolution: Callable[..., None], batch_norm: Callable[..., None]) -> None:
    if isinstance(new.se, nn.Identity):
        after_gate = None
    else:
        nn.init.zeros_(new.se.conv_expand.weight)
        nn.init.zeros_(new.se.conv_expand.bias)
        # A gate of sigmoid(0) = 1/2 stands before the last convolution of a block.
        after_gate = [name for name in _CONVOLUTIONS if hasattr(new, name) and name != "conv_dw"][-1]
    for name in _CONVOLUTIONS:
        if hasattr(old, name):
            convolution(getattr(old, name), getattr(new, name), 2.0 if name == after_gate else 1.0)
    for name in _BATCH_NORMS:
        if hasattr(old, name):
            batch_norm(getattr(old, name), getattr(new, name))


def _make_identity(block: Any, new_channels: dict[nn.Module, int]) -> None:
    """Random filters as timm draws them, and a last batch norm without gain: the block adds nothing to its input."""
    if not block.has_skip:
        raise GrowthError(f"{type(block).__name__} has no residual connection, so it cannot be the identity")
    norms = [getattr(block, name) for name in _BATCH_NORMS if hasattr(block, name)]
    for norm in norms:
        new_channels[norm] = 0
    nn.init.zeros_(norms[-1].weight)
    nn.init.zeros_(norms[-1].bias)


def _widen(old: Tensor, shape: torch.Size, generator: torch.Generator) -> Tensor:
    """Filters (out, in, h, w) -> the larger `shape`: old filters first, mixes of them after, zeros for new inputs."""
    if any(new < small for new, small in zip(shape, old.shape, strict=True)) or old.shape[2:] != shape[2:]:
        raise GrowthError(f"filters {tuple(old.shape)} cannot be grown to {tuple(shape)}")
    added = shape[0] - old.shape[0]
    # Rows of norm 1: a mix of filters is about as large as each of them.
    mixes = nn.functional.normalize(torch.randn(added, old.shape[0], generator=generator), dim=1)
    filters = torch.cat([old, (mixes @ old.flatten(1)).view(added, *old.shape[1:])])
    return nn.functional.pad(filters, (0, 0, 0, 0, 0, shape[1] - old.shape[1]))


def _widen_batch_norm(old: nn.BatchNorm2d, new: nn.BatchNorm2d) -> None:
    count = old.num_features
    new.eps = old.eps
    for name in ("weight", "bias", "running_mean", "running_var"):
        getattr(new, name)[:count] = getattr(old, name)
    # What the old channels have on average.
    new.weight[count:] = old.weight.mean()
    new.bias[count:] = old.bias.mean()


def _fold_normalisation(small: Any, large: Any) -> None:
    """The stem is given (x - mean_large) / std_large and computes what it did on (x - mean_small) / std_small."""
    mean_small, std_small = (torch.tensor(small.default_cfg[name]) for name in ("mean", "std"))
    mean_large, std_large = (torch.tensor(large.default_cfg[name]) for name in ("mean", "std"))
    weight = large.conv_stem.weight
    shift = (weight * ((mean_large - mean_small) / std_small).view(1, 3, 1, 1)).sum((1, 2, 3))
    weight *= (std_large / std_small).view(1, 3, 1, 1)
    # The constant that the convolution no longer adds.
    large.bn1.running_mean -= shift


def _measure(large: Any, new_channels: dict[nn.Module, int], photos_u8: Tensor) -> None:
    """Set the statistics of each batch norm's channels from the given one on, in one pass, each before it is used."""

    def set_statistics(norm: Any, inputs: tuple[Tensor]) -> None:
        first = new_channels[norm]
        values = inputs[0][:, first:]
        norm.running_mean[first:] = values.mean((0, 2, 3))
        norm.running_var[first:] = values.var((0, 2, 3), correction=0)

    handles = [norm.register_forward_pre_hook(set_statistics) for norm in new_channels]
    large.eval()
    large.forward_features(normalise(photos_u8, large))
    for handle in handles:
        handle.remove()
