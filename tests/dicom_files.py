"""DICOM files of drawn pixels, with a patient's name to look for."""

import io
from typing import Any

import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian, JPEGBaseline8Bit, generate_uid

DERMOSCOPIC, PHOTOGRAPHIC, CT = (f"1.2.840.10008.5.1.4.1.1.{tail}" for tail in ("77.1.7", "77.1.4", "2"))
PATIENT = "Doe^Jane^Canary"
PIXELS = np.random.default_rng(0).integers(0, 256, (40, 60, 3)).astype(np.uint8)


def make_dicom(
    pixels: np.ndarray = PIXELS, sop_class: str = DERMOSCOPIC, syntax: str = ExplicitVRLittleEndian, **changes: Any
) -> bytes:
    """An uncompressed DICOM file of pixels, uint8 or uint16, (H, W, 3) or (H, W); `changes` replace elements of it."""
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


def make_jpeg_dicom(pixels: np.ndarray) -> bytes:
    """A DICOM file with a JPEG within."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=95)
    encoded = encapsulate([buffer.getvalue()])
    return make_dicom(pixels, syntax=JPEGBaseline8Bit, PixelData=encoded, PhotometricInterpretation="YBR_FULL_422")
