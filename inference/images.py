"""Photos of strangers, decoded safely: RGB bytes, or one sentence that says what is wrong and what to do.

What a file is, is decided by its content, never by its name. Limits are checked on the header, before a pixel is decoded.
Each odd form of picture has one defined answer:

    orientation in EXIF   applied; all other metadata is dropped
    colour profile        converted to sRGB; one that cannot be read is ignored, as browsers do
    alpha                 laid on white
    grey, palette, CMYK   converted to RGB
    16 bits a channel     the upper 8 are kept
    several pictures      refused; of a phone's multi-picture JPEG (MPO) the first is the photo
    cut off or damaged    refused: half a picture gets no answer
    DICOM                 one frame, photographic or dermoscopic; nothing of its header is kept
"""

import io
import logging
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from inference.damage import check_whole, decode_whole_jpeg

logger = logging.getLogger(__name__)
# What Pillow warns of (a bomb, odd metadata), our own limits and errors say to the sender. Once for the process: of several
# threads that each set filters for a photo and put them back, the last would leave them set, for everybody's warnings.
warnings.filterwarnings("ignore", module=r"PIL\.")

MAX_BYTES = 64 * 2**20
MAX_PIXELS = 120_000_000
MIN_SIDE = 32
# Large photos come at 1/2 to 1/16 of their size, but never below this shorter side: about twice what the network takes,
# so that the resize that follows has detail to average over.
DECODED_SIDE = 600
_REDUCTIONS = (16, 8, 4, 2, 1)
_MAX_JPEG_REDUCTION = 8

_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "DIB", "TIFF")
_FORMAT_NAMES = "JPEG, PNG, WebP, BMP, TIFF, HEIC or DICOM"
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_SIXTEEN_BIT_MODES = ("I;16", "I;16L", "I;16B", "I;16N", "I")


class ImageError(ValueError):
    """A photo that cannot be used; the message is one sentence for the person who sent it."""


def read_image(path: str | Path) -> np.ndarray:
    """Decode a file; as `decode_image`."""
    return decode_image(read_file(path))


def read_file(path: str | Path) -> bytes:
    """The bytes of a file that may be decoded.

    Raises:
        ImageError: it is too large, or cannot be read.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ImageError(too_many_bytes(path.stat().st_size))
        return path.read_bytes()
    except OSError as error:
        raise ImageError(f"The file could not be read: {error.strerror or 'unknown error'}.") from error


def decode_image(data: bytes) -> np.ndarray:
    """Decode the bytes of one photo.

    Returns:
        RGB uint8 (H, W, 3), upright. A large photo comes at a reduced size of at least DECODED_SIDE on its shorter side.

    Raises:
        ImageError: what the bytes are, and what to send instead.
    """
    if not data:
        raise ImageError("The file is empty; send the photo again.")
    if len(data) > MAX_BYTES:
        raise ImageError(too_many_bytes(len(data)))
    try:
        return _decode(data)
    except ImageError:
        raise
    # Pillow's decoders raise many kinds of errors on hostile bytes; all of them mean the same to the sender.
    except Exception as error:
        logger.info("a photo could not be decoded: %s", type(error).__name__)
        raise ImageError("The picture is damaged or cut off; send the original file again.") from error


def _decode(data: bytes) -> np.ndarray:
    if data[128:132] == b"DICM":
        return _decode_dicom(data)
    with _open(data) as image:
        _check_header(image)
        profile = image.info.get("icc_profile")
        upright = ImageOps.exif_transpose(_load(image, data))
    return np.asarray(_to_srgb(_reduce(_to_rgb(upright)), profile))


def _load(image: ImageFile.ImageFile, data: bytes) -> Image.Image:
    """The pixels of an opened file, a JPEG's at down to 1/8 of its size; and its metadata."""
    if image.format in ("JPEG", "MPO") and image.mode in ("RGB", "L"):
        factor = min(_reduction(image.size), _MAX_JPEG_REDUCTION)
        width, height = (-(-side // factor) for side in image.size)
        pixels = decode_whole_jpeg(data, (width, height))
        if pixels is not None:
            decoded = Image.fromarray(pixels)
            decoded.info = image.info
            return decoded
    else:
        check_whole(data, image.format)
    # Reduced decoding of a rare JPEG; for other formats this does nothing.
    image.draft(None, (DECODED_SIDE, DECODED_SIDE))
    image.load()
    return image


def _open(data: bytes) -> ImageFile.ImageFile:
    if data[:4] == b"GIF8":
        raise ImageError(f"GIF pictures are not accepted; save the photo as {_FORMAT_NAMES}.")
    formats: tuple[str, ...] = _FORMATS
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        _register_heif()
        formats = ("HEIF",)
    try:
        return Image.open(io.BytesIO(data), formats=formats)
    except Image.DecompressionBombError as error:
        raise ImageError(_too_many_pixels()) from error
    except UnidentifiedImageError as error:
        raise ImageError(f"This file is not a photo in a format that can be read; send {_FORMAT_NAMES}.") from error


def _decode_dicom(data: bytes) -> np.ndarray:
    # Imported for the few photos that need it.
    from inference.dicom import DicomError, decode_dicom

    try:
        image = Image.fromarray(decode_dicom(data, MAX_PIXELS))
    except DicomError as error:
        raise ImageError(str(error)) from error
    _check_header(image)
    return np.asarray(_reduce(_to_rgb(image)))


def _register_heif() -> None:
    try:
        import pillow_heif
    except ImportError as error:
        raise ImageError("HEIC photos need one more package here: pip install pillow-heif; or send a JPEG.") from error
    pillow_heif.register_heif_opener()


def _check_header(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ImageError(_too_many_pixels())
    if min(width, height) < MIN_SIDE:
        raise ImageError(
            f"The picture is {width} x {height} pixels; at least {MIN_SIDE} x {MIN_SIDE} are needed. Send the original photo."
        )
    if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
        raise ImageError("The file holds several pictures or an animation; save the one photo that is meant as JPEG or PNG.")


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode in _SIXTEEN_BIT_MODES:
        return _grey_from_16_bit(image).convert("RGB")
    if image.mode == "F":
        raise ImageError("Pictures with floating-point values are not accepted; save the photo as JPEG or PNG.")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        visible = image.convert("RGBA")
        white = Image.new("RGBA", visible.size, "white")
        return Image.alpha_composite(white, visible).convert("RGB")
    # Pillow would copy what is RGB already, and so below.
    return image if image.mode == "RGB" else image.convert("RGB")


def _reduce(image: Image.Image) -> Image.Image:
    """What is left to do of the reduction: each pixel the mean of a square of them."""
    factor = _reduction(image.size)
    return image if factor == 1 else image.reduce(factor)


def _reduction(size: tuple[int, int]) -> int:
    return next(factor for factor in _REDUCTIONS if factor * DECODED_SIDE <= min(size) or factor == 1)


def _grey_from_16_bit(image: Image.Image) -> Image.Image:
    values = np.asarray(image).astype(np.int64)
    if values.min() < 0 or values.max() > 0xFFFF:
        raise ImageError("Pictures with 32 bits a channel are not accepted; save the photo as JPEG or PNG.")
    return Image.fromarray((values >> 8).astype(np.uint8))


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != "RGB":
            return image
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image


def too_many_bytes(count: int) -> str:
    """What is said of a file of that many bytes."""
    return f"The file has {count / 2**20:.0f} MB; at most {MAX_BYTES // 2**20} MB are accepted. Save the photo as JPEG."


def _too_many_pixels() -> str:
    return f"The picture has more than {MAX_PIXELS // 10**6} million pixels; send it at a smaller size."
