"""The comparison of quantizations: what is counted, and that each way gives a network that still is this one."""

from pathlib import Path
from unittest.mock import create_autospec

import numpy as np
import pytest

from benchmarks.quantization import _accuracy
from inference.analyzer import DEFAULT_MODEL, Analyzer
from training.classes import CODES
from training.config.files import CONFIG_FILE, load_config
from training.utils.metrics import Predictions


def test_accuracy_and_agreement_are_those_of_four_photos_by_hand() -> None:
    labels = np.array([CODES.index(code) for code in ("MEL", "MEL", "NV", "NV")])

    def predictions(melanoma: list[float]) -> Predictions:
        probs = np.zeros((4, len(CODES)))
        probs[:, CODES.index("MEL")] = melanoma
        probs[:, CODES.index("NV")] = 1 - np.array(melanoma)
        return Predictions(probs, labels, np.arange(4))

    # Of the four pairs of a cancer and a benign photo one is in the wrong order; all cancers are found from 0.4 on, with one
    # of the two benign photos; one photo has another class than in full precision.
    row = _accuracy(predictions([0.9, 0.4, 0.45, 0.1]), predictions([0.9, 0.6, 0.45, 0.2]))
    assert row == pytest.approx(
        {
            "cancer_AUROC": 0.75,
            "specificity_at_recall_0.96": 0.5,
            "same_class_as_FP32": 0.75,
            "median_change_of_cancer_probability": 0.05,
        }
    )


def test_the_way_that_is_called_shipped_is_the_one_that_training_ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nncf
    import openvino

    from benchmarks.quantized import ways
    from training.quantization import quantize_to_int8

    given = []
    monkeypatch.setattr(nncf, "quantize", lambda model, pictures, **options: given.append(options))
    monkeypatch.setattr(openvino, "save_model", lambda *_: None)
    for module in ("benchmarks.quantized", "training.quantization"):
        monkeypatch.setattr(f"{module}.with_fp16_constants", lambda model: model)
    pictures = [np.zeros((1, 8, 8, 3), np.uint8)] * 3
    (shipped,) = (
        make for name, make in ways(pictures, (pictures, np.ones(3), np.ones(8, bool))).items() if "(shipped)" in name
    )
    shipped(None)
    fast_bias_correction = load_config(DEFAULT_MODEL / CONFIG_FILE, []).inference.fast_bias_correction
    quantize_to_int8(None, pictures, fast_bias_correction, tmp_path / "model.xml")
    of_the_way, of_training = given
    assert of_the_way == of_training
    assert of_the_way["subset_size"] == 3


def test_accuracy_control_is_told_the_same_and_to_judge_by_the_pictures_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import nncf

    from benchmarks.quantized import ways

    # Takes what the function itself takes, and nothing else.
    control = create_autospec(nncf.quantize_with_accuracy_control)
    monkeypatch.setattr(nncf, "quantize_with_accuracy_control", control)
    monkeypatch.setattr("benchmarks.quantized.with_fp16_constants", lambda model: model)
    pictures = [np.zeros((1, 8, 8, 3), np.uint8)] * 3
    is_cancer = np.array([True] + [False] * 7)
    made = ways(pictures, (pictures, np.array([1, 0, 0]), is_cancer))
    (make,) = (make for name, make in made.items() if name.startswith("accuracy control"))
    make(None)
    (_, _, judging, judge), options = control.call_args
    assert options["advanced_quantization_parameters"].overflow_fix == nncf.OverflowFix.ENABLE
    assert options["subset_size"] == 3
    # The first of three pictures shows cancer, and is likelier to do so than one of the others: half of the pairs are right.
    logits = iter([0.0, 1.0, -1.0])

    def network(picture: np.ndarray) -> dict[str, np.ndarray]:
        return {"logits": np.array([[next(logits)] + [0.0] * 7])}

    assert judge(network, judging.get_data()) == (0.5, None)


@pytest.mark.slow
def test_every_way_gives_a_smaller_network_with_nearly_the_same_answers(
    analyzer: Analyzer, drawing: np.ndarray, tmp_path: Path
) -> None:
    import openvino

    from benchmarks.peers import network_of
    from benchmarks.quantized import ways
    from inference.model_spec import load_head
    from inference.openvino_engine import OpenVinoEngine
    from training.quantization import convert_to_openvino

    views = [analyzer.network_view(np.roll(drawing, shift, axis=1))[None] for shift in (0, 20)]
    model = convert_to_openvino(network_of(analyzer.spec), analyzer.spec.input.image_size)
    judge = views, np.array([True, False]), analyzer.spec.is_cancer
    made = {"FP32": lambda model: model} | ways(views, judge)
    logits, sizes = {}, {}
    # Steered by two pictures, it would take layer after layer back for nothing.
    made = {name: make for name, make in made.items() if not name.startswith("accuracy control")}
    for number, (name, make) in enumerate(made.items()):
        path = tmp_path / f"{number}.xml"
        openvino.save_model(make(model), path, compress_to_fp16=False)
        sizes[name] = path.with_suffix(".bin").stat().st_size
        logits[name] = OpenVinoEngine(path, load_head(analyzer.spec)).run(views[0]).logits[0]
    for name in list(made)[1:]:
        assert sizes[name] < 0.4 * sizes["FP32"], name
        assert np.corrcoef(logits[name], logits["FP32"])[0, 1] > 0.9, name
