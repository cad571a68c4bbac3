"""Damage that decoders pass over: what is missing is painted grey, and the result looks like a photo.

libjpeg warns of it, but Pillow does not hear; so JPEGs are decoded by a library that does, to the same pixels. What libjpeg
cannot know of is looked for in the pixels (`jpeg_shift`). A PNG holds checksums, which Pillow does not look at while it
decodes. BMP and TIFF hold nothing that would tell.
"""

import io

import numpy as np
import simplejpeg
from PIL import Image

from inference.jpeg_shift import has_shifted_rest

# Words of libjpeg's warnings (jerror.h) that mean missing or garbled parts. "Extraneous bytes" is not among them: cameras
# write them, and nothing is missing.
_LOST = ("premature end", "bad Huffman code", "inconsistent progression", "instead of RST", "Invalid SOS parameters")
# Height and width in pixels of what a JPEG stores at once, by how its chroma is sampled, in simplejpeg's words.
_BLOCKS = {"444": (8, 8), "Gray": (8, 8), "422": (8, 16), "440": (16, 8), "420": (16, 16), "411": (8, 32)}


class DamageError(ValueError):
    """Parts of a picture are missing or garbled."""


def decode_whole_jpeg(data: bytes, size: tuple[int, int]) -> np.ndarray | None:
    """Decode a grey or colour JPEG and look for damage, in one pass.

    Args:
        data: the file.
        size: width and height to decode to: those of the photo, or divided by 2, 4 or 8 and rounded up.

    Returns:
        RGB uint8 (H, W, 3), the pixels that Pillow would give; None for what is harmless but odd (bytes between the parts) or
        of a kind that only Pillow reads (chroma sampled in a rare way): there is no such damage, and Pillow must decode it.

    Raises:
        DamageError: parts of it are missing or garbled.
    """
    width, height = size
    try:
        image = simplejpeg.decode_jpeg(data, "RGB", min_height=height, min_width=width)
        stored_height, _, _, sampling = simplejpeg.decode_jpeg_header(data)
    except ValueError as error:
        _raise_if_lost(error)
        return None
    factor = round(stored_height / len(image))
    if sampling in _BLOCKS and has_shifted_rest(image, tuple(side // factor for side in _BLOCKS[sampling])):
        raise DamageError("from one block on, all colours are shifted")
    return image


def check_whole(data: bytes, kind: str | None) -> None:
    """Look for damage that decoding by Pillow would not find.

    Args:
        data: the file.
        kind: its format, as Pillow names it; only JPEG, MPO and PNG can be checked.

    Raises:
        DamageError: there is some.
    """
    if kind in ("JPEG", "MPO"):
        _check_jpeg(data)
    elif kind == "PNG":
        _check_png(data)


def _check_jpeg(data: bytes) -> None:
    try:
        simplejpeg.decode_jpeg(data, "GRAY", fastdct=True, fastupsample=True, min_height=1, min_width=1, min_factor=8)
    except ValueError as error:
        # All else is of kinds that this library does not read, or harmless: decoding will tell.
        _raise_if_lost(error)


def _raise_if_lost(error: ValueError) -> None:
    if any(words.lower() in str(error).lower() for words in _LOST):
        raise DamageError(str(error)) from error


def _check_png(data: bytes) -> None:
    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        try:
            image.verify()
        except (OSError, SyntaxError, ValueError) as error:
            raise DamageError(str(error)) from error
