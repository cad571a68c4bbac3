"""Does resolution give the class away? A check of the very photos that training draws.

Where classes are stored at different resolutions, a network can learn "blurred means carcinoma". What it can see of that is the
resolution that is left in the training stream: as stored, capped, brought to the size that crops are taken from, degraded. The
real sampler draws photos, the real augmentation draws resolutions, and a small tree is asked for the class given nothing but
that number.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from PIL import Image
from sklearn.metrics import balanced_accuracy_score, mutual_info_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.tree import DecisionTreeClassifier

from training.classes import IS_CANCER
from training.config import DataConfig
from training.data.augmentation import BatchAugmentation
from training.data.datamodule import canvas_size
from training.data.samplers import cancer_weighted_sampler

DRAWS = 20_000
_FOLDS = 5
_SMALLEST_LEAF = 100


def stored_sides(paths: list[Path]) -> np.ndarray:
    """Shorter side of each photo as it is stored, in pixels, int (N,); only headers are read."""
    sides = []
    for path in paths:
        with Image.open(path) as photo:
            sides.append(min(photo.size))
    return np.array(sides)


def resolution_trap(table: pd.DataFrame, sides: np.ndarray, data: DataConfig, seed: int, draws: int = DRAWS) -> dict[str, Any]:
    """Predict the class from resolution alone, in the photos as stored and in the training stream.

    Args:
        table: training photos, columns label and part.
        sides: `stored_sides` of them.
        data: caps, sampling and augmentation.
        seed: of the draws.
        draws: photos that are drawn.

    Returns:
        {"as_stored", "training_stream", "training_stream_by_part": {part: ...}}, each as `predictability` returns.
    """
    sampler = cancer_weighted_sampler(table, replace(data, samples_per_epoch=draws), seed)
    drawn = np.array(list(sampler))
    left = resolution_left(table["part"].to_numpy()[drawn], sides[drawn], data, seed)
    labels, parts = table["label"].to_numpy(), table["part"].to_numpy()[drawn]
    return {
        "as_stored": predictability(sides, labels, seed),
        "training_stream": predictability(left, labels[drawn], seed),
        "training_stream_by_part": {
            part: predictability(left[parts == part], labels[drawn][parts == part], seed) for part in np.unique(parts)
        },
    }


def resolution_left(parts: np.ndarray, sides: np.ndarray, data: DataConfig, seed: int) -> np.ndarray:
    """Resolution in pixels across the photo that the training stream leaves of photos (N,) drawn into it: int (N,)."""
    canvas = canvas_size(data)
    caps = np.array([data.resolution_caps.get(part, canvas) for part in parts])
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        degraded = BatchAugmentation(data).random_resolutions(len(sides), canvas).numpy()
    return np.minimum.reduce([sides, caps, np.full(len(sides), canvas), degraded])


def predictability(resolutions: np.ndarray, labels: np.ndarray, seed: int) -> dict[str, float]:
    """How well a decision tree, cross-validated, tells the class and cancer from a resolution (N,).

    Returns:
        classes; balanced_accuracy and its chance level, 1 / classes; cancer_auroc (chance 0.5; NaN where all are alike);
        information_bits about the class, above what shuffled labels give.
    """
    kept = np.isin(labels, np.flatnonzero(np.bincount(labels) >= _FOLDS))
    resolutions, labels = resolutions[kept], labels[kept]
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
    leaf = min(_SMALLEST_LEAF, max(1, len(labels) // 20))
    inputs = resolutions[:, None]
    tree = DecisionTreeClassifier(min_samples_leaf=leaf, class_weight="balanced", random_state=seed)
    guesses = cross_val_predict(tree, inputs, labels, cv=folds)
    cancer = np.array(IS_CANCER)[labels]
    mixed = 0 < cancer.mean() < 1
    if mixed:
        plain = DecisionTreeClassifier(min_samples_leaf=leaf, random_state=seed)
        scores = cross_val_predict(plain, inputs, cancer, cv=folds, method="predict_proba")[:, 1]
    shuffled = np.random.default_rng(seed).permutation(labels)
    information = mutual_info_score(resolutions, labels) - mutual_info_score(resolutions, shuffled)
    classes = len(np.unique(labels))
    return {
        "classes": classes,
        "balanced_accuracy": float(balanced_accuracy_score(labels, guesses)),
        "chance": 1 / classes,
        "cancer_auroc": float(roc_auc_score(cancer, scores)) if mixed else float("nan"),
        "information_bits": float(information / np.log(2)),
    }
