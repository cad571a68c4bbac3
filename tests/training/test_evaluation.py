"""What is reported about a served model: by hand, by invariants, and on the shipped model."""

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from inference.analyzer import Analyzer, load_analyzer
from inference.images import read_image
from postprocess.head import Head
from postprocess.ood import fit_ood
from training.data.drawn import draw_data
from training.data.isic import TEST, DataError, read_isic_2019
from training.data.ood import read_odd_photos
from training.evaluation.analyses import analyze_table, to_predictions
from training.evaluation.augmented import augmented_probabilities, views
from training.evaluation.cross_fitting import cross_fitted_coverage, cross_fitted_probabilities
from training.evaluation.gradcam_sheet import write_gradcam_sheet
from training.evaluation.metadata_fusion import metadata_fusion
from training.evaluation.ood_comparison import COMBINATION, SHIPPED, compare_detectors
from training.evaluation.outputs import Outputs
from training.evaluation.plots import plot_by_class, plot_confusion, plot_precision_recall, plot_reliability, plot_roc
from training.evaluation.resolution import resolution_check
from training.evaluation.trust import by_class, certainty_report, conformal_report
from training.utils.metrics import calibration_errors

CLASSES = 8


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return load_analyzer()


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("drawn")
    draw_data(folder, 24)
    return read_isic_2019(folder, TEST)


def _photos(count: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    labels = np.arange(count) // 2 % CLASSES
    logits = generator.normal(size=(count, CLASSES)) + 2 * np.eye(CLASSES)[labels]
    return logits, labels, np.arange(count) // 2


def test_no_photo_is_calibrated_by_a_fit_that_saw_its_lesion() -> None:
    logits, labels, lesions = _photos(160, 0)
    probs = cross_fitted_probabilities(logits, labels, lesions)
    other = labels.copy()
    other[lesions == 7] = (other[lesions == 7] + 3) % CLASSES
    changed = cross_fitted_probabilities(logits, other, lesions)
    np.testing.assert_array_equal(probs[lesions == 7], changed[lesions == 7])
    assert not np.allclose(probs, changed)


def test_cross_fitted_sets_keep_their_promise() -> None:
    logits, labels, lesions = _photos(4000, 1)
    probs = cross_fitted_probabilities(logits, labels, lesions)
    for promised in (0.8, 0.9):
        covered, sizes = cross_fitted_coverage(probs, labels, lesions, promised)
        # 500 photos a class: three standard deviations of a share are about 5 %.
        assert covered.mean() == pytest.approx(promised, abs=0.03)
        assert min(by_class(covered, labels, np.mean).values()) > promised - 0.06
        assert 1 <= sizes.mean() <= CLASSES


def test_certainty_by_hand() -> None:
    correct = np.array([True, True, False, False])
    report = certainty_report(
        correct, np.array([90.0, 40.0, 60.0, 10.0]), np.array(["HIGH", "LOW", "HIGH", "LOW"]), np.array([0.9, 0.8, 0.6, 0.4])
    )
    # Of the four pairs of a right and a wrong answer, the score ranks three as it should, the probability all.
    assert report["auroc_of_correctness"] == 0.75
    assert report["auroc_of_correctness_max_probability"] == 1.0
    assert report["levels"]["HIGH"] == {"photos": 2, "accuracy": 0.5}
    assert report["levels"]["MEDIUM"]["accuracy"] is None


def test_prediction_sets_by_hand() -> None:
    probs = np.full((2, CLASSES), 0.02)
    probs[:, :2] = [[0.68, 0.2], [0.2, 0.68]]
    report = conformal_report(probs, np.array([0, 0]), {90: (0.5,) * CLASSES, 95: (0.85,) * CLASSES})
    assert (report["90"]["coverage"], report["90"]["mean_size"]) == (0.5, 1.0)
    assert (report["95"]["coverage"], report["95"]["mean_size"]) == (1.0, 2.0)
    assert report["90"]["classes"]["MEL"] == 0.5


def _outputs(center: float, count: int, seed: int, head: Head) -> Outputs:
    generator = np.random.default_rng(seed)
    features = generator.normal(center, 1, (count, head.weight_1.shape[1])).astype(np.float32)
    labels = np.arange(count) % CLASSES
    statistics = generator.normal(center, 1, (count, 20))
    return Outputs(head.logits(features).astype(np.float32), features, statistics, labels)


def test_a_far_kind_is_told_from_a_near_one_by_every_detector_that_looks_at_features() -> None:
    generator = np.random.default_rng(0)
    head = Head(
        generator.normal(size=(24, 16)).astype(np.float32), *np.ones((3, 24), np.float32),
        generator.normal(size=(CLASSES, 24)).astype(np.float32), np.zeros(CLASSES, np.float32), 0.3, 0.2,
    )  # fmt: skip
    training, validation = _outputs(0, 400, 1, head), _outputs(0, 200, 2, head)
    unseen = _outputs(0, 100, 3, head).join(_outputs(6, 100, 4, head))
    kinds = np.repeat(["near", "wide"], 100)
    shipped = fit_ood(training.statistics, training.labels, validation.statistics, 8)
    report = compare_detectors(shipped, head, training, validation, unseen, kinds)
    assert set(report[COMBINATION]) == {"near", "wide"}
    for name in (SHIPPED, "Mahalanobis", "ViM", "range deviation of middle stages"):
        assert report[name]["wide"]["auroc"] > 0.99, name
        assert report[name]["wide"]["refused"] > 0.95, name
        assert report[name]["near"]["auroc"] == pytest.approx(0.5, abs=0.12), name


def test_metadata_that_tells_the_class_helps_and_random_metadata_does_not() -> None:
    logits, labels, lesions = _photos(1600, 4)
    probs = np.exp(0.3 * logits) / np.exp(0.3 * logits).sum(axis=1, keepdims=True)
    generator = np.random.default_rng(0)
    cancer = np.isin(labels, (0, 2, 3, 7))
    table = pd.DataFrame({"label": labels, "sex": generator.choice(["female", "male"], 1600)})
    table["anatom_site_general"] = generator.choice(["head/neck", "torso"], 1600)
    table["age_approx"] = generator.normal(50, 10, 1600)
    useless = metadata_fusion(probs, table, lesions)["cancer AUROC"]
    assert abs(useless["difference"]) < 0.02
    table["age_approx"] = np.where(cancer, 65, 45) + generator.normal(0, 10, 1600)
    table.loc[::5, "age_approx"] = np.nan
    table.loc[::7, "sex"] = None
    report = metadata_fusion(probs, table, lesions)
    assert report["cancer AUROC"]["low"] > 0
    assert report["known"]["age_approx"] == pytest.approx(0.8)


def test_odd_photos_that_are_missing_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"labels\.csv is missing"):
        read_odd_photos(tmp_path)
    (tmp_path / "labels.csv").write_text("image,kind\ndoor.jpg,wall\n")
    with pytest.raises(DataError, match=r"1 photos .*door\.jpg"):
        read_odd_photos(tmp_path)


