"""Export of other data than ISIC 2019's, and with other settings than the run's: told at once, or done whole."""

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from inference.analyzer import load_analyzer
from inference.images import read_image
from tests.training.start import SMOKE, save_checkpoint
from training.commands.calibrate import photos_of_no_class
from training.commands.command_line import main
from training.commands.export import load_checkpoint
from training.config import Config, DataConfig
from training.config.files import load_config
from training.data.drawn import draw_data, draw_pad_ufes_20
from training.evaluation.metadata_fusion import metadata_fusion
from training.evaluation.trust_report import _groups
from training.model_folder import read_description, write_description
from training.models.backbone import WeightsError
from training.utils.metrics import with_intervals

# Few directions, and few photos, for speed.
SMALL = ["--inference.ood_directions", "8", "--inference.ood_images", "32", "--inference.calibration_images", "8"]


@pytest.fixture(scope="module")
def pad_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exported and tested, of PAD-UFES-20, which has no dermatofibroma and no vascular lesion."""
    folder = tmp_path_factory.mktemp("pad")
    draw_pad_ufes_20(folder / "drawn", 192)
    data = ["--data.source", "pad_ufes_20", "--data.folder", str(folder / "drawn")]
    checkpoint = save_checkpoint(load_config(SMOKE, data), folder / "run")
    assert main(["export", *SMALL, "--checkpoint", str(checkpoint), "--out", str(folder / "model")]) == 0
    with pytest.MonkeyPatch.context() as patch:
        # Intervals are not what is tested, and take most of the time.
        patch.setattr("training.commands.test.with_intervals", partial(with_intervals, resamples=10))
        assert main(["test", "--model", str(folder / "model"), "--out", str(folder / "report")]) == 0
    return folder


def test_a_model_of_six_classes_analyses_photos(pad_model: Path) -> None:
    analysis = load_analyzer(pad_model / "model").analyze(read_image(next((pad_model / "drawn" / "images").iterdir())), 0)
    assert analysis.probs.shape == (8,)
    assert np.isfinite(analysis.ood_score)


def test_the_card_says_which_photos_they_were(pad_model: Path) -> None:
    card = (pad_model / "model" / "MODEL_CARD.md").read_text()
    assert "Trained on PAD-UFES-20 without fold 0 of a split by patient" in card
    assert "photos of fold 0 of 5 of a split by patient, held out from the training, the INT8 model" in card
    assert "--checkpoint runs/again/best.ckpt" in card
    assert "accepted as photos of skin lesions taken with a telephone" in card
    assert "HAM10000" not in card


def test_reports_of_classes_without_photos_are_json(pad_model: Path) -> None:
    text = (pad_model / "report" / "test_metrics.json").read_text()
    report = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert report["recall_DF"]["value"] is None
    assert report["recall_NV"]["value"] is not None


def test_what_is_not_fitted_again_is_gone(pad_model: Path) -> None:
    folder = pad_model / "model"
    description = read_description(folder)
    for role in ("clinical", "alike"):
        description[role] = {"bias": 0.0, "threshold": 0.0, "furthest": 1.0, "step": 1.0, "measured": {}}
        description["files"][role] = description["files"]["head"]
    write_description(description, folder)
    assert main(["calibrate", "--data.ood_folder", "null", "--out", str(folder)]) == 0
    after = read_description(folder)
    assert not {"clinical", "alike"} & {*after, *after["files"]}
    assert load_analyzer(folder).spec.clinical is None


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with drawings in the layout of ISIC 2019, and a run on them."""
    folder = tmp_path_factory.mktemp("isic")
    draw_data(folder / "drawn", 192)
    save_checkpoint(load_config(SMOKE, ["--data.folder", str(folder / "drawn")]), folder / "run")
    return folder


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("data.validation_fold", "1", "data.validation_fold is 1, not 0"),
        ("data.split_seed", "7", "data.split_seed is 7, not 42"),
        ("data.color_constancy_power", "null", "data.color_constancy_power is null, not 6.0"),
        ("model.image_size", "96", "model.image_size is 96, not 64"),
    ],
)
def test_settings_that_are_not_the_runs_are_refused(
    name: str, value: str, said: str, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    options = ["--config", str(SMOKE), "--data", str(run / "drawn"), "--checkpoint", str(run / "run" / "best.ckpt")]
    assert main(["export", *options, f"--{name}", value, "--out", str(tmp_path / "model")]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert str(run / "run" / "config.yaml") in error
    assert not (tmp_path / "model").exists()


def test_without_a_configuration_the_runs_is_taken(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Config] = []
    monkeypatch.setattr("training.commands.command_line.export", lambda config, *_: seen.append(config))
    assert main(["export", "--checkpoint", str(run / "run" / "best.ckpt"), "--inference.ood_images", "9"]) == 0
    (config,) = seen
    assert (config.model.base_model, config.data.folder) == ("efficientnet_b0", run / "drawn")
    assert config.inference.ood_images == 9


def test_a_checkpoint_of_another_network_is_told_from_a_damaged_one(run: Path) -> None:
    with pytest.raises(WeightsError, match=r"best\.ckpt does not fit tf_efficientnet_b3; .* Missing key"):
        load_checkpoint(Config(), run / "run" / "best.ckpt")


def test_too_few_photos_for_the_statistics_are_told_before_anything_is_exported(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    options = ["--checkpoint", str(run / "run" / "best.ckpt"), "--inference.ood_directions", "64", "--out", str(tmp_path / "m")]
    assert main(["export", *options]) == 2
    assert re.search(r"need 256 training photos, there are 1\d\d \(inference\.ood_images is 256", capsys.readouterr().err)
    assert not (tmp_path / "m").exists()


def _table(photos: int, **columns: Any) -> tuple[np.ndarray, pd.DataFrame, np.ndarray]:
    labels = np.arange(photos) // 2 % 8
    logits = np.random.default_rng(0).normal(size=(photos, 8)) + np.eye(8)[labels]
    probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return probs, pd.DataFrame({"label": labels, **columns}), np.arange(photos) // 2


def test_metadata_that_there_is_not_is_left_out() -> None:
    assert metadata_fusion(*_table(160)) is None
    assert metadata_fusion(*_table(160, age_approx=None, sex=None, anatom_site_general=None)) is None
    one_age = [40.0, *[None] * 159]
    for columns in ({"sex": ["female", "male"] * 80}, {"age_approx": one_age, "sex": None}):
        report = metadata_fusion(*_table(160, **columns))
        assert report is not None
        assert list(report["known"]) == [next(iter(columns))]


def test_groups_are_those_that_the_source_has() -> None:
    pad = pd.DataFrame({"age": [40, 70], "sex": ["female", None], "site": ["arm", "face"]})
    assert list(_groups(pad)) == ["age", "sex", "site"]
    assert _groups(pad)["age"].tolist() == ["30 to 44", "60 to 74"]
    isic = pd.DataFrame({"age_approx": [None, None], "sex": ["male", "male"], "anatom_site_general": [None, "torso"]})
    assert list(_groups(isic)) == ["sex", "site"]


def test_unknown_photos_are_kept_for_the_comparison_of_detectors(run: Path, tmp_path: Path) -> None:
    photo = next((run / "drawn" / "ISIC_2019_Training_Input").iterdir())
    (tmp_path / "labels.csv").write_text("image,kind\ndoor.jpg,wall\n")
    (tmp_path / "door.jpg").write_bytes(photo.read_bytes())
    truth = run / "drawn" / "ISIC_2019_Training_GroundTruth.csv"
    table = pd.read_csv(truth)
    kept = truth.read_text()
    table.loc[table["image"] == photo.stem, [*table.columns[1:-1]]] = 0
    table.loc[table["image"] == photo.stem, "UNK"] = 1
    table.to_csv(truth, index=False)
    photos = photos_of_no_class(DataConfig(folder=run / "drawn"), tmp_path)
    truth.write_text(kept)
    assert photos["kind"].tolist() == ["wall", "unknown"]
    assert photos["path"].tolist() == [tmp_path / "door.jpg", photo]
    assert len(photos_of_no_class(DataConfig(folder=run / "drawn", source="pad_ufes_20"), tmp_path)) == 1
