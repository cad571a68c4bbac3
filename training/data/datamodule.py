"""The Lightning data modules: tables, splits, loaders."""

from typing import Any

import lightning
import pandas as pd
from torch.utils.data import DataLoader

from training.config import Config, DataConfig
from training.data.dataset import PhotoDataset, Sample
from training.data.isic import read_unknown_photos
from training.data.samplers import cancer_weighted_sampler
from training.data.sources import read_splits


class LesionDataModule(lightning.LightningDataModule):
    """Photos of any source for training, validation and testing.

    Cross-validation asks for one after the other of `config.data.test_folds` test folds: of PAD-UFES-20 by patient, else by
    lesion. The tables are read at once, so that a missing file is known at once.

    Raises:
        training.data.isic.DataError: the folder lacks something.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        splits = read_splits(config.data)
        self.train_table = splits.train
        self.validation_table = _sample(splits.validation, config.data.validation_images, config.data.split_seed)
        self.test_table = splits.test

    def train_dataloader(self) -> DataLoader[Sample]:
        data = self.config.data
        dataset = self._dataset(self.train_table, canvas_size(data))
        epoch = self.trainer.current_epoch if self.trainer else 0
        sampler = cancer_weighted_sampler(self.train_table, data, seed=self.config.training.seed + epoch)
        return self._loader(dataset, sampler=sampler, drop_last=True)

    def val_dataloader(self) -> DataLoader[Sample]:
        # Capped as in training: where sharpness tells the class, a network that reads it off would look better than it is.
        return self._loader(self._dataset(self.validation_table, self.config.model.image_size))

    def test_dataloader(self) -> DataLoader[Sample]:
        return self._loader(self._dataset(self.test_table, self.config.model.image_size))

    def _dataset(self, table: pd.DataFrame, size: int) -> PhotoDataset:
        data = self.config.data
        return PhotoDataset(table, size, data.color_constancy_power, data.resolution_caps, data.hair_removal)

    def _loader(self, dataset: PhotoDataset, **options: Any) -> DataLoader[Sample]:
        workers = self.config.data.num_workers
        return DataLoader(
            dataset,
            batch_size=self.config.data.batch_size,
            num_workers=workers,
            persistent_workers=workers > 0,
            **options,
        )


class IsicDataModule(LesionDataModule):
    """ISIC 2019: also the photos of unknown class (UNK), apart, for out-of-distribution detection."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.unknown_table = read_unknown_photos(config.data.folder)


def create_data_module(config: Config) -> LesionDataModule:
    """The data module of `config.data.source`."""
    return IsicDataModule(config) if config.data.source == "isic_2019" else LesionDataModule(config)


def canvas_size(data: DataConfig) -> int:
    """Side of the photos that training crops are taken from, in pixels: the typical crop then keeps its resolution."""
    smallest, largest = data.crop_area
    return round(data.crop_size / (0.5 * (smallest + largest)) ** 0.5)


def _sample(table: pd.DataFrame, count: int | None, seed: int) -> pd.DataFrame:
    if count is None or count >= len(table):
        return table
    return table.sample(count, random_state=seed).reset_index(drop=True)
