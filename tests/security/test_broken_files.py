"""Damaged photos: a sentence or a whole picture, soon, and a decoder that goes on."""

import io
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from assets.draw_examples import draw_lesion
from inference.decoder import DecoderPool
from inference.images import ImageError

_KINDS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "HEIF")
_SHARES = (0.01, 0.1, 0.5, 0.9, 0.99)
_PHOTOS, _CHANGES = 200, 5000
_LONGEST_SECONDS = 5.0
_SIDE = 160


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DecoderPool]:
    pool = DecoderPool()
    # Its process is started before anything is timed.
    first = tmp_path_factory.mktemp("first") / "photo"
    first.write_bytes(next(_photos(1)))
    pool.read(first)
    yield pool
    pool.close()


def _photos(count: int) -> Iterator[bytes]:
    """Drawn lesions in every format in turn; every other JPEG is progressive."""
    pillow_heif.register_heif_opener()
    for number in range(count):
        kind = _KINDS[number % len(_KINDS)]
        buffer = io.BytesIO()
        options = {"progressive": number % 2 == 1} if kind == "JPEG" else {}
        Image.fromarray(draw_lesion(number, irregularity=0.5, colors=3, size=_SIDE)).save(buffer, kind, **options)
        yield buffer.getvalue()


def _read(pool: DecoderPool, path: Path, data: bytes) -> np.ndarray | None:
    """The picture, or None for an ImageError; within the time that a visitor would wait."""
    path.write_bytes(data)
    start = time.monotonic()
    try:
        return pool.read(path)
    except ImageError:
        return None
    finally:
        assert time.monotonic() - start < _LONGEST_SECONDS


def test_no_part_of_a_photo_passes_for_the_photo(pool: DecoderPool, tmp_path: Path) -> None:
    for data in _photos(_PHOTOS):
        assert _read(pool, tmp_path / "whole", data) is not None
        for share in _SHARES:
            assert _read(pool, tmp_path / "cut", data[: int(share * len(data))]) is None


def test_a_changed_byte_gives_a_sentence_or_a_picture(pool: DecoderPool, tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    photos = list(_photos(2 * len(_KINDS)))
    pictures = 0
    for number in range(_CHANGES):
        data = bytearray(photos[number % len(photos)])
        # Headers are where it hurts: half of the changes are made there.
        end = 200 if number % 2 else len(data)
        data[generator.integers(end)] ^= int(generator.integers(1, 256))
        picture = _read(pool, tmp_path / "changed", bytes(data))
        if picture is not None:
            pictures += 1
            assert picture.dtype == np.uint8
            assert picture.ndim == 3
            assert picture.shape[2] == 3
    # Neither always refused nor always taken: both ways were walked.
    assert _CHANGES // 20 < pictures < _CHANGES - _CHANGES // 20
    assert _read(pool, tmp_path / "whole", photos[0]) is not None
