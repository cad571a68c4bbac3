"""How often each photo is drawn: cancers oftener, and in equal shares from every part of the data.

Where each part of the data is drawn with the same share of cancer, nothing that only tells the parts apart (resolution,
camera, style) can tell cancer from benign.
"""

import numpy as np
import pandas as pd
import torch
from torch.utils.data import WeightedRandomSampler

from training.classes import IS_CANCER
from training.config import DataConfig


def cancer_weighted_sampler(table: pd.DataFrame, config: DataConfig, seed: int) -> WeightedRandomSampler:
    """Draw photos with replacement by `sampling_weights`, `samples_per_epoch` of them."""
    count = config.samples_per_epoch or len(table)
    generator = torch.Generator().manual_seed(seed)
    weights = sampling_weights(table, config)
    return WeightedRandomSampler(weights.tolist(), count, replacement=True, generator=generator)


def sampling_weights(table: pd.DataFrame, config: DataConfig) -> np.ndarray:
    """Probability of each photo at each draw: float64 (N,), sum 1.

    A photo's weight is its part's weight, times n(class) ** -class_balance, times `cancer_oversampling` for a cancer.
    With `cancer_share` set, cancers and benign photos of each part are then scaled to that share of the part.
    """
    labels = table["label"].to_numpy()
    cancer = np.array(IS_CANCER)[labels]
    class_counts = np.bincount(labels, minlength=len(IS_CANCER))
    weights = class_counts[labels].astype(float) ** -config.class_balance
    weights *= np.where(cancer, config.cancer_oversampling, 1.0)
    weights *= table["part"].map(lambda part: config.part_weights.get(part, 1.0)).to_numpy()
    if config.cancer_share is not None:
        weights = _share_cancer(weights, cancer, table["part"].to_numpy(), config.cancer_share)
    return weights / weights.sum()


def _share_cancer(weights: np.ndarray, cancer: np.ndarray, parts: np.ndarray, share: float) -> np.ndarray:
    scaled = weights.copy()
    for part in np.unique(parts):
        total = weights[parts == part].sum()
        for group, group_share in ((cancer, share), (~cancer, 1 - share)):
            chosen = (parts == part) & group
            if chosen.any():
                scaled[chosen] *= total * group_share / weights[chosen].sum()
    return scaled
