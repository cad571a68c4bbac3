"""The detector of clinical photos as it is fitted, and what is measured of it on what it has not seen."""

import numpy as np
import pytest

from training.evaluation.clinical import MAX_DERMOSCOPY, Statistics, fit_clinical, measure_clinical

FEATURES = 6


def _photos(count: int, place: float, seed: int, groups: np.ndarray | None = None) -> Statistics:
    """Photos that differ from the others along the first axis, and a little worse copies of them."""
    generator = np.random.default_rng(seed)
    plain = generator.normal(size=(count, FEATURES))
    plain[:, 0] += place
    worse = plain + generator.normal(0, 0.1, plain.shape)
    return Statistics(plain, worse, np.abs(plain[:, 0]), np.arange(count) if groups is None else groups)


def test_unseen_dermoscopy_is_called_clinical_as_rarely_as_asked() -> None:
    detector = fit_clinical(_photos(300, 6, 0), _photos(1500, 0, 1), _photos(300, -6, 2))
    unseen = {name: _photos(2000, place, 9) for name, place in (("clinical", 6), ("dermoscopy", 0), ("other", -6))}
    called = {name: detector.is_clinical(photos.plain, photos.ood_scores).mean() for name, photos in unseen.items()}
    assert called["clinical"] > 0.97
    assert called["dermoscopy"] <= 2 * MAX_DERMOSCOPY
    assert called["other"] == 0


def test_what_lies_further_than_clinical_photos_is_none() -> None:
    detector = fit_clinical(_photos(300, 6, 0), _photos(500, 0, 1), _photos(300, -6, 2))
    far = np.zeros((1, FEATURES))
    far[0, 0] = 100
    assert detector.score(far)[0] > detector.threshold
    assert not detector.is_clinical(far, np.array([100.0]))[0]


def test_a_kind_is_measured_by_detectors_that_did_not_see_it() -> None:
    # The second kind lies where the clinical photos lie: seen, it would push the threshold up; unseen, it slips through.
    kinds = np.repeat(["far", "near"], 200)
    other = _photos(400, 0, 3, kinds)
    other.plain[:, 0] += np.where(kinds == "far", -6, 6)
    measured = measure_clinical(
        _photos(200, 6, 4, np.arange(200) // 4), _photos(500, 0, 5), other._replace(degraded=other.plain)
    )
    assert measured["unseen far"] == pytest.approx(0, abs=0.01)
    assert measured["unseen near"] > 0.9
    assert set(measured) == {"clinical", "unseen far", "unseen near"}
