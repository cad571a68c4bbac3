"""Batch norm and the activation behind it in one pass over memory instead of four.

On a CPU both do next to no arithmetic: their time is that of reading and writing the activations, and PyTorch does so for
each of mean, variance, norm and activation, and again backward.
"""

from typing import Any

import torch
from timm.layers import BatchNormAct2d
from torch import Tensor, nn
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from training.kernels.compiler import compiled

# The kernel is compiled to know no infinity.
_UNBOUNDED = 3e38
# Activation -> what it clamps to.
_LIMITS = {
    nn.Identity: (-_UNBOUNDED, _UNBOUNDED),
    nn.ReLU: (0.0, _UNBOUNDED),
    nn.ReLU6: (0.0, 6.0),
}


def use_fast_batch_norm(network: nn.Module) -> int:
    """Let every batch norm of timm with ReLU, ReLU6 or no activation train with the kernel; returns how many they are.

    Raises:
        CompilerError: there is no C++ compiler that PyTorch can use.
    """
    chosen = [module for module in network.modules() if _is_suitable(module)]
    if chosen:
        compiled("batch_norm")
    for module in chosen:
        module.__class__ = _FastBatchNormAct2d
    return len(chosen)


def _is_suitable(module: nn.Module) -> bool:
    return (
        type(module) is BatchNormAct2d
        and type(module.act) in _LIMITS
        and isinstance(module.drop, nn.Identity)
        and module.affine
        and module.track_running_stats
        and module.momentum is not None
    )


class _FastBatchNormAct2d(BatchNormAct2d):
    def forward(self, x: Tensor) -> Tensor:
        if not self.training or not x.numel() > self.num_features:
            return super().forward(x)
        output, mean, variance = _BatchNormClamp.apply(
            x, self.weight, self.bias, self.running_mean, self.eps, _LIMITS[type(self.act)]
        )
        # As `_is_suitable` says.
        assert self.num_batches_tracked is not None
        assert self.running_mean is not None
        assert self.running_var is not None
        assert self.momentum is not None
        cells = x.numel() // self.num_features
        with torch.no_grad():
            self.num_batches_tracked += 1
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(variance * (cells / (cells - 1)), self.momentum)
        return output


class _BatchNormClamp(Function):
    """(N, C, H, W) -> the same, normalised by the batch's statistics, scaled and clamped; mean and biased variance (C,)."""

    @staticmethod
    def forward(
        context: Any, images: Tensor, weight: Tensor, bias: Tensor, center: Tensor, eps: float, limits: tuple[float, float]
    ) -> tuple[Tensor, Tensor, Tensor]:
        output, mean, variance, inverse = compiled("batch_norm").forward(images, weight, bias, center, eps, *limits)
        context.save_for_backward(images, weight, bias, mean, inverse)
        context.limits = limits
        context.mark_non_differentiable(mean, variance)
        return output, mean, variance

    @staticmethod
    @once_differentiable
    def backward(context: Any, *errors: Tensor) -> tuple[Tensor | None, ...]:
        images, *numbers = context.saved_tensors
        gradients = compiled("batch_norm").backward(errors[0].to(images.dtype), images, *numbers, *context.limits)
        return (*gradients, None, None, None)
