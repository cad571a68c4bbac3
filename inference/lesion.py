"""Where the spot is, without a network: the dark area in the middle by Otsu's threshold (1979), or nothing."""

from functools import lru_cache

import cv2
import numpy as np

# Side at which a spot is measured, or a little more: its outline needs no finer one.
SIDE = 112
_GRAIN, _SMOOTHING = 9, 1.0  # window and standard deviation of the blur that takes out grain
_HAIR = 3  # width of the closing that takes out hair
# A spot covers at least and at most these shares of the square; less is a speck, more has no skin around it to compare with.
_MIN_AREA, _MAX_AREA = 0.02, 0.60
# Share of the square's edge that it may cover.
_MAX_ON_EDGE = 0.10
# How much darker than the skin it is, in grey levels.
_MIN_CONTRAST = 20.0
_DARK_CORNER = 40.0
# A pixel and its four neighbours.
_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


def segment_lesion(light: np.ndarray) -> np.ndarray | None:
    """Mask of the spot, bool (S, S); None where no spot stands out from skin that surrounds it.

    Args:
        light: (S, S), 0-255, as `lesion_light` returns it.
    """
    usable = light > _DARK_CORNER
    inner = _without_dark_corners(light)
    if not inner.any():
        return None
    dark = inner & (light < otsu_threshold(light[inner & usable] if (inner & usable).any() else light[inner]))
    _, labels = cv2.connectedComponents(_without_specks(dark), connectivity=4)
    weights = np.bincount(labels.ravel(), _nearness(light.shape[0]).ravel())
    if len(weights) == 1:
        return None
    mask = _without_holes(labels == 1 + int(weights[1:].argmax()))
    return mask if _is_plausible(mask, light) else None


@lru_cache(maxsize=1)
def _nearness(size: int) -> np.ndarray:
    """How near to the middle each pixel lies, 0-1: (S, S)."""
    rows, columns = np.mgrid[:size, :size] / size - 0.5
    return np.exp(-(rows**2 + columns**2) / (2 * 0.25**2))


def _without_specks(mask: np.ndarray) -> np.ndarray:
    """Opening by _CROSS, uint8; beyond the edge nothing is dark."""
    return cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, _CROSS, borderType=cv2.BORDER_CONSTANT, borderValue=(0,))


def _without_holes(mask: np.ndarray) -> np.ndarray:
    """All but what is joined to the outside of the picture."""
    around = cv2.copyMakeBorder((~mask).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(1,))
    _, labels = cv2.connectedComponents(around, connectivity=4)
    return (labels != labels[0, 0])[1:-1, 1:-1]


def shrink(view_u8_rgb: np.ndarray) -> np.ndarray:
    """Means over blocks of pixels, so that SIDE blocks or a few more are left: (S, S, 3) -> float32 (s, s, 3)."""
    block = max(1, view_u8_rgb.shape[0] // SIDE)
    side = view_u8_rgb.shape[0] // block
    whole = view_u8_rgb[: side * block, : side * block].astype(np.float32)
    return cv2.resize(whole, (side, side), interpolation=cv2.INTER_AREA)


def lesion_light(view_rgb: np.ndarray) -> np.ndarray:
    """Mean of green and blue, where pigment is darkest, without hair and grain: (S, S, 3) -> (S, S), both float32, 0-255."""
    light = (view_rgb[..., 1] + view_rgb[..., 2]) / 2
    bridged = cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((_HAIR, _HAIR), np.uint8), borderType=cv2.BORDER_REPLICATE)
    return cv2.GaussianBlur(bridged, (_GRAIN, _GRAIN), _SMOOTHING, borderType=cv2.BORDER_REFLECT)


def otsu_threshold(values: np.ndarray) -> float:
    """The value (0-255) that parts two groups with the largest variance between them (Otsu 1979, eq. 18)."""
    counts = np.bincount(np.clip(values, 0, 255).astype(np.uint8), minlength=256).astype(float)
    below = np.cumsum(counts)
    sums = np.cumsum(counts * np.arange(256))
    total = below[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (sums[-1] * below - total * sums) ** 2 / (below * (total - below))
    return float(np.nanargmax(np.where(np.isfinite(between), between, 0))) + 1


def _without_dark_corners(light: np.ndarray) -> np.ndarray:
    """All but dark areas that touch a corner: the rim of a dermatoscope's field."""
    dark = light < _DARK_CORNER
    places = [0, 0, -1, -1], [0, -1, 0, -1]
    # Most photos show no rim: what follows is a tenth of a description's time.
    if not dark[places].any():
        return np.ones(light.shape, bool)
    _, labels = cv2.connectedComponents(dark.astype(np.uint8), connectivity=4)
    corners = set(labels[places].tolist()) - {0}
    rim = np.isin(labels, list(corners)).astype(np.uint8)
    return cv2.dilate(rim, _CROSS, iterations=2, borderType=cv2.BORDER_CONSTANT, borderValue=(0,)) == 0


def _is_plausible(mask: np.ndarray, light: np.ndarray) -> bool:
    edge = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    contrast = light[~mask].mean() - light[mask].mean() if not mask.all() else 0.0
    return bool(_MIN_AREA <= mask.mean() <= _MAX_AREA and edge.mean() <= _MAX_ON_EDGE and contrast >= _MIN_CONTRAST)
