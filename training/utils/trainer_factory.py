"""The Lightning trainer of a run, with its callbacks."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import lightning
import torch
from lightning.pytorch.callbacks import Callback, EarlyStopping, EMAWeightAveraging, ModelCheckpoint, TQDMProgressBar

from training.callbacks.csv_logger import EpochCsvLogger
from training.config import Config, TrainingConfig

BEST_CHECKPOINT = "best.ckpt"
LAST_CHECKPOINT = "last.ckpt"
EARLY_STOPPING_MONITOR = "val_composite"


def create_trainer(config: Config, out: Path) -> lightning.Trainer:
    """Build the trainer that writes checkpoints and metrics.csv into `out`."""
    training = config.training
    return lightning.Trainer(
        default_root_dir=out,
        max_epochs=training.epochs,
        # The kernels read the memory of the CPU.
        accelerator="cpu" if training.fast_kernels else "auto",
        devices=training.devices,
        strategy=_strategy(training),
        precision=_precision(training.precision),
        # All batches have one shape: a GPU may look for the fastest convolutions once.
        benchmark=True,
        gradient_clip_val=training.gradient_clip,
        accumulate_grad_batches=training.accumulate_batches,
        callbacks=_callbacks(config, out),
        logger=False,
        enable_progress_bar=config.logging.progress_bar,
        enable_model_summary=False,
        num_sanity_val_steps=0,
        # The photos of each epoch are drawn with a seed of their own, the same wherever a run was interrupted.
        reload_dataloaders_every_n_epochs=1,
    )


def _callbacks(config: Config, out: Path) -> list[Callback]:
    training = config.training
    callbacks: list[Callback] = [
        ModelCheckpoint(out, filename="best", monitor=training.monitor, mode="max", enable_version_counter=False),
        ModelCheckpoint(
            out,
            filename="last",
            train_time_interval=timedelta(minutes=training.checkpoint_minutes),
            enable_version_counter=False,
        ),
        ModelCheckpoint(out, filename="last", every_n_epochs=1, enable_version_counter=False),
        EpochCsvLogger(out),
    ]
    if training.early_stopping_patience is not None:
        callbacks.append(EarlyStopping(EARLY_STOPPING_MONITOR, mode="max", patience=training.early_stopping_patience))
    if config.logging.progress_bar:
        callbacks.append(TQDMProgressBar(refresh_rate=config.logging.log_every_steps))
    if training.ema_decay is not None:
        callbacks.append(EMAWeightAveraging(decay=training.ema_decay))
    return callbacks


def _strategy(training: TrainingConfig) -> str:
    """DDP has to be told that frozen stages are no part of the loss for a while."""
    freezes = training.freeze_blocks > 0 and training.freeze_epochs > 0
    return "ddp_find_unused_parameters_true" if training.strategy == "ddp" and freezes else training.strategy


def _precision(name: str) -> Any:
    if name != "auto":
        return name
    return "bf16-mixed" if torch.cuda.is_available() and torch.cuda.is_bf16_supported() else "32-true"
