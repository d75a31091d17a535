"""Records that stand twice in one file, found in eight bytes a record."""

from array import array
from collections.abc import Hashable
from typing import Final

from madoguchi.blocks.payments.collection.records import Record

_BUCKETS: Final = 256
_SIGN: Final = 1 << 64


class Repeats:
    """Show it every record once (``see``), then again (``first_line``).

    The first time it keeps a number of 64 bits a record. What is alike by its number alone is
    told apart the second time, so that nothing is called a repetition by chance.
    """

    def __init__(self) -> None:
        self._buckets = [array("Q") for _ in range(_BUCKETS)]
        self._suspects: frozenset[int] | None = None
        self._lines: dict[Hashable, int] = {}

    def see(self, record: Record) -> None:
        number = _number(record)
        self._buckets[number % _BUCKETS].append(number)

    def first_line(self, record: Record) -> int | None:
        """The line on which the same was said before; None for what is said once or first."""
        if self._suspects is None:
            self._suspects = frozenset(_twice(self._buckets))
            self._buckets = []
        if _number(record) not in self._suspects:
            return None
        found = self._lines.setdefault(_identity(record), record.line)
        return found if found != record.line else None


def _identity(record: Record) -> tuple[Hashable, ...]:
    return record.data_kind, record.barcode, record.store, record.paid_at


def _number(record: Record) -> int:
    return hash(_identity(record)) % _SIGN


def _twice(buckets: list["array[int]"]) -> set[int]:
    found: set[int] = set()
    for bucket in buckets:
        seen: set[int] = set()
        for number in bucket:
            (found if number in seen else seen).add(number)
    return found
