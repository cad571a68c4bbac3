"""Reading a photo of the data: as the app reads it, with an error that names the file."""

from pathlib import Path

import numpy as np

from inference.images import ImageError, read_image
from training.data.isic import DataError


def read_photo(path: Path) -> np.ndarray:
    """Decode a photo: RGB uint8 (H, W, 3).

    Raises:
        DataError: it is missing, damaged or no photo.
    """
    try:
        return read_image(path)
    except ImageError as error:
        raise DataError(f"{path}: {error}") from error
