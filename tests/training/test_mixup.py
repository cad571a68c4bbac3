"""Mixup: what is mixed, and that the loss mixes the labels alike."""

import pytest
import torch

from training.config import Config
from training.data.dataset import Sample
from training.data.mixup import mix
from training.models.classifier import LesionClassifier


def test_photos_are_mixed_in_the_shares_that_are_told() -> None:
    torch.manual_seed(0)
    photos = torch.randint(0, 256, (6, 4, 4, 3), dtype=torch.uint8)
    before = photos.clone()
    for _ in range(20):
        mixed, partners, share = mix(photos, 0.4)
        assert 0.5 <= share <= 1
        assert sorted(partners.tolist()) == list(range(6))
        expected = share * photos.double() + (1 - share) * photos[partners].double()
        assert (mixed.double() - expected).abs().max() <= 0.501
    assert (photos == before).all()


def test_a_larger_alpha_mixes_more() -> None:
    torch.manual_seed(0)
    photos = torch.zeros(2, 1, 1, 3, dtype=torch.uint8)
    little, much = (sum(mix(photos, alpha).share for _ in range(300)) / 300 for alpha in (0.1, 5.0))
    assert little > 0.9 > 0.7 > much


def test_the_loss_is_that_of_both_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    config = Config()
    config.model.base_model, config.model.image_size, config.model.drop_path_rate = "tf_efficientnet_b0", 64, 0.0
    config.model.dropout_1 = config.model.dropout_2 = 0.0
    config.data.crop_size, config.data.mixup = 64, 0.4
    config.loss.name = "cross_entropy"
    classifier = LesionClassifier(config, [1] * 8).eval()
    classifier.log = lambda *values, **options: None  # type: ignore[method-assign]
    batch = Sample(torch.randint(0, 256, (4, 64, 64, 3), dtype=torch.uint8), torch.tensor([0, 1, 2, 3]))
    seen = []
    forward = classifier.network.forward
    monkeypatch.setattr(classifier.network, "forward", lambda photos: seen.append(forward(photos)) or seen[-1])
    torch.manual_seed(1)
    loss = classifier.training_step(batch, 0)
    # The same draws again tell what was mixed.
    torch.manual_seed(1)
    _, partners, share = mix(classifier.augmentation(batch.image_u8), 0.4)
    log_probs = seen[0].logits.log_softmax(1)
    rows = torch.arange(4)
    expected = -(share * log_probs[rows, batch.label] + (1 - share) * log_probs[rows, batch.label[partners]]).mean()
    torch.testing.assert_close(loss, expected)
    assert share < 1
