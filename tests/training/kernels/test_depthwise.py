"""Depthwise convolutions with the compiled kernel: the outputs are those of PyTorch, and the gradients too."""

import shutil

import pytest
import torch
from timm.layers import Conv2dSame
from torch import Tensor, nn

from training.kernels import use_fast_gradients

if shutil.which("g++") is None:
    pytest.skip("needs a C++ compiler: apt-get install g++", allow_module_level=True)

# Height, width, channels and number of photos all differ, so that mixed-up axes show.
CONVOLUTIONS = {
    "5 x 5": lambda: nn.Conv2d(48, 48, 5, padding=2, groups=48, bias=False),
    "3 x 3, with a bias": lambda: nn.Conv2d(48, 48, 3, padding=1, groups=48),
    "every second cell": lambda: nn.Conv2d(48, 48, 3, stride=2, padding=1, groups=48, bias=False),
    "less padding than a half": lambda: nn.Conv2d(48, 48, 5, stride=2, padding=1, groups=48, bias=False),
    "padded as TensorFlow does": lambda: Conv2dSame(48, 48, 5, stride=2, groups=48, bias=False),
}


def _gradients(convolution: nn.Module, images: Tensor) -> tuple[Tensor, ...]:
    """Output, gradient of the images, gradients of the parameters, for a fixed random gradient of the output."""
    images = images.clone().requires_grad_()
    output = convolution(images)
    error = torch.randn(output.shape, generator=torch.Generator().manual_seed(1)).to(output.dtype)
    parameters = list(convolution.parameters())
    return (output.detach(), *torch.autograd.grad(output, [images, *parameters], error))


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_gradients_are_those_of_pytorch(name: str) -> None:
    torch.manual_seed(0)
    convolution = CONVOLUTIONS[name]()
    images = torch.randn(3, 48, 8, 13).to(memory_format=torch.channels_last)
    expected = _gradients(convolution, images)
    assert use_fast_gradients(convolution) == 1
    for value, reference in zip(_gradients(convolution, images), expected, strict=True):
        torch.testing.assert_close(value, reference, rtol=1e-5, atol=5e-5)


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_in_bfloat16_too_within_its_precision(name: str) -> None:
    torch.manual_seed(0)
    convolution = CONVOLUTIONS[name]()
    # Values that bfloat16 holds exactly, so that only what is computed from them is rounded.
    images = torch.randn(3, 48, 8, 13).bfloat16().to(memory_format=torch.channels_last)
    with torch.no_grad():
        for parameter in convolution.parameters():
            parameter.copy_(parameter.bfloat16())
    expected = _gradients(convolution, images.float())
    use_fast_gradients(convolution)
    for value, reference in zip(_gradients(convolution, images), expected, strict=True):
        assert (value - reference).abs().max() <= 2**-7 * reference.abs().max()


def test_images_that_need_no_gradient_get_none() -> None:
    convolution = CONVOLUTIONS["every second cell"]()
    use_fast_gradients(convolution)
    convolution(torch.randn(2, 48, 6, 7)).sum().backward()
    assert convolution.weight.grad.abs().sum() > 0


def test_photos_that_do_not_lie_channels_last_are_taken() -> None:
    torch.manual_seed(0)
    convolution = CONVOLUTIONS["5 x 5"]()
    images = torch.randn(2, 48, 6, 7)
    expected = _gradients(convolution, images)
    use_fast_gradients(convolution)
    for value, reference in zip(_gradients(convolution, images), expected, strict=True):
        torch.testing.assert_close(value, reference, rtol=1e-5, atol=5e-5)


@pytest.mark.parametrize(
    "other",
    [
        nn.Conv2d(48, 48, 3),
        nn.Conv2d(24, 24, 3, groups=24),
        nn.Conv2d(48, 96, 3, groups=48),
        nn.Conv2d(48, 48, 7, groups=48),
        nn.Conv2d(48, 48, 3, dilation=2, groups=48),
        nn.Conv2d(48, 48, 3, stride=(1, 2), groups=48),
        nn.Conv2d(48, 48, 3, padding="same", groups=48),
        nn.Conv2d(48, 48, 3, padding=1, padding_mode="reflect", groups=48),
    ],
    ids=str,
)
def test_what_the_kernel_cannot_do_stays_as_it_is(other: nn.Module) -> None:
    assert use_fast_gradients(other) == 0
    assert type(other) is nn.Conv2d
