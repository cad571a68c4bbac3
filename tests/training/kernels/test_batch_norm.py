"""Batch norm with the compiled kernel: outputs, running statistics and gradients are those of timm's own layer."""

import copy
import shutil

import pytest
import torch
from timm.layers import BatchNormAct2d
from torch import Tensor, nn

from training.kernels import use_fast_batch_norm

if shutil.which("g++") is None:
    pytest.skip("needs a C++ compiler: apt-get install g++", allow_module_level=True)

ACTIVATIONS = {"ReLU6": nn.ReLU6, "ReLU": nn.ReLU, "none": nn.Identity}
# Channels that are and are not a multiple of a vector; numbers of cells that are odd, and that are a power of two.
SHAPES = [(3, 24, 9, 7), (2, 40, 16, 16), (2, 521, 5, 3), (4, 8, 1, 1)]


def _layer(channels: int, activation: type[nn.Module]) -> BatchNormAct2d:
    torch.manual_seed(0)
    layer = BatchNormAct2d(channels, act_layer=activation, inplace=False)
    with torch.no_grad():
        layer.weight.uniform_(-1, 2)
        layer.bias.uniform_(-1, 3)
        layer.running_mean.normal_()
        layer.running_var.uniform_(0.5, 2)
    return layer


def _photos(shape: tuple[int, ...]) -> Tensor:
    # A mean that is large beside the spread, in half of the channels.
    mean = torch.where(torch.rand(1, shape[1], 1, 1) < 0.5, 10.0, 1.0)
    return (torch.randn(shape) * 2 + mean).to(memory_format=torch.channels_last)


def _step(layer: nn.Module, photos: Tensor, error: Tensor) -> dict[str, Tensor]:
    photos = photos.clone().requires_grad_()
    output = layer(photos)
    gradients = torch.autograd.grad(output, [photos, *layer.parameters()], error)
    return {
        "output": output.detach(),
        "photos": gradients[0],
        "weight": gradients[1],
        "bias": gradients[2],
        **dict(layer.named_buffers()),
    }


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_step_is_that_of_timm(name: str, shape: tuple[int, ...]) -> None:
    layer = _layer(shape[1], ACTIVATIONS[name])
    photos, error = _photos(shape), torch.randn(shape)
    fast = copy.deepcopy(layer)
    assert use_fast_batch_norm(fast) == 1
    # In float64, so that what is told apart is the kernel's own rounding.
    expected = _step(layer.double(), photos.double(), error.double())
    for key, value in _step(fast, photos, error).items():
        torch.testing.assert_close(
            value.double(), expected[key].double(), rtol=2e-4, atol=2e-4, msg=lambda text, key=key: f"{key}: {text}"
        )


def test_in_bfloat16_too_within_its_precision() -> None:
    shape = (3, 40, 16, 12)
    layer = _layer(40, nn.Identity)
    photos, error = torch.randn(shape).bfloat16(), torch.randn(shape).bfloat16()
    fast = copy.deepcopy(layer)
    use_fast_batch_norm(fast)
    expected = _step(layer, photos.float(), error.float())
    for key, value in _step(fast, photos, error).items():
        assert (value - expected[key]).abs().max() <= 2**-7 * expected[key].abs().max(), key


def test_where_it_is_clamped_no_error_passes() -> None:
    layer = _layer(8, nn.ReLU6)
    use_fast_batch_norm(layer)
    with torch.no_grad():
        layer.weight.fill_(0)
        layer.bias.copy_(torch.tensor([-1.0, 7.0] * 4))
    photos = torch.randn(2, 8, 4, 4, requires_grad=True)
    output = layer(photos)
    assert output.unique().tolist() == [0, 6]
    output.sum().backward()
    assert photos.grad.abs().max() == 0
    assert layer.bias.grad.abs().max() == 0


def test_a_frozen_layer_keeps_its_statistics() -> None:
    layer = _layer(24, nn.ReLU6).eval()
    photos = _photos((2, 24, 5, 5))
    expected, before = layer(photos), layer.running_mean.clone()
    use_fast_batch_norm(layer)
    torch.testing.assert_close(layer(photos), expected)
    torch.testing.assert_close(layer.running_mean, before)


@pytest.mark.parametrize(
    "other",
    [
        BatchNormAct2d(8, act_layer=nn.SiLU),
        BatchNormAct2d(8, affine=False),
        BatchNormAct2d(8, momentum=None),
        nn.BatchNorm2d(8),
    ],
    ids=str,
)
def test_what_the_kernel_cannot_do_stays_as_it_is(other: nn.Module) -> None:
    kind = type(other)
    assert use_fast_batch_norm(other) == 0
    assert type(other) is kind
