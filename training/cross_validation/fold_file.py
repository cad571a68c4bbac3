"""A finished fold on disk, with the settings that it was made with: what makes a cross-validation resumable."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.special import softmax

from postprocess.calibration import Calibration
from training.config import Config
from training.config.files import CONFIG_FILE, load_config, same_results, save_config
from training.data.isic import DataError
from training.utils.metrics import Predictions

FOLD_FILE = "predictions.npz"


class FoldPredictions(NamedTuple):
    """Predictions of the N photos of one fold."""

    probs: np.ndarray  # float64 (N, C)
    labels: np.ndarray  # int (N,)
    groups: np.ndarray  # str (N,): lesion, or patient
    accepted: np.ndarray  # bool (N,): not refused as out of distribution

    @property
    def predictions(self) -> Predictions:
        """All photos, as the metrics take them."""
        return Predictions(self.probs, self.labels, self.groups)

    def of_accepted(self) -> "FoldPredictions":
        """Those photos that were not refused."""
        return FoldPredictions(*(column[self.accepted] for column in self))

    def uncalibrated(self, calibration: Calibration) -> "FoldPredictions":
        """The softmax of the network's own logits, out of its calibrated probabilities.

        A calibration fits the share of cancer of the photos that it was fitted on; where cancer is much commoner, the likeliest
        class without it says more about the network.
        """
        logits = (np.log(self.probs) - np.array(calibration.class_bias)) * calibration.temperature
        return self._replace(probs=softmax(logits, axis=1))


def finished_fold(config: Config, folder: Path) -> FoldPredictions | None:
    """The predictions in a folder; None where the fold is not finished.

    Raises:
        DataError: the folder was begun with other settings.
    """
    if not (folder / CONFIG_FILE).exists():
        return None
    if not same_results(load_config(folder / CONFIG_FILE), config):
        raise DataError(f"{folder} was begun with other settings ({folder / CONFIG_FILE}); choose another --out, or delete it")
    if not (folder / FOLD_FILE).exists():
        return None
    with np.load(folder / FOLD_FILE, allow_pickle=False) as arrays:
        return FoldPredictions(*(arrays[name] for name in FoldPredictions._fields))


def save_fold(result: FoldPredictions, config: Config, folder: Path) -> None:
    """Write the predictions, whole or not at all, and the settings."""
    folder.mkdir(parents=True, exist_ok=True)
    save_config(config, folder)
    unfinished = folder / f"unfinished_{FOLD_FILE}"
    np.savez_compressed(unfinished, **result._asdict())
    unfinished.rename(folder / FOLD_FILE)
