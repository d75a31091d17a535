"""Yen: whole numbers in a type of their own, so that money never mixes with other counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Yen:
    """An amount of yen; `str` gives `12,300円`. Anything but an int raises TypeError."""

    amount: int

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError(f"yen are whole: {self.amount!r}")

    def __add__(self, other: Yen) -> Yen:
        return Yen(self.amount + other.amount) if isinstance(other, Yen) else NotImplemented

    def __sub__(self, other: Yen) -> Yen:
        return Yen(self.amount - other.amount) if isinstance(other, Yen) else NotImplemented

    def __mul__(self, times: int) -> Yen:
        return Yen(self.amount * times) if type(times) is int else NotImplemented

    __rmul__ = __mul__

    def __neg__(self) -> Yen:
        return Yen(-self.amount)

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        return f"{self.amount:,}円"


def thousands(n: int | None) -> str:
    """A count with separators, `12,300`; nothing for None."""
    return "" if n is None else f"{n:,}"
