"""A data set of drawings in ISIC 2019's layout, so that every command can be tried without a photo.

The classes differ in shape, colour and size, so that a network can learn something in a minute; they mean nothing.
"""

from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from assets.draw_examples import draw_lesion
from training.classes import CODES
from training.data.isic import TEST, TRAINING

SIDE = 96
_AGES = (25.0, 45.0, 65.0, 85.0)
_SITES = ("anterior torso", "posterior torso", "lower extremity", "head/neck")
_TINTS = np.array(
    [
        [60, 30, 25],
        [130, 90, 60],
        [190, 120, 120],
        [210, 150, 100],
        [90, 80, 70],
        [150, 90, 110],
        [170, 30, 60],
        [200, 170, 150],
    ]
)


def draw_data(folder: Path, count: int, seed: int = 0) -> None:
    """Write `count` drawings for training and a third as many for testing, with labels and metadata."""
    for split, number in ((TRAINING, count), (TEST, count // 3)):
        photos = folder / f"ISIC_2019_{split}_Input"
        photos.mkdir(parents=True, exist_ok=True)
        images = [f"DRAWN_{split}_{index:05d}" for index in range(number)]
        labels = [index % len(CODES) for index in range(number)]
        for index, (image, label) in enumerate(zip(images, labels, strict=True)):
            # OpenCV writes BGR.
            cv2.imwrite(str(photos / f"{image}.jpg"), _draw(label, seed + index + number)[..., ::-1])
        truth = pd.DataFrame(np.eye(len(CODES))[labels], columns=list(CODES))
        truth.insert(0, "image", images)
        truth.assign(UNK=0.0).to_csv(folder / f"ISIC_2019_{split}_GroundTruth.csv", index=False)
        _metadata(images, seed).to_csv(folder / f"ISIC_2019_{split}_Metadata.csv", index=False)


def _draw(label: int, seed: int) -> np.ndarray:
    picture = draw_lesion(seed, irregularity=label / len(CODES), colors=1, size=SIDE).astype(np.float32)
    darkness = np.clip((picture.mean(axis=2, keepdims=True).max() - picture.mean(axis=2, keepdims=True)) / 60, 0, 1)
    return (picture + darkness * (_TINTS[label] - picture)).astype(np.uint8)


def _metadata(images: list[str], seed: int) -> pd.DataFrame:
    """Two photos a lesion, as HAM10000 has them."""
    generator = np.random.default_rng(seed)
    lesions = [f"DRAWN_{(index // len(CODES) // 2) * len(CODES) + index % len(CODES):05d}" for index in range(len(images))]
    return pd.DataFrame(
        {
            "image": images,
            "age_approx": generator.choice(_AGES, len(images)),
            "anatom_site_general": generator.choice(_SITES, len(images)),
            "lesion_id": lesions,
            "sex": generator.choice(["female", "male"], len(images)),
        }
    )
