"""The report on the data: statistics against scipy, and the resolution trap on the real sampler and augmentation."""

import json
from pathlib import Path

import cv2
import nbformat
import numpy as np
import pandas as pd
import pytest
import torch
from nbclient import NotebookClient
from scipy import stats

from inference.images import read_image
from tests.conftest import REPOSITORY
from training.commands.command_line import main
from training.config import DataConfig
from training.data.augmentation import BatchAugmentation
from training.data.drawn import draw_data, draw_pad_ufes_20
from training.eda.association import associations, chi_squared, cramers_v, theils_u
from training.eda.preprocessing_sheet import METHODS
from training.eda.resolution_trap import predictability, resolution_trap, stored_sides

SMOKE = REPOSITORY / "training" / "config" / "smoke.yaml"
NOTEBOOKS = REPOSITORY / "training" / "notebooks"
COUNTS = np.array([[30, 5, 0], [4, 22, 9], [11, 3, 40], [1, 1, 7]])


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("eda")
    draw_data(folder / "isic", 96)
    draw_pad_ufes_20(folder / "pad", 96)
    return folder


def test_association_measures_are_scipys() -> None:
    reference = stats.contingency.chi2_contingency(COUNTS, correction=False)
    assert chi_squared(COUNTS) == pytest.approx((reference.statistic, reference.dof, reference.pvalue))
    assert cramers_v(COUNTS) == pytest.approx(stats.contingency.association(COUNTS, method="cramer"))
    given = sum(column.sum() / COUNTS.sum() * stats.entropy(column) for column in COUNTS.T)
    of_rows = stats.entropy(COUNTS.sum(axis=1))
    assert theils_u(COUNTS) == pytest.approx((of_rows - given) / of_rows)
    assert theils_u(COUNTS) != pytest.approx(theils_u(COUNTS.T))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        # The column tells the row.
        ([[5, 0, 0], [0, 3, 4]], 1.0),
        # Independent: every column has the rows in the same shares.
        ([[2, 4, 6], [1, 2, 3]], 0.0),
    ],
)
def test_association_is_0_when_independent_and_1_when_known(counts: list[list[int]], expected: float) -> None:
    for measure in (theils_u, cramers_v):
        assert measure(np.array(counts)) == pytest.approx(expected, abs=1e-12)


def test_a_table_with_an_empty_column_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2 x 2 counts without an empty row or column"):
        chi_squared(np.array([[1, 0], [2, 0]]))


def test_that_a_value_is_missing_can_be_what_says_most() -> None:
    labels = np.repeat([0, 1], 50)
    table = pd.DataFrame({"label": labels, "sex": np.where(labels == 0, None, "male"), "age": [40, 43] * 50, "part": "all"})
    (found,) = (item for item in associations(table) if item.column == "sex")
    assert found.theils_u == pytest.approx(1)
    assert found.missing == 0.5
    # 40 and 43 are one group of ten years: there is nothing to tell by.
    assert [item.column for item in associations(table)] == ["sex"]


def _stored(sides_by_class: dict[int, int], photos: int = 400) -> tuple[pd.DataFrame, np.ndarray]:
    labels = np.repeat(list(sides_by_class), photos)
    return pd.DataFrame({"label": labels, "part": "all"}), np.array([sides_by_class[label] for label in labels])


def test_resolution_that_tells_the_class_is_found_and_a_cap_takes_it_away() -> None:
    table, sides = _stored({0: 256, 1: 256, 2: 84, 3: 84})
    sharp = DataConfig(crop_size=192, crop_area=(0.45, 1.0), degrade_probability=0.0)
    trapped = resolution_trap(table, sides, sharp, seed=0, draws=4000)["training_stream"]
    assert trapped["balanced_accuracy"] == pytest.approx(0.5, abs=0.03)
    assert trapped["information_bits"] == pytest.approx(1, abs=0.1)
    capped = DataConfig(**{**vars(sharp), "resolution_caps": {"all": 84}})
    closed = resolution_trap(table, sides, capped, seed=0, draws=4000)
    assert closed["training_stream"]["balanced_accuracy"] == pytest.approx(0.25, abs=0.03)
    assert closed["training_stream"]["information_bits"] == pytest.approx(0, abs=0.01)
    assert closed["as_stored"]["balanced_accuracy"] == pytest.approx(0.5, abs=0.03)


def test_degrading_alone_hides_only_a_part_of_it() -> None:
    table, sides = _stored({0: 256, 1: 84})
    streams = [
        resolution_trap(table, sides, DataConfig(crop_size=192, degrade_probability=share), seed=0, draws=6000)
        for share in (0.0, 0.6)
    ]
    open_trap, hidden = (stream["training_stream"]["information_bits"] for stream in streams)
    assert open_trap > 0.85
    # What is stored blurred keeps its very resolution unless it is degraded further: only caps close the trap.
    assert 0.5 * open_trap < hidden < 0.85 * open_trap


