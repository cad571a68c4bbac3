"""A peer's process measures its own passes, takes no processor time between its turns, and ends with its pipe."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from benchmarks.peer_process import PeerProcess, take_turns
from benchmarks.timing import WARM_UP_ROUNDS

_NAP_SECONDS = 0.02


def _writer(path: Path) -> Callable[[str], object]:
    def write(word: str) -> None:
        with path.open("a") as file:
            file.write(word)
        time.sleep(_NAP_SECONDS)

    return write


def _nothing() -> None:
    """Stands for a peer that this machine cannot run."""


def _broken() -> Callable[[object], object]:
    raise ValueError("this peer cannot be built")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "passes"


@pytest.fixture
def peer(log: Path) -> Iterator[PeerProcess]:
    with PeerProcess(_writer, log, given="a") as peer:
        yield peer


def test_a_turn_is_so_many_passes_after_the_warm_up(peer: PeerProcess, log: Path) -> None:
    assert log.read_text() == "a" * WARM_UP_ROUNDS
    milliseconds = peer.run(4)
    assert log.read_text() == "a" * (WARM_UP_ROUNDS + 4)
    assert len(milliseconds) == 4
    assert min(milliseconds) >= 1000 * _NAP_SECONDS


def test_an_idle_peer_takes_no_processor_time(peer: PeerProcess) -> None:
    process = psutil.Process(peer.pid)

    def used_seconds() -> float:
        before = process.cpu_times()
        time.sleep(0.5)
        after = process.cpu_times()
        return (after.user + after.system) - (before.user + before.system)

    peer.run(1)
    # On a slow machine the end of its turn falls into the first half second; one that spins would use all of every one.
    assert any(used_seconds() <= 0.02 for _ in range(6))


def test_processes_take_turns(peer: PeerProcess, log: Path) -> None:
    with PeerProcess(_writer, log, given="b") as other, PeerProcess(_nothing, given=None) as missing:
        log.write_text("")
        timings = take_turns({"first": peer, "missing": missing, "second": other}, rounds=2, passes=3)
    assert log.read_text() == "aaabbb" * 2
    assert [(timing.name, len(timing.milliseconds)) for timing in timings] == [("first", 6), ("second", 6)]


def test_a_peer_ends_with_its_block(log: Path) -> None:
    with PeerProcess(_writer, log, given="a") as peer:
        process = psutil.Process(peer.pid)
    assert not process.is_running()


def test_a_peer_that_cannot_be_built_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="what it printed says why"):
        PeerProcess(_broken, given=None)
