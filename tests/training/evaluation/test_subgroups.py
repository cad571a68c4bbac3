"""Subgroups: rates by hand, exact intervals, and silence about small groups."""

import numpy as np
import pandas as pd
import pytest

from training.evaluation.subgroups import MIN_PHOTOS, age_bands, subgroup_report


def test_rates_and_intervals_by_hand() -> None:
    sex = pd.Series(["female"] * 100 + ["male"] * 80 + [None] * 20)
    is_cancer = np.arange(200) % 2 == 0
    referred = is_cancer.copy()
    referred[:10] = ~referred[:10]
    report = subgroup_report(referred, is_cancer, {"sex": sex})["sex"]
    assert list(report) == ["female", "male"]
    assert report["female"]["recall"]["photos"] == 50
    assert report["female"]["recall"]["value"] == pytest.approx(0.9)
    # Clopper & Pearson's exact interval of 45 in 50.
    assert (report["female"]["recall"]["low"], report["female"]["recall"]["high"]) == pytest.approx((0.7819, 0.9667), abs=1e-4)
    assert report["male"]["specificity"]["value"] == 1
    assert report["male"]["specificity"]["high"] == 1
    assert report["male"]["specificity"]["low"] < 0.92


def test_nothing_is_claimed_of_a_small_group() -> None:
    types = pd.Series([1.0] * (2 * MIN_PHOTOS) + [6.0] * (2 * MIN_PHOTOS - 2))
    is_cancer = np.arange(len(types)) % 2 == 0
    report = subgroup_report(is_cancer, is_cancer, {"fitzpatrick": types})["fitzpatrick"]
    assert report["1.0"]["recall"]["value"] == 1
    assert report["6.0"]["recall"] == {"photos": MIN_PHOTOS - 1, "value": None, "low": None, "high": None}


def test_ages_fall_into_bands_by_their_lower_end() -> None:
    bands = age_bands(pd.Series([0, 29, 30, 59, 75, 90, np.nan]))
    assert bands[:6].tolist() == ["under 30", "under 30", "30 to 44", "45 to 59", "75 and over", "75 and over"]
    assert pd.isna(bands[6])