def test_the_views_are_all_different_and_begin_with_the_photo(table: pd.DataFrame, analyzer: Analyzer) -> None:
    view = np.random.default_rng(0).integers(0, 256, (32, 32, 3)).astype(np.uint8)
    shown = list(views(view))
    np.testing.assert_array_equal(shown[0], view)
    assert len({variant.tobytes() for variant in shown}) == 16


def test_augmented_answers_do_not_change_when_the_photo_is_turned(
    analyzer: Analyzer, table: pd.DataFrame, tmp_path: Path
) -> None:
    # PNG: a turned JPEG would be another photo.
    picture = cv2.imread(str(table["path"].iloc[0]))
    paths = [tmp_path / "as_is.png", tmp_path / "turned.png"]
    for path, pixels in zip(paths, (picture, np.rot90(picture)), strict=True):
        cv2.imwrite(str(path), np.ascontiguousarray(pixels))
    first, second = augmented_probabilities(analyzer, pd.DataFrame({"path": paths}))
    # Resizing rounds a turned picture otherwise, by a grey level here and there.
    np.testing.assert_allclose(first, second, atol=0.01)
    alone = [analyzer.analyze(read_image(path), mc_samples=0).probs for path in paths]
    assert np.abs(alone[0] - alone[1]).max() > np.abs(first - second).max()


def test_a_photo_without_detail_is_judged_alike_at_any_resolution(analyzer: Analyzer, tmp_path: Path) -> None:
    path = tmp_path / "plain.png"
    cv2.imwrite(str(path), np.full((300, 300, 3), (150, 170, 210), np.uint8))
    plain = pd.DataFrame({"path": [path] * 2, "label": [0, 1], "lesion_id": ["a", "b"]})
    report = resolution_check(analyzer, plain, to_predictions(analyze_table(analyzer, plain), plain))
    assert report["blurred"] == report["sharp"]


def test_figures_and_the_sheet_are_written(analyzer: Analyzer, table: pd.DataFrame, tmp_path: Path) -> None:
    analyses = analyze_table(analyzer, table)
    predictions = to_predictions(analyses, table)
    plot_confusion(predictions, tmp_path / "confusion.png")
    plot_roc(predictions, tmp_path / "roc.png")
    plot_precision_recall(predictions, tmp_path / "precision_recall.png")
    plot_reliability(predictions, tmp_path / "reliability.png")
    plot_by_class(predictions.cancer, predictions.labels, "cancer probability", tmp_path / "by_class.png")
    write_gradcam_sheet(analyzer, table, analyses, tmp_path / "sheet.png")
    for path in tmp_path.iterdir():
        picture = cv2.imread(str(path))
        assert picture is not None, path
        assert picture.std() > 5, path
    # A row for each class that the table has, four photos wide, each beside its heat map.
    size = analyzer.spec.input.image_size
    sheet = cv2.imread(str(tmp_path / "sheet.png"))
    assert sheet.shape[1] == 4 * 2 * size
    assert set(calibration_errors(predictions)) == {"cancer_calibration_error", "calibration_error", "brier_score"}
