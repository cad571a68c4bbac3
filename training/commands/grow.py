"""`python -m training grow`: start weights for a backbone that has none, grown from EfficientNet-Lite's without loss."""

import logging
from pathlib import Path

import timm
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from training.config import Config
from training.data.dataset import PhotoDataset
from training.data.sources import read_splits
from training.models.backbone import WeightsError
from training.models.growing import GrowthError, grow, normalise

logger = logging.getLogger(__name__)

# Photos that the statistics of new channels are taken from, and their side in pixels.
_PHOTOS = 64
_SIDE = 128


def grow_weights(config: Config, source: str, weights: Path | None, out: Path) -> None:
    """Write half-precision start weights for `config.model`'s backbone to `out`.

    Args:
        config: names the backbone and the photos.
        source: timm's name of the EfficientNet-Lite to grow from.
        weights: its safetensors file, timm's keys without classifier; None downloads timm's own from the Hub.
        out: safetensors file that `model.backbone_weights` takes.

    Raises:
        WeightsError: the weights are missing or do not fit, or the one network cannot be grown into the other.
        DataError: the photos are missing.
    """
    # What is new in the large network stays as it is drawn here, but for what `grow` sets.
    torch.manual_seed(config.training.seed)
    small = timm.create_model(source, num_classes=0, pretrained=weights is None)
    if weights is not None:
        _load(small, weights)
    large = timm.create_model(config.model.base_model, num_classes=0, act_layer=config.model.act_layer)
    photos = _photos(config)
    try:
        grow(small, large, photos, torch.Generator().manual_seed(config.training.seed))
    except GrowthError as error:
        raise WeightsError(f"{source} cannot be grown into {config.model.base_model}: {error}") from error
    logger.info(
        "largest difference of a feature: %.1e of its size, from the zeros around a photo", _difference(small, large, photos)
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: _half(tensor).contiguous() for name, tensor in large.state_dict().items()}, out)


def _load(network: torch.nn.Module, path: Path) -> None:
    if not path.exists():
        raise WeightsError(f"the weights {path} are missing; --weights must name a safetensors file")
    try:
        network.load_state_dict({name: tensor.float() for name, tensor in load_file(path).items()})
    except (RuntimeError, SafetensorError) as error:
        raise WeightsError(f"{path} does not fit {type(network).__name__}; is --from its name in timm? {error}") from error


def _photos(config: Config) -> torch.Tensor:
    table = read_splits(config.data).train
    chosen = table.sample(min(_PHOTOS, len(table)), random_state=config.training.seed)
    dataset = PhotoDataset(chosen, _SIDE, config.data.color_constancy_power)
    return torch.stack([dataset[index].image_u8 for index in range(len(dataset))])


@torch.no_grad()
def _difference(small: torch.nn.Module, large: torch.nn.Module, photos_u8: torch.Tensor) -> float:
    old = small.eval()(normalise(photos_u8, small))
    new = large.eval()(normalise(photos_u8, large))[:, : old.shape[1]]
    return float((new - old).abs().max() / old.abs().max())


def _half(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.half() if tensor.is_floating_point() else tensor
