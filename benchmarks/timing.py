"""Peers timed side by side: on a machine that does other things too, only a ratio within one run means something."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any, NamedTuple

WARM_UP_ROUNDS = 3


class Timing(NamedTuple):
    """Times of one peer over all rounds, in milliseconds."""

    name: str
    milliseconds: list[float]

    @property
    def median(self) -> float:
        """Median, in milliseconds."""
        return median(self.milliseconds)


def interleave(peers: dict[str, Callable[[], Any]], rounds: int) -> list[Timing]:
    """Call the peers in turn, A B C A B C ..., so that what slows the machine for a while slows them all.

    Args:
        peers: name -> what is timed.
        rounds: how often each is timed, after WARM_UP_ROUNDS untimed calls.
    """
    for call in peers.values():
        for _ in range(WARM_UP_ROUNDS):
            call()
    times: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(rounds):
        for name, call in peers.items():
            start = time.perf_counter()
            call()
            times[name].append(1000 * (time.perf_counter() - start))
    return [Timing(name, milliseconds) for name, milliseconds in times.items()]


def rows(timings: list[Timing], reference: str) -> list[dict[str, Any]]:
    """A row a peer: median and minimum in milliseconds, and the median as a multiple of the reference's.

    Raises:
        KeyError: no peer of that name was timed.
    """
    unit = {timing.name: timing.median for timing in timings}[reference]
    return [
        {"peer": timing.name, "median_ms": timing.median, "minimum_ms": min(timing.milliseconds), "ratio": timing.median / unit}
        for timing in timings
    ]
