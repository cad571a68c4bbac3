"""The processes that decode: a warm one is taken first, and none is left when the pool is closed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from inference import decoder
from inference.decoder import PROCESSES, DecoderPool
from inference.images import ImageError
from tests.load.processes import decoders_of_this_process
from tests.running_app import PATIENCE_SECONDS


@pytest.fixture
def warm_pool(drawing_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DecoderPool]:
    """A pool of which every process has started."""
    pool, all_have_one = DecoderPool(), Barrier(PROCESSES, timeout=PATIENCE_SECONDS)
    decode = decoder._Decoder.decode

    def decode_together(worker: decoder._Decoder, data: bytes) -> np.ndarray:
        all_have_one.wait()
        return decode(worker, data)

    with monkeypatch.context() as patch, ThreadPoolExecutor(PROCESSES) as threads:
        # Nobody finds a warm one.
        patch.setattr(decoder._Decoder, "decode", decode_together)
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
