"""Whatever the picture, the answer is whole and consistent; and a number that is none is an error, never an answer."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from inference.analyzer import DEFAULT_MODEL, Analyzer, load_analyzer
from inference.model_spec import ModelError, file_sha256, load_model_spec
from postprocess.analysis import to_json_object
from tests.changed_models import change_model
from tests.conftest import REPOSITORY

_SPEC = load_model_spec(DEFAULT_MODEL)
_RANK = {"LOW": 0, "MEDIUM": 1, "HIGH": 2}
_SHORT, _FULL = 60, 2000
_LONGEST_SIDE = 10_000


@st.composite
def _pictures(draw: st.DrawFn) -> np.ndarray:
    """RGB uint8 (H, W, 3): noise, one colour, gradients, stripes, few values; from 1 x 1, one side up to 10,000."""
    short = draw(st.integers(1, 300))
    long = draw(st.one_of(st.integers(short, 400), st.integers(short, _LONGEST_SIDE) if short <= 32 else st.just(short)))
    height, width = draw(st.permutations((short, long)))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kind = draw(st.sampled_from(("noise", "colour", "gradient", "stripes", "two values")))
    if kind == "noise":
        return generator.integers(0, 256, (height, width, 3), np.uint8)
    if kind == "colour":
        return np.full((height, width, 3), generator.integers(0, 256, 3), np.uint8)
    if kind == "gradient":
        ramp = np.add.outer(np.linspace(0, 1, height), np.linspace(0, 1, width))[..., None] / 2
        return np.rint(ramp * generator.integers(0, 256, 3)).astype(np.uint8)
    if kind == "stripes":
        rows = generator.integers(0, 256, (height, 1, 3), np.uint8)
        return np.ascontiguousarray(np.broadcast_to(rows, (height, width, 3)))
    return np.where(generator.random((height, width, 1)) < 0.5, generator.integers(0, 256, 3), 255).astype(np.uint8)


def _check(analyzer: Analyzer, picture: np.ndarray, coverage: int, setting: str) -> None:
    analysis = analyzer.analyze(picture, 10, coverage, setting)
    # Fails for a number that is none.
    answer = json.loads(json.dumps(to_json_object(analysis, ""), allow_nan=False))
    assert answer
    assert abs(analysis.probs.sum() - 1) < 1e-9
    assert (analysis.probs >= 0).all()
    assert 0 <= analysis.cancer_probability <= 1
    assert analysis.prediction_set[0] == analysis.probs.argmax()
    assert analysis.risk_level == _SPEC.fitted[1].risk.level(analysis.cancer_probability)
    assert 0 <= analysis.certainty_score <= 100
    assert analysis.ood_score >= 0
    assert analysis.uncertainty is not None
    low, high = analysis.uncertainty.cancer_interval
    assert 0 <= low <= high <= 1
    heatmap = analysis.heatmap
    assert heatmap is not None
    assert np.isfinite(heatmap).all()
    assert heatmap.min() >= 0


_INPUTS: tuple[Any, ...] = (_pictures(), st.integers(80, 99), st.sampled_from(("specialist", "screening")))
_ANY_PICTURE = given(*_INPUTS)


# The analyzer is the same for all, and holds nothing of a photo.
@settings(max_examples=_SHORT, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@_ANY_PICTURE
def test_every_picture_has_a_whole_answer(analyzer: Analyzer, picture: np.ndarray, coverage: int, setting: str) -> None:
    _check(analyzer, picture, coverage, setting)


@pytest.mark.slow
@settings(max_examples=_FULL, deadline=None, suppress_health_check=list(HealthCheck))
@_ANY_PICTURE
def test_two_thousand_pictures_have_whole_answers(analyzer: Analyzer, picture: np.ndarray, coverage: int, setting: str) -> None:
    _check(analyzer, picture, coverage, setting)


@pytest.mark.parametrize("shape", [(1, 1), (1, _LONGEST_SIDE), (_LONGEST_SIDE, 1), (2, 3)])
@pytest.mark.parametrize("value", [0, 128, 255])
def test_the_least_pictures_have_whole_answers(analyzer: Analyzer, shape: tuple[int, int], value: int) -> None:
    _check(analyzer, np.full((*shape, 3), value, np.uint8), 90, "screening")


@settings(max_examples=500, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_probability_of_cancer_is_never_a_lower_risk(first: float, second: float) -> None:
    low, high = sorted((first, second))
    assert _RANK[_SPEC.fitted[1].risk.level(low)] <= _RANK[_SPEC.fitted[1].risk.level(high)]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.floats(-1e4, 1e4), min_size=8, max_size=8),
    st.floats(0, 50),
    st.sampled_from(np.flatnonzero(_SPEC.is_cancer).tolist()),
)
def test_more_evidence_of_a_cancer_is_never_a_lower_risk(logits: list[float], more: float, cancer: int) -> None:
    def risk(values: np.ndarray) -> tuple[int, float]:
        probability = float(_SPEC.fitted[1].calibration.probabilities(values)[_SPEC.is_cancer].sum())
        return _RANK[_SPEC.fitted[1].risk.level(probability)], probability

    values = np.array(logits)
    more_of_it = values + more * (np.arange(8) == cancer)
    before, after = risk(values), risk(more_of_it)
    assert after[1] >= before[1] - 1e-12
    # Rounding at the very edge of a level is no order.
    if abs(after[1] - before[1]) > 1e-12:
        assert after[0] >= before[0]


def _put(role: str, name: str, value: float) -> Callable[[Path], None]:
    """Put a value into an array of a model's file, which is then signed for."""

    def change(model: Path) -> None:
        path = model / _SPEC.files[role]
        arrays = load_file(path)
        changed = arrays[name].copy()
        changed.reshape(-1)[0] = value
        save_file(arrays | {name: changed}, path)
        change_model(model, lambda content: content["files"][role].update(sha256=file_sha256(path)))

    return change


