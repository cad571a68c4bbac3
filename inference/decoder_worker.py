"""The process that decodes photos of strangers: `inference.decoder` starts it and talks to it over its pipes.

Decoders are written in C and are where hostile bytes do harm. This process holds nothing worth stealing (no key, no other
photo) and gives its rights up before the first byte of a stranger: with no file handle left to open it reaches neither a
file nor the network, its memory and its processor time are bounded, and whatever happens to it, the server lives.

    request   length (8 bytes), the file
    answer    b"P", height, width (8 bytes each), RGB uint8; or b"E", length, 0, the sentence of an ImageError in UTF-8
"""

import contextlib
import importlib
import io
import os
import struct
import sys
import time
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageCms

from inference.images import ImageError, decode_image

REQUEST = struct.Struct("<Q")
ANSWER = struct.Struct("<cQQ")
PICTURE, REFUSAL = b"P", b"E"
# A picture of inference.images.MAX_PIXELS with alpha, the white under it and the result take 1.5 GiB.
MEMORY_BYTES = 4 * 2**30
# Of one photo; the largest that are accepted take about 3.
CPU_SECONDS = 10
_WARM_UP_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "HEIF")


def main() -> None:
    """Decode what comes on standard input until it ends: so this process never outlives the one that started it."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # Nothing that a library prints may get into an answer.
    os.dup2(2, 1)
    _warm_up()
    _give_up_rights()
    while len(head := requests.read(REQUEST.size)) == REQUEST.size:
        (length,) = REQUEST.unpack(head)
        _bound_cpu_time()
        _answer(requests.read(length), answers)


def _answer(data: bytes, answers: BinaryIO) -> None:
    try:
        photo = decode_image(data)
    except ImageError as error:
        sentence = str(error).encode()
        answers.write(ANSWER.pack(REFUSAL, len(sentence), 0) + sentence)
    else:
        answers.write(ANSWER.pack(PICTURE, *photo.shape[:2]))
        answers.write(np.ascontiguousarray(photo).data.cast("B"))
    answers.flush()


def _warm_up() -> None:
    """Load every decoder while files can still be opened."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    with contextlib.suppress(ImportError):
        import pillow_heif

        pillow_heif.register_heif_opener()
    with contextlib.suppress(ImportError):
        importlib.import_module("pydicom.pixels")
        importlib.import_module("inference.dicom")
    for kind in _WARM_UP_FORMATS:
        buffer = io.BytesIO()
        # Without pillow-heif there is no HEIF to load.
        with contextlib.suppress(KeyError):
            Image.new("RGB", (64, 64)).save(buffer, kind, icc_profile=profile)
            decode_image(buffer.getvalue())


def _give_up_rights() -> None:
    # Windows has no such limits; there, this process only keeps a crash away from the server.
    if sys.platform == "win32":
        return
    import resource

    # Handles that are open stay usable; no file, socket or pipe can be opened any more.
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # macOS refuses this one.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _bound_cpu_time() -> None:
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + CPU_SECONDS, hard))


if __name__ == "__main__":
    main()
