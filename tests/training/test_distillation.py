"""A student learns what its teacher says, and the teacher itself is neither changed nor kept."""

from pathlib import Path

import pytest
import torch
from torch.nn import functional

from inference.analyzer import DEFAULT_MODEL
from inference.images import read_image
from inference.network import NetworkTensors
from inference.preprocess import preprocess
from inference.symmetries import symmetric_views
from tests.changed_models import change_model
from training.commands.command_line import main
from training.commands.export import load_checkpoint
from training.config import DistillationConfig
from training.config.files import load_config
from training.losses.distillation import DistillationLoss
from training.models.backbone import WeightsError
from training.models.teacher import Teacher

EXAMPLES = sorted((Path(__file__).parents[2] / "assets" / "examples").glob("*.png"))
SMOKE = Path(__file__).parents[2] / "training" / "config" / "smoke.yaml"


def _tensors(logits: torch.Tensor, features: torch.Tensor) -> NetworkTensors:
    return NetworkTensors(logits, features, torch.empty(0), torch.empty(0))


@pytest.fixture
def student() -> NetworkTensors:
    torch.manual_seed(0)
    return _tensors(torch.randn(5, 8), torch.randn(5, 6))


def test_who_says_the_same_has_only_the_labels_left_to_learn(student: NetworkTensors) -> None:
    loss = DistillationLoss(DistillationConfig(logit_weight=0.3), (6, 6))
    torch.nn.init.eye_(loss.projection.weight)
    # Length says nothing: a teacher's features may be of any size.
    teacher = _tensors(student.logits + 7, 3 * student.features)
    torch.testing.assert_close(loss(torch.tensor(2.0), student, teacher), torch.tensor(0.7 * 2.0))


def test_the_terms_are_as_defined(student: NetworkTensors) -> None:
    teacher = _tensors(torch.randn(5, 8), torch.randn(5, 9))
    config = DistillationConfig(logit_weight=0.25, logit_temperature=3.0, feature_weight=0.5)
    loss = DistillationLoss(config, (6, 9))
    taught = functional.softmax(teacher.logits / 3, 1)
    divergence = (taught * (taught.log() - functional.log_softmax(student.logits / 3, 1))).sum(1).mean()
    cosine = functional.cosine_similarity(student.features @ loss.projection.weight.T, teacher.features)
    expected = 0.75 * 2.0 + 0.25 * 9 * divergence + 0.5 * (2 - 2 * cosine).mean()
    torch.testing.assert_close(loss(torch.tensor(2.0), student, teacher), expected)


@pytest.mark.parametrize("wrong", [{"logit_weight": 1.5}, {"logit_temperature": 0.0}, {"feature_weight": -1.0}])
def test_settings_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=f"distillation.{next(iter(wrong))} must be"):
        DistillationLoss(DistillationConfig(**wrong), (6, 9))


def test_a_student_comes_nearer_to_its_teacher(tmp_path: Path) -> None:
    options = ["--config", str(SMOKE), "--data", str(tmp_path / "drawn"), "--epochs", "2", "--freeze_blocks", "0"]
    taught = [*options, "--distillation.teacher", str(DEFAULT_MODEL), "--logit_weight", "1", "--logit_temperature", "1"]
    assert main(["train", *options, "--out", str(tmp_path / "alone")]) == 0
    assert main(["train", *taught, "--out", str(tmp_path / "taught")]) == 0
    drawings = torch.stack([_drawing(path) for path in sorted((tmp_path / "drawn").glob("*Test_Input/*.jpg"))[:32]])
    teacher = Teacher(DEFAULT_MODEL)
    distances = []
    for name in ("alone", "taught"):
        checkpoint = tmp_path / name / "last.ckpt"
        network = load_checkpoint(load_config(SMOKE), checkpoint)
        with torch.inference_mode():
            says, truth = (functional.log_softmax(asked(drawings).logits, 1) for asked in (network, teacher))
        distances.append(functional.kl_div(says, truth, reduction="batchmean", log_target=True).item())
        assert not any("teacher" in key for key in torch.load(checkpoint, weights_only=False)["state_dict"])
    assert distances[1] < 0.8 * distances[0]


def test_a_teacher_is_asked_about_all_symmetries() -> None:
    drawing = _drawing(EXAMPLES[0])[None]
    teacher = Teacher(DEFAULT_MODEL)
    seen = {symmetric_view.tobytes() for symmetric_view in symmetric_views(drawing[0].numpy())}
    answers = torch.stack([teacher(torch.from_numpy(view)[None]).logits[0] for view in symmetric_views(drawing[0].numpy())])
    assert len(seen) == 8
    torch.manual_seed(0)
    turning = Teacher(DEFAULT_MODEL, symmetries=True)
    asked = torch.stack([turning(drawing).logits[0] for _ in range(80)])
    # In INT8 a last bit of rounding may differ between two runs: nearest, and clearly nearer than another view's answer.
    nearest, second = torch.cdist(asked, answers).sort(1).values[:, :2].T
    assert (nearest < 0.5 * second).all()
    assert set(torch.cdist(asked, answers).argmin(1).tolist()) == set(range(8))


def test_a_teacher_on_the_cpu_answers_as_its_full_precision_network() -> None:
    drawings = torch.stack([_drawing(path, 224) for path in EXAMPLES])
    teacher = Teacher(DEFAULT_MODEL)
    quick = teacher(drawings)
    with torch.inference_mode():
        exact = teacher._network(drawings)
    for name, answer in quick._asdict().items():
        assert answer.shape == getattr(exact, name).shape, name
        # Which photo and which channel it is, INT8 leaves clear.
        assert torch.corrcoef(torch.stack([answer.flatten(), getattr(exact, name).flatten()]))[0, 1] > 0.9, name


def test_a_teacher_of_other_classes_is_refused(model_copy: Path) -> None:
    change_model(model_copy, lambda content: content["classes"][0].update(code="NEVUS"))
    with pytest.raises(WeightsError, match=r"tells NEVUS, .* apart; it must be MEL, NV"):
        Teacher(model_copy)


def _drawing(path: Path, size: int = 64) -> torch.Tensor:
    return torch.from_numpy(preprocess(read_image(path), size, 6.0))
