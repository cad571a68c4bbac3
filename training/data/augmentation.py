"""Random views of a batch of photos, made with tensor arithmetic on whichever device the batch is on.

Each photo gets its own: one of the eight symmetries of the square, a crop of random area and place, a random resolution,
mild changes of colour, and now and then the traces of a JPEG compression. A lesion has no up and no left, so all eight
symmetries are equally likely.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.config import DataConfig
from training.data.jpeg import as_jpeg
from training.data.one_by_one import change_some

# The aspect ratio of a crop stays near 1: the outline of a lesion is a sign.
_ASPECT = (0.85, 1.18)
_COLOR_OPERATIONS = 3
JPEG_QUALITY = (50, 95)


class BatchAugmentation(nn.Module):
    """uint8 (N, S, S, 3) -> uint8 (N, crop_size, crop_size, 3)."""

    def __init__(self, config: DataConfig) -> None:
        super().__init__()
        self.config = config

    @torch.no_grad()
    def forward(self, images_u8: Tensor) -> Tensor:
        images = images_u8.permute(0, 3, 1, 2).float()
        images = self._change_colors(self._crop(self._degrade(images)))
        changed_u8 = images.round_().clamp_(0, 255).to(torch.uint8).permute(0, 2, 3, 1).contiguous()
        self._compress(changed_u8)
        return changed_u8

    def _degrade(self, images: Tensor) -> Tensor:
        """Bring some photos down to a random resolution and back: area means down, bilinear up, as preprocessing does."""
        size = images.shape[-1]
        resolutions = self.random_resolutions(len(images), size)
        for index in torch.nonzero(resolutions < size).flatten().tolist():
            small = functional.interpolate(images[index : index + 1], size=int(resolutions[index]), mode="area")
            images[index] = functional.interpolate(small, size=size, mode="bilinear", align_corners=False)[0]
        return images

    def random_resolutions(self, count: int, size: int) -> Tensor:
        """Resolution in pixels that `count` photos of `size` pixels are brought down to (`size`: none), int64 (count,)."""
        low, high = torch.tensor([min(self.config.degrade_from, size), size], dtype=torch.float).log()
        resolutions = torch.exp(low + (high - low) * torch.rand(count)).long()
        return torch.where(torch.rand(count) < self.config.degrade_probability, resolutions, size)

    def _crop(self, images: Tensor) -> Tensor:
        matrices = self._random_matrices(len(images)).to(images.device)
        shape = [len(images), 3, self.config.crop_size, self.config.crop_size]
        grid = functional.affine_grid(matrices, shape, align_corners=False)
        return functional.grid_sample(images, grid, mode="bilinear", padding_mode="reflection", align_corners=False)

    def _random_matrices(self, count: int) -> Tensor:
        """Affine maps from the crop to the photo, both in -1..1: (N, 2, 3)."""
        area = _uniform(count, *self.config.crop_area)
        aspect = _uniform(count, *_ASPECT)
        extent = torch.stack([(area * aspect).sqrt(), (area / aspect).sqrt()], dim=1).clamp(max=1)
        center = (2 * torch.rand(count, 2) - 1) * (1 - extent)
        scale = torch.diag_embed(extent)
        return torch.cat([scale @ _symmetries(count), center[:, :, None]], dim=2)

    def _change_colors(self, images: Tensor) -> Tensor:
        """Contrast about the photo's mean, saturation about its grey, and a gain per channel (brightness included)."""
        strength = self.config.jitter
        if strength == 0:
            return images
        count, device = len(images), images.device
        contrast, saturation, brightness = (
            _uniform(count, 1 - strength, 1 + strength).view(-1, 1, 1, 1).to(device) for _ in range(_COLOR_OPERATIONS)
        )
        gain = 1 + strength / 3 * (2 * torch.rand(count, 3, 1, 1, device=device) - 1)
        mean = images.mean((1, 2, 3), keepdim=True)
        images = mean + contrast * (images - mean)
        grey = images.mean(1, keepdim=True)
        return (grey + saturation * (images - grey)) * brightness * gain

    def _compress(self, images_u8: Tensor) -> None:
        """Store some photos as a JPEG of random quality: how strongly a photo was compressed says nothing about the lesion."""
        chosen = torch.nonzero(torch.rand(len(images_u8)) < self.config.jpeg_probability).flatten()
        change_some(images_u8, chosen, as_jpeg, torch.randint(*JPEG_QUALITY, (len(chosen),)).tolist())


def _uniform(count: int, low: float, high: float) -> Tensor:
    return low + (high - low) * torch.rand(count)


def _symmetries(count: int) -> Tensor:
    """One of the eight symmetries of the square for each photo: (N, 2, 2) with entries -1, 0 and 1."""
    signs = torch.diag_embed(2.0 * torch.randint(0, 2, (count, 2)) - 1)
    swapped = torch.randint(0, 2, (count, 1, 1)).bool()
    return torch.where(swapped, signs.flip(2), signs)