_ARRAYS = [
    ("head", "weight_2"),
    ("ood", "class_means"),
    ("ood", "variances"),
    ("ood", "directions"),
    ("clinical", "weight"),
    ("alike", "mean"),
    ("alike", "components"),
]


@pytest.mark.parametrize(("role", "name"), _ARRAYS)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_array_with_a_number_that_is_none_is_refused(model_copy: Path, role: str, name: str, value: float) -> None:
    _put(role, name, value)(model_copy)
    with pytest.raises(ModelError, match=r"finite|orthonormal"):
        load_analyzer(model_copy)


_NAN = float("nan")
_DESCRIPTIONS: dict[str, Callable[[dict[str, Any]], object]] = {
    "quantiles": lambda content: content["conformal"].update({"90": [_NAN] * 8}),
    "quantiles below 0": lambda content: content["conformal"].update({"90": [-1.0] * 8}),
    "temperature": lambda content: content["calibration"].update(temperature=_NAN),
    "bias": lambda content: content["calibration"].update(class_bias=[_NAN] * 8),
    "risk": lambda content: content["risk"].update(high_from=_NAN),
    "threshold": lambda content: content["ood"].update(threshold=_NAN),
    "threshold of eight views": lambda content: content["eight_views"].update(ood_threshold=_NAN),
    "scale of eight views": lambda content: content["eight_views"].update(heatmap_full_scale=_NAN),
    "rest": lambda content: content["ood"].update(rest_variance=float("inf")),
    "scale": lambda content: content.update(heatmap_full_scale=_NAN),
    "share": lambda content: content["fitted_on"].update(cancer_share=_NAN),
    "mean": lambda content: content["input"].update(mean=[_NAN] * 3),
    "deviation": lambda content: content["input"].update(std=[0.0] * 3),
    "colours": lambda content: content["input"].update(color_constancy_power=_NAN),
    "size": lambda content: content["input"].update(image_size=0),
}


@pytest.mark.parametrize("name", _DESCRIPTIONS)
def test_a_description_with_a_number_that_is_none_is_refused(model_copy: Path, name: str) -> None:
    change_model(model_copy, _DESCRIPTIONS[name])
    with pytest.raises(ModelError):
        load_analyzer(model_copy)


def _ruin_openvino(model: Path) -> None:
    """NaN in the last of the network's constants that are floating-point numbers."""
    data = bytearray((model / _SPEC.files["ir_weights"]).read_bytes())
    kinds = {"f32": np.float32, "f16": np.float16}
    constants = [node.attrib for node in ElementTree.parse(model / _SPEC.files["ir"]).iterfind(".//layer[@type='Const']/data")]
    last = max((one for one in constants if one["element_type"] in kinds), key=lambda one: int(one["offset"]))
    start, size, kind = int(last["offset"]), int(last["size"]), kinds[last["element_type"]]
    data[start : start + size] = np.full(size // np.dtype(kind).itemsize, np.nan, kind).tobytes()
    (model / _SPEC.files["ir_weights"]).write_bytes(data)
    sha256 = file_sha256(model / _SPEC.files["ir_weights"])
    change_model(model, lambda content: content["files"]["ir_weights"].update(sha256=sha256))


def _ruin_torch(model: Path) -> None:
    _put("network", max(name for name in load_file(model / _SPEC.files["network"]) if name.endswith("weight")), np.nan)(model)


@pytest.mark.parametrize(
    ("engine", "ruin"),
    [("openvino", _ruin_openvino), pytest.param("torch", _ruin_torch, marks=pytest.mark.slow)],
)
def test_a_network_that_computes_no_numbers_gives_no_answer(
    model_copy: Path, drawing: np.ndarray, engine: str, ruin: Callable[[Path], None]
) -> None:
    ruin(model_copy)
    analyzer = load_analyzer(model_copy, engine)
    for samples in (0, 10):
        with pytest.raises(ModelError, match="are not finite"):
            analyzer.analyze(drawing, samples)


def test_the_app_does_not_start_with_such_a_network(model_copy: Path) -> None:
    _ruin_openvino(model_copy)
    code = f"import app, pathlib; app.DEFAULT_MODEL = pathlib.Path({str(model_copy)!r}); raise SystemExit(app.main([]))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 2
    assert "are not finite" in done.stderr
    assert "Traceback" not in done.stderr
