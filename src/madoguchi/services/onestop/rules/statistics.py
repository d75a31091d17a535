"""What work that is contracted out comes to: volumes, times and errors, month by month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

ONE_PLACE = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Work:
    """A visit that an operator took in. ``minutes`` is None while it is open; ``taken_in`` are
    the procedures that the operator handed over, ``errors`` those that came back for it."""

    on: date
    minutes: int | None
    taken_in: int
    errors: int


@dataclass(frozen=True, slots=True)
class Month:
    """``month`` is its first day. Median and 90th percentile are None where no visit ended."""

    month: date
    visits: int
    taken_in: int
    median: Decimal | None
    ninetieth: int | None
    errors: int

    @property
    def error_rate(self) -> Decimal:
        """Per cent of what was taken in."""
        return per_cent(self.errors, self.taken_in)


def by_month(works: Iterable[Work], months: Sequence[date]) -> tuple[Month, ...]:
    """One row a month of ``months``, in their order; work of other months is left out."""
    of: dict[date, list[Work]] = {month: [] for month in months}
    for work in works:
        month = work.on.replace(day=1)
        if month in of:
            of[month].append(work)
    return tuple(total(of[month], month) for month in months)


def total(works: Sequence[Work], month: date) -> Month:
    """All of them in one row that begins on ``month``."""
    times = [work.minutes for work in works if work.minutes is not None]
    return Month(
        month=month,
        visits=len(works),
        taken_in=sum(work.taken_in for work in works),
        median=median(times),
        ninetieth=percentile(times, 90),
        errors=sum(work.errors for work in works),
    )


def median(values: Sequence[int]) -> Decimal | None:
    """The middle one, or the mean of the two in the middle."""
    if not values:
        return None
    ordered, middle = sorted(values), len(values) // 2
    if len(values) % 2:
        return Decimal(ordered[middle])
    return Decimal(ordered[middle - 1] + ordered[middle]) / 2


def percentile(values: Sequence[int], percent: int) -> int | None:
    """The smallest value that so many per cent do not exceed (nearest rank)."""
    if not values:
        return None
    rank = max(-(-percent * len(values) // 100), 1)
    return sorted(values)[rank - 1]


def per_cent(part: int, whole: int) -> Decimal:
    """To one place, half up; 0 where there is no whole."""
    return ratio(100 * part, whole)


def ratio(part: int, whole: int) -> Decimal:
    """To one place, half up; 0 where there is no whole."""
    if whole == 0:
        return Decimal("0.0")
    return (Decimal(part) / Decimal(whole)).quantize(ONE_PLACE, ROUND_HALF_UP)


def months_between(first: date, until: date) -> tuple[date, ...]:
    """The first days of the months from that of ``first`` to the one before ``until`` begins."""
    months, month = [], first.replace(day=1)
    while month < until:
        months.append(month)
        month = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
    return tuple(months)
