"""Where the network looked: Grad-CAM of the cancer probability, and its picture.

With a head on the mean of the feature map over its h x w cells, d y / d A_kij = (d y / d f_k) / (h w): Grad-CAM (Selvaraju et
al. 2017, eq. 1 and 2) needs the gradient at the features alone.
"""

import numpy as np

# Colours of the scale from nothing to full: none (the photo shows), violet, orange, yellow; told apart in grey as well.
_COLOR_POSITIONS = np.array([0.0, 0.35, 0.7, 1.0])
_COLORS = np.array([[70, 20, 110], [160, 40, 120], [240, 120, 40], [255, 240, 120]], float)


def grad_cam(feature_map: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """ReLU of the gradient-weighted sum of the feature map.

    Args:
        feature_map: (F, h, w).
        gradient: d cancer probability / d features, (F,).

    Returns:
        float32 (h, w), at least 0. Unit: cancer probability that a cell adds, to first order; an absolute scale, which
        two photos share.
    """
    cells = feature_map.shape[1] * feature_map.shape[2]
    weighted = np.tensordot(gradient / cells, feature_map, axes=1)
    return np.maximum(weighted, 0).astype(np.float32)


def overlay(image_u8_rgb: np.ndarray, cam: np.ndarray, full_scale: float, opacity: float = 0.6) -> np.ndarray:
    """Lay a heat map over the square photo that it belongs to.

    Args:
        image_u8_rgb: uint8 (S, S, 3), RGB, what the network saw.
        cam: (h, w), as `grad_cam` returns it.
        full_scale: value of the map that gets the last colour; the same for every photo, so that flat noise stays pale.
        opacity: of the last colour, 0-1; lower values are fainter in proportion.

    Returns:
        uint8 (S, S, 3), RGB.
    """
    if full_scale <= 0 or not 0 <= opacity <= 1:
        raise ValueError(f"expected full_scale > 0 and opacity 0-1, got {full_scale} and {opacity}")
    strength = np.clip(_resize_bilinear(cam, image_u8_rgb.shape[:2]) / full_scale, 0, 1)
    color = np.stack([np.interp(strength, _COLOR_POSITIONS, _COLORS[:, channel]) for channel in range(3)], axis=-1)
    weight = (opacity * strength)[..., None]
    return np.rint((1 - weight) * image_u8_rgb + weight * color).astype(np.uint8)


def _resize_bilinear(values: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """(h, w) -> shape; cell centres are aligned, edges extended."""
    for axis, size in enumerate(shape):
        position = (np.arange(size) + 0.5) * values.shape[axis] / size - 0.5
        position = np.clip(position, 0, values.shape[axis] - 1)
        lower = np.floor(position).astype(int)
        upper = np.minimum(lower + 1, values.shape[axis] - 1)
        share = (position - lower).reshape((-1, 1) if axis == 0 else (1, -1))
        values = (1 - share) * values.take(lower, axis) + share * values.take(upper, axis)
    return values
