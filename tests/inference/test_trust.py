"""What the shipped model says about photos that are no dermoscopy, are faulty, or come from elsewhere; in the API's fields."""

import csv
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from inference.__main__ import main
from inference.analyzer import Analyzer
from inference.images import read_image
from inference.model_spec import ModelError, load_alike, load_clinical, load_model_spec
from postprocess.analysis import to_json_object
from tests.changed_models import change_model


def test_fields_are_there_with_their_units(analyzer: Analyzer, drawing: np.ndarray) -> None:
    answer = json.loads(json.dumps(to_json_object(analyzer.analyze(drawing, 0, setting="screening"), ""), allow_nan=False))
    assert answer["setting"] == "screening"
    assert answer["setting_prevalence"] == 2
    assert 0 <= answer["setting_cancer_probability"] < answer["cancer_probability"] <= 100
    assert set(answer["photo_quality"]) >= {"problems", "advice", "side", "blur", "brightness", "glare", "hair", "corner_light"}
    assert answer["photo_quality"]["side"] == 240
    assert answer["is_clinical_photo"] in (True, False)
    assert sum(answer["alike_cases"].values()) == 50
    assert all(isinstance(holds, bool) for holds in answer["lesion_description"].values())


def test_the_setting_changes_its_own_fields_alone(analyzer: Analyzer, drawing: np.ndarray) -> None:
    default, screening = (
        to_json_object(analyzer.analyze(drawing, 2, **setting), "") for setting in ({}, {"setting": "screening"})
    )
    changed = {name for name in default if default[name] != screening[name]}
    assert changed == {"setting", "setting_prevalence", "setting_cancer_probability"}
    assert default["setting_cancer_probability"] == default["cancer_probability"]
    with pytest.raises(ValueError, match="there is no setting 'home'"):
        analyzer.analyze(drawing, 0, setting="home")


def test_the_command_line_takes_a_setting(drawing_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    table = tmp_path / "out.csv"
    assert main([str(drawing_file), "--json", "--csv", str(table), "--setting", "screening"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["setting"] == "screening"
    (row,) = csv.DictReader(table.open())
    assert float(row["setting_cancer_probability"]) == pytest.approx(record["setting_cancer_probability"])
    assert row["photo_quality.problems"].split() == record["photo_quality"]["problems"]
    assert row["is_clinical_photo"] == str(record["is_clinical_photo"])


def test_a_blurred_photo_is_told_so_whatever_its_size(analyzer: Analyzer, drawing: np.ndarray) -> None:
    blurred = cv2.GaussianBlur(drawing, (0, 0), 6)
    for photo in (blurred, cv2.resize(blurred, None, fx=4, fy=4)):
        quality = analyzer.analyze(photo, 0).photo_quality
        assert quality is not None
        assert "blurred" in quality.problems


@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (128, 128, 128), (222, 178, 155), (136, 86, 58), (200, 30, 30)])
def test_a_flat_colour_is_refused_and_no_clinical_photo(analyzer: Analyzer, color: tuple[int, int, int]) -> None:
    analysis = analyzer.analyze(np.full((300, 300, 3), color, np.uint8), 0)
    assert not analysis.is_clinical
    assert analysis.is_ood


def test_noise_is_refused(analyzer: Analyzer) -> None:
    analysis = analyzer.analyze(np.random.default_rng(0).integers(0, 256, (300, 300, 3)).astype(np.uint8), 0)
    assert analysis.is_ood


def test_clinical_photos_are_told_so_and_wounds_and_dermoscopy_are_not(analyzer: Analyzer, shared_data: Path) -> None:
    folders = {
        "clinical": (shared_data / "pad_ufes_20" / "images").glob("*"),
        "wound": (shared_data / "ood").glob("wound_photo_*.jpg"),
        "dermoscopy": (shared_data / "isic_2019" / "ISIC_2019_Training_Input").glob("ISIC_003*.jpg"),
    }
    told = {
        name: np.mean([analyzer.analyze(read_image(path), 0).is_clinical for path in sorted(paths)[:30]])
        for name, paths in folders.items()
    }
    assert told["clinical"] > 0.8
    assert told["wound"] == 0
    assert told["dermoscopy"] <= 1 / 30


def test_a_model_without_these_files_still_answers(model_copy: Path, drawing: np.ndarray) -> None:
    def remove(content: dict[str, Any]) -> None:
        for part in ("clinical", "alike"):
            content.pop(part)
            content["files"].pop(part)

    change_model(model_copy, remove)
    spec = load_model_spec(model_copy)
    assert load_clinical(spec) is load_alike(spec) is None


def test_alike_cases_of_another_model_are_refused(model_copy: Path) -> None:
    change_model(model_copy, lambda content: content["alike"].update(step=-1.0))
    with pytest.raises(ModelError, match=r"the alike cases in .* do not fit the model"):
        load_alike(load_model_spec(model_copy))
