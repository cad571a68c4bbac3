"""A grown network computes what the small one did, and says so where it cannot be grown."""

from pathlib import Path

import pytest
import timm
import torch
from safetensors.torch import load_file, save_file

from inference.images import read_image
from inference.preprocess import preprocess
from training.commands.command_line import main
from training.config import ModelConfig
from training.models.backbone import create_network
from training.models.growing import GrowthError, grow, normalise

SMOKE = Path(__file__).parents[2] / "training" / "config" / "smoke.yaml"
PHOTOS = torch.randint(0, 256, (4, 64, 64, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def _lite(name: str = "tf_efficientnet_lite0") -> torch.nn.Module:
    torch.manual_seed(0)
    small = timm.create_model(name, num_classes=0)
    # Batch norms that have seen photos: at their start they would hide a wrong statistic.
    small.train()(normalise(PHOTOS, small))
    return small.eval()


def _target(name: str, like: torch.nn.Module) -> torch.nn.Module:
    """A backbone with the normalisation of `like`."""
    large = timm.create_model(name, num_classes=0, act_layer="relu6")
    large.default_cfg = large.default_cfg | {key: like.default_cfg[key] for key in ("mean", "std")}
    return large


def _features(network: torch.nn.Module, count: int, photos: torch.Tensor = PHOTOS) -> torch.Tensor:
    with torch.inference_mode():
        return network.eval()(normalise(photos, network))[:, :count]


@pytest.mark.parametrize(("source", "target"), [("lite0", "b1"), ("lite2", "b3"), ("lite3", "b3")])
def test_the_old_features_are_kept(source: str, target: str) -> None:
    small = _lite(f"tf_efficientnet_{source}")
    large = _target(f"tf_efficientnet_{target}", small)
    grow(small, large, PHOTOS, torch.Generator().manual_seed(0))
    torch.testing.assert_close(_features(large, 1280), _features(small, 1280), atol=1e-3, rtol=1e-3)


def test_imagenet_features_are_kept_on_photos(shared_data: Path, test_photos: list[Path]) -> None:
    weights = shared_data.parent / "weights" / "efficientnet_lite2_imagenet.safetensors"
    if not weights.exists():
        pytest.skip(f"{weights} is not there")
    photos = torch.stack([torch.from_numpy(preprocess(read_image(path), 160, 6.0)) for path in test_photos[:6]])
    small = timm.create_model("tf_efficientnet_lite2", num_classes=0).eval()
    small.load_state_dict({name: tensor.float() for name, tensor in load_file(weights).items()})
    large = _target("tf_efficientnet_b3", small)
    grow(small, large, photos, torch.Generator().manual_seed(0))
    torch.testing.assert_close(_features(large, 1280, photos), _features(small, 1280, photos), atol=1e-3, rtol=1e-3)


def test_another_normalisation_changes_the_stem_at_the_padded_border_alone() -> None:
    small, large = _lite(), timm.create_model("tf_efficientnet_b1", num_classes=0, act_layer="relu6")
    assert large.default_cfg["mean"] != small.default_cfg["mean"]
    grow(small, large, PHOTOS, torch.Generator().manual_seed(0))
    with torch.inference_mode():
        old, new = (net.bn1(net.conv_stem(normalise(PHOTOS, net)))[:, :32] for net in (small.eval(), large.eval()))
    torch.testing.assert_close(new[..., :-1, :-1], old[..., :-1, :-1], atol=1e-3, rtol=1e-3)


def test_what_is_new_can_learn() -> None:
    small = _lite()
    large = _target("tf_efficientnet_b1", small)
    grow(small, large, PHOTOS, torch.Generator().manual_seed(0))
    features = large(normalise(PHOTOS, large))
    assert torch.isfinite(features).all()
    features.pow(2).sum().backward()
    # The gain of an added block, the gate of an old one, and the columns that will read new channels.
    stage = large.blocks[2]
    assert stage[-1].bn3.weight.grad.abs().max() > 0
    assert stage[0].se.conv_expand.weight.grad.abs().max() > 0


def test_a_wider_or_deeper_network_is_not_grown_into_a_smaller_one() -> None:
    with pytest.raises(GrowthError, match="cannot be grown to"):
        grow(_lite("tf_efficientnet_lite2"), timm.create_model("tf_efficientnet_b0", num_classes=0), PHOTOS, torch.Generator())


def test_the_command_writes_weights_that_training_starts_from(tmp_path: Path) -> None:
    save_file(_lite().state_dict(), tmp_path / "lite.safetensors")
    arguments = ["grow", "--config", str(SMOKE), "--data", str(tmp_path / "drawn"), "--from", "tf_efficientnet_lite0"]
    arguments += ["--out", str(tmp_path / "grown.safetensors")]
    assert main([*arguments, "--weights", str(tmp_path / "lite.safetensors")]) == 0
    network = create_network(ModelConfig(base_model="tf_efficientnet_b0", backbone_weights=tmp_path / "grown.safetensors"))
    stem = load_file(tmp_path / "grown.safetensors")["conv_stem.weight"].float()
    torch.testing.assert_close(network.backbone.conv_stem.weight.detach(), stem)
    assert main([*arguments, "--weights", str(tmp_path / "none.safetensors")]) == 2
    # The same seed, the same weights, what is drawn at random included.
    arguments[-1] = str(tmp_path / "again.safetensors")
    assert main([*arguments, "--weights", str(tmp_path / "lite.safetensors")]) == 0
    grown, again = (load_file(tmp_path / name) for name in ("grown.safetensors", "again.safetensors"))
    assert [name for name, tensor in grown.items() if not torch.equal(tensor, again[name])] == []
