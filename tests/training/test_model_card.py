"""The model card of whoever trains a model of their own claims nothing of the shipped one's photos, runs and files."""

import json
import logging
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from training.card_photos import model_name, training_photos
from training.config import Config, DataConfig, DistillationConfig, ModelConfig
from training.config.files import load_config, save_config
from training.data.drawn import draw_data
from training.data.isic import PARTS
from training.data.sources import describe_test
from training.model_card import _start, write_model_card
from training.model_folder import read_description

OF_THE_SHIPPED = ("HAM10000", "BCN_20000", "Austria", "dermoscopic", "Tschandl", "cc-by-nc", "EfficientNet-B3")


def _card(folder: Path, config: Config, **changes: Any) -> str:
    save_config(config, folder)
    write_model_card(read_description(folder) | changes, folder)
    return (folder / "MODEL_CARD.md").read_text()


@pytest.fixture
def description(model_copy: Path) -> dict[str, Any]:
    """Of the shipped model, without what was measured with it."""
    content = read_description(model_copy)
    for name in ("test_metrics", "clinical"):
        content.pop(name, None)
    report = json.loads((model_copy / "calibration_report.json").read_text())
    report.pop("trust", None)
    (model_copy / "calibration_report.json").write_text(json.dumps(report))
    (model_copy / "history.md").unlink(missing_ok=True)
    return content


@pytest.mark.parametrize(
    ("source", "part", "said"),
    [
        ("pad_ufes_20", "PAD_UFES_20", "Trained on PAD-UFES-20 without fold 0 of a split by patient"),
        ("isic_2019", "all", "Trained on photos in the layout of ISIC 2019 without fold 0 of a split by lesion"),
    ],
)
def test_a_card_of_other_photos_says_nothing_of_the_shipped_models(
    source: str, part: str, said: str, model_copy: Path, description: dict[str, Any]
) -> None:
    config = Config(data=DataConfig(source=source), model=ModelConfig(base_model="resnet18"))  # type: ignore[arg-type]
    description["trained_on"] = {"source": source, "parts": [part], "checkpoint": "best.ckpt"}
    description["network"]["backbone"] = "resnet18"
    description["fitted_on"]["part"] = None
    description |= {"name": model_name("resnet18"), "licence": training_photos(config, [part]).licence}
    save_config(config, model_copy)
    write_model_card(description, model_copy)
    card = (model_copy / "MODEL_CARD.md").read_text()
    assert said in card
    assert "--checkpoint runs/again/best.ckpt" in card
    assert "SkinGlanceCare resnet18" in card
    # What the detectors were compared on and the validation photos is measured, and stays.
    assert [word for word in OF_THE_SHIPPED if word in card] == []


def test_the_card_of_the_shipped_model_says_what_its_photos_were(model_dir: Path, model_copy: Path) -> None:
    description = read_description(model_copy)
    description.setdefault("test_metrics", {})["origin"] = "the official test set (those of HAM10000)"
    card = _card(model_copy, load_config(model_dir / "config.yaml"), **description)
    for words in (
        "license: cc-by-nc-4.0\n",
        "tags: [dermoscopy, skin-cancer, openvino, int8, efficientnet]",
        "# SkinGlanceCare EfficientNet-B3 · version",
        "computer-aided assessment of dermoscopic photos. It must not",
        "Not for photos without a dermatoscope, for lesions of nails, mucosa or the eye, for children",
        "The training photos come from Australia, Austria, Spain and the USA, and mostly from light skin.",
        "Trained on ISIC 2019 (HAM10000, MSK and BCN_20000) without fold 0 of a split by lesion",
        "--checkpoint runs/again/last.ckpt",
        "photos of the official test set (those of HAM10000), the INT8 model",
        "test photos were accepted as dermoscopic photos",
        "no photo of BCN_or_other2019, which has most of them, is sharper than 84 pixels",
        "Dermoscopic photos (validation), one of each lesion:",
        "Clinical photos (PAD-UFES-20), which the model was not made for, one of each patient:",
        "Weights: research use only, not commercial",
        "Cite: Tschandl et al. 2018 (HAM10000); Codella et al. 2018 (MSK); Combalia et al. 2019 (BCN_20000).",
    ):
        assert words in card


def test_a_history_of_another_version_is_left_out_and_that_is_told(
    model_copy: Path, description: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    (model_copy / "history.md").write_text("Nine runs led to 2026.01.01-abcdef01.\n")
    with caplog.at_level(logging.INFO):
        write_model_card(description, model_copy)
    assert "Nine runs" not in (model_copy / "MODEL_CARD.md").read_text()
    assert f"does not name version {description['version']}" in caplog.text
    (model_copy / "history.md").write_text(f"Nine runs led to {description['version']}.\n")
    write_model_card(description, model_copy)
    assert f"Nine runs led to {description['version']}." in (model_copy / "MODEL_CARD.md").read_text()


def test_what_other_weights_brought_binds_too() -> None:
    config = Config(data=DataConfig(source="pad_ufes_20"))
    assert training_photos(config, ["PAD_UFES_20"]).hub_licence == "cc-by-4.0"
    config.model.backbone_weights = Path("shipped/network_fp16.safetensors")
    config.distillation = DistillationConfig(teacher=Path("a/teacher"))
    photos = training_photos(config, ["PAD_UFES_20"])
    assert photos.hub_licence == "other"
    assert "learned from other weights (network_fp16.safetensors and teacher), whose licence binds them too" in photos.licence


def test_photos_are_called_by_their_collections() -> None:
    isic = DataConfig()
    assert training_photos(Config(data=isic), PARTS).licence.startswith("Weights: research use only, not commercial")
    assert training_photos(Config(data=isic), ["BCN_or_other2019"]).name == "ISIC 2019 (BCN_20000)"
    assert training_photos(Config(data=DataConfig(source="ham10000")), ["HAM10000"]).name == "HAM10000"
    # Names that begin otherwise are of somebody else's photos.
    assert not training_photos(Config(data=isic), ["HAM10000", "all"]).is_dermoscopic


def test_a_network_has_the_name_of_its_backbone_and_a_start_that_of_its_weights() -> None:
    assert model_name("tf_efficientnet_b3") == "SkinGlanceCare EfficientNet-B3"
    assert model_name("swin_tiny_patch4_window7_224") == "SkinGlanceCare swin_tiny_patch4_window7_224"
    assert _start(ModelConfig(pretrained=True, act_layer=None)) == "tf_efficientnet_b3 of timm"
    assert _start(ModelConfig()) == "random weights"


def test_the_test_photos_are_called_what_they_are(tmp_path: Path) -> None:
    draw_data(tmp_path / "isic", 24)
    data = DataConfig(folder=tmp_path / "isic")

    def photos(first: int) -> pd.DataFrame:
        return pd.DataFrame({"image": [f"ISIC_{first + step:07d}" for step in range(3)]})

    assert describe_test(data, photos(34524)) == "the official test set (those of HAM10000)"
    assert describe_test(data, photos(60000)) == "the official test set"
    held_out = DataConfig(folder=tmp_path / "isic", test_fold=2)
    assert describe_test(held_out, photos(34524)) == "fold 2 of 5 of a split by lesion, held out from the training"
    pad = DataConfig(source="pad_ufes_20", test_folds=3)
    assert describe_test(pad, photos(34524)) == "fold 0 of 3 of a split by patient, held out from the training"
