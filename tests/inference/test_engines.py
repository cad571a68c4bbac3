"""OpenVINO and PyTorch give the same answer with the same weights, and the heat map is Grad-CAM's."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score

from inference.analyzer import Analyzer, load_analyzer
from inference.images import read_image
from inference.model_spec import ModelSpec, load_head, load_model_spec, load_ood
from inference.openvino_engine import OpenVinoEngine
from inference.torch_engine import TorchEngine, load_network
from postprocess.analysis import Analysis
from training.data.isic import TRAINING, read_isic_2019
from training.data.splits import split_by_lesion
from training.quantization import convert_to_openvino

PHOTOS = 20


@pytest.fixture(scope="module")
def spec(model_dir: Path) -> ModelSpec:
    return load_model_spec(model_dir)


@pytest.fixture(scope="module")
def torch_analyzer() -> Analyzer:
    return load_analyzer(engine="torch")


@pytest.fixture(scope="module")
def full_precision_analyzer(spec: ModelSpec, tmp_path_factory: pytest.TempPathFactory) -> Analyzer:
    """The same weights in OpenVINO without quantization."""
    import openvino as ov

    path = tmp_path_factory.mktemp("full_precision") / "model.xml"
    ov.save_model(
        convert_to_openvino(load_network(spec, spec.path("network")), spec.input.image_size),
        path,
        compress_to_fp16=False,
    )
    return Analyzer(spec, OpenVinoEngine(path, load_head(spec)), load_head(spec), load_ood(spec))


@pytest.fixture(scope="module")
def photos(request: pytest.FixtureRequest, drawing: np.ndarray) -> list[np.ndarray]:
    """Real photos where they are, else drawings."""
    return [np.roll(drawing, shift, axis=1) for shift in range(0, 40, 10)]


def _largest_difference(first: Analysis, second: Analysis) -> float:
    return float(np.abs(first.probs - second.probs).max())


@pytest.mark.parametrize("samples", [0, 30])
def test_engines_agree_to_a_thousandth_on_drawings(
    full_precision_analyzer: Analyzer, torch_analyzer: Analyzer, photos: list[np.ndarray], samples: int
) -> None:
    for photo in photos:
        first = full_precision_analyzer.analyze(photo, samples)
        second = torch_analyzer.analyze(photo, samples)
        assert _largest_difference(first, second) <= 1e-3
        if samples:
            assert first.uncertainty is not None
            assert second.uncertainty is not None
            assert first.uncertainty.cancer_interval == pytest.approx(second.uncertainty.cancer_interval, abs=1e-3)


def test_no_sum_of_the_int8_network_overflows(spec: ModelSpec) -> None:
    import openvino as ov

    # A processor without 8-bit dot products adds two products in 16 bits: 2 * 255 * 64 fits, 2 * 255 * 127 does not, and the
    # answer would be another one there. Depthwise weights (five axes) are multiplied one by one.
    constants = (op for op in ov.Core().read_model(spec.path("ir")).get_ops() if op.get_type_name() == "Constant")
    weights = [op.get_data() for op in constants if op.get_element_type() == ov.Type.i8]
    assert len(weights) > 100
    assert max(np.abs(layer.astype(int)).max() for layer in weights if layer.ndim == 4) <= 64


def test_engines_agree_to_a_thousandth_on_photos(
    full_precision_analyzer: Analyzer, torch_analyzer: Analyzer, test_photos: list[Path]
) -> None:
    for path in test_photos[:PHOTOS]:
        photo = read_image(path)
        first, second = (engine.analyze(photo) for engine in (full_precision_analyzer, torch_analyzer))
        assert _largest_difference(first, second) <= 1e-3
        assert first.uncertainty is not None
        assert second.uncertainty is not None
        assert first.uncertainty.cancer_interval == pytest.approx(second.uncertainty.cancer_interval, abs=1e-3)


def test_every_sampled_probability_agrees(full_precision_analyzer: Analyzer, spec: ModelSpec, drawing: np.ndarray) -> None:
    head = load_head(spec)
    masks = head.draw_masks(30, seed=0)
    engines = OpenVinoEngine(spec.path("ir"), head), TorchEngine(spec)
    features = engines[1].run(full_precision_analyzer.network_view(drawing)[None]).features[0]
    first, second = (spec.fitted[1].calibration.probabilities(engine.sample(features, masks)) for engine in engines)
    np.testing.assert_allclose(first, second, atol=1e-3)


def test_the_heat_map_is_grad_cam(torch_analyzer: Analyzer, spec: ModelSpec, test_photos: list[Path]) -> None:
    from pytorch_grad_cam import GradCAM

    network = load_network(spec, spec.path("network"))
    bias = torch.tensor(spec.fitted[1].calibration.class_bias)
    cancer = torch.from_numpy(spec.is_cancer)

    class Body(torch.nn.Module):
        """Takes a float picture, as the reference needs a gradient down to it; gives logits."""

        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return self.network(images.permute(0, 2, 3, 1)).logits

    def cancer_probability(logits: torch.Tensor) -> torch.Tensor:
        return (logits / spec.fitted[1].calibration.temperature + bias).softmax(-1)[cancer].sum()

    correlations = []
    with GradCAM(Body(), [network.backbone.bn2]) as reference:
        for path in test_photos[:PHOTOS]:
            photo = read_image(path)
            ours = torch_analyzer.analyze(photo, 0).heatmap
            picture = torch.from_numpy(torch_analyzer.network_view(photo)).permute(2, 0, 1)[None].float()
            reference.forward(picture, [cancer_probability])
            hooks = reference.activations_and_grads
            activations, gradients = hooks.activations[0].numpy(), hooks.gradients[0].numpy()
            raw = reference.get_cam_image(picture, network.backbone.bn2, [cancer_probability], activations, gradients)
            theirs = np.maximum(raw[0], 0)
            assert theirs.shape == ours.shape
            if ours.max() > 0:
                correlations.append(np.corrcoef(ours.ravel(), theirs.ravel())[0, 1])
    assert len(correlations) >= PHOTOS // 2
    assert min(correlations) >= 0.99


def test_answers_do_not_depend_on_the_number_of_threads(spec: ModelSpec, drawing: np.ndarray) -> None:
    head = load_head(spec)
    first, second = (
        Analyzer(spec, OpenVinoEngine(spec.path("ir"), head, threads), head, load_ood(spec)).analyze(drawing)
        for threads in (1, 2)
    )
    assert _largest_difference(first, second) <= 1e-5


def test_quantization_moves_little(analyzer: Analyzer, torch_analyzer: Analyzer, test_photos: list[Path]) -> None:
    differences = [
        abs(
            analyzer.analyze(read_image(path), 0).cancer_probability
            - torch_analyzer.analyze(read_image(path), 0).cancer_probability
        )
        for path in test_photos[:PHOTOS]
    ]
    assert np.median(differences) <= 0.02


def test_a_head_without_dropout_cannot_be_sampled(spec: ModelSpec) -> None:
    head = dataclasses.replace(load_head(spec), dropout_1=0.0, dropout_2=0.0)
    with pytest.raises(ValueError, match="no dropout"):
        head.draw_masks(30, seed=0)


@pytest.mark.slow
def test_quantization_keeps_the_ranking_of_cancers(analyzer: Analyzer, torch_analyzer: Analyzer, shared_data: Path) -> None:
    """Cancer AUROC on 300 validation photos: INT8 within 0.005 of full precision."""
    folder = shared_data / "isic_2019"
    split = split_by_lesion(read_isic_2019(folder, TRAINING), folder, validation_fold=0, folds=8, seed=42)
    photos = split.validation.sample(300, random_state=0)
    is_cancer = analyzer.spec.is_cancer[photos["label"]]
    areas = [
        roc_auc_score(is_cancer, [engine.analyze(read_image(path), 0).cancer_probability for path in photos["path"]])
        for engine in (analyzer, torch_analyzer)
    ]
    assert areas[0] == pytest.approx(areas[1], abs=0.005)
