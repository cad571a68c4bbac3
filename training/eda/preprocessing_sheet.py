"""Before and after, for each preprocessing: one picture a method, four photos in two rows.

The pictures show photos of the data. They belong into a report's folder and never into the repository.
"""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from inference.color_constancy import gray_world, shades_of_gray
from inference.preprocess import center_square, resize_square
from training.data.reading import read_photo
from training.preprocessing.hair_remover import HairRemover
from training.preprocessing.hair_strategies import DullRazor

METHODS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "shades_of_gray": shades_of_gray,
    "gray_world": gray_world,
    "hair_dullrazor": HairRemover("dullrazor").remove,
    "hair_aggressive": HairRemover("aggressive").remove,
}
_SHOWN = 4
_LOOKED_AT = 40
_SIDE = 256


def write_preprocessing_sheets(table: pd.DataFrame, out: Path, seed: int) -> None:
    """Write out/preprocessing_<method>.png for every method: the photos on top, what becomes of them below.

    Of a few photos drawn at random, hair removal shows those with most hair: it does nothing to the others.
    """
    drawn = table["path"].sample(min(_LOOKED_AT, len(table)), random_state=seed)
    photos = [center_square(read_photo(path)) for path in drawn]
    hairiness = np.array([DullRazor().find(photo).mean() for photo in photos])
    hairiest = [photos[index] for index in np.argsort(-hairiness, kind="stable")[:_SHOWN]]
    for name, method in METHODS.items():
        shown = hairiest if name.startswith("hair") else photos[:_SHOWN]
        rows = (shown, [method(photo) for photo in shown])
        sheet = np.vstack([np.hstack([resize_square(photo, _SIDE) for photo in row]) for row in rows])
        # OpenCV writes BGR.
        cv2.imwrite(str(out / f"preprocessing_{name}.png"), sheet[..., ::-1])
