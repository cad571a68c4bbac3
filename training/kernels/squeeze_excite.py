"""Squeeze and excitation with its gradient in two passes over memory instead of five.

The input is read twice, for its mean and for the product with the gate, so PyTorch makes two gradients of its size and adds
them up. Here the product hands its error to the mean, whose gradient comes last, and which gives back the sum of both.
"""

from dataclasses import dataclass
from typing import Any

from timm.models._efficientnet_blocks import SqueezeExcite
from torch import Tensor, nn
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from training.kernels.compiler import compiled


def use_fast_squeeze_excite(network: nn.Module) -> int:
    """Let every squeeze and excitation of timm's EfficientNets train with the kernel; returns how many they are.

    Raises:
        CompilerError: there is no C++ compiler that PyTorch can use.
    """
    chosen = [module for module in network.modules() if type(module) is SqueezeExcite]
    if chosen:
        compiled("squeeze_excite")
    for module in chosen:
        module.__class__ = _FastSqueezeExcite
    return len(chosen)


class _FastSqueezeExcite(SqueezeExcite):
    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return super().forward(x)
        product = _Product()
        mean = _Squeeze.apply(x, product)
        gate = self.gate(self.conv_expand(self.act1(self.conv_reduce(mean))))
        return _Excite.apply(x, gate.to(x.dtype), product)


@dataclass
class _Product:
    """What the product leaves behind for the mean when gradients are computed."""

    error: Tensor | None = None
    gate: Tensor | None = None


class _Squeeze(Function):
    """(N, C, H, W) -> mean over the cells (N, C, 1, 1). Its gradient is that of the product too."""

    @staticmethod
    def forward(context: Any, images: Tensor, product: _Product) -> Tensor:
        context.product = product
        return compiled("squeeze_excite").squeeze(images)

    @staticmethod
    @once_differentiable
    def backward(context: Any, *errors: Tensor) -> tuple[Tensor | None, ...]:
        product, context.product = context.product, None
        return compiled("squeeze_excite").input_gradient(product.error, product.gate, errors[0]), None


class _Excite(Function):
    """(N, C, H, W) and (N, C, 1, 1) -> their product."""

    @staticmethod
    def forward(context: Any, images: Tensor, gate: Tensor, product: _Product) -> Tensor:
        context.save_for_backward(images, gate)
        context.product = product
        return images * gate

    @staticmethod
    @once_differentiable
    def backward(context: Any, *errors: Tensor) -> tuple[Tensor | None, ...]:
        images, gate = context.saved_tensors
        product, context.product = context.product, None
        product.error, product.gate = errors[0], gate
        return None, compiled("squeeze_excite").gate_gradient(errors[0], images), None
