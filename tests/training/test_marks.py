"""Marks that are drawn on training photos: how many get one, what is left alone, and that a teacher never sees them."""

import numpy as np
import pytest
import torch

from training.config import Config
from training.data.dataset import Sample
from training.data.marks import draw_ink, draw_scale, with_marks
from training.models.classifier import LesionClassifier

_SKIN = np.full((192, 192, 3), (225, 180, 165), dtype=np.uint8)


@pytest.mark.parametrize("draw", [draw_scale, draw_ink])
def test_a_mark_is_seen_and_leaves_the_lesion_in_view(draw) -> None:  # type: ignore[no-untyped-def]
    covered = np.stack([(draw(_SKIN, np.random.default_rng(seed)) != _SKIN).any(2) for seed in range(300)])
    shares = covered.mean((1, 2))
    assert (shares > 0).mean() > 0.95
    assert shares.max() < 0.3
    assert covered[:, 72:120, 72:120].mean() < 0.01


def test_every_mark_is_another() -> None:
    first, second = (draw_scale(_SKIN, np.random.default_rng(seed)) for seed in range(2))
    assert (first != second).any()


@pytest.mark.parametrize("probability", [0.0, 0.3, 1.0])
def test_as_many_photos_as_told_are_marked_and_the_batch_is_left_alone(probability: float) -> None:
    torch.manual_seed(0)
    photos = torch.from_numpy(np.stack([_SKIN] * 200))
    marked = with_marks(photos, probability)
    assert (photos == torch.from_numpy(_SKIN)).all()
    share = (marked != photos).flatten(1).any(1).float().mean().item()
    assert share == pytest.approx(probability, abs=0.08)


def test_the_teacher_sees_the_photos_without_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    config = Config()
    config.model.base_model, config.model.image_size = "tf_efficientnet_b0", 64
    config.data.crop_size, config.data.mark_probability = 64, 1.0
    config.loss.name = "cross_entropy"
    classifier = LesionClassifier(config, [1] * 8).eval()
    classifier.log = lambda *values, **options: None  # type: ignore[method-assign]
    seen = {}
    forward = classifier.network.forward

    def student(photos: torch.Tensor):  # type: ignore[no-untyped-def]
        seen["student"] = photos
        return forward(photos)

    def teacher(photos: torch.Tensor):  # type: ignore[no-untyped-def]
        seen["teacher"] = photos
        return forward(photos)

    monkeypatch.setattr(classifier.network, "forward", student)
    classifier.teacher = teacher  # type: ignore[assignment]
    classifier.distillation = lambda loss, output, taught: loss  # type: ignore[assignment]
    photos = torch.from_numpy(np.stack([_SKIN[:64, :64]] * 8))
    torch.manual_seed(1)
    classifier.training_step(Sample(photos, torch.arange(8)), 0)
    torch.manual_seed(1)
    assert (seen["teacher"] == classifier.augmentation(photos)).all()
    assert (seen["student"] != seen["teacher"]).flatten(1).any(1).all()
