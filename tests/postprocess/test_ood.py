"""Out of distribution: higher = further, the same distance as the textbook formula, and the accepted share kept."""

import dataclasses

import numpy as np
import pytest
from sklearn.decomposition import PCA

from postprocess.ood import ACCEPTED, OodModel, fit_ood

FEATURES, CLASSES, _DIRECTIONS = 300, 3, 256


def _photos(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Three classes around their own means, with a variance per feature that falls from 9 to 0.1."""
    generator = np.random.default_rng(seed)
    labels = np.arange(count) % CLASSES
    means = np.random.default_rng(99).normal(0, 3, (CLASSES, FEATURES))
    spread = np.geomspace(3, 0.3, FEATURES)
    return means[labels] + generator.normal(size=(count, FEATURES)) * spread, labels


@pytest.fixture(scope="module")
def model() -> OodModel:
    return fit_ood(*_photos(2000, 0), _photos(1000, 1)[0], _DIRECTIONS)


def test_score_by_hand() -> None:
    # Axes 0 (variance 4) and 1 (variance 1) inside, axis 2 (variance 0.25) outside; nearest of the means 0 and 10.
    means, directions = np.array([[0.0, 0, 0], [10, 10, 10]]), np.array([[1.0, 0, 0], [0, 1, 0]])
    model = OodModel(means, directions, np.array([4.0, 1.0]), 0.25, threshold=1.0)
    scores = model.score(np.array([[2.0, 0, 0], [0, 0, 1], [2, 3, 0.5], [10, 10, 10]]))
    np.testing.assert_allclose(scores, np.sqrt(np.array([1, 4, 1 + 9 + 1, 0]) / 3))


def test_score_is_the_mahalanobis_distance_under_scikit_learns_probabilistic_pca(model: OodModel) -> None:
    features, labels = _photos(2000, 0)
    class_means = np.stack([features[labels == label].mean(axis=0) for label in range(CLASSES)])
    reference = PCA(_DIRECTIONS, svd_solver="full").fit(features - class_means[labels])
    # scikit-learn divides by N - 1, the model by N.
    precision = np.linalg.inv(reference.get_covariance() * (len(features) - 1) / len(features))
    points = _photos(20, 2)[0]
    difference = points[:, None] - class_means
    squared = np.einsum("ncf,fg,ncg->nc", difference, precision, difference).min(axis=1)
    np.testing.assert_allclose(model.score(points), np.sqrt(squared / FEATURES), rtol=1e-3)


def test_typical_photos_score_about_1_and_odd_ones_higher_whatever_the_direction(model: OodModel) -> None:
    typical = _photos(300, 3)[0]
    assert np.median(model.score(typical)) == pytest.approx(1, abs=0.15)
    inside, outside = model.directions[-1], np.linalg.svd(model.directions)[2][-1]
    for direction in (inside, outside):
        scores = [float(np.median(model.score(typical + step * direction))) for step in (0, 30, 90)]
        assert scores == sorted(scores)
        assert scores[-1] > model.threshold


def test_the_accepted_share_of_photos_not_seen_before_is_accepted(model: OodModel) -> None:
    scores = model.score(_photos(3000, 4)[0])
    assert np.mean(scores <= model.threshold) == pytest.approx(ACCEPTED, abs=0.03)
    fitted_on = model.score(_photos(1000, 1)[0])
    assert np.mean(fitted_on <= model.threshold) >= ACCEPTED


def test_noise_is_out_of_distribution_and_a_class_mean_is_not(model: OodModel) -> None:
    noise = np.random.default_rng(5).normal(0, 30, (1, FEATURES))
    assert model.score(noise)[0] > model.threshold
    assert model.score(model.class_means[:1])[0] <= model.threshold


def test_too_few_photos_are_refused() -> None:
    features, labels = _photos(1200, 6)
    with pytest.raises(ValueError, match=r"need 1024 training photos, got 100; raise inference\.ood_images"):
        fit_ood(features[:100], labels[:100], features, _DIRECTIONS)


def test_a_class_without_photos_changes_nothing_for_the_others() -> None:
    features, labels = _photos(1200, 6)
    without_gap = fit_ood(features, labels, features, _DIRECTIONS)
    with_gaps = fit_ood(features, np.array([0, 4, 7])[labels], features, _DIRECTIONS)
    np.testing.assert_array_equal(with_gaps.class_means, without_gap.class_means)
    np.testing.assert_array_equal(with_gaps.score(features[:20]), without_gap.score(features[:20]))


def test_statistics_that_give_no_distance_are_refused(model: OodModel) -> None:
    for change in (
        {"rest_variance": 0.0},
        {"variances": np.zeros(_DIRECTIONS)},
        {"threshold": float("nan")},
        {"rest_variance": float("nan")},
    ):
        with pytest.raises(ValueError, match=r"variance of 0|not finite"):
            dataclasses.replace(model, **change)
    with pytest.raises(ValueError, match="expected directions"):
        dataclasses.replace(model, directions=model.directions[:, :-1])


def test_directions_that_are_not_orthonormal_are_refused(model: OodModel) -> None:
    # What an array that was read in the wrong order looks like.
    scrambled = np.asfortranarray(model.directions).ravel(order="K").reshape(model.directions.shape)
    with pytest.raises(ValueError, match="not orthonormal"):
        dataclasses.replace(model, directions=scrambled)
