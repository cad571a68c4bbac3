"""Files that are no usable photo, and the words that must be said about each. Pillow only writes them here."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image


def truncated_jpeg() -> bytes:
    """A photo of which the second half is missing."""
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    whole = _save(Image.fromarray(noise), "JPEG")
    return whole[: len(whole) // 2]


def huge_png(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG whose header claims this size: nothing else of it is needed."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"\0")) + _chunk(b"IEND", b"")


def animated_gif() -> bytes:
    """Two frames."""
    frames = [Image.new("RGB", (64, 64), color) for color in ("red", "blue")]
    return _save(frames[0], "GIF", save_all=True, append_images=frames[1:])


def one_pixel() -> bytes:
    """1 x 1."""
    return _save(Image.new("RGB", (1, 1)), "PNG")


# Name of the file -> its bytes, and what the message must say.
BAD_FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "truncated.jpg": (truncated_jpeg, "damaged or cut off"),
    "text.jpg": (lambda: b"This is a text file, whatever its name says.\n" * 20, "not a photo in a format"),
    "pixel.png": (one_pixel, "1 x 1 pixels"),
    "huge.png": (huge_png, "more than 120 million pixels"),
    "empty.jpg": (lambda: b"", "empty"),
    "animated.gif": (animated_gif, "GIF pictures are not accepted"),
}


def _save(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
