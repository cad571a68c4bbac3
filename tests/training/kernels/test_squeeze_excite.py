"""Squeeze and excitation with the compiled kernel: the outputs and gradients are those of timm's own layer."""

import copy
import shutil

import pytest
import torch
from timm.models._efficientnet_blocks import SqueezeExcite
from torch import Tensor, nn

from training.kernels import use_fast_squeeze_excite

if shutil.which("g++") is None:
    pytest.skip("needs a C++ compiler: apt-get install g++", allow_module_level=True)

SHAPES = [(3, 24, 9, 7), (2, 40, 16, 16), (2, 521, 5, 3), (4, 8, 1, 1)]


def _pair(channels: int) -> tuple[nn.Module, nn.Module]:
    torch.manual_seed(0)
    layer = SqueezeExcite(channels, act_layer=nn.SiLU)
    fast = copy.deepcopy(layer)
    assert use_fast_squeeze_excite(fast) == 1
    return layer, fast


def _gradients(layer: nn.Module, photos: Tensor, error: Tensor) -> tuple[Tensor, ...]:
    photos = photos.clone().requires_grad_()
    output = layer(photos)
    return (output.detach(), *torch.autograd.grad(output, [photos, *layer.parameters()], error))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_gradients_are_those_of_timm(shape: tuple[int, ...]) -> None:
    layer, fast = _pair(shape[1])
    photos = torch.randn(shape).to(memory_format=torch.channels_last)
    error = torch.randn(shape)
    for value, reference in zip(_gradients(fast, photos, error), _gradients(layer, photos, error), strict=True):
        torch.testing.assert_close(value, reference, rtol=1e-4, atol=1e-4)


def test_under_autocast_within_the_precision_of_bfloat16() -> None:
    layer, fast = _pair(40)
    photos, error = torch.randn(3, 40, 12, 16).bfloat16(), torch.randn(3, 40, 12, 16).bfloat16()
    expected = _gradients(layer, photos.float(), error.float())
    with torch.autocast("cpu", torch.bfloat16):
        values = _gradients(fast, photos, error)
    assert values[0].dtype == torch.bfloat16
    for value, reference in zip(values, expected, strict=True):
        assert (value - reference).abs().max() <= 2**-5 * reference.abs().max()


def test_two_steps_do_not_mix() -> None:
    layer, fast = _pair(24)
    photos = [torch.randn(2, 24, 6, 6, requires_grad=True) for _ in range(2)]
    expected = [torch.autograd.grad(layer(photo).square().sum(), photo)[0] for photo in photos]
    outputs = [fast(photo).square().sum() for photo in photos]
    # The second one's gradient first: each has its own errors.
    for index in (1, 0):
        torch.testing.assert_close(torch.autograd.grad(outputs[index], photos[index])[0], expected[index], rtol=1e-4, atol=1e-4)


def test_photos_that_need_no_gradient_get_none() -> None:
    _, fast = _pair(24)
    fast(torch.randn(2, 24, 6, 6)).sum().backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in fast.parameters())
