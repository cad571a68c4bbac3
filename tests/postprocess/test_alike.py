"""Alike cases: the same neighbours as a search through all features, in a byte a component."""

import dataclasses

import numpy as np
import pytest

from postprocess.alike import NEIGHBOURS, AlikeCases, fit_alike

FEATURES, CLASSES, DIRECTIONS = 40, 3, 8


@pytest.fixture(scope="module")
def photos() -> tuple[np.ndarray, np.ndarray]:
    """Three classes in a space of 8 dimensions, laid into 40."""
    generator = np.random.default_rng(0)
    labels = np.arange(600) % CLASSES
    inside = generator.normal(0, 4, (CLASSES, DIRECTIONS))[labels] + generator.normal(size=(600, DIRECTIONS))
    return inside @ np.linalg.qr(generator.normal(size=(FEATURES, DIRECTIONS)))[0].T, labels


@pytest.fixture(scope="module")
def alike(photos: tuple[np.ndarray, np.ndarray]) -> AlikeCases:
    return fit_alike(*photos, CLASSES, DIRECTIONS)


def test_counts_are_those_of_a_search_through_all_features(photos: tuple[np.ndarray, np.ndarray], alike: AlikeCases) -> None:
    features, labels = photos
    between = (features[0] + features[1]) / 2
    for place in (features[7], features[11], between):
        nearest = np.argsort(((features - place) ** 2).sum(1))[:NEIGHBOURS]
        expected = np.bincount(labels[nearest], minlength=CLASSES)
        # A byte a component moves a photo or two across the border.
        np.testing.assert_allclose(alike.counts(place), expected, atol=3)
        assert sum(alike.counts(place)) == NEIGHBOURS


def test_the_order_of_the_photos_does_not_matter(photos: tuple[np.ndarray, np.ndarray], alike: AlikeCases) -> None:
    turned = dataclasses.replace(alike, cases=alike.cases[::-1], labels=alike.labels[::-1])
    assert turned.counts(photos[0][5]) == alike.counts(photos[0][5])


def test_cases_that_do_not_fit_are_refused(photos: tuple[np.ndarray, np.ndarray], alike: AlikeCases) -> None:
    with pytest.raises(ValueError, match="expected components"):
        dataclasses.replace(alike, labels=alike.labels[1:])
    with pytest.raises(ValueError, match="need 50 photos"):
        dataclasses.replace(alike, cases=alike.cases[:20], labels=alike.labels[:20])
    with pytest.raises(ValueError, match=r"expected features \(40,\)"):
        alike.counts(np.zeros(41))
    with pytest.raises(ValueError, match="need more photos"):
        fit_alike(photos[0][:5], photos[1][:5], CLASSES, DIRECTIONS)
