"""What a meter says was used: roll-over, exchange, estimates, and what looks odd.

An index is what the meter shows in whole m³. Water is billed once: each reading starts from the
index up to which water has been billed. After an estimate that was too high the meter shows less
than was billed; then nothing is billed until the meter has caught up.
"""

from dataclasses import dataclass

METER_TURNS_AT = 100_000
"""After 99999 a meter of five digits shows 0."""

UNUSUAL_TIMES = 2
UNUSUAL_FROM_M3 = 10
"""Smaller uses are never asked about: 6 m³ after 2 is a weekend at home."""


class IndexLowered(ValueError):
    """The meter shows less than before: neither roll-over nor exchange was said. ``floor`` is
    the lowest index that can be right."""

    def __init__(self, index: int, floor: int) -> None:
        super().__init__(f"{index} after {floor}")
        self.index = index
        self.floor = floor


class IndexImpossible(ValueError):
    """The meter cannot show this: it has five digits, or the exchange does not fit."""


@dataclass(frozen=True, slots=True)
class Before:
    """Where a reading starts from.

    ``billed_up_to`` is the index up to which water has been billed; after an estimate it may lie
    beyond what the meter shows, and beyond 99999. ``shown`` is what the meter showed when
    somebody last looked.
    """

    billed_up_to: int
    shown: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """The meter was changed (メーター交換): what the old one showed last, the new one first."""

    removed_at_m3: int
    installed_at_m3: int = 0


@dataclass(frozen=True, slots=True)
class Used:
    """``m3`` is to be billed; ``ahead_m3`` is what has been billed beyond the meter."""

    m3: int
    ahead_m3: int = 0


def used(
    before: Before,
    index_m3: int,
    *,
    rolled_over: bool = False,
    exchange: Exchange | None = None,
) -> Used:
    """What was used up to a reading that somebody took. Raises IndexLowered, IndexImpossible."""
    _must_fit(index_m3)
    if exchange is None:
        m3 = _since(before, index_m3, rolled_over=rolled_over)
    else:
        _must_fit(exchange.removed_at_m3)
        _must_fit(exchange.installed_at_m3)
        if index_m3 < exchange.installed_at_m3:
            raise IndexImpossible
        m3 = _since(before, exchange.removed_at_m3, rolled_over=rolled_over)
        m3 += index_m3 - exchange.installed_at_m3
    return Used(max(m3, 0), max(-m3, 0))


def _since(before: Before, index_m3: int, *, rolled_over: bool) -> int:
    """Below zero where an estimate was too high."""
    if rolled_over:
        if index_m3 >= before.shown:
            raise IndexImpossible
        return index_m3 + METER_TURNS_AT - before.billed_up_to
    if index_m3 < before.shown:
        raise IndexLowered(index_m3, before.shown)
    return index_m3 - before.billed_up_to


def _must_fit(index_m3: int) -> None:
    if not 0 <= index_m3 < METER_TURNS_AT:
        raise IndexImpossible


def next_before(index_m3: int, taken: Used) -> Before:
    """Where the reading after one that somebody took starts."""
    return Before(index_m3 + taken.ahead_m3, index_m3)


def estimated_m3(*, year_before: int | None, last: int | None) -> int:
    """What is taken for a meter that could not be read: the use of the same period a year
    before, else of the last period, else nothing."""
    if year_before is not None:
        return year_before
    return last or 0


def is_unusual(m3: int, *, year_before: int | None, last: int | None) -> bool:
    """Whether somebody should look again: more than twice the use of a year before (of the last
    period where there was none), from 10 m³ on."""
    usual = year_before if year_before is not None else last
    return usual is not None and m3 >= UNUSUAL_FROM_M3 and m3 > UNUSUAL_TIMES * usual
