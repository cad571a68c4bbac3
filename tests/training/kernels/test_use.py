"""The kernels in a whole network, and where they cannot be compiled."""

import shutil

import pytest
import torch
from torch import nn

from training.config import Config
from training.kernels import compiler, use_fast_kernels
from training.kernels.compiler import CompilerError, compiled
from training.models.classifier import LesionClassifier


def _classifier(fast: bool) -> LesionClassifier:
    torch.manual_seed(0)
    config = Config()
    config.model.base_model, config.model.image_size, config.model.drop_path_rate = "tf_efficientnet_b0", 64, 0.0
    config.model.dropout_1 = config.model.dropout_2 = 0.0
    config.training.fast_kernels = fast
    return LesionClassifier(config, [1] * 8)


@pytest.mark.skipif(shutil.which("g++") is None, reason="needs a C++ compiler: apt-get install g++")
def test_a_step_of_the_network_is_the_same_with_them() -> None:
    plain, fast = (_classifier(fast).network.train() for fast in (False, True))
    # Batches of few cells make batch norms, and so gradients, sensitive to rounding: float64 says what is right.
    exact = _classifier(False).network.train().double()
    assert plain.state_dict().keys() == fast.state_dict().keys()
    photos = torch.randint(0, 256, (6, 64, 64, 3), dtype=torch.uint8)
    for network in (plain, fast, exact):
        network(photos).logits.square().sum().backward()
    for (name, right), ours, theirs in zip(exact.named_parameters(), fast.parameters(), plain.parameters(), strict=True):
        error, usual = (float((own.grad.double() - right.grad).norm()) for own in (ours, theirs))
        assert error <= 10 * usual + 1e-6 * float(right.grad.norm()) + 1e-9, name
    for (name, right), ours in zip(exact.named_buffers(), fast.buffers(), strict=True):
        torch.testing.assert_close(
            ours.double(), right.double(), rtol=1e-4, atol=1e-5, msg=lambda text, name=name: f"{name}: {text}"
        )


def test_a_network_without_such_layers_stays_as_it_is() -> None:
    assert use_fast_kernels(nn.Sequential(nn.Linear(3, 3), nn.ReLU())) == 0


def test_a_machine_without_a_compiler_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_compiler(*arguments: object, **options: object) -> None:
        raise RuntimeError("Ninja is required to load C++ extensions")

    compiled.cache_clear()
    monkeypatch.setattr(compiler.cpp_extension, "load", no_compiler)
    with pytest.raises(CompilerError, match=r"apt-get install g\+\+.*pip install ninja.*Ninja is required"):
        compiled("batch_norm")
