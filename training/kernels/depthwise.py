"""Depthwise convolutions that train fast on a CPU.

PyTorch 2.14 computes the gradient of a depthwise convolution with oneDNN's reference code where that has no kernel of its own
for the shape: for the 5 x 5 ones of EfficientNet-B3 in bfloat16 that is 60 % of a whole training step, for a hundredth of its
arithmetic. `depthwise.cpp` does the same in a twentieth of the time.
"""

from typing import Any

from timm.layers import Conv2dSame
from timm.layers.padding import pad_same
from torch import Tensor, nn
from torch.autograd import Function
from torch.autograd.function import once_differentiable
from torch.nn import functional

from training.kernels.compiler import compiled

_LANES = 16
_KERNELS = ((3, 3), (5, 5))


def use_fast_gradients(network: nn.Module) -> int:
    """Let every depthwise convolution that the kernel can do compute its gradients with it; returns how many they are.

    Outputs and weights stay what they were.

    Raises:
        CompilerError: there is no C++ compiler that PyTorch can use.
    """
    chosen = [module for module in network.modules() if _is_suitable(module)]
    if chosen:
        compiled("depthwise")
    for module in chosen:
        # The weights, their names and what the forward pass gives are those of the parent class.
        module.__class__ = _FastConv2dSame if isinstance(module, Conv2dSame) else _FastConv2d
    return len(chosen)


def _is_suitable(module: nn.Module) -> bool:
    return (
        isinstance(module, nn.Conv2d)
        and module.groups == module.in_channels == module.out_channels
        and module.in_channels % _LANES == 0
        and module.kernel_size in _KERNELS
        and module.stride[0] == module.stride[1]
        and module.dilation == (1, 1)
        and module.padding_mode == "zeros"
        and (isinstance(module, Conv2dSame) or (not isinstance(module.padding, str) and len(set(module.padding)) == 1))
    )


class _FastConv2d(nn.Conv2d):
    def forward(self, input: Tensor) -> Tensor:
        return _with_bias(_Depthwise.apply(input, self.weight, self.stride[0], self.padding[0]), self.bias)


class _FastConv2dSame(Conv2dSame):
    def forward(self, x: Tensor) -> Tensor:
        padded = pad_same(x, list(self.kernel_size), list(self.stride))
        return _with_bias(_Depthwise.apply(padded, self.weight, self.stride[0], 0), self.bias)


def _with_bias(output: Tensor, bias: Tensor | None) -> Tensor:
    return output if bias is None else output + bias.view(-1, 1, 1).to(output.dtype)


class _Depthwise(Function):
    """(N, C, H, W) and (C, 1, K, K) -> (N, C, H', W'), of the input's type."""

    @staticmethod
    def forward(context: Any, images: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
        context.save_for_backward(images, weight)
        context.stride, context.padding = stride, padding
        return functional.conv2d(images, weight.to(images.dtype), None, stride, padding, 1, len(weight))

    @staticmethod
    @once_differentiable
    def backward(context: Any, *errors: Tensor) -> tuple[Tensor | None, ...]:
        images, weight = context.saved_tensors
        stride, padding, error = context.stride, context.padding, errors[0]
        wanted = context.needs_input_grad[0]
        # At stride 1 the gradient of the input is a convolution again, which oneDNN is fast at.
        convolve = wanted and stride == 1
        weight_gradient, image_gradient = compiled("depthwise").backward(
            images, error, weight, stride, padding, wanted and not convolve
        )
        if convolve:
            flipped = weight.flip(2, 3).to(error.dtype)
            image_gradient = functional.conv2d(error, flipped, None, 1, weight.shape[-1] - 1 - padding, 1, len(weight))
        return image_gradient, weight_gradient.to(weight.dtype), None, None
