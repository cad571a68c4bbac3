"""A picture whose colours are shifted from one block on is told from a photo, whatever its size and sampling."""

import io
from pathlib import Path

import numpy as np
import pytest
import simplejpeg
from PIL import Image

from assets.draw_examples import draw_lesion
from inference.damage import DamageError, decode_whole_jpeg
from inference.jpeg_shift import has_shifted_rest


def _shifted(image: np.ndarray, block: tuple[int, int], row: int, column: int, shift: tuple[int, int, int]) -> np.ndarray:
    """The picture with all blocks from that one on, row by row, moved by a colour."""
    rows = np.arange(len(image))[:, None] // block[0]
    columns = np.arange(image.shape[1])[None] // block[1]
    is_after = (rows > row) | ((rows == row) & (columns >= column))
    return np.clip(image.astype(int) + is_after[..., None] * np.array(shift), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    return np.ascontiguousarray(draw_lesion(3, irregularity=0.5, colors=3, size=320)[20:276])


@pytest.mark.parametrize("block", [(16, 16), (8, 8), (8, 16), (4, 4), (2, 2)])
@pytest.mark.parametrize("shift", [(40, 40, 40), (-30, -30, -30), (0, 0, 25)])
def test_a_shift_from_one_block_on_is_found(photo: np.ndarray, block: tuple[int, int], shift: tuple[int, int, int]) -> None:
    assert not has_shifted_rest(photo, block)
    row, column = len(photo) // block[0] // 2, photo.shape[1] // block[1] // 3
    assert has_shifted_rest(_shifted(photo, block, row, column, shift), block)


def test_a_dark_band_below_a_photo_is_no_damage(photo: np.ndarray) -> None:
    banded = photo.copy()
    # On the border of blocks, across the whole photo: a frame, or the letters of a camera.
    banded[192:] = 10
    assert not has_shifted_rest(banded, (16, 16))


def test_lines_of_text_are_no_damage() -> None:
    text = np.full((320, 320, 3), 235, np.uint8)
    for line in range(16, 320, 32):
        text[line : line + 14, 24:] = 40
        text[line + 16 : line + 30, :24] = 40
    assert not has_shifted_rest(text, (16, 16))


def test_a_hair_along_the_edge_of_blocks_is_no_damage(photo: np.ndarray) -> None:
    hairy = photo.copy()
    # Dark on the upper side of one edge to the right, and of the next one to the left.
    hairy[125:128, 96:] = 20
    hairy[141:144, :96] = 20
    assert not has_shifted_rest(hairy, (16, 16))


def test_a_picture_of_few_blocks_is_not_judged(photo: np.ndarray) -> None:
    small = photo[:64, :64]
    assert not has_shifted_rest(_shifted(small, (16, 16), 2, 1, (60, 60, 60)), (16, 16))


@pytest.mark.parametrize(("sampling", "block"), [(0, (8, 8)), (1, (8, 16)), (2, (16, 16))])
@pytest.mark.parametrize("enlarged", [1, 4, 16])
def test_at_every_sampling_and_reduced_size_the_block_is_known(
    photo: np.ndarray, sampling: int, block: tuple[int, int], enlarged: int
) -> None:
    size = (photo.shape[1] * enlarged, photo.shape[0] * enlarged)
    large = np.asarray(Image.fromarray(photo).resize(size))
    damaged = _shifted(large, block, size[1] // block[0] // 2, size[0] // block[1] // 3, (35, 35, 35))
    for image, is_damaged in ((large, False), (damaged, True)):
        buffer = io.BytesIO()
        Image.fromarray(image).save(buffer, "JPEG", quality=92, subsampling=sampling)
        factor = min(enlarged, 8)
        wanted = (-(-size[0] // factor), -(-size[1] // factor))
        if is_damaged:
            with pytest.raises(DamageError, match="colours are shifted"):
                decode_whole_jpeg(buffer.getvalue(), wanted)
        else:
            assert decode_whole_jpeg(buffer.getvalue(), wanted) is not None


def test_photos_pass(test_photos: list[Path], shared_data: Path) -> None:
    others = sorted((shared_data / "ood").glob("*.jpg"))[::3]
    for path in [*test_photos[:300], *others]:
        data = path.read_bytes()
        with Image.open(path) as image:
            width, height = image.size
        assert decode_whole_jpeg(data, (width, height)) is not None, path.name


def test_most_photos_that_a_changed_byte_ruined_are_found(test_photos: list[Path]) -> None:
    generator = np.random.default_rng(0)
    ruined = found = 0
    for path in test_photos[:300]:
        # At the quality of a camera.
        buffer = io.BytesIO()
        Image.open(path).save(buffer, "JPEG", quality=90)
        whole = buffer.getvalue()
        original = simplejpeg.decode_jpeg(whole, "RGB").astype(int)
        changed = bytearray(whole)
        changed[generator.integers(len(whole) // 4, len(whole))] ^= int(generator.integers(1, 256))
        try:
            decoded = simplejpeg.decode_jpeg(bytes(changed), "RGB")
        except ValueError:
            continue
        if decoded.shape == original.shape and (np.abs(decoded - original).max(axis=2) > 32).mean() > 0.2:
            ruined += 1
            found += has_shifted_rest(decoded, (16, 16))
    assert ruined >= 10
    assert found >= 0.75 * ruined
