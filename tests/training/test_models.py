"""The network's start: nothing learned is lost, what is frozen stays, and files that do not fit are refused."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from inference.network import ClassificationHead
from training.config import ModelConfig
from training.models.backbone import WeightsError, create_network, embed_linear_head, freeze_stages

SMALL = {"base_model": "tf_efficientnet_b0", "image_size": 64}


def test_the_head_starts_as_the_linear_layer_it_is_given() -> None:
    torch.manual_seed(0)
    head = ClassificationHead(40, 32, 8, 0.3, 0.2).eval()
    weight, bias, features = torch.randn(8, 40), torch.randn(8), torch.randn(5, 40)
    embed_linear_head(head, weight, bias)
    torch.testing.assert_close(head(features), features @ weight.T + bias, atol=1e-4, rtol=1e-4)


def test_a_head_too_narrow_for_that_is_refused() -> None:
    with pytest.raises(ValueError, match="hidden width of at least 16"):
        embed_linear_head(ClassificationHead(40, 15, 8, 0.0, 0.0), torch.zeros(8, 40), torch.zeros(8))


def test_outputs_have_the_stated_shapes() -> None:
    network = create_network(ModelConfig(**SMALL)).eval()
    with torch.inference_mode():
        tensors = network(torch.zeros(2, 64, 64, 3, dtype=torch.uint8))
    assert tensors.logits.shape == (2, 8)
    assert tensors.features.shape == (2, 1280)
    assert tensors.feature_map.shape == (2, 1280, 2, 2)
    assert tensors.statistics.shape == (2, 2 * (40 + 112))
    torch.testing.assert_close(tensors.features, tensors.feature_map.mean((2, 3)))


def test_an_exported_network_can_be_trained_on(tmp_path: Path) -> None:
    path = tmp_path / "network.safetensors"
    source = create_network(ModelConfig(**SMALL))
    save_file({name: tensor.contiguous() for name, tensor in source.state_dict().items()}, path)
    loaded = create_network(ModelConfig(**SMALL, backbone_weights=path))
    torch.testing.assert_close(loaded.state_dict(), source.state_dict())


def test_only_the_first_stages_are_frozen() -> None:
    network = create_network(ModelConfig(**SMALL))
    freeze_stages(network, 3)
    frozen = {name for name, parameter in network.named_parameters() if not parameter.requires_grad}
    assert all(
        name.startswith(("backbone.conv_stem", "backbone.bn1", *(f"backbone.blocks.{i}." for i in range(3)))) for name in frozen
    )
    assert any(name.startswith("backbone.blocks.2.") for name in frozen)
    freeze_stages(network, 0)
    assert all(parameter.requires_grad for parameter in network.parameters())


@pytest.mark.parametrize(
    "base_model",
    [
        *(f"tf_efficientnet_b{size}" for size in range(5)),
        "tf_efficientnetv2_s",
        "deit_small_patch16_224",
        "swin_tiny_patch4_window7_224",
    ],
)
def test_every_family_gives_features_that_are_the_mean_of_a_map_and_can_be_frozen(base_model: str) -> None:
    network = create_network(ModelConfig(base_model=base_model, act_layer=None)).eval()
    with torch.inference_mode():
        tensors = network(torch.randint(0, 256, (2, 96, 96, 3), dtype=torch.uint8))
    assert tensors.logits.shape == (2, 8)
    assert tensors.feature_map.shape[1] == tensors.features.shape[1] == network.backbone.num_features
    torch.testing.assert_close(tensors.features, tensors.feature_map.mean((2, 3)))
    assert tensors.statistics.shape[0] == 2
    freeze_stages(network, 1)
    first, *_ = network.backbone.parameters()
    assert not first.requires_grad
    assert sum(parameter.requires_grad for parameter in network.backbone.parameters()) > 20


def test_tokens_lie_in_the_map_where_their_patches_lie_in_the_photo() -> None:
    torch.manual_seed(0)
    network = create_network(ModelConfig(base_model="deit_small_patch16_224", act_layer=None)).eval()
    # One block without attention to others would do; with twelve, the patch that changed still changes most.
    images = torch.zeros(2, 96, 96, 3, dtype=torch.uint8)
    images[1, 64:80, 16:32] = 255
    with torch.inference_mode():
        first, second = network(images).feature_map
    change = (second - first).norm(dim=0)
    assert divmod(int(change.argmax()), change.shape[1]) == (4, 1)


def test_start_weights_are_loaded_and_misfits_named(tmp_path: Path) -> None:
    path = tmp_path / "start.safetensors"
    source = create_network(ModelConfig(**SMALL))
    weights = {name: tensor.contiguous() for name, tensor in source.backbone.state_dict().items()}
    weights |= {"head.weight": torch.randn(8, 1280), "head.bias": torch.randn(8)}
    save_file(weights, path)
    loaded = create_network(ModelConfig(**SMALL, backbone_weights=path))
    torch.testing.assert_close(loaded.backbone.conv_stem.weight, source.backbone.conv_stem.weight)
    with pytest.raises(WeightsError, match="does not fit the network: missing"):
        create_network(ModelConfig(base_model="tf_efficientnet_b1", backbone_weights=path))
    with pytest.raises(WeightsError, match="are missing"):
        create_network(ModelConfig(**SMALL, backbone_weights=tmp_path / "none"))
