"""The limits of `postprocess.photo_quality`, from training photos: `python -m training.evaluation.photo_quality --data DIR`."""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from inference.photo_measures import measure_photo
from training.config import Config
from training.data.isic import TRAINING, read_isic_2019
from training.data.reading import read_photo
from training.data.splits import split_by_lesion

PERCENT = 99
PART = "HAM10000"
PHOTOS = 2000
# The size that the shipped network takes.
SIZE = 224


def fit_limits(paths: Iterable[Path]) -> dict[str, float]:
    """Name -> limit that PERCENT of the photos keep, of every constant that is measured on pixels."""
    measured = [measure_photo(read_photo(path), SIZE) for path in paths]

    def limit(name: str, percent: float) -> float:
        return float(np.percentile([getattr(quality, name) for quality in measured], percent))

    return {
        "MAX_BLUR": limit("blur", PERCENT),
        "MIN_BRIGHTNESS": limit("brightness", 100 - PERCENT),
        "MAX_BRIGHTNESS": limit("brightness", PERCENT),
        "MAX_GLARE": limit("glare", PERCENT),
        "MAX_HAIR": limit("hair", PERCENT),
        "MIN_CORNER_LIGHT": limit("corner_light", 100 - PERCENT),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the limits."""
    defaults = Config()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=defaults.data.folder, help="folder in the layout of ISIC 2019")
    folder = parser.parse_args(arguments).data
    split = split_by_lesion(read_isic_2019(folder, TRAINING), folder, 0, defaults.data.folds, defaults.training.seed)
    photos = split.train[split.train["part"] == PART]
    for name, value in fit_limits(photos["path"].sample(min(PHOTOS, len(photos)), random_state=0)).items():
        print(f"{name} = {value:.3f}")


if __name__ == "__main__":
    main()
