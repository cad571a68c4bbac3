"""Is the photo good enough to be judged? Seven faults of a photo, measured on its pixels alone, each with what to do about it.

All but the size are measured on the middle square at one size: photos of any resolution share one scale. A limit is where 99 of
100 training photos of HAM10000 lie on the good side; among photos of other sources a fault may be more common.
"""

from dataclasses import dataclass

# Side in pixels that the limits hold at, whatever size a network takes.
MEASURED_SIDE = 224
# Limits: 99th (or 1st) percentile of 2,000 HAM10000 photos of the training folds (validation fold 0), at that size; made by
# `python -m training.evaluation.photo_quality --data ../shared/data/isic_2019`.
MAX_BLUR = 0.509
MIN_BRIGHTNESS = 0.173
MAX_BRIGHTNESS = 0.797
MAX_GLARE = 0.009
MAX_HAIR = 0.232
MIN_CORNER_LIGHT = 0.371
# How many photos change their risk level when they are shrunk to this side and back, or to another one, stands in the model
# card, under "changed photos" (`training.evaluation.stability.resolutions`).
MIN_SIDE = 112

ADVICE = {
    "too_small": "The photo has too few pixels: send the original, not a thumbnail, or go closer.",
    "blurred": "The photo is blurred: hold the dermatoscope still, let the camera focus, and take it again.",
    "too_dark": "The photo is too dark: switch the dermatoscope's light on, or take it where there is more light.",
    "too_bright": "The photo is too bright: lower the exposure, so that the skin is not washed out.",
    "glare": "Light is reflected from the skin: use a polarising filter, or fluid without air bubbles, or tilt the light.",
    "hair": "Hair lies over the spot: wet and part it, or trim it, and take the photo again.",
    "vignetting": "The corners are dark: bring the spot into the middle of the field, and zoom in to leave out the rim.",
}


@dataclass(frozen=True)
class PhotoQuality:
    """What was measured on one photo."""

    side: int
    """Of the middle square, in pixels of the photo as decoded: a large one comes at a reduced size (`inference.images`)."""
    blur: float
    """0 (sharp) to 1 (blurred): share of the detail between neighbours that a blur leaves (Crété et al. 2007)."""
    brightness: float
    """Median luminance of the middle, 0-1."""
    glare: float
    """Share of the pixels that are white, 0-1."""
    hair: float
    """Share of the pixels of the middle that lie on thin dark lines, 0-1."""
    corner_light: float
    """Luminance of the darkest corner, as a share of that of the middle."""

    @property
    def problems(self) -> tuple[str, ...]:
        """Keys of ADVICE that apply, what makes the rest pointless first."""
        faults = {
            "too_small": self.side < MIN_SIDE,
            "blurred": self.blur > MAX_BLUR,
            "too_dark": self.brightness < MIN_BRIGHTNESS,
            "too_bright": self.brightness > MAX_BRIGHTNESS,
            "glare": self.glare > MAX_GLARE,
            "hair": self.hair > MAX_HAIR,
            "vignetting": self.corner_light < MIN_CORNER_LIGHT,
        }
        return tuple(name for name, applies in faults.items() if applies)
