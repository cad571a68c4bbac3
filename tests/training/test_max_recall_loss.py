"""MaxRecall equals its definition, written out sample by sample, and its gradient is right."""

import math
from collections.abc import Iterator

import pytest
import torch

from training.classes import IS_CANCER, MELANOMA
from training.config import LossConfig
from training.losses.max_recall_loss import MaxRecallLoss, smoothed_targets

CLASSES = len(IS_CANCER)
COUNTS = [4514, 12865, 3316, 827, 2610, 239, 253, 628]


def _reference(logits: torch.Tensor, labels: torch.Tensor, config: LossConfig) -> float:
    """The definition in plain Python: one photo, one class at a time."""
    weights = [1 / math.sqrt(count + 1) for count in COUNTS]
    weights = [weight * CLASSES / sum(weights) for weight in weights]
    cancers = [label for label in range(CLASSES) if IS_CANCER[label]]
    total, recalled, cancer_count = 0.0, 0.0, 0
    for row, label in zip(logits.tolist(), labels.tolist(), strict=True):
        exponentials = [math.exp(value / config.temperature) for value in row]
        probs = [value / sum(exponentials) for value in exponentials]
        target = [0.0] * CLASSES
        if IS_CANCER[label]:
            target = [config.cancer_smoothing / (CLASSES - 1)] * CLASSES
            target[label] = 1 - config.cancer_smoothing
        else:
            others = [other for other in range(CLASSES) if not IS_CANCER[other] and other != label]
            for cancer in cancers:
                target[cancer] = config.benign_smoothing / 2 / len(cancers)
            for other in others:
                target[other] = config.benign_smoothing / 2 / len(others)
            target[label] = 1 - config.benign_smoothing
        predicted = max(range(CLASSES), key=lambda index: row[index])
        multiplier = 1.0
        if IS_CANCER[label]:
            if not IS_CANCER[predicted]:
                multiplier *= config.mel_fn_multiplier if label == MELANOMA else config.fn_multiplier
            if predicted != label:
                multiplier *= config.hard_example_multiplier
            recalled += sum(probs[cancer] for cancer in cancers)
            cancer_count += 1
        total += multiplier * weights[label] * -sum(t * math.log(p) for t, p in zip(target, probs, strict=True))
    missed = 1 - recalled / cancer_count if cancer_count else 0.0
    return total / len(labels) + config.recall_loss_weight * missed


@pytest.fixture(autouse=True)
def _double_precision() -> Iterator[None]:
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def _loss(config: LossConfig | None = None) -> MaxRecallLoss:
    return MaxRecallLoss(config or LossConfig(), COUNTS, IS_CANCER, MELANOMA)


def test_equals_the_definition_on_1000_random_batches() -> None:
    generator = torch.Generator().manual_seed(0)
    loss = _loss()
    for _ in range(1000):
        size = int(torch.randint(1, 12, (), generator=generator))
        logits = 3 * torch.randn(size, CLASSES, generator=generator, dtype=torch.float64)
        labels = torch.randint(0, CLASSES, (size,), generator=generator)
        assert float(loss(logits, labels)) == pytest.approx(_reference(logits, labels, LossConfig()), abs=1e-6)


def test_the_gradient_is_right_where_no_prediction_changes() -> None:
    logits = 3 * torch.randn(6, CLASSES, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    labels = torch.tensor([0, 1, 2, 3, 4, 7])
    assert torch.autograd.gradcheck(lambda values: _loss()(values, labels), logits.requires_grad_())


def test_a_missed_melanoma_costs_most_and_a_false_alarm_least() -> None:
    def cost(label: int, predicted: int) -> float:
        logits = torch.zeros(1, CLASSES, dtype=torch.float64)
        logits[0, predicted] = 4.0
        config = LossConfig(class_weighting=False)
        return float(_loss(config)(logits, torch.tensor([label])))

    melanoma, nevus, basal, keratosis = 0, 1, 2, 4
    assert cost(melanoma, nevus) > cost(basal, nevus) > cost(basal, melanoma) > cost(nevus, keratosis)


def test_smoothed_labels_by_hand() -> None:
    targets = smoothed_targets(0.07, 0.16, torch.tensor(IS_CANCER))
    torch.testing.assert_close(targets.sum(1), torch.ones(CLASSES))
    # Melanoma: 0.07 over seven others. Nevus: 0.08 over four cancers, 0.08 over three other benign classes.
    torch.testing.assert_close(targets[0], torch.tensor([0.93, *[0.01] * 7]))
    by_hand = torch.tensor([0.02, 0.84, 0.02, 0.02, 0.08 / 3, 0.08 / 3, 0.08 / 3, 0.02])
    torch.testing.assert_close(targets[1], by_hand)


def test_a_batch_without_cancer_misses_none() -> None:
    logits, labels = torch.zeros(3, CLASSES, dtype=torch.float64), torch.tensor([1, 4, 5])
    plain = _loss(LossConfig(recall_loss_weight=0.0))(logits, labels)
    assert float(_loss()(logits, labels)) == float(plain)


def test_wrong_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="temperature must be above 0"):
        _loss(LossConfig(temperature=0))
    with pytest.raises(ValueError, match="a count for each of 8 classes, got 2"):
        MaxRecallLoss(LossConfig(), [1, 2], IS_CANCER, MELANOMA)
