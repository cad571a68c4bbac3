"""Damage that decoders pass over: what is missing is painted grey, and the result looks like a photo.

libjpeg warns of it, but Pillow does not hear; so JPEGs are decoded by a library that does, to the same pixels. What libjpeg
cannot know of is looked for in the pixels (`jpeg_shift`). A PNG holds checksums, which Pillow does not look at while it
decodes. BMP and TIFF hold nothing that would tell.
"""

import io
import re
from typing import Any

import numpy as np
import simplejpeg
from PIL import Image

from inference.jpeg_shift import has_shifted_rest

# Words of libjpeg's warnings (jerror.h) that mean missing or garbled parts. "Extraneous bytes" is not among them: cameras
# write them, and nothing is missing.
_LOST = ("premature end", "bad Huffman code", "inconsistent progression", "instead of RST", "Invalid SOS parameters")
# Once no bytes are left between the segments of the header, it means that the codes of a scan ended before its bytes did.
_LOST_IN_SCANS = (*_LOST, "extraneous bytes")
# Before the mark of the end, however, all has been read by then.
_BEHIND_ALL = "extraneous bytes before marker 0xd9"
_MARKER = re.compile(rb"\xff([^\x00\xff])")
_START_OF_SCAN = b"\xda"
# Segments that decoding needs none of: APPn and COM.
_NOTES = frozenset({*range(0xE0, 0xF0), 0xFE})
# Markers that no length follows: TEM, RSTn and SOI.
_BARE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})
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
        RGB uint8 (H, W, 3), the pixels that Pillow would give; None where Pillow must decode it: for what is harmless but odd
        (bytes between the parts), and for a kind that only Pillow reads (chroma sampled in a rare way), whose damage this
        cannot see.

    Raises:
        DamageError: parts of it are missing or garbled.
    """
    width, height = size
    options = {"colorspace": "RGB", "min_height": height, "min_width": width}
    image = _decode(data, _LOST, options)
    if image is not None:
        _check_shift(data, image)
        return image
    plain = _without_oddities(data)
    seen = _decode(plain, _LOST_IN_SCANS, options)
    if seen is not None:
        _check_shift(plain, seen)
    return None


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
    options = {
        "colorspace": "GRAY", "fastdct": True, "fastupsample": True, "min_height": 1, "min_width": 1, "min_factor": 8
    }  # fmt: skip
    if _decode(data, _LOST, options) is None:
        _decode(_without_oddities(data), _LOST_IN_SCANS, options)


def _decode(data: bytes, lost: tuple[str, ...], options: dict[str, Any]) -> np.ndarray | None:
    """Decode; None where libjpeg warns of something else than what is lost, or does not read this kind."""
    try:
        return simplejpeg.decode_jpeg(data, **options)
    except ValueError as error:
        if _BEHIND_ALL in str(error):
            return simplejpeg.decode_jpeg(data, **options, strict=False)
        if any(words.lower() in str(error).lower() for words in lost):
            raise DamageError(str(error)) from error
        return None


def _without_oddities(data: bytes) -> bytes:
    """A JPEG up to whose first scan there is nothing to warn of.

    libjpeg warns once: behind an odd but harmless byte in the header it says nothing of what is missing. So what decoding does
    not need goes: bytes between the segments, and notes, whose versions it may not know. (Without them it may take one colour
    space for another; what is missing is missing in both.)
    """
    kept, place = [data[:2]], 2
    while marker := _MARKER.search(data, place):
        if marker[1] == _START_OF_SCAN:
            return b"".join([*kept, data[marker.start() :]])
        place = marker.end()
        if marker[1][0] not in _BARE_MARKERS:
            place += int.from_bytes(data[place : place + 2])
            if marker[1][0] not in _NOTES:
                kept.append(data[marker.start() : place])
    # No scan: decoding says so.
    return data


def _check_shift(data: bytes, image: np.ndarray) -> None:
    stored_height, _, _, sampling = simplejpeg.decode_jpeg_header(data)
    factor = round(stored_height / len(image))
    if sampling in _BLOCKS and has_shifted_rest(image, tuple(side // factor for side in _BLOCKS[sampling])):
        raise DamageError("from one block on, all colours are shifted")


def _check_png(data: bytes) -> None:
    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        try:
            image.verify()
        except (OSError, SyntaxError, ValueError) as error:
            raise DamageError(str(error)) from error
