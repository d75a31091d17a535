"""The one clock. Everything that asks for the present asks here.

`now()` is aware and in Tokyo time, `today()` is the date in Tokyo. `frozen(at)` stops the clock
in the present context (thread or task), for tests and for building the sample city's past.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")

_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)


def now() -> datetime:
    stopped_at = _stopped_at.get()
    if stopped_at is not None:
        return stopped_at
    return datetime.now(TOKYO)  # noqa: TID251 - this is the clock that the ban points to


def today() -> date:
    return now().date()


def day_of(at: datetime) -> date:
    """The date in Tokyo of an aware time; what a database gives is in another zone."""
    return at.astimezone(TOKYO).date()


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Stop the clock at an aware datetime; a naive one raises ValueError. May be nested."""
    if at.tzinfo is None:
        raise ValueError(f"the clock needs a time with its zone: {at.isoformat()}")
    stopped_at = at.astimezone(TOKYO)
    token = _stopped_at.set(stopped_at)
    try:
        yield stopped_at
    finally:
        _stopped_at.reset(token)
