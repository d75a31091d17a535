"""Dated tables: which of several rows is in force on a day."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from datetime import date


class Dated(Protocol):
    """A row of a dated table; ``fee_kind`` is empty where it is for all of them."""

    @property
    def fee_kind(self) -> str: ...

    @property
    def from_on(self) -> date: ...


def in_force[T: Dated](rows: Iterable[T], *, fee_kind: str, on: date) -> T | None:
    """The row in force for a fee kind on a day: the latest that has begun.

    One that names the fee kind goes before one for all, whichever began later.
    """
    begun = [row for row in rows if row.from_on <= on and row.fee_kind in {fee_kind, ""}]
    return max(begun, key=lambda row: (row.fee_kind != "", row.from_on), default=None)


def each_in_force[T: Dated, K: Hashable](
    rows: Iterable[T], *, key: Callable[[T], K], fee_kind: str, on: date
) -> dict[K, T]:
    """The row in force under each key (a stage, a channel), where the key has one."""
    by_key: dict[K, list[T]] = {}
    for row in rows:
        by_key.setdefault(key(row), []).append(row)
    found = {k: in_force(of_key, fee_kind=fee_kind, on=on) for k, of_key in by_key.items()}
    return {k: row for k, row in found.items() if row is not None}


def coming[T: Dated](rows: Iterable[T], *, on: date) -> list[T]:
    """Rows that begin after a day, soonest first."""
    return sorted((row for row in rows if row.from_on > on), key=attrgetter("from_on"))
