"""Tables, splits, sampling and augmentation: nothing leaks, nothing is missing in silence."""

import shutil
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from torch.utils.data import DataLoader

from training.classes import CODES, IS_CANCER
from training.config import Config, DataConfig
from training.data.augmentation import BatchAugmentation
from training.data.datamodule import LesionDataModule
from training.data.dataset import PhotoDataset
from training.data.drawn import draw_data, draw_ham10000
from training.data.isic import TEST, TRAINING, DataError, read_isic_2019, read_unknown_photos
from training.data.pad_ufes_20 import read_pad_ufes_20
from training.data.reading import read_photo
from training.data.samplers import cancer_weighted_sampler, sampling_weights
from training.data.sources import Splits, draw_missing_data, read_splits, read_table
from training.data.splits import split_by_lesion


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawings in the official layout."""
    path = tmp_path_factory.mktemp("data") / "isic"
    draw_data(path, 96)
    return path


@pytest.fixture(scope="module")
def table(folder: Path) -> pd.DataFrame:
    return read_isic_2019(folder, TRAINING)


def test_a_table_has_a_row_a_photo(folder: Path, table: pd.DataFrame) -> None:
    assert len(table) == 96
    assert table["label"].value_counts().eq(12).all()
    assert len(read_isic_2019(folder, TEST)) == 32


def test_the_part_of_a_photo_is_told_by_its_lesion(folder: Path, tmp_path: Path) -> None:
    path = _with_a_table_of_its_own(folder, tmp_path, "ISIC_2019_Training_Metadata.csv")
    metadata = pd.read_csv(path)
    metadata["lesion_id"] = ["HAM_0000118", "BCN_0003030", "MSK4_0011169", None] * (len(metadata) // 4)
    metadata.to_csv(path, index=False)
    parts = read_isic_2019(tmp_path, TRAINING)["part"]
    assert parts.head(4).tolist() == ["HAM10000", "BCN_or_other2019", "MSK2019", "MSK2019"]
    metadata.assign(lesion_id=None).to_csv(path, index=False)
    assert set(read_isic_2019(tmp_path, TRAINING)["part"]) == {"all"}


def test_the_parts_of_isic_2019_are_told_apart(shared_data: Path) -> None:
    folder = shared_data / "isic_2019"
    table = read_isic_2019(folder, TRAINING)
    known = pd.read_csv(folder / "stored_resolution.csv").set_index("image")["part"]
    assert (table["image"].map(known) == table["part"]).all()


def test_photos_of_unknown_class_are_left_out(folder: Path, tmp_path: Path) -> None:
    _with_one_unknown(folder, tmp_path)
    assert "DRAWN_Training_00000" not in set(read_isic_2019(tmp_path, TRAINING)["image"])


def _with_a_table_of_its_own(folder: Path, copy: Path, name: str) -> Path:
    """Link the data into another folder, but for one table, which is copied: its path."""
    for path in folder.iterdir():
        if path.name != name:
            (copy / path.name).symlink_to(path)
    return Path(shutil.copy(folder / name, copy))


def _with_one_unknown(folder: Path, copy: Path) -> None:
    """Link the data into another folder, where the first photo is of unknown class."""
    path = _with_a_table_of_its_own(folder, copy, "ISIC_2019_Training_GroundTruth.csv")
    truth = pd.read_csv(path)
    truth.loc[0, truth.columns[1:]] = [0.0] * 8 + [1.0]
    truth.to_csv(path, index=False)


def test_missing_photos_are_listed(folder: Path, tmp_path: Path) -> None:
    for name in folder.glob("*.csv"):
        (tmp_path / name.name).symlink_to(name)
    (tmp_path / "ISIC_2019_Training_Input").mkdir()
    with pytest.raises(DataError, match=r"96 of 96 photos are missing in .*: DRAWN_Training_00000.jpg"):
        read_isic_2019(tmp_path, TRAINING)


def test_a_damaged_photo_is_named(table: pd.DataFrame, tmp_path: Path) -> None:
    damaged = tmp_path / "ISIC_0000001.jpg"
    damaged.write_bytes(table["path"].iloc[0].read_bytes()[:1000])
    rows = table.head(2).assign(path=[table["path"].iloc[0], damaged])
    with pytest.raises(DataError, match=r"ISIC_0000001\.jpg: The picture is damaged or cut off"):
        PhotoDataset(rows, 96, None)[1]


def test_a_batch_is_read_by_several_threads_and_comes_in_its_order(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = PhotoDataset(table.head(4), 96, 6.0)
    expected = [dataset[index].image_u8 for index in (3, 0, 2, 1)]
    # Nobody passes alone.
    meeting = Barrier(2, timeout=10)

    def read(path: Path) -> np.ndarray:
        meeting.wait()
        return read_photo(path)

    monkeypatch.setattr("training.data.dataset.read_photo", read)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    batch = next(iter(DataLoader(dataset, batch_size=4, sampler=[3, 0, 2, 1])))
    assert torch.equal(batch.image_u8, torch.stack(expected))
    assert batch.label.tolist() == table["label"].iloc[[3, 0, 2, 1]].tolist()


def test_a_missing_file_and_a_missing_column_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"GroundTruth\.csv is missing"):
        read_isic_2019(tmp_path, TRAINING)
    (tmp_path / "ISIC_2019_Training_GroundTruth.csv").write_text("image,MEL\nx,1\n")
    with pytest.raises(DataError, match="lacks the columns NV, BCC"):
        read_isic_2019(tmp_path, TRAINING)


def test_no_lesion_is_trained_on_and_validated_on(folder: Path, table: pd.DataFrame) -> None:
    split = split_by_lesion(table, folder, validation_fold=1, folds=4, seed=0)
    assert len(split.train) + len(split.validation) == len(table)
    assert not set(split.train["lesion_id"]) & set(split.validation["lesion_id"])
    assert split.validation["label"].nunique() == 8


def test_the_folds_of_a_file_are_taken_and_torn_lesions_refused(tmp_path: Path, table: pd.DataFrame) -> None:
    folds = pd.DataFrame({"image": table["image"], "fold": np.arange(len(table)) // 8 % 2})
    folds.to_csv(tmp_path / "folds.csv", index=False)
    with pytest.raises(DataError, match="lesions lie in more than one fold"):
        split_by_lesion(table, tmp_path, 0, 8, 0)
    alone = table.assign(lesion_id=table["image"])
    assert len(split_by_lesion(alone, tmp_path, 0, 8, 0).validation) == 48
    with pytest.raises(DataError, match="there is no fold 7"):
        split_by_lesion(alone, tmp_path, 7, 8, 0)


def test_unknown_photos_are_kept_apart(folder: Path, tmp_path: Path) -> None:
    assert read_unknown_photos(folder).empty
    _with_one_unknown(folder, tmp_path)
    unknown = read_unknown_photos(tmp_path)
    assert [path.name for path in unknown["path"]] == ["DRAWN_Training_00000.jpg"]
    module = LesionDataModule(Config(data=DataConfig(folder=tmp_path, folds=4)))
    used = pd.concat([module.train_table, module.validation_table, module.test_table])["path"]
    assert not set(unknown["path"]) & set(used)


def test_the_official_test_set_is_taken_where_there_is_one(folder: Path) -> None:
    splits = read_splits(DataConfig(folder=folder, folds=4))
    assert len(splits.test) == 32
    assert splits.test["image"].str.startswith("DRAWN_Test").all()
    assert len(splits.train) + len(splits.validation) == 96


def test_without_one_the_lesions_are_split_in_three(folder: Path, tmp_path: Path) -> None:
    for path in folder.glob("*Training*"):
        (tmp_path / path.name).symlink_to(path)
    _expect_three_parts(read_splits(DataConfig(folder=tmp_path, folds=4)), "lesion_id", 96)
    with pytest.raises(DataError, match="there is no fold 5"):
        read_splits(DataConfig(folder=tmp_path, test_fold=5))


def test_every_photo_is_tested_on_once_in_cross_validation(folder: Path) -> None:
    parts = [read_splits(DataConfig(folder=folder, test_fold=fold, folds=4)) for fold in range(5)]
    for part in parts:
        _expect_three_parts(part, "lesion_id", 96)
    assert sorted(name for part in parts for name in part.test["image"]) == sorted(
        read_table(DataConfig(folder=folder))["image"]
    )


def test_ham10000_is_read_from_its_own_layout(tmp_path: Path) -> None:
    data = DataConfig(folder=tmp_path / "ham", source="ham10000", drawn_images=84, folds=3)
    draw_missing_data(data)
    splits = read_splits(data)
    _expect_three_parts(splits, "lesion_id", 84)
    assert {path.parent.name for path in splits.train["path"]} == {"HAM10000_images_part_1", "HAM10000_images_part_2"}
    table = read_table(data)
    assert table["label"].value_counts().to_dict() == dict.fromkeys(range(7), 12)
    table["path"][3].unlink()
    with pytest.raises(DataError, match=r"1 of 84 photos are missing in .*part_1 and .*part_2: DRAWN_0000003.jpg"):
        read_table(data)


def test_an_unknown_diagnosis_of_ham10000_is_refused(tmp_path: Path) -> None:
    draw_ham10000(tmp_path, 7)
    path = tmp_path / "HAM10000_metadata.csv"
    path.write_text(path.read_text().replace("bkl", "wart"))
    with pytest.raises(DataError, match=r"has the diagnoses \['wart'\]; expected some of .*'akiec'"):
        read_table(DataConfig(folder=tmp_path, source="ham10000"))


def test_pad_ufes_20_is_split_by_patient_and_mapped_to_the_classes(tmp_path: Path) -> None:
    data = DataConfig(folder=tmp_path / "pad", source="pad_ufes_20", drawn_images=96, folds=3, test_folds=3)
    draw_missing_data(data)
    table = read_table(data)
    diagnoses = pd.read_csv(data.folder / "metadata.csv")["diagnostic"]
    codes = [CODES[label] for label in table["label"]]
    expected = {"MEL": "MEL", "NEV": "NV", "BCC": "BCC", "ACK": "AK", "SEK": "BKL", "SCC": "SCC"}
    assert codes == [expected[name] for name in diagnoses]
    for fold in range(3):
        _expect_three_parts(read_splits(replace(data, test_fold=fold)), "patient_id", 96)
    sample = LesionDataModule(Config(data=data))._dataset(table, 48)[0]
    assert sample.image_u8.shape == (48, 48, 3)
    table["path"][5].unlink()
    with pytest.raises(DataError, match="1 of 96 photos are missing"):
        read_table(data)


def test_the_real_pad_ufes_20_has_its_published_diagnoses(shared_data: Path) -> None:
    table = read_pad_ufes_20(shared_data / "pad_ufes_20")
    counts = {CODES[label]: count for label, count in table["label"].value_counts().items()}
    assert counts == {"BCC": 472, "AK": 396, "NV": 228, "BKL": 181, "SCC": 102, "MEL": 49}


def _expect_three_parts(splits: Splits, group: str, count: int) -> None:
    """All photos, in three parts that are not empty and share no group."""
    groups = [set(part[group]) for part in splits]
    assert all(groups)
    assert sum(len(part) for part in splits) == count
    assert sum(map(len, groups)) == len(set.union(*groups))


def test_too_few_photos_for_the_folds_are_refused(table: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="8 photos cannot be split into 4 folds"):
        split_by_lesion(table.head(8), tmp_path, 0, 4, 0)


def _parts(labels: list[int], parts: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"label": labels, "part": parts})


def test_cancers_are_drawn_twice_as_likely() -> None:
    weights = sampling_weights(_parts([0, 1, 1, 1], ["a"] * 4), DataConfig())
    np.testing.assert_allclose(weights, [0.4, 0.2, 0.2, 0.2])


def test_every_part_is_drawn_with_the_same_share_of_cancer() -> None:
    generator = np.random.default_rng(0)
    table = _parts([*generator.integers(0, 8, 300), *generator.choice([1, 4], 95), 0, 0, 2, 3, 7], ["a"] * 300 + ["b"] * 100)
    weights = sampling_weights(table, DataConfig(cancer_share=0.45, class_balance=0.5, part_weights={"b": 0.3}))
    cancer = np.array(IS_CANCER)[table["label"]]
    for part in ("a", "b"):
        rows = (table["part"] == part).to_numpy()
        assert weights[rows & cancer].sum() / weights[rows].sum() == pytest.approx(0.45)


def test_the_sampler_draws_what_it_drew_with_the_same_seed() -> None:
    table = _parts([0, 1, 2, 4] * 5, ["a"] * 20)
    draws = [list(cancer_weighted_sampler(table, DataConfig(samples_per_epoch=50), seed)) for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]
    assert len(draws[0]) == 50


def test_runs_with_neighbouring_seeds_draw_other_photos(folder: Path) -> None:
    module = LesionDataModule(Config(data=DataConfig(folder=folder)))
    draws = {}
    for seed in (42, 43):
        module.config.training.seed = seed
        for epoch in (0, 1):
            module.trainer = SimpleNamespace(current_epoch=epoch, world_size=1)
            draws[seed, epoch] = tuple(module.train_dataloader().sampler)
    assert len(set(draws.values())) == 4
    module.trainer = None
    assert tuple(module.train_dataloader().sampler) == draws[43, 0]


def test_a_capped_part_is_no_sharper_than_its_cap(folder: Path, table: pd.DataFrame) -> None:
    plain, capped = (PhotoDataset(table.head(4), 96, 6.0, caps) for caps in ({}, {"all": 24}))

    def detail(dataset: PhotoDataset) -> float:
        return np.mean([np.abs(np.diff(dataset[index].image_u8.numpy().astype(int), axis=0)).mean() for index in range(4)])

    assert detail(capped) < 0.8 * detail(plain)


def _augment(config: DataConfig, images: torch.Tensor) -> torch.Tensor:
    torch.manual_seed(0)
    return BatchAugmentation(config)(images)


def test_augmentation_without_any_change_is_one_of_the_eight_symmetries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.data.augmentation._ASPECT", (1.0, 1.0))
    image = torch.randint(0, 256, (1, 12, 12, 3), dtype=torch.uint8)
    config = DataConfig(crop_size=12, crop_area=(1.0, 1.0), jitter=0.0, degrade_probability=0.0, jpeg_probability=0.0)
    results = _augment(config, image.repeat(64, 1, 1, 1))
    symmetries = [torch.rot90(image[0], turns) for turns in range(4)]
    symmetries += [symmetry.transpose(0, 1) for symmetry in symmetries]
    matches = [[bool((result.int() - symmetry.int()).abs().max() <= 1) for symmetry in symmetries] for result in results]
    assert all(any(row) for row in matches)
    assert all(any(column) for column in zip(*matches, strict=True))


def test_crops_have_the_asked_size_and_range() -> None:
    images = torch.randint(0, 256, (5, 40, 40, 3), dtype=torch.uint8)
    augmented = _augment(DataConfig(crop_size=32), images)
    assert augmented.shape == (5, 32, 32, 3)
    assert augmented.dtype == torch.uint8


def test_degrading_takes_detail_away_from_its_share_of_the_photos() -> None:
    images = torch.randint(0, 256, (200, 32, 32, 3), dtype=torch.uint8)
    config = DataConfig(
        crop_size=32, crop_area=(1.0, 1.0), jitter=0.0, degrade_probability=0.5, jpeg_probability=0.0, degrade_from=4
    )
    deviations = _augment(config, images).float().std((1, 2, 3))
    plain = _augment(
        DataConfig(crop_size=32, crop_area=(1.0, 1.0), jitter=0.0, degrade_probability=0.0, jpeg_probability=0.0), images
    )
    assert (deviations < 0.75 * plain.float().std((1, 2, 3)).median()).float().mean() == pytest.approx(0.4, abs=0.15)


def test_jpeg_compression_touches_its_share_of_the_photos_and_keeps_colours_apart() -> None:
    images = torch.zeros(40, 32, 32, 3, dtype=torch.uint8)
    images[..., 0] = torch.randint(120, 255, (40, 32, 32), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    config = DataConfig(crop_size=32, crop_area=(1.0, 1.0), jitter=0.0, degrade_probability=0.0, jpeg_probability=0.5)
    stored = _augment(config, images)
    # A symmetry changes no mean; red stays red: swapped channels would move it to blue.
    means = stored.float().mean((1, 2))
    torch.testing.assert_close(means[:, 0], images[..., 0].float().mean((1, 2)), atol=4, rtol=0)
    touched = (stored[..., 1:] != 0).flatten(1).any(1).float().mean()
    assert 0.25 < touched < 0.75
