"""The Lightning data module of ISIC 2019: tables, splits, loaders."""

from typing import Any

import lightning
import pandas as pd
from torch.utils.data import DataLoader

from training.config import Config
from training.data.dataset import PhotoDataset, Sample
from training.data.isic import TRAINING, read_isic_2019
from training.data.samplers import cancer_weighted_sampler
from training.data.splits import split_by_lesion


class IsicDataModule(lightning.LightningDataModule):
    """Photos for training and validation; the tables are read at once, so that a missing file is known at once.

    Raises:
        training.data.isic.DataError: the folder lacks something.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        data = config.data
        self.config = config
        table = read_isic_2019(data.folder, TRAINING)
        split = split_by_lesion(table, data.folder, data.validation_fold, data.folds, config.training.seed)
        self.train_table = split.train
        self.validation_table = _sample(split.validation, data.validation_images, config.training.seed)

    def train_dataloader(self) -> DataLoader[Sample]:
        data = self.config.data
        dataset = PhotoDataset(self.train_table, self._canvas_size(), data.color_constancy_power, data.resolution_caps)
        epoch = self.trainer.current_epoch if self.trainer else 0
        sampler = cancer_weighted_sampler(self.train_table, data, seed=self.config.training.seed + epoch)
        return self._loader(dataset, sampler=sampler, drop_last=True)

    def val_dataloader(self) -> DataLoader[Sample]:
        data, size = self.config.data, self.config.model.image_size
        # Capped as in training: where sharpness tells the class, a network that reads it off would look better than it is.
        dataset = PhotoDataset(self.validation_table, size, data.color_constancy_power, data.resolution_caps)
        return self._loader(dataset)

    def _canvas_size(self) -> int:
        """Side of the photos that crops are taken from: the typical crop then keeps its resolution."""
        smallest, largest = self.config.data.crop_area
        return round(self.config.data.crop_size / (0.5 * (smallest + largest)) ** 0.5)

    def _loader(self, dataset: PhotoDataset, **options: Any) -> DataLoader[Sample]:
        workers = self.config.data.num_workers
        return DataLoader(
            dataset,
            batch_size=self.config.data.batch_size,
            num_workers=workers,
            persistent_workers=workers > 0,
            **options,
        )


def _sample(table: pd.DataFrame, count: int | None, seed: int) -> pd.DataFrame:
    if count is None or count >= len(table):
        return table
    return table.sample(count, random_state=seed).reset_index(drop=True)
