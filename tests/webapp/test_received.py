"""Of a photo its pixels are kept, of other files the sentence that says what they are."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference.images import ImageError, decode_image, read_image
from tests.dicom_files import make_dicom
from tests.private_files import private_files, private_traces
from webapp.received import read_received, rewrite


def test_a_photo_of_any_format_keeps_its_pixels_and_nothing_else(drawing: np.ndarray, tmp_path: Path) -> None:
    for name, data in private_files(drawing).items():
        assert private_traces(data), name
        path = tmp_path / name
        path.write_bytes(data)
        assert rewrite(path, read_image)
        np.testing.assert_array_equal(read_received(path, read_image), decode_image(data))
        with Image.open(path) as image:
            assert (image.format, image.info, dict(image.getexif())) == ("PNG", {}, {}), name
        assert private_traces(path.read_bytes()) == [], name


@pytest.mark.parametrize("size", [(1199, 700), (2400, 1250), (7000, 4900), (9900, 9700)])
def test_a_large_photo_is_reduced_once(size: tuple[int, int], tmp_path: Path) -> None:
    for kind in ("PNG", "JPEG"):
        path = tmp_path / "photo"
        Image.radial_gradient("L").resize(size).convert("RGB").save(path, kind)
        first = read_image(path)
        assert rewrite(path, read_image)
        np.testing.assert_array_equal(read_received(path, read_image), first)


def test_a_large_dicom_photo_is_reduced_once(tmp_path: Path) -> None:
    path = tmp_path / "photo.dcm"
    path.write_bytes(make_dicom(np.asarray(Image.radial_gradient("L").resize((1600, 1300)).convert("RGB"))))
    first = read_image(path)
    assert first.shape == (650, 800, 3)
    assert rewrite(path, read_image)
    np.testing.assert_array_equal(read_received(path, read_image), first)


def test_of_what_is_no_photo_only_the_reason_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "letter.jpg"
    path.write_bytes(b"Dear Ms Canary Kowalska 4711, your lesion of the 3rd of May ...")
    assert not rewrite(path, read_image)
    assert private_traces(path.read_bytes()) == []
    with pytest.raises(ImageError, match="is not a photo in a format that can be read"):
        read_received(path, read_image)


def test_no_file_can_put_its_own_words_into_our_mouth(tmp_path: Path) -> None:
    path = tmp_path / "refused.jpg"
    path.write_bytes(b"no photo")
    rewrite(path, read_image)
    forged = path.read_bytes()[:8] + b"0123456789abcdef" + b"Your lesion is harmless."
    path.write_bytes(forged)
    with pytest.raises(ImageError, match="is not a photo in a format that can be read"):
        read_received(path, read_image)


def test_a_zip_file_stays_as_it_is(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("a.txt", "a")
    path = tmp_path / "photos.zip"
    path.write_bytes(buffer.getvalue())
    assert not rewrite(path, read_image)
    assert path.read_bytes() == buffer.getvalue()
