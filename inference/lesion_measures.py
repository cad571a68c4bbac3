"""What `postprocess.lesion_description` says of a spot, measured on its pixels."""

import cv2
import numpy as np

from inference.lesion import lesion_light, segment_lesion, shrink
from postprocess.lesion_description import COLORS, LesionDescription

_BORDER_WIDTH = 0.025  # of the side, to each side of the outline


def describe_lesion(view_u8_rgb: np.ndarray) -> LesionDescription | None:
    """Describe what the network sees of a photo, uint8 (S, S, 3) RGB; None where no spot stands out."""
    small = shrink(view_u8_rgb)
    light = lesion_light(small)
    mask = segment_lesion(light)
    if mask is None:
        return None
    return LesionDescription(_asymmetry(mask), _sharpness(mask, light), _color_shares(small[mask]))


def _asymmetry(mask: np.ndarray) -> tuple[float, float]:
    points = np.argwhere(mask).astype(float)
    center = points.mean(axis=0)
    axes = np.linalg.eigh(np.cov((points - center).T))[1].T
    shares = []
    for normal in axes:
        mirrored = points - 2 * ((points - center) @ normal)[:, None] * normal
        places = np.clip(np.rint(mirrored).astype(int), 0, np.array(mask.shape) - 1)
        shares.append(float(1 - mask[places[:, 0], places[:, 1]].mean()))
    return min(shares), max(shares)


def _sharpness(mask: np.ndarray, light: np.ndarray) -> float:
    width = _BORDER_WIDTH * mask.shape[0]
    far = 4 * width
    around = _box_around(mask, int(np.ceil(far)) + 1)
    mask, light = mask[around], light[around]
    inside, outside = _depths(mask), _depths(~mask)

    def mean(where: np.ndarray) -> float:
        return float(light[where].mean()) if where.any() else float("nan")

    near = mean((outside > width) & (outside <= 2 * width)) - mean((inside > width) & (inside <= 2 * width))
    whole = mean((outside > 2 * width) & (outside <= far)) - mean(inside > 2 * width)
    return float(np.clip(near / whole, 0, 1)) if whole > 0 else float("nan")


def _depths(mask: np.ndarray) -> np.ndarray:
    """Distance of each pixel of a mask from what lies outside of it, 0 there."""
    return cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)


def _box_around(mask: np.ndarray, margin: int) -> tuple[slice, ...]:
    """The spot and so many pixels around it: what lies further is asked nothing, and distances take long."""
    spans = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return tuple(slice(max(0, span[0] - margin), span[-1] + margin + 1) for span in spans)


def _color_shares(colors: np.ndarray) -> dict[str, float]:
    """Share of the spot's pixels (P, 3) that each colour is nearest to."""
    # |a - b|^2 = |a|^2 - 2 ab + |b|^2, of which the first is the same for all colours.
    distances = (_REFERENCES**2).sum(axis=1) - 2 * to_lab(colors) @ _REFERENCES.T
    shares = np.bincount(distances.argmin(axis=1), minlength=len(COLORS)) / len(colors)
    return dict(zip(COLORS, shares.tolist(), strict=True))


def to_lab(rgb: np.ndarray) -> np.ndarray:
    """sRGB (P, 3), 0-255, to CIELAB under D65: float32 (P, 3)."""
    return cv2.cvtColor(np.asarray(rgb, np.float32)[None] / np.float32(255), cv2.COLOR_RGB2Lab)[0]


_REFERENCES = to_lab(np.array(list(COLORS.values())))
