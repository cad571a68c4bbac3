"""`python -m training train`: train a network, or go on with a run that was interrupted."""

import logging
import warnings
from pathlib import Path

import lightning
import torch

from training.classes import CLASSES
from training.config import Config
from training.config.files import save_config
from training.data.datamodule import create_data_module
from training.models.classifier import LesionClassifier
from training.utils.trainer_factory import BEST_CHECKPOINT, LAST_CHECKPOINT, create_trainer

logger = logging.getLogger(__name__)


def train(config: Config, out: Path) -> Path:
    """Train into the folder `out`, from its last.ckpt where there is one; returns the best checkpoint's path.

    Writes config.yaml (what the run used), metrics.csv, best.ckpt and last.ckpt.
    """
    out.mkdir(parents=True, exist_ok=True)
    save_config(config, out)
    _prepare_torch(config)
    data = create_data_module(config)
    counts = data.train_table["label"].value_counts().reindex(range(len(CLASSES)), fill_value=0).tolist()
    logger.info("training on %d photos, validating on %d", len(data.train_table), len(data.validation_table))
    last = out / LAST_CHECKPOINT
    trainer = create_trainer(config, out)
    trainer.fit(
        LesionClassifier(config, counts),
        datamodule=data,
        ckpt_path=last if last.exists() else None,
        weights_only=False,
    )
    return out / BEST_CHECKPOINT


def _prepare_torch(config: Config) -> None:
    lightning.seed_everything(config.training.seed, workers=True, verbose=False)
    # Denormal numbers slow a CPU down a hundredfold and mean nothing here.
    torch.set_flush_denormal(True)
    if config.training.threads is not None:
        torch.set_num_threads(config.training.threads)
    # Loading between the steps is meant (config.py: num_workers), not forgotten.
    warnings.filterwarnings("ignore", message=".*does not have many workers.*")
