"""Data sets of drawings in the layouts of the real ones, so that every command can be tried without a photo.

The classes differ in shape, colour and size, so that a network can learn something in a minute; they mean nothing.
"""

from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from assets.draw_examples import draw_lesion
from training.classes import CODES
from training.data import ham10000, pad_ufes_20
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


def draw_data(folder: Path, count: int, seed: int = 0, side: int = SIDE) -> None:
    """Write `count` drawings for training and a third as many for testing in ISIC 2019's layout, with labels and metadata.

    They are squares of `side` pixels.
    """
    for split, number in ((TRAINING, count), (TEST, count // 3)):
        photos = folder / f"ISIC_2019_{split}_Input"
        images = [f"DRAWN_{split}_{index:05d}" for index in range(number)]
        labels = [index % len(CODES) for index in range(number)]
        _write(photos, images, labels, seed + number, "jpg", side)
        truth = pd.DataFrame(np.eye(len(CODES))[labels], columns=list(CODES))
        truth.insert(0, "image", images)
        truth.assign(UNK=0.0).to_csv(folder / f"ISIC_2019_{split}_GroundTruth.csv", index=False)
        _metadata(images, seed).to_csv(folder / f"ISIC_2019_{split}_Metadata.csv", index=False)


def draw_ham10000(folder: Path, count: int, seed: int = 0) -> None:
    """Write `count` drawings in HAM10000's layout, half of them into each of its folders."""
    diagnoses = [list(ham10000.DIAGNOSES)[index % len(ham10000.DIAGNOSES)] for index in range(count)]
    images = [f"DRAWN_{index:07d}" for index in range(count)]
    half = count // 2
    for name, part in zip(ham10000.PHOTO_FOLDERS, (slice(0, half), slice(half, count)), strict=True):
        labels = [CODES.index(ham10000.DIAGNOSES[diagnosis]) for diagnosis in diagnoses[part]]
        _write(folder / name, images[part], labels, seed + (part.start or 0), "jpg")
    metadata = _metadata(images, seed).rename(
        columns={"image": "image_id", "age_approx": "age", "anatom_site_general": "localization"}
    )
    metadata.assign(dx=diagnoses, dx_type="drawn").to_csv(folder / ham10000.METADATA_FILE, index=False)


def draw_pad_ufes_20(folder: Path, count: int, seed: int = 0) -> None:
    """Write `count` drawings in PAD-UFES-20's layout: two photos a lesion, two lesions a patient."""
    names = list(pad_ufes_20.DIAGNOSES)
    diagnoses = [names[index // 2 % len(names)] for index in range(count)]
    images = [f"PAT_{index // 4}_{index // 2}_{index}" for index in range(count)]
    labels = [CODES.index(pad_ufes_20.DIAGNOSES[name]) for name in diagnoses]
    _write(folder / "images", images, labels, seed, "png")
    generator = np.random.default_rng(seed)
    pd.DataFrame(
        {
            "patient_id": [f"PAT_{index // 4}" for index in range(count)],
            "lesion_id": [index // 2 for index in range(count)],
            "fitspatrick": generator.choice([1.0, 2.0, 3.0, np.nan], count),
            "age": generator.choice(_AGES, count).astype(int),
            "gender": generator.choice(["FEMALE", "MALE"], count),
            "region": generator.choice(["FACE", "ARM", "BACK"], count),
            "diagnostic": diagnoses,
            "img_id": [f"{image}.png" for image in images],
        }
    ).to_csv(folder / "metadata.csv", index=False)


def _write(photos: Path, images: list[str], labels: list[int], seed: int, ending: str, side: int = SIDE) -> None:
    photos.mkdir(parents=True, exist_ok=True)
    for index, (image, label) in enumerate(zip(images, labels, strict=True)):
        # OpenCV writes BGR.
        cv2.imwrite(str(photos / f"{image}.{ending}"), _draw(label, seed + index, side)[..., ::-1])


def _draw(label: int, seed: int, side: int) -> np.ndarray:
    picture = draw_lesion(seed, irregularity=label / len(CODES), colors=1, size=side).astype(np.float32)
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
