"""DICOM photos: one frame of a photographic or dermoscopic image, without a word about the patient.

The header is read and checked before a pixel is decoded. What is not a photo of skin by its SOP class is refused, and so are
deflated files, which a reader would unpack before anything could be checked.
"""

import io

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import UID

_MAGIC = slice(128, 132)
# The first element of every header, the length of what follows it: tag (0002,0000), UL, 4 bytes.
_GROUP_LENGTH = b"\x02\x00\x00\x00UL\x04\x00"
_ACCEPTED = (
    UID("1.2.840.10008.5.1.4.1.1.77.1.4"),  # VL Photographic Image Storage
    UID("1.2.840.10008.5.1.4.1.1.77.1.7"),  # Dermoscopic Photography Image Storage
)
# What a sample stands for. Others would be taken for these: of a palette, for one, the numbers of its colours for grey. Not all
# of YBR: of YBR_PARTIAL the library makes no RGB.
_COLOR_SPACES = ("MONOCHROME1", "MONOCHROME2", "RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT")
# Transfer syntaxes that deflate the data set or its frames.
_DEFLATED = (b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2.4.95", b"1.2.840.10008.1.2.4.205", b"1.2.840.10008.1.2.8.1")


class DicomError(ValueError):
    """A DICOM file that cannot be used; one sentence for the person who sent it."""


def decode_dicom(data: bytes, max_pixels: int) -> np.ndarray:
    """Decode the one frame of a DICOM file.

    Args:
        data: the file.
        max_pixels: what the header may claim at most.

    Returns:
        uint8 (H, W, 3) RGB, or (H, W) grey.

    Raises:
        DicomError: the file is of another kind, or its header claims what is not accepted.
    """
    _check_transfer_syntax(data)
    try:
        header = pydicom.dcmread(io.BytesIO(data), stop_before_pixels=True)
    except InvalidDicomError as error:
        raise DicomError("The DICOM file is damaged; export it again.") from error
    _check_header(header, max_pixels)
    # Converted to RGB where it is stored as luminance and colour differences.
    pixels = pydicom.dcmread(io.BytesIO(data)).pixel_array
    return _to_bytes(pixels, header)


def _check_transfer_syntax(data: bytes) -> None:
    start = _MAGIC.stop + len(_GROUP_LENGTH)
    if data[_MAGIC.stop : start] != _GROUP_LENGTH:
        raise DicomError("The DICOM file has no readable header; export it again.")
    length = int.from_bytes(data[start : start + 4], "little")
    meta = data[start + 4 : start + 4 + length]
    if any(uid in meta for uid in _DEFLATED):
        raise DicomError("Deflated DICOM files are not accepted; export the photo without compression or as JPEG.")


def _check_header(header: Dataset, max_pixels: int) -> None:
    if header.get("SOPClassUID") not in _ACCEPTED:
        raise DicomError("The DICOM file is no photo of skin: photographic and dermoscopic images are accepted.")
    if int(header.get("NumberOfFrames") or 1) != 1:
        raise DicomError("The DICOM file holds several pictures; export the one that is meant.")
    rows, columns = int(header.get("Rows") or 0), int(header.get("Columns") or 0)
    if not 0 < rows * columns <= max_pixels:
        raise DicomError(
            f"The DICOM file claims {columns} x {rows} pixels; at most {max_pixels // 10**6} million are accepted."
        )
    is_usual = header.get("SamplesPerPixel") in (1, 3) and header.get("BitsAllocated") in (8, 16)
    if not is_usual or header.get("PhotometricInterpretation") not in _COLOR_SPACES:
        raise DicomError("The DICOM file stores its colours in an unusual way; export the photo as JPEG.")


def _to_bytes(pixels: np.ndarray, header: Dataset) -> np.ndarray:
    """The upper 8 of the bits that are used; grey scales that begin with white are turned round."""
    used = int(header.get("BitsStored") or header.BitsAllocated)
    if pixels.dtype != np.uint8:
        pixels = (pixels.astype(np.int64) >> max(used - 8, 0)).clip(0, 255).astype(np.uint8)
    return 255 - pixels if header.get("PhotometricInterpretation") == "MONOCHROME1" else pixels
