"""A model that is incomplete, damaged or mixed up is refused before it is used, with the file's name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from inference.model_spec import ModelError, load_head, load_model_spec, load_ood
from tests.changed_models import change_model


def test_the_shipped_model_is_complete(model_dir: Path) -> None:
    spec = load_model_spec(model_dir)
    assert spec.codes == ("MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC")
    assert spec.is_cancer.tolist() == [True, False, True, True, False, False, False, True]
    for fitted in (spec.fitted[1], spec.fitted[8]):
        assert sorted(fitted.conformal) == list(range(80, 100))
    assert spec.fitted[1] != spec.fitted[8]
    assert load_head(spec).weight_2.shape[0] == 8
    assert load_ood(spec).class_means.shape[0] == 8


def test_one_flipped_byte_is_found_and_the_file_named(model_copy: Path) -> None:
    path = model_copy / "openvino_int8.bin"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelError, match=r"openvino_int8.bin is damaged or of another model: expected SHA-256"):
        load_model_spec(model_copy)


@pytest.mark.parametrize("name", ["head.safetensors", "openvino_int8.xml", "ood.safetensors", "model.json"])
def test_a_missing_file_is_named(model_copy: Path, name: str) -> None:
    (model_copy / name).unlink()
    with pytest.raises(ModelError, match=f"{name} is missing"):
        load_model_spec(model_copy)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda content: content.pop("calibration"), "lacks 'calibration'"),
        (lambda content: content["calibration"].update(temperature=0), "temperature must be finite and above 0"),
        (lambda content: content["risk"].update(low_below=0.9), "low_below <= high_from"),
        (lambda content: content["classes"].pop(), "8 values for 7 classes"),
        (lambda content: content["conformal"].update({"90": [0.5]}), "conformal.90 has 1 values for 8 classes"),
        (lambda content: content["eight_views"]["calibration"].update(temperature=0), "temperature must be finite and above 0"),
        (lambda content: content["eight_views"]["conformal"].update({"90": [0.5]}), "conformal.90 has 1 values for 8 classes"),
        (lambda content: content["eight_views"].update(ood_threshold=float("nan")), "finite ood threshold"),
        (lambda content: content["eight_views"].pop("risk"), "lacks 'risk'"),
        (lambda content: content["test_metrics"]["conformal"]["90"]["classes"].update(MEL=1.5), "shares from 0 to 1"),
        (lambda content: content["test_metrics"].update(conformal=[]), "is invalid"),
        (lambda content: content.update(format=99), "has format 99"),
        (lambda content: content["files"]["head"].update(name="../head.safetensors"), "outside of its folder"),
    ],
)
def test_a_wrong_description_is_refused(model_copy: Path, change: Callable, words: str) -> None:
    change_model(model_copy, change)
    with pytest.raises(ModelError, match=words):
        load_model_spec(model_copy)


def test_what_was_fitted_on_one_view_stands_in_where_nothing_else_was(model_copy: Path) -> None:
    change_model(model_copy, lambda content: content.pop("eight_views"))
    spec = load_model_spec(model_copy)
    assert spec.fitted[8] == spec.fitted[1]


def test_what_was_measured_of_the_prediction_sets_is_read_with_the_rest(model_copy: Path) -> None:
    once, eight = ({"90": {"classes": shares}} for shares in ({"MEL": 0.871, "DF": None, "NV": 0.98}, {"MEL": 0.5, "NV": 1.0}))

    def measured(metrics: dict | None) -> dict:
        change_model(model_copy, lambda content: content.pop("test_metrics", None))
        if metrics is not None:
            change_model(model_copy, lambda content: content.update(test_metrics=metrics))
        spec = load_model_spec(model_copy)
        (model_copy / "model.json").rename(model_copy / "aside")
        try:
            # The file is read when the model is loaded, and never again.
            return spec.measured_coverage
        finally:
            (model_copy / "aside").rename(model_copy / "model.json")

    expected = {1: {90: (0.871, 0.98)}, 8: {90: (0.5, 1.0)}}
    assert measured({"conformal": once, "eight_views": {"conformal": eight}}) == expected
    assert measured({"conformal": once}) == expected | {8: {}}
    assert measured({"conformal": {"90": {"classes": {"MEL": None}}}}) == {1: {}, 8: {}}
    assert measured(None) == {1: {}, 8: {}}


def test_what_is_no_json_is_refused(model_copy: Path) -> None:
    (model_copy / "model.json").write_text("{")
    with pytest.raises(ModelError, match="cannot be read as JSON"):
        load_model_spec(model_copy)
