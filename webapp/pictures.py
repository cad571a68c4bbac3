"""The photo and its heat map, inside the page itself: no file of them is ever written."""

import base64

import cv2
import numpy as np

from postprocess.heatmap import overlay
from webapp.service import Examined

_SIDE = 448


def pictures(examined: Examined, full_scale: float) -> str:
    """Photo and heat map on top of each other, with a slider for the opacity of the upper one."""
    assert examined.analysis.heatmap is not None
    photo = cv2.resize(examined.seen_u8_rgb, (_SIDE, _SIDE), interpolation=cv2.INTER_CUBIC)
    heat = overlay(photo, examined.analysis.heatmap, full_scale)
    height, width = examined.photo_shape
    cropped = "" if abs(height - width) <= 1 else " The middle square of your photo is what the model looks at."
    return (
        "<section class='sg-card'><h3>What the model looked at</h3><div class='sg-pictures'>"
        f"<figure><img alt='Your photo as the model sees it' src='{_data_url(photo)}'><figcaption>Photo, with its colours "
        f"corrected for the light.{cropped}</figcaption></figure>"
        f"<figure><div class='sg-stack'><img alt='' src='{_data_url(photo)}'>"
        f"<img alt='Heat map: where signs of cancer were seen' class='sg-heat' src='{_data_url(heat)}'></div>"
        "<label class='sg-slider'>Heat map <input type='range' min='0' max='100' value='100' "
        "aria-label='Opacity of the heat map' "
        "oninput=\"this.closest('figure').querySelector('.sg-heat').style.opacity=this.value/100\"></label>"
        "<figcaption>Coloured: what raises the probability of cancer; yellow most. The scale is the same for every "
        "photo. It shows where, not why.</figcaption></figure></div></section>"
    )


def _data_url(image_u8_rgb: np.ndarray) -> str:
    done, encoded = cv2.imencode(".jpg", image_u8_rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])
    if not done:
        raise ValueError("the picture could not be encoded as JPEG")
    return "data:image/jpeg;base64," + base64.b64encode(encoded.tobytes()).decode()
