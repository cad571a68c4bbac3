"""Lay the second photo of a lesion over the first, or say that it cannot be done believably.

Corners and their surroundings (ORB, Rublee et al. 2011) are matched both ways, and the turn, shift and scale that most of
them agree on is found by RANSAC; then ECC (Evangelidis & Psarakis 2008) refines it on the pixels. It is believed only if
enough corners agree, if it is a motion that a hand with a dermatoscope makes, and if the pictures then correlate. Of 120
pairs of photos of one lesion (fold 0 of ISIC 2019's training photos) 85 are aligned, of 119 pairs of different lesions none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

# Corners that must agree on one motion: a similarity has four unknowns, so two pairs always agree by chance.
MIN_INLIERS = 12
MIN_SCALE, MAX_SCALE = 0.5, 2.0
# Share of the first photo that the second must cover after alignment.
MIN_COVERED = 0.4
MIN_CORRELATION = 0.6
_CORNERS = 1500
_REPROJECTION_PIXELS = 3.0
_ECC_STEPS = cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 60, 1e-5


@dataclass(frozen=True, eq=False)
class Alignment:
    """Where a believable alignment puts the second photo."""

    warp: np.ndarray
    """float64 (2, 3): pixel (x, y, 1) of the first photo -> pixel of the second."""
    correlation: float
    """Of the grey values in the part that both show, -1 to 1."""


def align(first_u8_rgb: np.ndarray, second_u8_rgb: np.ndarray) -> Alignment | None:
    """Find how the second photo lies on the first.

    Args:
        first_u8_rgb, second_u8_rgb: RGB uint8 (S, S, 3), as the network sees them.

    Returns:
        None where no alignment can be believed.
    """
    first, second = (_even_light(image) for image in (first_u8_rgb, second_u8_rgb))
    warp = _agreed_motion(first, second)
    if warp is None:
        return None
    warp = _refined(first, second, warp)
    scale = float(np.hypot(warp[0, 0], warp[1, 0]))
    moved = _moved(second, warp, first.shape)
    covered = _moved(np.full_like(second, 255), warp, first.shape) > 127
    if not MIN_SCALE <= scale <= MAX_SCALE or covered.mean() < MIN_COVERED:
        return None
    correlation = float(np.corrcoef(first[covered], moved[covered])[0, 1])
    # Not "<": a picture without any contrast correlates with nothing, as NaN.
    return Alignment(warp, correlation) if correlation >= MIN_CORRELATION else None


def lay_over(second: np.ndarray, alignment: Alignment, shape: tuple[int, int]) -> np.ndarray:
    """Bring the second photo, or its heat map at the same size, to where the first lies; white or 0 beyond its edge.

    Args:
        second: uint8 (S, S, 3) or float32 (S, S).
        shape: (H, W) of the first.
    """
    beyond: float | Sequence[float] = (255, 255, 255) if second.ndim == 3 else 0.0
    return _moved(second, alignment.warp, shape, beyond)


def _even_light(image_u8_rgb: np.ndarray) -> np.ndarray:
    """Grey values, (S, S), with the contrast evened out: the light differs between two visits."""
    grey = cv2.cvtColor(image_u8_rgb, cv2.COLOR_RGB2GRAY)
    return cv2.createCLAHE(clipLimit=2.0, tileGridSize=(4, 4)).apply(grey)


def _agreed_motion(first: np.ndarray, second: np.ndarray) -> np.ndarray | None:
    # The default asks for too strong corners for soft skin.
    finder = cv2.ORB.create(_CORNERS, edgeThreshold=15, patchSize=25, fastThreshold=5)
    (corners, descriptions), (other_corners, other_descriptions) = (
        finder.detectAndCompute(image, None) for image in (first, second)
    )
    if descriptions is None or other_descriptions is None:
        return None
    matches = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(descriptions, other_descriptions)
    if len(matches) < MIN_INLIERS:
        return None
    places = np.array([corners[match.queryIdx].pt for match in matches])
    other_places = np.array([other_corners[match.trainIdx].pt for match in matches])
    warp, agrees = cv2.estimateAffinePartial2D(
        places, other_places, method=cv2.RANSAC, ransacReprojThreshold=_REPROJECTION_PIXELS, maxIters=5000
    )
    return warp if warp is not None and int(agrees.sum()) >= MIN_INLIERS else None


def _refined(first: np.ndarray, second: np.ndarray, warp: np.ndarray) -> np.ndarray:
    try:
        _, refined = cv2.findTransformECC(first, second, warp.astype(np.float32), cv2.MOTION_AFFINE, _ECC_STEPS)
    except cv2.error:
        # It did not converge: what the corners agreed on stands, and is checked all the same.
        return warp
    return np.asarray(refined, np.float64)


def _moved(image: np.ndarray, warp: np.ndarray, shape: tuple[int, ...], beyond: float | Sequence[float] = 0.0) -> np.ndarray:
    return cv2.warpAffine(image, warp, (shape[1], shape[0]), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=beyond)
