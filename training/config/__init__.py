"""Every setting of a training run, as dataclasses, YAML files and command-line options."""

from training.config.config import (
    Config,
    DataConfig,
    DistillationConfig,
    InferenceConfig,
    LoggingConfig,
    LossConfig,
    ModelConfig,
    TrainingConfig,
)

__all__ = [
    "Config",
    "DataConfig",
    "DistillationConfig",
    "InferenceConfig",
    "LoggingConfig",
    "LossConfig",
    "ModelConfig",
    "TrainingConfig",
]
