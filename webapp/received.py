"""What of an upload reaches the disk: the pixels of a photo, and nothing else that its file held.

Cameras and hospitals write into a photo where it was taken, by whom and of whom: GPS, artist, XMP, DICOM's patient. None of it
is needed here, and what is not kept cannot leak. So each photo is decoded when it comes (in the decoder's own process) and
written anew as the same pixels: the bytes of a stranger are never given to a browser. Of a file that is no photo only the
sentence that says so is kept. A zip file stays as it came: it is opened photo by photo when it is analysed.
"""

import secrets
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from inference.images import ImageError
from webapp.zip_files import is_zip

Reader = Callable[[Path], np.ndarray]
"""Decodes a file as `inference.images.read_image`."""

GONE = "Your photo was deleted after ten minutes; send it again."
# No file begins so: nobody can know it, and have a sentence of theirs said by us.
_REFUSED = b"refused " + secrets.token_bytes(16)
# Of what zlib offers, the fastest; the file lies there for ten minutes.
_COMPRESSION = 1


def read_received(path: Path, reader: Reader) -> np.ndarray:
    """Decode an upload, or a photo of a zip file.

    Raises:
        ImageError: as `reader`; for an upload, with the sentence that was kept of it, or that it is there no more.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(_REFUSED)) == _REFUSED:
                raise ImageError(file.read().decode())
    except FileNotFoundError:
        raise ImageError(GONE) from None
    except OSError:
        # The reader has the words for it.
        pass
    return reader(path)


def rewrite(path: Path, reader: Reader) -> bool:
    """Keep of a photo its pixels alone, as PNG, and of what is none the reason; a zip file stays as it is.

    Returns:
        Whether it is a photo.

    Raises:
        OSError: there is no room.
    """
    if is_zip(path):
        return False
    try:
        photo = reader(path)
    except ImageError as error:
        path.write_bytes(_REFUSED + str(error).encode())
        return False
    Image.fromarray(photo).save(path, "PNG", compress_level=_COMPRESSION)
    return True
