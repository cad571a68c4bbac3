"""Stability, heat-map curves and reliability of statements, on drawings and with the shipped model."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from assets.draw_examples import draw_lesion
from inference.analyzer import Analyzer
from inference.model_spec import load_head
from training.data.jpeg import as_jpeg
from training.evaluation.description import statement_reliability
from training.evaluation.explanation import STEPS, deletion_and_insertion, randomised_head_similarity
from training.evaluation.photos import degraded, shrunk_and_back
from training.evaluation.stability import changes, draw_ink_mark, draw_paper_ruler, draw_ruler, stability_report


@pytest.fixture(scope="module")
def drawings() -> list[np.ndarray]:
    return [draw_lesion(seed, irregularity=0.2 * seed, colors=1 + seed % 4, size=224) for seed in range(3)]


@pytest.fixture
def paths(drawings: list[np.ndarray], tmp_path: Path) -> list[Path]:
    files = [tmp_path / f"{number}.png" for number in range(len(drawings))]
    for path, drawing in zip(files, drawings, strict=True):
        cv2.imwrite(str(path), drawing[..., ::-1])
    return files


def test_a_photo_that_does_not_change_is_stable_and_one_that_is_replaced_is_not(
    analyzer: Analyzer, paths: list[Path], drawings: list[np.ndarray]
) -> None:
    is_cancer = np.array([True, False, False])
    groups = {"same": {"same": np.copy}, "black": {"black": np.zeros_like}}
    report = stability_report(analyzer, paths, is_cancer, groups)
    assert report["same"]["class_changes"] == report["same"]["risk_changes"] == 0
    assert report["same"]["specificity"] == report["same"]["specificity_before"]
    black = analyzer.analyze(np.zeros_like(drawings[0]), 0)
    before = [analyzer.analyze(drawing, 0) for drawing in drawings]
    assert report["black"]["class_changes"] == np.mean([black.predicted != analysis.predicted for analysis in before])
    assert report["black"]["risk_changes"] == np.mean([black.risk_level != analysis.risk_level for analysis in before])


def test_with_eight_views_turns_change_nothing(analyzer: Analyzer, paths: list[Path]) -> None:
    turns = {"turns and flips": changes()["turns and flips"]}
    report = stability_report(analyzer, paths, np.array([True, False, False]), turns, views=8)
    assert report["turns and flips"]["class_changes"] == report["turns and flips"]["risk_changes"] == 0


def test_every_change_keeps_shape_and_kind_and_does_something(drawings: list[np.ndarray]) -> None:
    for members in changes().values():
        for name, change in members.items():
            changed = change(drawings[1])
            assert (changed.shape, changed.dtype) == (drawings[1].shape, np.uint8), name
            assert (changed != drawings[1]).any(), name


def test_marks_leave_the_middle_alone(drawings: list[np.ndarray]) -> None:
    for draw in (draw_ink_mark, draw_ruler, draw_paper_ruler):
        middle = np.s_[60:170, 60:170]
        np.testing.assert_array_equal(draw(drawings[0])[middle], drawings[0][middle])


def test_worse_photos_lose_detail_and_keep_their_size(drawings: list[np.ndarray]) -> None:
    detail = [np.abs(np.diff(photo.astype(float), axis=0)).mean() for photo in (drawings[0], shrunk_and_back(drawings[0], 32))]
    assert detail[1] < detail[0]
    assert as_jpeg(drawings[0], 60).shape == degraded(drawings[0], np.random.default_rng(0)).shape == drawings[0].shape
    assert np.abs(as_jpeg(drawings[0], 95).astype(int) - drawings[0]).mean() < 3


def test_curves_start_and_end_at_the_photo_and_the_blurred_photo(analyzer: Analyzer, drawings: list[np.ndarray]) -> None:
    curves = deletion_and_insertion(analyzer, drawings[:1])
    whole = analyzer.analyze_view(drawings[0], 0).cancer_probability
    assert set(curves) == {"heat map", "of eight views", "centre", "random"}
    for pair in curves.values():
        assert pair.deletion.shape == pair.insertion.shape == (STEPS + 1,)
        assert pair.deletion[0] == pytest.approx(whole)
        assert pair.insertion[-1] == pytest.approx(whole)
        assert pair.deletion[-1] == pytest.approx(pair.insertion[0])
        assert 0 <= pair.areas["deletion"] <= 1


def test_a_random_head_gives_another_map(analyzer: Analyzer, drawings: list[np.ndarray]) -> None:
    head = load_head(analyzer.spec)
    # Chance alone may come near 1 for one draw on three drawings, not for five.
    assert np.mean([randomised_head_similarity(analyzer, head, drawings, seed) for seed in range(5)]) < 0.9


def test_statements_about_a_round_spot_do_not_change(drawings: list[np.ndarray]) -> None:
    picture = np.full((224, 224, 3), (225, 190, 170), np.uint8)
    cv2.circle(picture, (112, 112), 50, (95, 60, 45), -1)
    reliability = statement_reliability([cv2.GaussianBlur(picture, (0, 0), 1)])
    assert reliability["spot found"] == {"stated": 1, "held": 1, "silent": 0, "agreement": 1}
    assert reliability["color_dark_brown"] == {"stated": 1, "held": 1, "silent": 0, "agreement": 1}
    assert reliability["asymmetric_on_both_axes"] == {"stated": 1, "held": 0, "silent": 0, "agreement": 1}
