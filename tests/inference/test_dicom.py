"""DICOM: photos of skin are read, everything else is refused by its header, and nobody's name comes out."""

import io
import time
import zlib
from typing import Any

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    JPEGBaseline8Bit,
    generate_uid,
)

from inference.images import ImageError, decode_image

DERMOSCOPIC, PHOTOGRAPHIC, CT = (f"1.2.840.10008.5.1.4.1.1.{tail}" for tail in ("77.1.7", "77.1.4", "2"))
PATIENT = "Doe^Jane^Canary"
PIXELS = np.random.default_rng(0).integers(0, 256, (40, 60, 3)).astype(np.uint8)


def _dicom(
    pixels: np.ndarray = PIXELS, sop_class: str = DERMOSCOPIC, syntax: str = ExplicitVRLittleEndian, **changes: Any
) -> bytes:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = sop_class, generate_uid()
    meta.TransferSyntaxUID = syntax
    file = Dataset()
    file.file_meta = meta
    file.SOPClassUID, file.SOPInstanceUID = sop_class, meta.MediaStorageSOPInstanceUID
    file.PatientName, file.PatientID = PATIENT, "canary-4711"
    file.Rows, file.Columns = pixels.shape[:2]
    file.SamplesPerPixel = 3 if pixels.ndim == 3 else 1
    file.PhotometricInterpretation = "RGB" if pixels.ndim == 3 else "MONOCHROME2"
    if pixels.ndim == 3:
        file.PlanarConfiguration = 0
    file.BitsAllocated = 8 * pixels.itemsize
    file.BitsStored, file.HighBit, file.PixelRepresentation = file.BitsAllocated, file.BitsAllocated - 1, 0
    file.PixelData = pixels.tobytes()
    for name, value in changes.items():
        setattr(file, name, value)
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, file, enforce_file_format=True)
    return buffer.getvalue()


@pytest.mark.parametrize("sop_class", [DERMOSCOPIC, PHOTOGRAPHIC])
def test_a_photo_of_skin_is_read_as_it_is(sop_class: str) -> None:
    np.testing.assert_array_equal(decode_image(_dicom(sop_class=sop_class)), PIXELS)


def test_grey_16_bit_and_inverted_photos_have_one_answer() -> None:
    grey = np.arange(40 * 60).reshape(40, 60).astype(np.uint16) * 27
    decoded = decode_image(_dicom(grey))
    np.testing.assert_array_equal(decoded, np.repeat((grey >> 8).astype(np.uint8)[..., None], 3, axis=2))
    inverted = decode_image(_dicom(grey, PhotometricInterpretation="MONOCHROME1"))
    np.testing.assert_array_equal(inverted, 255 - decoded)


def test_a_jpeg_within_is_decoded() -> None:
    smooth = np.tile(np.linspace(40, 200, 60).astype(np.uint8)[None, :, None], (40, 1, 3))
    buffer = io.BytesIO()
    Image.fromarray(smooth).save(buffer, "JPEG", quality=95)
    encoded = encapsulate([buffer.getvalue()])
    data = _dicom(smooth, syntax=JPEGBaseline8Bit, PixelData=encoded, PhotometricInterpretation="YBR_FULL_422")
    assert np.abs(decode_image(data).astype(int) - smooth).max() <= 4


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sop_class": CT}, "no photo of skin"),
        ({"NumberOfFrames": 10_000}, "several pictures"),
        ({"Rows": 65_535, "Columns": 65_535}, "claims 65535 x 65535 pixels"),
        ({"Rows": 0}, "claims 60 x 0 pixels"),
        ({"BitsAllocated": 32}, "unusual way"),
        ({"SamplesPerPixel": 4}, "unusual way"),
    ],
)
def test_what_is_not_accepted_is_refused_by_its_header(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ImageError, match=words) as refused:
        decode_image(_dicom(**changes))
    assert "Canary" not in str(refused.value)


def test_a_deflated_file_is_refused_before_it_is_unpacked() -> None:
    data = _dicom(syntax=DeflatedExplicitVRLittleEndian)
    # A gigabyte of zeros behind a true header.
    bomb = data + zlib.compress(bytes(10**7)) * 100
    start = time.monotonic()
    with pytest.raises(ImageError, match="Deflated DICOM"):
        decode_image(bomb)
    assert time.monotonic() - start < 2


def test_a_cut_or_damaged_file_gets_a_sentence() -> None:
    data = _dicom()
    for share in (0.1, 0.5, 0.99):
        with pytest.raises(ImageError):
            decode_image(data[: int(share * len(data))])
    with pytest.raises(ImageError, match="no readable header"):
        decode_image(data[:132] + bytes(400))
