"""The Lightning data module: tables, splits, loaders."""

from typing import Any

import lightning
import pandas as pd
import torch
from torch.utils.data import DataLoader

from training.config import Config, DataConfig
from training.data.dataset import PhotoDataset, Sample
from training.data.samplers import cancer_weighted_sampler
from training.data.sources import read_splits
from training.utils.seeds import combined_seed


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
        self._goes_on = {"epoch": 0, "batches": 0}

    def state_dict(self) -> dict[str, int]:
        """Where in the draws of which epoch a run stands, for its checkpoint."""
        assert self.trainer is not None
        progress = self.trainer.fit_loop.epoch_loop.batch_progress
        batches = 0 if progress.is_last_batch else progress.current.ready
        return {"epoch": self.trainer.current_epoch, "batches": batches}

    def load_state_dict(self, state_dict: dict[str, int]) -> None:
        self._goes_on = state_dict

    def train_dataloader(self) -> DataLoader[Sample]:
        data = self.config.data
        dataset = self._dataset(self.train_table, canvas_size(data))
        epoch = self.trainer.current_epoch if self.trainer else 0
        # Drawn now, once: of a sampler, worker processes would draw at each of Lightning's two looks at a loader.
        draws = list(cancer_weighted_sampler(self.train_table, data, combined_seed(self.config.training.seed, epoch)))
        begun = self._begun_photos(epoch)
        return self._loader(dataset, sampler=draws[begun:] + draws[:begun], drop_last=True)

    def _begun_photos(self, epoch: int) -> int:
        """Photos of an epoch that the run has been trained on before it was interrupted.

        Lightning goes on counting the batches there, so a loader has to begin there, and may be no shorter for it.
        """
        batches = self._goes_on["batches"] if epoch == self._goes_on["epoch"] else 0
        return batches * self.config.data.batch_size * (self.trainer.world_size if self.trainer else 1)

    def val_dataloader(self) -> DataLoader[Sample]:
        # Capped as in training: where sharpness tells the class, a network that reads it off would look better than it is.
        return self._loader(self._dataset(self.validation_table, self.config.model.image_size))

    def test_dataloader(self) -> DataLoader[Sample]:
        return self._loader(self._dataset(self.test_table, self.config.model.image_size))

    def _dataset(self, table: pd.DataFrame, size: int) -> PhotoDataset:
        data = self.config.data
        return PhotoDataset(table, size, data.color_constancy_power, data.resolution_caps, data.hair_removal)

    def _loader(self, dataset: PhotoDataset, **options: Any) -> DataLoader[Sample]:
        return DataLoader(
            dataset,
            batch_size=self.config.data.batch_size,
            num_workers=self.config.data.num_workers,
            # From such memory a GPU fetches the next batch while it works on this one.
            pin_memory=torch.cuda.is_available(),
            **options,
        )


def canvas_size(data: DataConfig) -> int:
    """Side of the photos that training crops are taken from, in pixels: the typical crop then keeps its resolution."""
    smallest, largest = data.crop_area
    return round(data.crop_size / (0.5 * (smallest + largest)) ** 0.5)


def _sample(table: pd.DataFrame, count: int | None, seed: int) -> pd.DataFrame:
    if count is None or count >= len(table):
        return table
    return table.sample(count, random_state=seed).reset_index(drop=True)
