"""Timing in turns: ours, the peer's, ours, the peer's; the median of the ratios is the figure.

What is timed is work of a processor, in this process and those it waits for: that of a busy
machine's other programs does not count.
"""

import resource
import statistics
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
    """Processor seconds that ``work`` takes, with those of processes that it starts and ends."""
    begun = _processor_seconds()
    work()
    return _processor_seconds() - begun


def _processor_seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def in_turns(
    ours: Callable[[], object], peer: Callable[[], object], *, turns: int = 5, times: int = 1
) -> Comparison:
    """Run both once to warm up, then in turns, so that a slow moment of the machine hits both.

    What is short is done ``times`` over in each turn; the seconds are of one.
    """
    ours()
    peer()

    def timed(work: Callable[[], object]) -> float:
        return seconds(lambda: [work() for _ in range(times)]) / times

    pairs = [(timed(ours), timed(peer)) for _ in range(turns)]
    return Comparison(ours=tuple(a for a, _ in pairs), peer=tuple(b for _, b in pairs))


def row(name: str, found: Comparison, *, peer: str, per: str = "") -> None:
    ours, other = statistics.median(found.ours), statistics.median(found.peer)
    print(f"{name:<44} {ours:9.4f} s   {peer:<38} {other:9.4f} s   ratio {found.ratio:6.2f} {per}")
