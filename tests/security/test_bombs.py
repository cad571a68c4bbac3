"""Small files that claim to be giants: refused from the header, before they cost anything, eight of them at once too."""

import contextlib
import io
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from PIL import Image

from inference.decoder import DecoderPool
from inference.images import ImageError
from tests.bad_files import huge_png
from tests.load.processes import decoders_of_this_process

_LONGEST_SECONDS = 2.0
_MOST_BYTES = 100 * 2**20
_TEXT_BYTES = 400 * 2**20


@pytest.fixture
def pool(drawing_file: Path) -> Iterator[DecoderPool]:
    pool = DecoderPool()
    # Both workers are started before anything is measured.
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(pool.read, [drawing_file] * 8))
    yield pool
    pool.close()


def _gif(side: int) -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + bytes(6) + b";"


def _tiff(side: int) -> bytes:
    """One strip of a grey picture that claims its size, packed."""
    strip = zlib.compress(bytes(1000))
    entries = [(256, side), (257, side), (258, 8), (259, 8), (262, 1), (273, 8), (277, 1), (278, side), (279, len(strip))]
    start = 8 + len(strip)
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
    return b"II*\0" + struct.pack("<I", start) + strip + directory + bytes(4)


def _png_with(kind: bytes, data: bytes) -> bytes:
    """A small picture, and before it a chunk."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), "tan").save(buffer, "PNG")
    whole = buffer.getvalue()
    chunk = struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    # After the signature and IHDR.
    return whole[:33] + chunk + whole[33:]


def _packed_zeros() -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(_TEXT_BYTES // 2**20)) + packer.flush()


_BOMBS = {
    "1-bit.png": lambda: huge_png(13_000, 13_000),
    "huge.gif": lambda: _gif(60_000),
    "huge.tif": lambda: _tiff(60_000),
    "text.png": lambda: _png_with(b"zTXt", b"Comment\0\0" + _packed_zeros()),
    "profile.png": lambda: _png_with(b"iCCP", b"icc\0\0" + _packed_zeros()),
}


class _Memory:
    """The most that this process and its decoders held at once, above what they held at the start."""

    def __enter__(self) -> "_Memory":
        workers = decoders_of_this_process()
        assert workers
        self._processes = [psutil.Process(), *workers]
        self._before, self.most = self._resident(), 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_over.wait(0.005):
            self.most = max(self.most, self._resident() - self._before)

    def _resident(self) -> int:
        total = 0
        for process in self._processes:
            # A worker may have died of the bomb.
            with contextlib.suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
        return total


def _try(pool: DecoderPool, path: Path) -> bool:
    """Whether it was decoded; a picture with a giant text may be, as long as the text is not unpacked."""
    try:
        return pool.read(path).shape == (64, 64, 3)
    except ImageError:
        return False


@pytest.mark.parametrize("name", _BOMBS)
def test_a_bomb_costs_neither_time_nor_memory(pool: DecoderPool, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(_BOMBS[name]())
    assert path.stat().st_size < 2**20
    start = time.monotonic()
    with _Memory() as memory:
        decoded = _try(pool, path)
    assert time.monotonic() - start < _LONGEST_SECONDS
    assert memory.most < _MOST_BYTES
    assert not decoded or name in ("text.png", "profile.png")


def test_eight_bombs_at_once_cost_no_more(pool: DecoderPool, tmp_path: Path, drawing_file: Path) -> None:
    paths = []
    for number, name in enumerate([*_BOMBS, *list(_BOMBS)[:3]]):
        paths.append(tmp_path / f"{number}-{name}")
        paths[-1].write_bytes(_BOMBS[name]())
    with _Memory() as memory, ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda path: _try(pool, path), paths))
    assert memory.most < _MOST_BYTES
    assert pool.read(drawing_file).ndim == 3
