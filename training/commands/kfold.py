"""`python -m training kfold`: how the numbers vary with the photos, on ISIC 2019 and on PAD-UFES-20.

ISIC 2019 (or whatever `data.source` says) in five folds by lesion, each network trained from the configuration's start, which
must not have seen the labels: the adapted start weights have. PAD-UFES-20 in three folds by patient: the exported model as it
is (zero-shot; over the photos alone that it accepts, too, and without its calibration), and fine-tuned from that model's
weights. A fold that is finished is not repeated.
"""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

from inference.model_spec import load_model_spec
from inference.symmetries import SYMMETRIES
from training.config import Config
from training.cross_validation.report import TABLE_FILE, kfold_metrics, summarize, write_report
from training.cross_validation.studies import fine_tuning_config, pad_config, run_folds, trained, zero_shot
from training.data.isic import DataError
from training.data.sources import draw_missing_data
from training.models.backbone import has_a_head
from training.utils.metrics import can_be_measured

logger = logging.getLogger(__name__)

TRAINED_FOLDS = 5
PAD_FOLDS = 3
# Drawings for PAD-UFES-20, as a share of those for ISIC 2019.
_DRAWN_SHARE = 4


def kfold(config: Config, model: Path, out: Path, train_folds: bool, pad_zero_shot: bool, pad_fine_tuned: bool) -> None:
    """Run the studies that are asked for, and write out/kfold.json and out/kfold.md.

    Args:
        config: of the training; its folder is cross-validated.
        model: folder of an exported model, for PAD-UFES-20.
        out: folder of the folds and of the report.
        train_folds, pad_zero_shot, pad_fine_tuned: which studies.

    Raises:
        DataError, ModelError: something is missing, `out` holds folds of other settings, or what the folds would start or learn
            from knows the labels of the photos that they are tested on.
    """
    if train_folds:
        _require_ignorance(config)
    studies: dict[str, dict[str, Any]] = {}
    if pad_zero_shot or pad_fine_tuned:
        _draw_missing_pad(config)
    if train_folds:
        name = config.data.source
        studies[name] = summarize(run_folds(trained, config, TRAINED_FOLDS, out / name), kfold_metrics())
    if pad_zero_shot:
        spec = load_model_spec(model)
        # A folder for each model and number of views: another one in the same place is another study.
        folder = out / f"pad_zero_shot_{SYMMETRIES}_views_{spec.version}"
        folds = run_folds(zero_shot(model), pad_config(config), PAD_FOLDS, folder)
        metrics = kfold_metrics(spec.fitted[SYMMETRIES].risk)
        studies["pad_zero_shot"] = summarize(folds, metrics)
        raw = [fold.uncalibrated(spec.fitted[SYMMETRIES].calibration) for fold in folds]
        studies["pad_zero_shot_uncalibrated"] = summarize(raw, kfold_metrics())
        accepted = [fold.of_accepted() for fold in folds]
        if all(can_be_measured(fold.predictions) for fold in accepted):
            studies["pad_zero_shot_accepted"] = summarize(accepted, metrics)
        else:
            logger.info("too few photos are accepted as dermoscopic to measure on them alone")
    if pad_fine_tuned:
        folder = out / f"pad_fine_tuned_{load_model_spec(model).version}"
        folds = run_folds(trained, fine_tuning_config(config, model), PAD_FOLDS, folder)
        studies["pad_fine_tuned"] = summarize(folds, kfold_metrics())
    write_report(studies, out)
    logger.info("%s", (out / TABLE_FILE).read_text())


def _require_ignorance(config: Config) -> None:
    """Raise DataError where the networks of the folds would learn the labels of their test photos from others."""
    instead = "add --train_folds false for PAD-UFES-20 alone"
    if config.distillation.teacher is not None:
        raise DataError(
            f"the teacher {config.distillation.teacher} may have learned the labels of the photos that folds are tested on; "
            f"set distillation.teacher to null, or {instead}"
        )
    weights = config.model.backbone_weights
    if weights is not None and has_a_head(weights):
        raise DataError(
            f"{weights} holds a network that was trained on diagnoses, and may have learned the labels of the photos that "
            f"folds are tested on; start from a backbone alone (`grow` makes one), or {instead}"
        )


def _draw_missing_pad(config: Config) -> None:
    data = pad_config(config).data
    drawn = None if data.drawn_images is None else data.drawn_images // _DRAWN_SHARE
    draw_missing_data(replace(data, drawn_images=drawn))
