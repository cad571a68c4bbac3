"""Part of what a doctor looks for, measured on the spot: symmetry of the outline, sharpness of the border, and colours.

The terms are those of the ABCD rule (Nachbar et al. 1994), but its asymmetry is one of colours and structures too: a round
melanoma with one black half is asymmetric there, and has a symmetric outline here. So the words always say "outline".

A description of the picture, never a reason that the network had. A statement is made only where its measure is clear of
its limit, and only of a kind that is reliable: that stays the same when a photo is turned, flipped or rescaled.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from postprocess.lesion import lesion_light, segment_lesion, shrink

# Colours of the ABCD rule as sRGB after colour constancy: representatives, to which a pixel goes by distance in CIELAB.
COLORS = {
    "white": (235, 225, 220),
    "red": (170, 75, 75),
    "light brown": (170, 120, 90),
    "dark brown": (95, 60, 45),
    "blue-grey": (105, 115, 135),
    "black": (35, 28, 28),
}
# Limits below and above which a statement is made; between them nothing is said.
ASYMMETRY = (0.10, 0.16)
SHARPNESS = (0.54, 0.68)
COLOR_SHARE = (0.04, 0.12)
# 300 validation photos, each turned, flipped and rescaled: share of the changed photos that do not contradict a statement,
# where it holds or where it does not, whichever is less (`training.evaluation.description`); below LEAST_AGREEMENT nothing
# is said.
AGREEMENT = {
    "asymmetric": 0.998,
    "asymmetric_on_both_axes": 1.0,
    "sharp_border": 1.0,
    "color_white": 0.978,
    "color_red": 1.0,
    "color_light_brown": 1.0,
    "color_dark_brown": 1.0,
    "color_blue_grey": 1.0,
    "color_black": 1.0,
}
LEAST_AGREEMENT = 0.95
RELIABLE = frozenset(name for name, share in AGREEMENT.items() if share >= LEAST_AGREEMENT)
_BORDER_WIDTH = 0.025  # of the side, to each side of the outline


@dataclass(frozen=True)
class LesionDescription:
    """What was measured on one spot."""

    asymmetry: tuple[float, float]
    """Of the outline alone, about its two main axes: share of the spot whose mirror image lies outside of it, 0-1, the smaller
    first."""
    border_sharpness: float
    """Share of the contrast between spot and skin that is passed within a narrow band around the outline; NaN where the spot
    is too narrow to have an inside, or no darker than the skin next to it."""
    color_shares: dict[str, float]
    """Colour -> share of the spot, summing to 1."""

    @property
    def statements(self) -> dict[str, bool | None]:
        """Statement -> whether it holds, `asymmetric` of the outline alone; None where the measure is too near to its limit."""
        colors = {_color_key(name): _clear(share, COLOR_SHARE) for name, share in self.color_shares.items()}
        return {
            "asymmetric": _clear(self.asymmetry[1], ASYMMETRY),
            "asymmetric_on_both_axes": _clear(self.asymmetry[0], ASYMMETRY),
            "sharp_border": _clear(self.border_sharpness, SHARPNESS),
            **colors,
        }

    @property
    def said(self) -> dict[str, bool]:
        """The statements that are clear, and of a kind that is reliable."""
        return {name: holds for name, holds in self.statements.items() if holds is not None and name in RELIABLE}

    @property
    def words(self) -> str:
        """What is said, in English, as one line; empty where nothing is clear."""
        said = self.said
        parts = []
        if said.get("asymmetric_on_both_axes"):
            parts.append("outline asymmetric on both axes")
        elif said.get("asymmetric"):
            on_one = said.get("asymmetric_on_both_axes") is False
            parts.append("outline asymmetric on one axis" if on_one else "outline asymmetric")
        elif said.get("asymmetric") is False:
            parts.append("outline symmetric on both axes")
        if "sharp_border" in said:
            parts.append("with a sharp border" if said["sharp_border"] else "with a border that fades into the skin")
        colors = [name for name in COLORS if said.get(_color_key(name))]
        if colors:
            parts.append(f"colours: {', '.join(colors)}")
        return "; ".join(parts)


def describe_lesion(view_u8_rgb: np.ndarray) -> LesionDescription | None:
    """Describe what the network sees of a photo, uint8 (S, S, 3) RGB; None where no spot stands out."""
    small = shrink(view_u8_rgb)
    light = lesion_light(small)
    mask = segment_lesion(light)
    if mask is None:
        return None
    return LesionDescription(_asymmetry(mask), _sharpness(mask, light), _color_shares(small[mask]))


def _color_key(name: str) -> str:
    return "color_" + name.replace(" ", "_").replace("-", "_")


def _clear(value: float, limits: tuple[float, float]) -> bool | None:
    return True if value > limits[1] else False if value < limits[0] else None


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
    inside = ndimage.distance_transform_edt(mask)
    outside = ndimage.distance_transform_edt(~mask)

    def mean(where: np.ndarray) -> float:
        return float(light[where].mean()) if where.any() else float("nan")

    near = mean((outside > width) & (outside <= 2 * width)) - mean((inside > width) & (inside <= 2 * width))
    whole = mean((outside > 2 * width) & (outside <= far)) - mean(inside > 2 * width)
    return float(np.clip(near / whole, 0, 1)) if whole > 0 else float("nan")


def _box_around(mask: np.ndarray, margin: int) -> tuple[slice, ...]:
    """The spot and so many pixels around it: what lies further is asked nothing, and distances take long."""
    spans = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return tuple(slice(max(0, span[0] - margin), span[-1] + margin + 1) for span in spans)


def _color_shares(colors: np.ndarray) -> dict[str, float]:
    """Share of the spot's pixels (P, 3) that each colour is nearest to."""
    # One axis of the colour space after the other, each contiguous: NumPy's sums over short axes are slow.
    lightness, red, yellow = np.ascontiguousarray(to_lab(colors).T)
    references = to_lab(np.array(list(COLORS.values()), float))
    distances = np.stack([(lightness - x) ** 2 + (red - y) ** 2 + (yellow - z) ** 2 for x, y, z in references])
    shares = np.bincount(distances.argmin(axis=0), minlength=len(COLORS)) / len(colors)
    return dict(zip(COLORS, shares.tolist(), strict=True))


def to_lab(rgb: np.ndarray) -> np.ndarray:
    """sRGB (..., 3), 0-255, to CIELAB under D65 (IEC 61966-2-1, CIE 15)."""
    share = np.asarray(rgb, float) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    xyz = linear @ _TO_XYZ.T / _TO_XYZ.sum(axis=1)
    root = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
