"""The processes that decode: a warm one is taken first, and none is left when the pool is closed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from inference import decoder
from inference.decoder import PROCESSES, DecoderPool
from inference.images import ImageError
from tests.load.processes import decoders_of_this_process


@pytest.fixture
def warm_pool(drawing_file: Path) -> Iterator[DecoderPool]:
    """A pool of which every process has started."""
    pool = DecoderPool()
    with ThreadPoolExecutor(PROCESSES) as threads:
        # A process takes longer to start than a photo takes to decode: nobody finds a warm one.
        list(threads.map(pool.read, [drawing_file] * PROCESSES))
    yield pool
    pool.close()


def test_a_pool_that_is_closed_leaves_no_process(warm_pool: DecoderPool) -> None:
    assert len(decoders_of_this_process()) == PROCESSES
    warm_pool.close()
    assert decoders_of_this_process() == []


def test_after_a_crash_a_warm_process_is_taken_before_a_new_one_is_started(
    warm_pool: DecoderPool, drawing_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(decoder._Decoder, "_exchange", _crash)
        with pytest.raises(ImageError, match="could not be decoded"):
            warm_pool.read(drawing_file)
    warm_pool.read(drawing_file)
    assert len(decoders_of_this_process()) == PROCESSES - 1


def _crash(worker: decoder._Decoder, _: bytes) -> None:
    worker.stop()
    raise EOFError
