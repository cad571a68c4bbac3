"""The numbers of the report, by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from training.utils.metrics import Predictions, resample_lesions, risk_table, specificity_at_recall, with_intervals


def _predictions(count: int, seed: int) -> Predictions:
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 8, count)
    logits = generator.normal(size=(count, 8)) + 2 * np.eye(8)[labels]
    probs = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return Predictions(probs, labels, np.arange(count) // 2)


def test_specificity_at_recall_by_hand() -> None:
    # Melanoma at .9, .8, .7, .2; nevus at .1, .3, .6, .75: three of four cancers are found from .7 on, with one false alarm.
    cancer = np.array([0.9, 0.8, 0.7, 0.2, 0.1, 0.3, 0.6, 0.75])
    probs = np.zeros((8, 8))
    probs[:, 0], probs[:, 1] = cancer, 1 - cancer
    predictions = Predictions(probs, np.array([0] * 4 + [1] * 4), np.arange(8))
    assert specificity_at_recall(predictions, 0.75) == (0.75, 0.75)
    assert specificity_at_recall(predictions, 0.76) == (0.25, 1.0)
    assert specificity_at_recall(predictions, 1.0) == (0.25, 1.0)


def test_values_are_scikit_learns_and_lie_in_their_intervals() -> None:
    predictions = _predictions(400, 0)
    report = with_intervals(predictions, resamples=100)
    assert report["balanced_accuracy"]["value"] == pytest.approx(
        balanced_accuracy_score(predictions.labels, predictions.probs.argmax(1))
    )
    assert report["cancer_auroc"]["value"] == pytest.approx(roc_auc_score(predictions.is_cancer, predictions.cancer))
    for name, entry in report.items():
        assert entry["low"] <= entry["value"] <= entry["high"], name


def test_a_lesion_is_drawn_with_all_of_its_photos() -> None:
    lesions = np.array(["a", "b", "a", "c", "a"])
    for seed in range(20):
        rows = resample_lesions(lesions, np.random.default_rng(seed))
        drawn = lesions[rows]
        assert (drawn == "a").sum() % 3 == 0


def test_every_photo_lies_in_one_risk_level() -> None:
    predictions = _predictions(40, 1)
    levels = np.array(["LOW", "MEDIUM", "HIGH", "HIGH"] * 10)
    table = risk_table(levels, predictions)
    assert [table[level]["photos"] for level in ("LOW", "MEDIUM", "HIGH")] == [10, 10, 20]
    assert sum(table[level]["cancers"] for level in table) == predictions.is_cancer.sum()
    assert table["LOW"]["melanomas"] == (predictions.labels[levels == "LOW"] == 0).sum()
