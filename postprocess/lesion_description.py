"""Part of what a doctor looks for, as it is said of a spot: symmetry of the outline, sharpness of the border, and colours.

The terms are those of the ABCD rule (Nachbar et al. 1994), but its asymmetry is one of colours and structures too: a round
melanoma with one black half is asymmetric there, and has a symmetric outline here. So the words always say "outline".

A description of the picture, never a reason that the network had. A statement is made only where its measure is clear of
its limit, and only of a kind that is reliable: that stays the same when a photo is turned, flipped or rescaled.
"""

from dataclasses import dataclass

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


def _color_key(name: str) -> str:
    return "color_" + name.replace(" ", "_").replace("-", "_")


def _clear(value: float, limits: tuple[float, float]) -> bool | None:
    return True if value > limits[1] else False if value < limits[0] else None
