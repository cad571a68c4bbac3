"""The photo, the square of it that the network saw, and the heat map: inside the page itself, never written to a file."""

import base64

import cv2
import numpy as np

from postprocess.heatmap import overlay
from webapp.markup import card, note
from webapp.service import Examined

_SIDE = 448
_PHOTO_SIDE = 640
_JPEG_QUALITY = 88
# A map whose peak is below this share of the scale looks empty: that is said in words.
_FAINT = 0.15


def pictures_card(examined: Examined, full_scale: float) -> str:
    """Photo with the square that was seen, and beside it the heat map with its scale."""
    heatmap = examined.analysis.heatmap
    seen = cv2.resize(examined.seen_u8_rgb, (_SIDE, _SIDE), interpolation=cv2.INTER_CUBIC)
    peak = float(heatmap.max())
    faint = " This one is nearly empty: no single place changes the answer much." if peak < _FAINT * full_scale else ""
    photo, photo_words = _photo(examined.photo_u8_rgb)
    heat = (
        f"<img alt='What the network saw' src='{data_url(seen)}'>"
        f"<img alt='Heat map over it' class='sg-heat' src='{data_url(overlay(seen, heatmap, full_scale))}'>"
    )
    body = (
        f"<div class='sg-pictures'>{_figure(photo, photo_words)}"
        f"{_figure(heat, 'What the network saw, colours evened out for the light, under the heat map.' + faint)}"
        "<label class='sg-slider'>Heat map <input type='range' min='0' max='100' value='100' "
        "aria-label='Opacity of the heat map' "
        "oninput=\"this.closest('section').querySelector('.sg-heat').style.opacity=this.value/100\"></label>"
        f"{_legend(peak, full_scale)}</div>"
    )
    return card(
        "What the model looked at",
        body + note("A heat map shows where the model looked, not why, and not where a lesion ends."),
    )


def _figure(images: str, words: str) -> str:
    return f"<figure><div class='sg-frame'>{images}</div><figcaption>{words}</figcaption></figure>"


def _photo(photo_u8_rgb: np.ndarray) -> tuple[str, str]:
    """The whole photo, dimmed outside of the centre square, and its caption."""
    height, width = photo_u8_rgb.shape[:2]
    scale = min(1.0, _PHOTO_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    image = f"<img alt='Your photo' src='{data_url(cv2.resize(photo_u8_rgb, size, interpolation=cv2.INTER_AREA))}'>"
    # A pixel or two that is cut off is nothing to explain.
    if abs(height - width) <= 2:
        return image, "Your photo."
    margin = 50 * (1 - min(height, width) / max(height, width))
    inset = f"0 {margin:.2f}%" if width > height else f"{margin:.2f}% 0"
    return (
        f"{image}<i class='sg-crop' style='inset:{inset}'></i>",
        "Your photo. Only the square in the middle is judged: the spot must lie inside it.",
    )


def _legend(peak: float, full_scale: float) -> str:
    """The colours of the heat map with their values, the same for every photo, and where this photo's peak lies."""
    ramp = np.linspace(0, full_scale, 256, dtype=np.float32)[None]
    colours = overlay(np.full((8, 256, 3), 128, np.uint8), ramp, full_scale)
    place = 100 * min(peak / full_scale, 1.0)
    return (
        f"<div class='sg-legend'><div class='sg-ramp'><img alt='' src='{data_url(colours, '.png')}'>"
        f"<b style='left:{place:.0f}%' title='highest in this photo'></b></div>"
        f"<div class='sg-ends'><span>0</span><span>{100 * full_scale:.1f} or more</span></div>"
        "<p>Percentage points of cancer probability that a place adds (first order); the same scale for every photo. "
        f"The mark is this photo's highest: {100 * peak:.1f}.</p></div>"
    )


def data_url(image_u8_rgb: np.ndarray, kind: str = ".jpg") -> str:
    """A picture, RGB uint8 (H, W, 3), as an address that holds it."""
    options = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY] if kind == ".jpg" else []
    done, encoded = cv2.imencode(kind, image_u8_rgb[..., ::-1], options)
    if not done:
        raise ValueError("the picture could not be encoded")
    return f"data:image/{'jpeg' if kind == '.jpg' else 'png'};base64,{base64.b64encode(encoded.tobytes()).decode()}"
