"""From photos to a model that tells clinical photos and counts alike cases, and what is measured of it; here on drawings."""

import json
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from assets.draw_examples import draw_lesion
from inference.analyzer import load_analyzer
from training.config.files import load_config
from training.data.drawn import draw_data
from training.data.sources import read_splits
from training.evaluation.trust_report import trust_report
from training.trust import fit_trust

PHOTOS = 25


def _draw_clinical(folder: Path) -> None:
    """Green drawings in PAD-UFES-20's layout, two of each patient."""
    (folder / "images").mkdir(parents=True)
    names = [f"PAT_{number // 2}_{number}.png" for number in range(PHOTOS)]
    for number, name in enumerate(names):
        cv2.imwrite(str(folder / "images" / name), draw_lesion(number, 0.5, 2, size=224) * np.array([0.4, 1.0, 0.4]))
    pd.DataFrame(
        {
            "img_id": names,
            "patient_id": [name.rsplit("_", 1)[0] for name in names],
            "lesion_id": range(PHOTOS),
            "diagnostic": (["MEL", "NEV", "ACK", "SEK", "BCC"] * PHOTOS)[:PHOTOS],
            "fitspatrick": 2.0,
            "age": 60,
            "gender": "FEMALE",
            "region": "ARM",
        }
    ).to_csv(folder / "metadata.csv", index=False)


def _draw_other(folder: Path) -> None:
    """Noise of two kinds."""
    folder.mkdir()
    generator = np.random.default_rng(0)
    names = [f"noise_{number}.png" for number in range(PHOTOS)]
    for number, name in enumerate(names):
        cells = 8 if number % 2 else 64
        noise = cv2.resize(generator.random((cells, cells, 3)), (224, 224), interpolation=cv2.INTER_NEAREST)
        cv2.imwrite(str(folder / name), 255 * noise)
    kinds = (["coarse", "fine"] * PHOTOS)[:PHOTOS]
    pd.DataFrame({"image": names, "kind": kinds, "source": "drawn"}).to_csv(folder / "labels.csv", index=False)


@pytest.mark.slow
def test_a_model_is_completed(model_copy: Path, tmp_path: Path) -> None:
    _draw_clinical(tmp_path / "pad")
    _draw_other(tmp_path / "other")
    draw_data(tmp_path / "isic", 96)
    before = json.loads((model_copy / "model.json").read_text())
    config = load_config(model_copy / "config.yaml", ["--data.folder", str(tmp_path / "isic")])
    config.inference.fit_part = None
    # Every second validation photo looks like a clinical one: that is what is measured, and nothing is fitted on them.
    validation = read_splits(config.data).validation["path"]
    for path in validation[::2]:
        cv2.imwrite(str(path), cv2.imread(str(path)) * np.array([0.4, 1.0, 0.4]))
    fit_trust(config, model_copy, tmp_path / "pad", tmp_path / "other")
    after = json.loads((model_copy / "model.json").read_text())
    assert after["calibration"] == before["calibration"]
    assert after["clinical"]["measured"]["clinical"] > 0.8
    assert after["clinical"]["measured"]["dermoscopy"] == pytest.approx(0.5, abs=0.15)
    assert set(after["clinical"]["measured"]) == {"clinical", "dermoscopy", "unseen coarse", "unseen fine"}
    drawing = validation[1]
    analysis = load_analyzer(model_copy).analyze(cv2.imread(str(drawing))[..., ::-1].copy(), 0)
    assert not analysis.is_clinical
    assert sum(analysis.alike_counts or ()) == 50


@pytest.mark.slow
def test_the_report_has_every_part_and_only_numbers(model_dir: Path, tmp_path: Path) -> None:
    _draw_clinical(tmp_path / "pad")
    draw_data(tmp_path / "isic", 96)
    config = load_config(model_dir / "config.yaml", ["--data.folder", str(tmp_path / "isic")])
    config.inference.fit_part = None
    report = json.loads(json.dumps(trust_report(load_analyzer(model_dir), config, tmp_path / "pad"), allow_nan=False))
    parts = (
        "decisions",
        "selective",
        "subgroups",
        "subgroups_clinical",
        "stability",
        "stability_symmetric",
        "explanation",
        "description",
    )
    assert tuple(report) == parts
    assert set(report["explanation"]["areas"]) == {"heat map", "of eight views", "centre", "random"}
    assert report["selective"]["oracle"]["aurc"] <= report["selective"]["certainty score"]["aurc"]
    # 25 photos are too few to say anything of a group.
    assert report["subgroups_clinical"]["fitzpatrick"]["2.0"]["recall"]["value"] is None
