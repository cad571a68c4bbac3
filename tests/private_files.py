"""Photos that say where they were taken, by whom and of whom, in every place that their format has for it."""

import io

import numpy as np
import pillow_heif
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import IFDRational

from tests.dicom_files import make_dicom

PERSON = "Canary Kowalska 4711"
_SECONDS = IFDRational(471147, 10007)
PLACE = (471147).to_bytes(4, "big"), (471147).to_bytes(4, "little")
_XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><creator>{PERSON}</creator></x:xmpmeta>'.encode()
_ARTIST, _DESCRIPTION, _GPS = 0x013B, 0x010E, 0x8825
_SUFFIXES = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "TIFF": "tif", "HEIF": "heic"}


def private_files(pixels: np.ndarray) -> dict[str, bytes]:
    """Name -> file, one of each format that can hold metadata, with PERSON and PLACE in it. RGB uint8 (H, W, 3)."""
    pillow_heif.register_heif_opener()
    image = Image.fromarray(pixels)
    options = {
        "JPEG": {"comment": PERSON, "xmp": _XMP, "quality": 95},
        "PNG": {"pnginfo": _png_texts()},
        "WEBP": {"xmp": _XMP, "lossless": True},
        "TIFF": {},
        "HEIF": {"xmp": _XMP, "quality": 95},
    }
    files = {}
    for kind, more in options.items():
        buffer = io.BytesIO()
        image.save(buffer, kind, exif=_exif(), **more)
        files[f"photo.{_SUFFIXES[kind]}"] = buffer.getvalue()
    return files | {"photo.dcm": make_dicom(pixels, PatientName=PERSON, PatientID=str(PLACE[0]))}


def private_traces(data: bytes) -> list[str]:
    """What of a person or a place can be found in some bytes."""
    # Not the digits: they may be in any number.
    words = [word for word in PERSON.split() if word.isalpha()]
    spellings = {word: (word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")) for word in words}
    spellings["place"] = PLACE
    return [word for word, forms in spellings.items() if any(form in data for form in forms)]


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[_ARTIST] = exif[_DESCRIPTION] = PERSON
    exif.get_ifd(_GPS).update({1: "N", 2: (52.0, 13.0, _SECONDS), 3: "E", 4: (21.0, 0.0, _SECONDS)})
    return exif


def _png_texts() -> PngInfo:
    texts = PngInfo()
    texts.add_text("Author", PERSON)
    texts.add_text("Comment", PERSON, zip=True)
    texts.add_itxt("XML:com.adobe.xmp", _XMP.decode())
    return texts
