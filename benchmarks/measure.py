"""Timing in turns: ours, the peer's, ours, the peer's; the median of the ratios is the figure."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comparison:
    """Seconds of each turn. ``ratio`` is ours over the peer's: 2.0 is twice as slow."""

    ours: tuple[float, ...]
    peer: tuple[float, ...]

    @property
    def ratio(self) -> float:
        return statistics.median(a / b for a, b in zip(self.ours, self.peer, strict=True))


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_turns(
    ours: Callable[[], object], peer: Callable[[], object], *, turns: int = 5
) -> Comparison:
    """Run both once to warm up, then in turns, so that a slow moment of the machine hits both."""
    ours()
    peer()
    pairs = [(seconds(ours), seconds(peer)) for _ in range(turns)]
    return Comparison(ours=tuple(a for a, _ in pairs), peer=tuple(b for _, b in pairs))


def row(name: str, found: Comparison, *, peer: str, per: str = "") -> None:
    ours, other = statistics.median(found.ours), statistics.median(found.peer)
    print(f"{name:<44} {ours:9.3f} s   {peer:<38} {other:9.3f} s   ratio {found.ratio:6.2f} {per}")