def test_the_shares_of_cancer_in_the_parts_close_the_trap_for_cancer() -> None:
    # One part is blurred and full of cancers, the other is sharp and benign: resolution tells cancer, but not in the stream.
    labels = np.array([2] * 300 + [1] * 100 + [0] * 100 + [1] * 300)
    parts = np.array(["blurred"] * 400 + ["sharp"] * 400)
    table, sides = pd.DataFrame({"label": labels, "part": parts}), np.where(parts == "blurred", 84, 256)
    plain = resolution_trap(table, sides, DataConfig(cancer_oversampling=1.0), seed=0, draws=4000)
    shared = resolution_trap(table, sides, DataConfig(cancer_share=0.45), seed=0, draws=4000)
    assert plain["training_stream"]["cancer_auroc"] > 0.65
    assert shared["training_stream"]["cancer_auroc"] == pytest.approx(0.5, abs=0.03)


def test_the_augmentation_degrades_to_the_resolutions_that_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    augmentation = BatchAugmentation(DataConfig(degrade_probability=0.5, degrade_from=8))
    torch.manual_seed(0)
    said = augmentation.random_resolutions(400, 64)
    assert (said < 64).float().mean() == pytest.approx(0.5, abs=0.1)
    assert said.min() >= 8
    monkeypatch.setattr(augmentation, "random_resolutions", lambda count, size: torch.tensor([8, 64]))
    noise = torch.rand(1, 3, 64, 64).repeat(2, 1, 1, 1) * 255
    blurred, left = augmentation._degrade(noise.clone())
    assert torch.equal(left, noise[1])
    assert blurred.std() < 0.4 * left.std()


def test_the_stream_of_the_shipped_model_hides_resolution_within_each_part(shared_data: Path) -> None:
    from training.config.files import load_config
    from training.data.sources import read_splits

    config = load_config(SMOKE.with_name("ship.yaml"), ["--data.folder", str(shared_data / "isic_2019")])
    train = read_splits(config.data).train
    widths = pd.read_csv(shared_data / "isic_2019" / "stored_resolution.csv").set_index("image")["stored_width_px"]
    trap = resolution_trap(train, train["image"].map(widths).to_numpy(), config.data, seed=0)
    for part, result in trap["training_stream_by_part"].items():
        assert result["balanced_accuracy"] < result["chance"] + 0.03, part
    assert abs(trap["training_stream"]["cancer_auroc"] - 0.5) < 0.03
    assert trap["training_stream"]["information_bits"] < 0.15 * trap["as_stored"]["information_bits"]


def test_predictability_without_any_is_chance() -> None:
    generator = np.random.default_rng(0)
    result = predictability(generator.integers(56, 225, 6000), generator.integers(0, 8, 6000), seed=0)
    assert result["balanced_accuracy"] == pytest.approx(0.125, abs=0.02)
    assert result["cancer_auroc"] == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(("source", "folder"), [("isic_2019", "isic"), ("pad_ufes_20", "pad")])
def test_the_report_is_whole(source: str, folder: str, drawn: Path, tmp_path: Path) -> None:
    options = ["--config", str(SMOKE), "--source", source, "--data", str(drawn / folder), "--out", str(tmp_path)]
    assert main(["eda", *options]) == 0
    report = json.loads((tmp_path / "eda.json").read_text())
    assert report["photos"] == 96
    assert sum(sum(part.values()) for part in report["classes"].values()) == 96
    assert report["sides"]["MEL"] == [96.0] * 5
    text = (tmp_path / "eda.md").read_text()
    for figure in ("class_balance", "resolution", "associations", "resolution_trap"):
        assert f"({figure}.png)" in text
        assert read_image(tmp_path / f"{figure}.png").std() > 5
    for method in METHODS:
        assert read_image(tmp_path / f"preprocessing_{method}.png").shape == (512, 1024, 3)


def test_stored_sides_are_the_shorter_ones(drawing: np.ndarray, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), drawing)
    assert stored_sides([tmp_path / "a.png"]).tolist() == [240]


@pytest.mark.parametrize(("name", "folder"), [("isic_2019", "isic"), ("pad_ufes_20", "pad")])
def test_notebooks_run(name: str, folder: str, drawn: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "notebooks are kept without outputs: they show photos"
    monkeypatch.setenv("SKINGLANCE_EDA_FOLDER", str(drawn / folder))
    NotebookClient(notebook, timeout=600, startup_timeout=300, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 2
