"""From a photo to an analysis: the same answer every time, from every thread, with every number in its range."""

from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import ThreadpoolController, threadpool_limits

from inference.analyzer import Analyzer, cache_folder, load_analyzer
from inference.images import read_image
from inference.model_spec import Fitted, ModelError
from postprocess.analysis import to_json_object
from postprocess.certainty import CertaintyModel
from postprocess.risk import RiskThresholds


def test_the_same_photo_gets_the_same_answer(analyzer: Analyzer, drawing: np.ndarray) -> None:
    first, second = (to_json_object(analyzer.analyze(drawing), "") for _ in range(2))
    assert first == second


def test_samples_change_the_uncertainty_alone(analyzer: Analyzer, drawing: np.ndarray) -> None:
    plain, sampled = analyzer.analyze(drawing, 0), analyzer.analyze(drawing, 30)
    np.testing.assert_array_equal(plain.probs, sampled.probs)
    assert plain.risk_level == sampled.risk_level
    assert plain.prediction_set == sampled.prediction_set
    assert plain.uncertainty is None
    assert sampled.uncertainty is not None
    assert sampled.uncertainty.samples == 30


def test_threads_do_not_disturb_each_other(analyzer: Analyzer, drawing: np.ndarray) -> None:
    photos = [np.roll(drawing, 17 * number, axis=1) for number in range(8)]
    expected = [analyzer.analyze(photo, 10).probs for photo in photos]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda photo: analyzer.analyze(photo, 10).probs, photos * 3))
    np.testing.assert_array_equal(found, expected * 3)


def test_numpy_leaves_the_cores_to_the_network() -> None:
    blas = ThreadpoolController().select(user_api="blas")
    with threadpool_limits(2, user_api="blas"):
        assert {library["num_threads"] for library in blas.info()} == {2}
        load_analyzer()
        assert {library["num_threads"] for library in blas.info()} == {1}


def test_eight_views_give_the_same_answer_however_the_photo_is_turned(analyzer: Analyzer, drawing: np.ndarray) -> None:
    side = min(drawing.shape[:2])
    photo = drawing[:side, :side]
    first = analyzer.analyze(photo, views=8)
    for turned in (np.rot90(photo), photo[:, ::-1], np.rot90(photo, 3)[:, ::-1]):
        other = analyzer.analyze(np.ascontiguousarray(turned), views=8)
        np.testing.assert_allclose(other.probs, first.probs, atol=2e-5)
        assert other.ood_score == pytest.approx(first.ood_score, rel=1e-4)
        assert other.risk_level == first.risk_level
    assert np.abs(analyzer.analyze(np.ascontiguousarray(np.rot90(photo))).probs - analyzer.analyze(photo).probs).max() > 1e-3


def _striking(drawing: np.ndarray) -> np.ndarray:
    """A square that the network finds something of cancer in: half a drawing, half its negative."""
    half = drawing.shape[0] // 2
    return np.concatenate([drawing[:, :half], 255 - drawing[:, half : 2 * half]], axis=1)


def test_the_heat_map_of_eight_views_turns_with_the_photo(analyzer: Analyzer, drawing: np.ndarray) -> None:
    photo = _striking(drawing)
    upright, turned = (analyzer.analyze(np.ascontiguousarray(view), views=8).heatmap for view in (photo, np.rot90(photo)))
    assert upright is not None
    assert turned is not None
    assert upright.max() > 0
    np.testing.assert_allclose(turned, np.rot90(upright), atol=1e-4 * upright.max())


def test_quality_is_measured_at_the_size_of_its_limits_whatever_the_network_takes(
    analyzer: Analyzer, drawing: np.ndarray
) -> None:
    other = copy(analyzer)
    other.spec = replace(analyzer.spec, input=replace(analyzer.spec.input, image_size=96))
    view = analyzer.network_view(drawing)
    first, second = (each.analyze_view(view, 0, image_u8_rgb=drawing).photo_quality for each in (analyzer, other))
    assert first is not None
    assert first.side == 240
    assert second == first


def _unlike(fitted: Fitted) -> Fitted:
    """With other numbers, which give another answer to any photo."""
    return replace(
        fitted,
        calibration=replace(fitted.calibration, temperature=50.0),
        risk=RiskThresholds(1e-9, 1e-8),
        # All photos score 37, which is HIGH.
        certainty=CertaintyModel((0.0, 1.0, 0.0, 0.0), (0.0, 1.0), (0.37, 0.37), high_from=36.0, medium_from=30.0),
        ood_threshold=-1.0,
        conformal={**fitted.conformal, 90: (1.0,) * 8},
    )


def test_eight_views_get_what_was_fitted_on_eight(analyzer: Analyzer, drawing: np.ndarray) -> None:
    changed = copy(analyzer)
    changed.spec = replace(analyzer.spec, fitted=analyzer.spec.fitted | {8: _unlike(analyzer.spec.fitted[8])})
    analysis = changed.analyze(drawing, views=8)
    # At such a temperature all classes are nearly alike.
    assert analysis.uncertainty is not None
    assert analysis.probs.max() < 0.5
    assert analysis.uncertainty.expected_entropy > 1.5
    assert analysis.risk_level == "HIGH"
    assert analysis.certainty_score == pytest.approx(37)
    assert analysis.certainty_level == "HIGH"
    assert analysis.is_ood
    assert len(analysis.prediction_set) == 8
    assert to_json_object(changed.analyze(drawing), "") == to_json_object(analyzer.analyze(drawing), "")


