"""Hair removal: hairs go, what is no hair stays, and switched off it does nothing at all."""

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from assets.draw_examples import draw_lesion
from inference.model_spec import ModelError
from training.commands.export import export
from training.config import Config, DataConfig
from training.data.dataset import PhotoDataset
from training.preprocessing.hair_remover import HairRemover
from training.preprocessing.hair_strategies import AggressiveHairRemoval, DullRazor

HEIGHT, WIDTH = 240, 320
DARK, LIGHT = (40, 30, 25), (250, 246, 240)


@pytest.fixture(scope="module")
def bald() -> np.ndarray:
    return np.ascontiguousarray(draw_lesion(1, irregularity=0.5, colors=3, size=WIDTH)[40 : 40 + HEIGHT])


def _with_hairs(bald: np.ndarray, color: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The picture with eight straight hairs, some crossing, and where they are."""
    generator = np.random.default_rng(0)
    hairy, mask = bald.copy(), np.zeros(bald.shape[:2], np.uint8)
    for _ in range(8):
        start, end = (tuple(int(value) for value in generator.integers(0, (WIDTH, HEIGHT))) for _ in range(2))
        cv2.line(hairy, start, end, color, 2, cv2.LINE_AA)
        cv2.line(mask, start, end, 1, 2)
    return hairy, mask > 0


def _error(image: np.ndarray, truth: np.ndarray, where: np.ndarray) -> float:
    return float(np.abs(image.astype(int) - truth)[where].mean())


@pytest.mark.parametrize("strategy", ["dullrazor", "aggressive"])
def test_dark_hairs_are_painted_over_with_what_was_beneath(strategy: str, bald: np.ndarray) -> None:
    hairy, hairs = _with_hairs(bald, DARK)
    result = HairRemover(strategy).remove(hairy)
    assert result.shape == bald.shape
    assert result.dtype == np.uint8
    assert _error(result, bald, hairs) < 0.15 * _error(hairy, bald, hairs)
    assert _error(result, bald, ~hairs) < 3


def test_only_the_aggressive_strategy_takes_light_hairs(bald: np.ndarray) -> None:
    hairy, hairs = _with_hairs(bald, LIGHT)
    before = _error(hairy, bald, hairs)
    assert _error(HairRemover("aggressive").remove(hairy), bald, hairs) < 0.3 * before
    assert _error(HairRemover("dullrazor").remove(hairy), bald, hairs) > 0.9 * before


def test_dots_and_blobs_are_no_hairs_to_dullrazor(bald: np.ndarray) -> None:
    dotted = bald.copy()
    for column in range(30, WIDTH, 40):
        cv2.circle(dotted, (column, 20), 4, DARK, -1)
    cv2.rectangle(dotted, (10, 190), (150, 230), DARK, -1)
    assert DullRazor().find(dotted).mean() < 0.01
    assert AggressiveHairRemoval().find(dotted).mean() > DullRazor().find(dotted).mean()


def test_hairs_are_found_at_any_size_of_the_photo(bald: np.ndarray) -> None:
    hairy, hairs = _with_hairs(bald, DARK)
    for scale in (1, 2):
        large = cv2.resize(hairy, None, fx=scale, fy=scale)
        where = cv2.resize(hairs.astype(np.uint8), None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST) > 0
        assert (DullRazor().find(large) & where).sum() > 0.8 * where.sum()


def test_switched_off_it_hands_back_the_very_photo(bald: np.ndarray) -> None:
    assert HairRemover(None).remove(bald) is bald
    with pytest.raises(ValueError, match="no hair removal 'razor'; choose dullrazor, aggressive or null"):
        HairRemover("razor")


def test_the_training_data_has_the_hairs_removed(bald: np.ndarray, tmp_path: Path) -> None:
    hairy, _ = _with_hairs(bald, DARK)
    for name, picture in (("hairy", hairy), ("bald", bald)):
        cv2.imwrite(str(tmp_path / f"{name}.png"), picture[..., ::-1])

    def sample(name: str, strategy: str | None) -> np.ndarray:
        table = pd.DataFrame({"path": [tmp_path / f"{name}.png"], "label": [0], "part": ["all"]})
        return PhotoDataset(table, 128, None, hair_removal=strategy)[0].image_u8.numpy()

    everywhere, truth = np.full((128, 128), True), sample("bald", None)
    assert _error(sample("hairy", "dullrazor"), truth, everywhere) < 0.15 * _error(sample("hairy", None), truth, everywhere)


def test_a_network_that_never_saw_hair_is_not_exported(tmp_path: Path) -> None:
    config = Config(data=DataConfig(hair_removal="dullrazor"))
    with pytest.raises(ModelError, match=r"trained with data\.hair_removal=dullrazor"):
        export(config, tmp_path / "any.ckpt", tmp_path / "model")
    assert not (tmp_path / "model").exists()
