"""DICOM: photos of skin are read, everything else is refused by its header, and nobody's name comes out."""

import time
import zlib
from typing import Any

import numpy as np
import pytest
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
)

from inference.images import ImageError, decode_image
from tests.dicom_files import CT, DERMOSCOPIC, PHOTOGRAPHIC, PIXELS, make_dicom, make_jpeg_dicom


@pytest.mark.parametrize("sop_class", [DERMOSCOPIC, PHOTOGRAPHIC])
def test_a_photo_of_skin_is_read_as_it_is(sop_class: str) -> None:
    np.testing.assert_array_equal(decode_image(make_dicom(sop_class=sop_class)), PIXELS)


def test_grey_16_bit_and_inverted_photos_have_one_answer() -> None:
    grey = np.arange(40 * 60).reshape(40, 60).astype(np.uint16) * 27
    decoded = decode_image(make_dicom(grey))
    np.testing.assert_array_equal(decoded, np.repeat((grey >> 8).astype(np.uint8)[..., None], 3, axis=2))
    inverted = decode_image(make_dicom(grey, PhotometricInterpretation="MONOCHROME1"))
    np.testing.assert_array_equal(inverted, 255 - decoded)


def test_a_jpeg_within_is_decoded() -> None:
    smooth = np.tile(np.linspace(40, 200, 60).astype(np.uint8)[None, :, None], (40, 1, 3))
    assert np.abs(decode_image(make_jpeg_dicom(smooth)).astype(int) - smooth).max() <= 4


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sop_class": CT}, "no photo of skin"),
        ({"NumberOfFrames": 10_000}, "several pictures"),
        ({"Rows": 65_535, "Columns": 65_535}, "claims 65535 x 65535 pixels"),
        ({"Rows": 0}, "claims 60 x 0 pixels"),
        ({"BitsAllocated": 32}, "unusual way"),
        ({"SamplesPerPixel": 4}, "unusual way"),
        ({"PhotometricInterpretation": "HSV"}, "unusual way"),
        # Its luminance and colour differences would be taken for RGB as they are.
        ({"PhotometricInterpretation": "YBR_PARTIAL_420"}, "unusual way"),
    ],
)
def test_what_is_not_accepted_is_refused_by_its_header(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ImageError, match=words) as refused:
        decode_image(make_dicom(**changes))
    assert "Canary" not in str(refused.value)


def test_a_palette_is_not_taken_for_grey() -> None:
    numbers_of_colors = np.tile(np.arange(20, dtype=np.uint8), (40, 3))
    table = {"RedPalette": 200, "GreenPalette": 160, "BluePalette": 140}
    changes: dict[str, Any] = {f"{name}ColorLookupTableDescriptor": [20, 0, 8] for name in table}
    changes |= {f"{name}ColorLookupTableData": bytes(20 * [value]) for name, value in table.items()}
    with pytest.raises(ImageError, match="unusual way"):
        decode_image(make_dicom(numbers_of_colors, PhotometricInterpretation="PALETTE COLOR", **changes))


def test_luminance_and_colour_differences_become_rgb() -> None:
    grey = np.full((40, 60, 3), (90, 128, 128), np.uint8)
    decoded = decode_image(make_dicom(grey, PhotometricInterpretation="YBR_FULL"))
    np.testing.assert_array_equal(decoded, np.full((40, 60, 3), 90, np.uint8))


def test_a_deflated_file_is_refused_before_it_is_unpacked() -> None:
    data = make_dicom(syntax=DeflatedExplicitVRLittleEndian)
    # A gigabyte of zeros behind a true header.
    bomb = data + zlib.compress(bytes(10**7)) * 100
    start = time.monotonic()
    with pytest.raises(ImageError, match="Deflated DICOM"):
        decode_image(bomb)
    assert time.monotonic() - start < 2


def test_a_cut_or_damaged_file_gets_a_sentence() -> None:
    data = make_dicom()
    for share in (0.1, 0.5, 0.99):
        with pytest.raises(ImageError):
            decode_image(data[: int(share * len(data))])
    with pytest.raises(ImageError, match="no readable header"):
        decode_image(data[:132] + bytes(400))
