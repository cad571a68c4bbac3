"""Kernels of our own for training on a CPU, where PyTorch's are slow: of a step of EfficientNet-B3 in bfloat16 half is left."""

from torch import nn

from training.kernels.batch_norm import use_fast_batch_norm
from training.kernels.depthwise import use_fast_gradients
from training.kernels.squeeze_excite import use_fast_squeeze_excite


def use_fast_kernels(network: nn.Module) -> int:
    """Let every layer that a kernel can do train with it; returns how many they are. Weights and their names stay.

    Raises:
        CompilerError: there is no C++ compiler that PyTorch can use.
    """
    return use_fast_gradients(network) + use_fast_batch_norm(network) + use_fast_squeeze_excite(network)
