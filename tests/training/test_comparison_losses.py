"""The losses that MaxRecall is compared with, against PyTorch's and torchvision's own."""

import numpy as np
import pytest
import torch
from torch.nn import functional
from torchvision.ops import sigmoid_focal_loss

from training.config import LossConfig
from training.losses.comparison import FocalLoss, create_loss
from training.losses.max_recall_loss import MaxRecallLoss

COUNTS = [4514, 12865, 3316, 827, 2610, 239, 253, 628]
LOGITS = 3 * torch.randn(40, 8, generator=torch.Generator().manual_seed(0))
LABELS = torch.randint(0, 8, (40,), generator=torch.Generator().manual_seed(1))


def test_focal_loss_without_focus_is_cross_entropy() -> None:
    torch.testing.assert_close(FocalLoss(0.0)(LOGITS, LABELS), functional.cross_entropy(LOGITS, LABELS))


def test_focal_loss_of_two_classes_is_torchvisions() -> None:
    # softmax of (0, z) is the sigmoid of z.
    pairs = torch.stack([torch.zeros(40), LOGITS[:, 0]], dim=1)
    labels = LABELS % 2
    expected = sigmoid_focal_loss(LOGITS[:, 0], labels.float(), alpha=-1, gamma=2.0, reduction="mean")
    torch.testing.assert_close(FocalLoss(2.0)(pairs, labels), expected)


def test_focal_loss_stays_finite_with_a_finite_gradient_where_the_answer_is_sure() -> None:
    logits = torch.tensor([[80.0, 0.0], [0.0, 80.0]], requires_grad=True)
    loss = FocalLoss(2.0)(logits, torch.tensor([0, 0]))
    loss.backward()
    assert loss.item() == pytest.approx(40)
    assert torch.isfinite(logits.grad).all()


@pytest.mark.parametrize("gamma", [0.0, 0.01, 0.5, 1.0])
def test_a_sure_answer_has_no_gradient_whatever_the_focus_is(gamma: float) -> None:
    # With a lead of 20, the probability of the true class is 1 in single precision.
    logits = torch.tensor([[20.0, 0.0], [0.0, 1.0]], requires_grad=True)
    loss = FocalLoss(gamma)(logits, torch.tensor([0, 1]))
    loss.backward()
    expected = 0.5 * (1 / (1 + np.e)) ** gamma * np.log1p(1 / np.e)
    assert loss.item() == pytest.approx(expected, rel=1e-5)
    assert logits.grad[0].abs().max() < 1e-6
    assert 0 < logits.grad[1, 0] < 1


def test_weighted_cross_entropy_weighs_by_one_over_the_root_of_the_count() -> None:
    weights = torch.tensor([(count + 1) ** -0.5 for count in COUNTS])
    expected = functional.cross_entropy(LOGITS, LABELS, weight=weights)
    torch.testing.assert_close(create_loss(LossConfig(name="weighted_cross_entropy"), COUNTS)(LOGITS, LABELS), expected)


def test_a_loss_is_chosen_by_name_and_an_unknown_one_refused() -> None:
    assert isinstance(create_loss(LossConfig(), COUNTS), MaxRecallLoss)
    plain = create_loss(LossConfig(name="cross_entropy"), COUNTS)(LOGITS, LABELS)
    torch.testing.assert_close(plain, functional.cross_entropy(LOGITS, LABELS))
    with pytest.raises(ValueError, match="no loss 'hinge'; choose max_recall"):
        create_loss(LossConfig(name="hinge"), COUNTS)
    with pytest.raises(ValueError, match="gamma must be 0 or more"):
        create_loss(LossConfig(name="focal", focal_gamma=-1), COUNTS)
