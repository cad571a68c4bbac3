"""The closed-form head against PyTorch: logits, dropout samples, gradient. All sizes differ: a mixed-up axis shows."""

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from postprocess.calibration import Calibration
from postprocess.head import DropoutMasks, Head, cancer_logit_gradient

FEATURES, HIDDEN, CLASSES, SAMPLES = 11, 7, 5, 3
IS_CANCER = np.array([True, False, True, True, False])


class TorchHead(nn.Module):
    """The head of DESIGN in float64, in PyTorch's own layers."""

    def __init__(self) -> None:
        super().__init__()
        self.linear_1 = nn.Linear(FEATURES, HIDDEN, dtype=torch.float64)
        self.norm = nn.BatchNorm1d(HIDDEN, dtype=torch.float64)
        self.linear_2 = nn.Linear(HIDDEN, CLASSES, dtype=torch.float64)

    def hidden(self, features: Tensor) -> Tensor:
        return self.norm(nn.functional.silu(self.linear_1(features)))

    def forward(self, features: Tensor) -> Tensor:
        return self.linear_2(self.hidden(features))


@pytest.fixture
def module() -> TorchHead:
    """In eval mode, with a batch norm that has seen something and a gain that is not 1."""
    torch.manual_seed(0)
    module = TorchHead()
    nn.init.normal_(module.norm.weight)
    nn.init.normal_(module.norm.bias)
    for _ in range(5):
        module(torch.randn(32, FEATURES, dtype=torch.float64))
    return module.eval()


@pytest.fixture
def head(module: TorchHead) -> Head:
    norm = module.norm
    assert norm.running_mean is not None
    assert norm.running_var is not None
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return Head(
        weight_1=module.linear_1.weight.detach().numpy(),
        bias_1=module.linear_1.bias.detach().numpy(),
        norm_scale=scale.detach().numpy(),
        norm_shift=(norm.bias - norm.running_mean * scale).detach().numpy(),
        weight_2=module.linear_2.weight.detach().numpy(),
        bias_2=module.linear_2.bias.detach().numpy(),
        dropout_1=0.3,
        dropout_2=0.2,
    )


def test_logits_agree_with_torch_in_eval_mode(module: TorchHead, head: Head) -> None:
    features = np.random.default_rng(0).normal(size=(6, FEATURES))
    with torch.no_grad():
        expected = module(torch.from_numpy(features)).numpy()
    np.testing.assert_allclose(head.logits(features), expected, rtol=1e-10)


def test_samples_agree_with_torch_under_the_same_masks(module: TorchHead, head: Head) -> None:
    features = np.random.default_rng(1).normal(size=FEATURES)
    masks = head.draw_masks(SAMPLES, seed=7)
    with torch.no_grad():
        hidden = module.hidden(torch.from_numpy(features * masks.features))
        expected = module.linear_2(hidden * torch.from_numpy(masks.hidden)).numpy()
    sampled = head.sampled_logits(features, masks)
    assert sampled.shape == (SAMPLES, CLASSES)
    np.testing.assert_allclose(sampled, expected, rtol=1e-10)


def test_masks_of_ones_change_nothing(head: Head) -> None:
    features = np.random.default_rng(2).normal(size=FEATURES)
    ones = DropoutMasks(np.ones((2, FEATURES), np.float32), np.ones((2, HIDDEN), np.float32))
    np.testing.assert_allclose(head.sampled_logits(features, ones), np.tile(head.logits(features[None]), (2, 1)))


def test_gradient_of_the_cancer_probability_agrees_with_autograd(module: TorchHead, head: Head) -> None:
    calibration = Calibration(1.6, (0.2, -0.4, 0.0, 0.7, -0.1))
    features = torch.randn(FEATURES, dtype=torch.float64, requires_grad=True)
    scaled = module(features[None])[0] / 1.6 + torch.tensor(calibration.class_bias, dtype=torch.float64)
    torch.softmax(scaled, 0)[torch.from_numpy(IS_CANCER)].sum().backward()
    point = features.detach().numpy()
    probs = calibration.probabilities(head.logits(point[None]))[0]
    gradient = head.class_gradient(point, cancer_logit_gradient(probs, IS_CANCER, 1.6))
    assert features.grad is not None
    np.testing.assert_allclose(gradient, features.grad.numpy(), rtol=1e-9)


def test_gradient_by_hand_for_two_even_classes() -> None:
    # p (1 - p) / T
    gradient = cancer_logit_gradient(np.array([0.5, 0.5]), np.array([True, False]), 2.0)
    np.testing.assert_allclose(gradient, [0.125, -0.125])


def test_masks_are_repeatable_and_keep_the_mean(head: Head) -> None:
    first, again, other = (head.draw_masks(4000, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.features, again.features)
    np.testing.assert_array_equal(first.hidden, again.hidden)
    assert (first.features != other.features).any()
    for mask, rate, width in ((first.features, 0.3, FEATURES), (first.hidden, 0.2, HIDDEN)):
        assert mask.shape == (4000, width)
        assert mask.dtype == np.float32
        np.testing.assert_allclose(np.unique(mask), [0, 1 / (1 - rate)], rtol=1e-6)
        assert mask.mean() == pytest.approx(1, abs=0.03)
        assert (mask == 0).mean() == pytest.approx(rate, abs=0.02)


def test_sampling_that_means_nothing_is_refused(head: Head) -> None:
    with pytest.raises(ValueError, match="at least 2 samples, got 1"):
        head.draw_masks(1, seed=0)
    with pytest.raises(ValueError, match="no dropout"):
        dataclasses.replace(head, dropout_1=0.0, dropout_2=0.0).draw_masks(5, seed=0)


@pytest.mark.parametrize("name", ["bias_1", "norm_scale", "norm_shift", "weight_2", "bias_2"])
def test_a_weight_of_the_wrong_shape_is_refused_by_name(head: Head, name: str) -> None:
    change: dict[str, Any] = {name: np.zeros((3, 2))}
    with pytest.raises(ValueError, match=f"{name} must have shape"):
        dataclasses.replace(head, **change)


def test_damaged_weights_and_impossible_rates_are_refused(head: Head) -> None:
    with pytest.raises(ValueError, match="not finite"):
        dataclasses.replace(head, weight_1=np.full((HIDDEN, FEATURES), np.nan))
    for rate in (-0.1, 1.0, float("nan")):
        with pytest.raises(ValueError, match="dropout rates must be at least 0 and below 1"):
            dataclasses.replace(head, dropout_2=rate)
