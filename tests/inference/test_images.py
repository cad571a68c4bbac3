"""Every form of photo has one defined answer, and whatever is no photo gets a sentence that says so."""

import io
import subprocess
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from inference.images import DECODED_SIDE, MAX_BYTES, ImageError, decode_image, read_image
from tests.bad_files import BAD_FILES, huge_png

COLORS = np.array([[[200, 40, 30], [20, 180, 60], [10, 30, 220]]], np.uint8)


def _picture(height: int = 48, width: int = 72) -> Image.Image:
    return Image.fromarray(np.repeat(np.repeat(COLORS, height, 0), width // 3, 1))


def _bytes(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_lossless_formats_keep_every_value(kind: str) -> None:
    np.testing.assert_array_equal(decode_image(_bytes(_picture(), kind)), np.asarray(_picture()))


@pytest.mark.parametrize(
    ("kind", "options"),
    [("JPEG", {"quality": 95, "subsampling": 0}), ("WEBP", {"quality": 95}), ("HEIF", {"quality": 95})],
)
def test_lossy_formats_keep_colours_closely(kind: str, options: dict[str, object]) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    decoded = decode_image(_bytes(_picture(), kind, **options))
    centers = decoded[24, [12, 36, 60]].astype(int)
    assert np.abs(centers - COLORS[0]).max() <= 12


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_of_the_eight_orientations_ends_upright(orientation: int) -> None:
    upright = np.arange(40 * 60 * 3, dtype=np.uint32).reshape(40, 60, 3).astype(np.uint8)
    # What a camera stores when it was held that way: the inverse of what the tag asks for.
    inverse = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]
    stored = Image.fromarray(upright)
    if inverse is not None:
        stored = stored.transpose(Image.Transpose(inverse))
    exif = Image.Exif()
    exif[0x0112] = orientation
    np.testing.assert_array_equal(decode_image(_bytes(stored, "PNG", exif=exif)), upright)


def test_alpha_is_laid_on_white() -> None:
    clear = np.zeros((40, 40, 4), np.uint8)
    clear[:, 20:] = [10, 20, 30, 255]
    decoded = decode_image(_bytes(Image.fromarray(clear), "PNG"))
    assert decoded[0, 0].tolist() == [255, 255, 255]
    assert decoded[0, 30].tolist() == [10, 20, 30]


def test_grey_palette_and_cmyk_become_rgb() -> None:
    grey = decode_image(_bytes(Image.new("L", (40, 50), 77), "PNG"))
    assert grey.shape == (50, 40, 3)
    assert (grey == 77).all()
    palette = _picture().convert("P", palette=Image.Palette.ADAPTIVE, colors=8)
    np.testing.assert_array_equal(decode_image(_bytes(palette, "PNG")), np.asarray(palette.convert("RGB")))
    cyan = decode_image(_bytes(Image.new("CMYK", (40, 40), (255, 0, 0, 0)), "TIFF"))
    assert cyan[0, 0, 0] < 60
    assert cyan[0, 0, 2] > 150


def test_sixteen_bits_keep_their_upper_eight() -> None:
    values = np.full((40, 40), 0xABCD, np.uint16)
    assert (decode_image(_bytes(Image.fromarray(values), "PNG")) == 0xAB).all()


def test_a_colour_profile_is_converted_to_srgb() -> None:
    # A profile in which red and blue have changed places: what it calls red is blue.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"____").replace(b"bXYZ", b"rXYZ").replace(b"____", b"bXYZ")
    red = Image.new("RGB", (40, 40), (255, 0, 0))
    np.testing.assert_allclose(decode_image(_bytes(red, "PNG", icc_profile=swapped))[0, 0], [0, 0, 255], atol=3)
    np.testing.assert_allclose(decode_image(_bytes(red, "PNG", icc_profile=profile))[0, 0], [255, 0, 0], atol=1)


def test_a_profile_that_cannot_be_read_is_ignored() -> None:
    decoded = decode_image(_bytes(_picture(), "PNG", icc_profile=b"no profile at all"))
    np.testing.assert_array_equal(decoded, np.asarray(_picture()))


def test_large_jpegs_are_decoded_smaller_but_never_below_the_stated_side() -> None:
    decoded = decode_image(_bytes(Image.new("RGB", (4000, 3000), (120, 90, 60)), "JPEG"))
    assert DECODED_SIDE <= min(decoded.shape[:2]) < 2 * DECODED_SIDE + 1
    assert decoded.shape[1] / decoded.shape[0] == pytest.approx(4 / 3, abs=0.01)


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_photo_is_refused_with_a_sentence(name: str) -> None:
    make, words = BAD_FILES[name]
    with pytest.raises(ImageError, match=words):
        decode_image(make())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "BMP"])
@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9, 0.99])
def test_half_a_picture_is_never_a_picture(kind: str, share: float) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (120, 160, 3), np.uint8))
    whole = _bytes(noise, kind)
    with pytest.raises(ImageError):
        decode_image(whole[: int(share * len(whole))])


def test_a_bomb_is_refused_from_its_header_at_once() -> None:
    start = time.monotonic()
    for _ in range(20):
        with pytest.raises(ImageError, match="million pixels"):
            decode_image(huge_png(13_000, 13_000))
    assert time.monotonic() - start < 10


def test_photos_decoded_at_once_leave_everybodys_warnings_as_they_were() -> None:
    photo = _bytes(_picture(), "JPEG")
    kept = list(warnings.filters)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(decode_image, [photo] * 1000))
    assert warnings.filters == kept


def test_a_bomb_causes_no_warning_beside_its_error(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(huge_png(13_000, 13_000))
    # In a process of its own: pytest sets filters too.
    command = "import sys; from inference.images import read_image; read_image(sys.argv[1])"
    done = subprocess.run([sys.executable, "-W", "always", "-c", command, bomb], capture_output=True, text=True, check=False)
    assert "million pixels" in done.stderr
    assert "DecompressionBombWarning" not in done.stderr


def test_several_pictures_in_one_file_are_refused() -> None:
    pages = [_picture(), _picture()]
    with pytest.raises(ImageError, match="several pictures"):
        decode_image(_bytes(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    with pytest.raises(ImageError, match="several pictures"):
        decode_image(
            _bytes(Image.new("RGB", (40, 40), "red"), "WEBP", save_all=True, append_images=[Image.new("RGB", (40, 40))])
        )


@pytest.mark.parametrize(
    "head",
    [
        b"%PDF-1.7\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"PK\x03\x04",
        b"\x7fELF",
        b"8BPS\x00\x01",
        b"MZ\x90",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"\x00\x00\x00\x0cjP  \r\n\x87\n",
        b"\xff\x0a",
        b"v/1\x01\x02\x00\x00\x00",
        b"\x00\x00\x00\x18ftypisom",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        b"SIMPLE  =                    T",
        b"DDS |\x00\x00\x00",
        b"\x80\x04\x95",
    ],
)
def test_other_formats_are_refused_by_content(head: bytes) -> None:
    with pytest.raises(ImageError, match="not a photo in a format"):
        decode_image(head + bytes(500))


def test_too_many_bytes_are_refused_before_they_are_read(tmp_path) -> None:
    path = tmp_path / "large.jpg"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(ImageError, match="at most 64 MB"):
        read_image(path)


def test_a_missing_file_is_an_image_error(tmp_path) -> None:
    with pytest.raises(ImageError, match="No such file"):
        read_image(tmp_path / "nothing.jpg")