def test_eight_views_get_nothing_of_what_was_fitted_on_one(analyzer: Analyzer, drawing: np.ndarray) -> None:
    changed = copy(analyzer)
    changed.spec = replace(analyzer.spec, fitted=analyzer.spec.fitted | {1: _unlike(analyzer.spec.fitted[1])})
    # Of which the test above says that its heat map is not empty.
    photo = _striking(drawing)
    expected, found = (each.analyze(photo, views=8) for each in (analyzer, changed))
    assert to_json_object(found, "") == to_json_object(expected, "")
    assert expected.heatmap is not None
    assert found.heatmap is not None
    # With one view's temperature it would be fainter throughout.
    assert expected.heatmap.max() > 0
    np.testing.assert_array_equal(found.heatmap, expected.heatmap)


def test_eight_views_say_so(analyzer: Analyzer, drawing: np.ndarray) -> None:
    assert [to_json_object(analyzer.analyze(drawing, views=views), "")["views"] for views in (1, 8)] == [1, 8]
    with pytest.raises(ValueError, match="1 or 8, got 2"):
        analyzer.analyze(drawing, views=2)


@settings(max_examples=25, deadline=None)
@given(st.integers(32, 90), st.integers(32, 90), st.integers(0, 2**32 - 1), st.sampled_from(["noise", "flat", "steps"]))
def test_any_picture_gets_numbers_in_range(height: int, width: int, seed: int, kind: str) -> None:
    generator = np.random.default_rng(seed)
    picture = {
        "noise": lambda: generator.integers(0, 256, (height, width, 3), np.uint8),
        "flat": lambda: np.full((height, width, 3), generator.integers(0, 256, 3), np.uint8),
        "steps": lambda: np.repeat(generator.integers(0, 256, (height, 1, 3), np.uint8), width, 1),
    }[kind]()
    analysis = _ANALYZER.analyze(picture, 10)
    assert analysis.probs.sum() == pytest.approx(1)
    assert (analysis.probs >= 0).all()
    assert 0 <= analysis.certainty_score <= 100
    assert analysis.prediction_set
    assert np.isfinite(analysis.ood_score)
    assert analysis.heatmap is not None
    assert (analysis.heatmap >= 0).all()


_ANALYZER = load_analyzer()


def test_flat_colours_and_noise_are_not_judged(analyzer: Analyzer) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8)
    flat = [np.full((256, 256, 3), value, np.uint8) for value in (0, 127, 255)]
    assert all(analyzer.analyze(picture, 0).is_ood for picture in (noise, *flat))


def test_an_impossible_request_is_refused(analyzer: Analyzer, drawing: np.ndarray) -> None:
    with pytest.raises(ValueError, match="0 or 2 to 1000"):
        analyzer.analyze(drawing, mc_samples=1)
    with pytest.raises(ValueError, match="percentage from 80 to 99"):
        analyzer.analyze(drawing, coverage=100)
    with pytest.raises(ModelError, match="no engine 'tensorflow'"):
        load_analyzer(engine="tensorflow")


@pytest.mark.parametrize(
    "wrong", [{"mc_samples": 1}, {"mc_samples": 1001}, {"mc_samples": -1}, {"setting": "home"}, {"coverage": 1}, {"views": 2}]
)
def test_an_impossible_request_does_not_cost_a_run_of_the_network(
    analyzer: Analyzer, drawing: np.ndarray, wrong: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = analyzer.network_view(drawing)
    monkeypatch.setattr(analyzer._engine, "run", lambda _: pytest.fail("the network ran"))
    with pytest.raises(ValueError, match=r"must be|no setting"):
        analyzer.analyze_view(view, **wrong)


def test_a_number_of_threads_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKINGLANCE_THREADS", "many")
    with pytest.raises(ModelError, match="SKINGLANCE_THREADS must be a whole number"):
        load_analyzer()


def test_an_empty_folder_for_the_cache_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SKINGLANCE_CACHE_DIR", "")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for folder, expected in (("", "home/.cache"), (str(tmp_path / "xdg"), "xdg")):
        monkeypatch.setenv("XDG_CACHE_HOME", folder)
        assert cache_folder() == tmp_path / expected / "skinglancecare"


def test_a_user_without_a_home_needs_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a container may run one: by a number that stands in no list of users."""
    for name in ("HOME", "XDG_CACHE_HOME", "SKINGLANCE_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)
    assert cache_folder() is None
    monkeypatch.setenv("SKINGLANCE_CACHE_DIR", str(tmp_path))
    assert cache_folder() == tmp_path


def test_dermoscopic_photos_are_judged(analyzer: Analyzer, test_photos: list[Path]) -> None:
    refused = [analyzer.analyze(read_image(path), 0).is_ood for path in test_photos[:60]]
    assert np.mean(refused) <= 0.15


def test_photos_of_other_things_are_not_judged(analyzer: Analyzer, shared_data: Path) -> None:
    kinds = ("natural_photo", "texture", "document", "chest_xray", "hand", "wound_photo")
    photos = [shared_data / "ood" / f"{kind}_{number:04d}.jpg" for kind in kinds for number in range(6)]
    refused = [analyzer.analyze(read_image(path), 0).is_ood for path in photos]
    assert np.mean(refused) >= 0.9
