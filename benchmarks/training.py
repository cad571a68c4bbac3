"""The input pipeline of training against photos that lie in memory, what MaxRecall adds to a step, and ways to step faster."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
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
    """Milliseconds of a step with photos that are read, and with one batch that is there; of MaxRecall and cross-entropy; of a
    step in other precisions, with PyTorch's kernels and with ours."""
    with tempfile.TemporaryDirectory() as name:
        config = _config(Path(name) / "drawn")
        draw_data(config.data.folder, _PHOTOS)
        loader = create_data_module(config).train_dataloader()
        classifier, step = _stepper(config)
        endless = _endless(loader)
        kept = next(endless)
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
    ways = {
        f"{precision}, {kernels} kernels": _stepper(config, precision == "bfloat16", kernels == "our")[1]
        for precision in ("float32", "bfloat16")
        for kernels in ("PyTorch's", "our")
    }
    faster = interleave({name: partial(way, kept) for name, way in ways.items()}, _ROUNDS)
    return {
        f"A training step of {_BATCH} photos at {_SIDE} pixels": rows(steps, "batch in memory"),
        "What the loss costs": rows(losses, "a training step"),
        "A step in another precision, and with our kernels": rows(faster, "float32, PyTorch's kernels"),
    }


def _stepper(
    config: Config, in_bfloat16: bool = False, fast_kernels: bool = False
) -> tuple[LesionClassifier, Callable[[Sample], None]]:
    """A network in training, and a function that makes one step with a batch."""
    config = replace(config, training=replace(config.training, fast_kernels=fast_kernels))
    classifier = LesionClassifier(config, [_PHOTOS // 8] * 8).train()
    classifier.log = lambda *values, **options: None  # type: ignore[method-assign]
    optimizer = torch.optim.AdamW(classifier.parameters(), lr=1e-5)

    def step(batch: Sample) -> None:
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=in_bfloat16):
            loss = classifier.training_step(batch, 0)
        loss.backward()
        optimizer.step()

    return classifier, step


def _config(folder: Path) -> Config:
    data = DataConfig(folder=folder, crop_size=_SIDE, batch_size=_BATCH, folds=4)
    return Config(model=ModelConfig(image_size=_SIDE), data=data)


def _endless(loader: DataLoader[Sample]) -> Any:
    while True:
        yield from islice(loader, len(loader))
