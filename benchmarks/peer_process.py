"""A peer in a process of its own: threads of one library that wait for work by spinning would slow the others down.

The process is started once and kept warm. Between its turns it waits for its pipe, which takes no processor time; only just
after a turn its library's threads may spin for a while, so whoever is next waits for `QUIET_SECONDS`.
"""

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Self

from benchmarks.timing import WARM_UP_ROUNDS, Timing

# OpenMP of PyTorch spins for 200 ms by default, ONNX Runtime for less.
QUIET_SECONDS = 0.3
_STOP_SECONDS = 30
Build = Callable[..., Callable[[Any], object] | None]


class PeerProcess:
    """Runs what `build(*arguments)` returns on `given`, elsewhere.

    Args:
        build: a function of a module, called in the new process; it may return None where this machine cannot run the peer.
        arguments: for `build`.
        given: what each pass is called with.

    Raises:
        RuntimeError: the peer could not be built; its process has printed why.
    """

    def __init__(self, build: Build, *arguments: Any, given: Any) -> None:
        # A new interpreter: a fork would take the threads' state of this one with it.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_answer, args=(theirs, build, arguments, given), daemon=True)
        self._process.start()
        # Else the end of the process would not be seen here.
        theirs.close()
        self.can_run: bool = self._receive()

    @property
    def pid(self) -> int | None:
        """Id of the process."""
        return self._process.pid

    def run(self, passes: int) -> list[float]:
        """Run so many times in a row; returns the milliseconds of each, as they were measured over there."""
        self._pipe.send(passes)
        milliseconds: list[float] = self._receive()
        time.sleep(QUIET_SECONDS)
        return milliseconds

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.close()
        self._process.join(_STOP_SECONDS)

    def _receive(self) -> Any:
        try:
            return self._pipe.recv()
        except EOFError as error:
            raise RuntimeError("a peer's process has ended; what it printed says why") from error


def take_turns(peers: dict[str, PeerProcess], rounds: int, passes: int) -> list[Timing]:
    """Let the peers that can run here do so in turn, A B C A B C ..., `passes` times in a row at each of `rounds` turns."""
    times: dict[str, list[float]] = {name: [] for name, peer in peers.items() if peer.can_run}
    for _ in range(rounds):
        for name, milliseconds in times.items():
            milliseconds.extend(peers[name].run(passes))
    return [Timing(name, milliseconds) for name, milliseconds in times.items()]


def _answer(pipe: Connection, build: Build, arguments: tuple[Any, ...], given: Any) -> None:
    """In the new process: build, warm up, and then run whenever a number of passes comes, until the pipe is closed."""
    run = build(*arguments)
    if run is None:
        pipe.send(False)
        return
    for _ in range(WARM_UP_ROUNDS):
        run(given)
    pipe.send(True)
    while True:
        try:
            passes = pipe.recv()
        except EOFError:
            return
        # A plain loop: to mypy, `run` may be None again inside of a comprehension.
        milliseconds = []
        for _ in range(passes):
            milliseconds.append(_milliseconds(run, given))
        pipe.send(milliseconds)


def _milliseconds(run: Callable[[Any], object], given: Any) -> float:
    start = time.perf_counter()
    run(given)
    return 1000 * (time.perf_counter() - start)
