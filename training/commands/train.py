"""`python -m training train`: train a network, or go on with a run that was interrupted."""

import logging
import warnings
from pathlib import Path

import lightning
import torch
from lightning.pytorch.callbacks import EarlyStopping

from training.classes import CLASSES
from training.config import Config
from training.config.files import CONFIG_FILE, load_config, same_results, save_config
from training.data.datamodule import LesionDataModule
from training.data.isic import DataError
from training.models.backbone import WeightsError
from training.models.classifier import LesionClassifier
from training.utils.trainer_factory import BEST_CHECKPOINT, LAST_CHECKPOINT, create_trainer

logger = logging.getLogger(__name__)


def train(config: Config, out: Path) -> Path:
    """Train into the folder `out`, from its last.ckpt where there is one; returns the best checkpoint's path.

    Writes config.yaml (what the run used), metrics.csv, best.ckpt and last.ckpt.

    Raises:
        DataError: the data is missing, or `out` holds a run with other settings.
        WeightsError: the start weights are missing, do not fit or are of another activation, or stages without any would stay
            as they are.
    """
    _prepare_torch(config)
    data = LesionDataModule(config)
    _require_start_weights(config)
    require_same_settings(config, out)
    out.mkdir(parents=True, exist_ok=True)
    save_config(config, out)
    counts = data.train_table["label"].value_counts().reindex(range(len(CLASSES)), fill_value=0).tolist()
    logger.info("training on %d photos, validating on %d", len(data.train_table), len(data.validation_table))
    last = out / LAST_CHECKPOINT
    trainer = create_trainer(config, out)
    if last.exists() and _stopped_early(trainer, last):
        logger.info("%s was stopped early: it is finished", out)
        return out / BEST_CHECKPOINT
    trainer.fit(
        LesionClassifier(config, counts),
        datamodule=data,
        ckpt_path=last if last.exists() else None,
        weights_only=False,
    )
    return out / BEST_CHECKPOINT


def _stopped_early(trainer: lightning.Trainer, last: Path) -> bool:
    """Whether the run of a checkpoint had waited long enough; Lightning would train one more epoch to find out."""
    stopping = trainer.early_stopping_callback
    if not isinstance(stopping, EarlyStopping):
        return False
    state = torch.load(last, map_location="cpu", weights_only=False)["callbacks"][stopping.state_key]
    return bool(state["wait_count"] >= stopping.patience)


def _require_start_weights(config: Config) -> None:
    if config.model.pretrained and config.model.act_layer is not None:
        raise WeightsError(
            f"timm's weights of {config.model.base_model} were trained with its own activation, which {config.model.act_layer} "
            "replaces: --act_layer null keeps it, or `grow` makes start weights for relu6 (model.backbone_weights)"
        )
    frozen = config.training.freeze_blocks > 0 and config.training.freeze_epochs > 0
    if frozen and config.model.backbone_weights is None and not config.model.pretrained:
        raise WeightsError(
            f"training.freeze_blocks keeps {config.training.freeze_blocks} stages as they are, and without start weights they "
            "are random: name some in model.backbone_weights, set model.pretrained to true and model.act_layer to null, or "
            "training.freeze_blocks to 0"
        )


def require_same_settings(config: Config, out: Path) -> None:
    """Raise DataError where `out` holds a run that was made with other settings: its results are none of these."""
    begun = out / CONFIG_FILE
    if (out / LAST_CHECKPOINT).exists() and begun.exists() and not same_results(load_config(begun), config):
        raise DataError(f"{out} holds a run with other settings ({begun}); choose another --out, or delete it")


def _prepare_torch(config: Config) -> None:
    lightning.seed_everything(config.training.seed, workers=True, verbose=False)
    # Denormal numbers slow a CPU down a hundredfold and mean nothing here.
    torch.set_flush_denormal(True)
    if config.training.threads is not None:
        torch.set_num_threads(config.training.threads)
    # Loading between the steps is meant (config.py: num_workers), not forgotten.
    warnings.filterwarnings("ignore", message=".*does not have many workers.*")
    # It is: the data module begins where the checkpoint stands.
    warnings.filterwarnings("ignore", message=".*your dataloader is not resumable.*")
