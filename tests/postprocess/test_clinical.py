"""Clinical photos: told by the side of a plane they lie on, and only as far out as clinical photos are."""

import dataclasses

import numpy as np
import pytest

from postprocess.clinical import ClinicalDetector

DETECTOR = ClinicalDetector(np.array([1.0, -2.0, 0.5]), bias=0.25, threshold=1.0, furthest=2.0)


def test_score_by_hand() -> None:
    np.testing.assert_allclose(DETECTOR.score(np.array([[1.0, 0, 0], [2.0, 1.0, 2.0]])), [1.25, 1.25])


def test_above_the_threshold_and_near_enough_is_clinical() -> None:
    statistics = np.array([[1.0, 0, 0], [1.0, 0, 0], [0.75, 0, 0], [1.0, 0, 0]])
    assert DETECTOR.is_clinical(statistics, np.array([1.9, 2.0, 1.0, 2.1])).tolist() == [True, True, False, False]


def test_a_detector_of_another_network_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected statistics \(N, 3\), got shape \(1, 4\)"):
        DETECTOR.score(np.zeros((1, 4)))
    with pytest.raises(ValueError, match="finite weights"):
        dataclasses.replace(DETECTOR, weight=np.array([np.nan]))
    with pytest.raises(ValueError, match="finite limits"):
        dataclasses.replace(DETECTOR, furthest=float("nan"))
