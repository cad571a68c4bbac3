"""The range of every number among the settings."""

import math
from typing import NamedTuple

_HIGHEST_SEED = 2**32 - 1


class Range(NamedTuple):
    """Values that a setting, or each of several numbers in it, may have; null, where a setting can be null, always."""

    low: float = 0
    high: float = math.inf
    low_too: bool = True
    high_too: bool = True

    def holds(self, value: float) -> bool:
        """Whether a number is one of them."""
        above = value >= self.low if self.low_too else value > self.low
        below = value <= self.high if self.high_too else value < self.high
        return math.isfinite(value) and above and below

    def __str__(self) -> str:
        if self.high == math.inf:
            return f"{self.low:g} or more" if self.low_too else f"above {self.low:g}"
        low = f"from {self.low:g}" if self.low_too else f"above {self.low:g}"
        return f"{low} to {self.high:.10g}" if self.high_too else f"{low} to below {self.high:g}"


_ANY = Range(-math.inf)
_COUNT = Range(1)
_NOT_NEGATIVE = Range()
_POSITIVE = Range(low_too=False)
_SHARE = Range(0, 1)
_BELOW_ONE = Range(0, 1, high_too=False)
_SEED = Range(0, _HIGHEST_SEED)
_FOLDS = Range(2)

RANGES = {
    "model.image_size": _COUNT,
    "model.mean": _ANY,
    "model.std": _POSITIVE,
    "model.hidden_features": _COUNT,
    "model.dropout_1": _BELOW_ONE,
    "model.dropout_2": _BELOW_ONE,
    "model.drop_path_rate": _BELOW_ONE,
    "data.drawn_images": _COUNT,
    "data.validation_fold": _NOT_NEGATIVE,
    "data.folds": _FOLDS,
    "data.test_fold": _NOT_NEGATIVE,
    "data.test_folds": _FOLDS,
    "data.split_seed": _SEED,
    "data.validation_images": _COUNT,
    "data.color_constancy_power": _POSITIVE,
    "data.crop_size": _COUNT,
    "data.crop_area": Range(0, 1, low_too=False),
    "data.jitter": _BELOW_ONE,
    "data.degrade_probability": _SHARE,
    "data.degrade_from": _COUNT,
    "data.jpeg_probability": _SHARE,
    "data.mark_probability": _SHARE,
    "data.mixup": _NOT_NEGATIVE,
    "data.resolution_caps": _COUNT,
    "data.part_weights": _NOT_NEGATIVE,
    "data.cancer_share": _SHARE,
    "data.cancer_oversampling": _POSITIVE,
    "data.class_balance": _NOT_NEGATIVE,
    "data.samples_per_epoch": _COUNT,
    "data.batch_size": _COUNT,
    "data.num_workers": _NOT_NEGATIVE,
    "loss.focal_gamma": _NOT_NEGATIVE,
    "loss.temperature": _POSITIVE,
    "loss.fn_multiplier": _NOT_NEGATIVE,
    "loss.mel_fn_multiplier": _NOT_NEGATIVE,
    "loss.hard_example_multiplier": _NOT_NEGATIVE,
    "loss.cancer_smoothing": _SHARE,
    "loss.benign_smoothing": _SHARE,
    "loss.recall_loss_weight": _NOT_NEGATIVE,
    "distillation.logit_weight": _SHARE,
    "distillation.logit_temperature": _POSITIVE,
    "distillation.feature_weight": _NOT_NEGATIVE,
    "training.epochs": _COUNT,
    "training.learning_rate": _POSITIVE,
    "training.one_cycle_factor": _COUNT,
    "training.warmup_share": _SHARE,
    "training.head_lr_factor": _POSITIVE,
    "training.weight_decay": _NOT_NEGATIVE,
    "training.gradient_clip": _NOT_NEGATIVE,
    "training.ema_decay": _BELOW_ONE,
    "training.freeze_blocks": _NOT_NEGATIVE,
    "training.freeze_epochs": _NOT_NEGATIVE,
    "training.early_stopping_patience": _COUNT,
    "training.recall_threshold": _SHARE,
    "training.accumulate_batches": _COUNT,
    "training.devices": _COUNT,
    "training.threads": _COUNT,
    "training.checkpoint_minutes": _POSITIVE,
    "training.seed": _SEED,
    "inference.averaged_share": _SHARE,
    "inference.calibration_images": _COUNT,
    "inference.ood_images": _COUNT,
    "inference.ood_directions": _COUNT,
    "logging.log_every_steps": _COUNT,
}
