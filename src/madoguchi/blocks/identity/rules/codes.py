"""The code that proves a mail address: eight digits, a quarter of an hour, five tries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

LIFE: Final = timedelta(minutes=15)
MOST_TRIES: Final = 5
DIGITS: Final = 8

_WIDE = str.maketrans("０１２３４５６７８９", "0123456789", " \u3000-－ー‐−")


@dataclass(frozen=True, slots=True)
class Proof:
    """A code on its way: to which address, kept as a keyed digest. ``after`` is the page to go to;
    ``is_change``: the address becomes that of whoever is signed in."""

    email: str
    digest: str
    sent_at: float
    after: str
    is_change: bool = False

    def is_open(self, now: datetime) -> bool:
        return 0 <= now.timestamp() - self.sent_at <= LIFE.total_seconds()


def plain(typed: str) -> str:
    """The digits of what was typed: of full width, with blanks or dashes between."""
    return typed.translate(_WIDE)


def grouped(code: str) -> str:
    """As it is easily read: ``1234 5678``."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"
