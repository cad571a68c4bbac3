"""A table of photos as a PyTorch data set: the same decoding and preprocessing that the app uses."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.utils.data import Dataset

from inference.preprocess import preprocess, resize_square
from training.data.reading import read_photo
from training.preprocessing.hair_remover import HairRemover


class Sample(NamedTuple):
    """One photo, or a batch of them with N in front."""

    image_u8: Tensor  # uint8 (S, S, 3), RGB
    label: Tensor  # int64 ()


class PhotoDataset(Dataset[Sample]):
    """Photos in the order of a table.

    Args:
        table: columns path, label and part.
        image_size: side of the squares, in pixels.
        color_constancy_power: Minkowski power of Shades of Gray; None leaves the colours as they are.
        resolution_caps: part -> resolution in pixels that its photos are brought down to first.
        hair_removal: strategy of `training.preprocessing.hair_remover`; None leaves hairs where they are.
    """

    def __init__(
        self,
        table: pd.DataFrame,
        image_size: int,
        color_constancy_power: float | None,
        resolution_caps: dict[str, int] | None = None,
        hair_removal: str | None = None,
    ) -> None:
        self.paths = list(table["path"])
        self.labels = torch.tensor(table["label"].to_numpy(), dtype=torch.int64)
        self.caps = [(resolution_caps or {}).get(part) for part in table["part"]]
        self.image_size = image_size
        self.color_constancy_power = color_constancy_power
        self.hair_remover = HairRemover(hair_removal)

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> Sample:
        image = preprocess(self.hair_remover.remove(read_photo(self.paths[index])), self.image_size, self.color_constancy_power)
        return Sample(torch.from_numpy(self._cap(image, self.caps[index])), self.labels[index])

    def __getitems__(self, indices: list[int]) -> list[Sample]:
        """A batch, as a DataLoader asks for it: read in as many threads as PyTorch has, which is one in a worker process."""
        with ThreadPoolExecutor(torch.get_num_threads()) as threads:
            return list(threads.map(self.__getitem__, indices))

    def _cap(self, image: np.ndarray, cap: int | None) -> np.ndarray:
        if cap is None or cap >= self.image_size:
            return image
        return resize_square(resize_square(image, cap), self.image_size)
