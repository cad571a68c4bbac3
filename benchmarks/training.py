"""The input pipeline of training against photos that lie in memory, what MaxRecall adds to a step, and ways to step faster.

Last: two processes that share the photos out between them, against one with as many threads.
"""

import os
import subprocess
import sys
import tempfile
import time
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
from training.data.datamodule import LesionDataModule
from training.data.dataset import Sample
from training.data.drawn import draw_data
from training.models.classifier import LesionClassifier

_ROUNDS = 12
_BATCH, _SIDE = 16, 128
# As high as HAM10000's photos, which are 600 x 450.
_PHOTOS, _PHOTO_SIDE = 128, 450
# Epochs of the shorter and of the longer run: what they differ by is training, without its start.
_SHORT_RUN, _LONG_RUN = 1, 4


def measure() -> dict[str, Any]:
    """Milliseconds of a step with photos that are read, and with one batch that is there; of MaxRecall and cross-entropy; of a
    step in other precisions, with PyTorch's kernels and with ours; photos a second of one process and of two."""
    with tempfile.TemporaryDirectory() as name:
        config = _config(Path(name) / "drawn")
        draw_data(config.data.folder, _PHOTOS, side=_PHOTO_SIDE)
        loader = LesionDataModule(config).train_dataloader()
        classifier, step = _stepper(config)
        endless = _endless(loader)
        kept = next(endless)
        steps = interleave({"batch in memory": lambda: step(kept), "loader (ours)": lambda: step(next(endless))}, _ROUNDS)
        processes = _time_processes(config.data.folder)
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
        "`python -m training train` in two processes": processes,
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


def _time_processes(photos: Path) -> list[dict[str, Any]]:
    """Photos a second of whole runs with the same number of photos in a step; each process has its share of the threads."""
    threads = torch.get_num_threads()
    one, two = (_photos_per_second(photos, count, max(1, threads // count)) for count in (1, 2))
    return [
        {"peer": "one process", "photos_per_second": one, "ratio": 1.0},
        {"peer": "two processes (`--devices 2 --strategy ddp`)", "photos_per_second": two, "ratio": two / one},
    ]


def _photos_per_second(photos: Path, processes: int, threads: int) -> float:
    seconds = {epochs: _train(photos, epochs, processes, threads) for epochs in (_SHORT_RUN, _LONG_RUN)}
    return (_LONG_RUN - _SHORT_RUN) * _PHOTOS / (seconds[_LONG_RUN] - seconds[_SHORT_RUN])


def _train(photos: Path, epochs: int, processes: int, threads: int) -> float:
    """Seconds of a run from its start to its end."""
    with tempfile.TemporaryDirectory() as out:
        command = [
            sys.executable, "-m", "training", "train", "--data", str(photos), "--out", out, "--epochs", str(epochs),
            "--samples_per_epoch", str(_PHOTOS), "--validation_images", "8", "--folds", "4", "--progress_bar", "false",
            # Without start weights nothing may stay as it is.
            "--freeze_blocks", "0",
            "--crop_size", str(_SIDE), "--image_size", str(_SIDE), "--batch_size", str(_BATCH // processes),
        ]  # fmt: skip
        if processes > 1:
            command += ["--devices", str(processes), "--strategy", "ddp"]
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env=os.environ | {"OMP_NUM_THREADS": str(threads)})
        return time.perf_counter() - start


def _config(folder: Path) -> Config:
    data = DataConfig(folder=folder, crop_size=_SIDE, batch_size=_BATCH, folds=4)
    return Config(model=ModelConfig(image_size=_SIDE), data=data)


def _endless(loader: DataLoader[Sample]) -> Any:
    while True:
        yield from islice(loader, len(loader))
