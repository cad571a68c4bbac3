"""The input pipeline of training against photos that lie in memory, and what MaxRecall adds to a step."""

import tempfile
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader

from benchmarks.timing import interleave, rows
from training.config import Config, DataConfig, ModelConfig
from training.data.datamodule import create_data_module
from training.data.dataset import Sample
from training.data.drawn import draw_data
from training.models.classifier import LesionClassifier

_ROUNDS = 12
_BATCH, _SIDE = 16, 128
_PHOTOS = 128


def measure() -> dict[str, Any]:
    """Milliseconds of a step with photos that are read, and with one batch that is there; of MaxRecall and cross-entropy."""
    with tempfile.TemporaryDirectory() as name:
        config = _config(Path(name) / "drawn")
        draw_data(config.data.folder, _PHOTOS)
        loader = create_data_module(config).train_dataloader()
        classifier = LesionClassifier(config, [_PHOTOS // 8] * 8).train()
        classifier.log = lambda *values, **options: None  # type: ignore[method-assign]
        optimizer = torch.optim.AdamW(classifier.parameters(), lr=1e-5)
        endless = _endless(loader)
        kept = next(endless)

        def step(batch: Sample) -> None:
            optimizer.zero_grad()
            classifier.training_step(batch, 0).backward()
            optimizer.step()

        steps = interleave({"batch in memory": lambda: step(kept), "loader (ours)": lambda: step(next(endless))}, _ROUNDS)
    logits = torch.randn(_BATCH, 8, requires_grad=True)
    losses = interleave(
        {
            "a training step": lambda: step(kept),
            "MaxRecall, forward and backward": lambda: classifier.loss(logits, kept.label).backward(),
            "cross-entropy, forward and backward": lambda: torch.nn.functional.cross_entropy(logits, kept.label).backward(),
        },
        _ROUNDS,
    )
    return {
        f"A training step of {_BATCH} photos at {_SIDE} pixels": rows(steps, "batch in memory"),
        "What the loss costs": rows(losses, "a training step"),
    }


def _config(folder: Path) -> Config:
    data = DataConfig(folder=folder, crop_size=_SIDE, batch_size=_BATCH, folds=4)
    return Config(model=ModelConfig(image_size=_SIDE), data=data)


def _endless(loader: DataLoader[Sample]) -> Any:
    while True:
        yield from islice(loader, len(loader))
