"""Periods of two months: who is read when, what a bill is called, when it falls due.

Meters are read every two months, in even or in odd months; a bill is for the two months before
the reading. Its instalment number is the month of reading counted from April (1 to 12), so that
one number means the same two months for every payer. The final bill of a contract that ended has
a number of its own (21 to 32), since it may fall into the month of a regular reading.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from madoguchi.kernel.calendar import add_business_days
from madoguchi.kernel.fiscal import fiscal_year_of

MONTHS = 12
FINAL = 20
"""Added to the instalment number of a final bill."""
LAST_DAY_OF_MONTH = 31


class NoPeriod(ValueError):
    """The text is no month."""


@dataclass(frozen=True, slots=True)
class Terms:
    """When bills fall due: on ``due_day`` of the month so many months after the month of
    reading (31: its last day), on the next business day where that day is one off. A bill that
    is made late gives ``least_days`` all the same."""

    due_months: int = 1
    due_day: int = LAST_DAY_OF_MONTH
    least_days: int = 14


def period_of(day: date) -> date:
    """The period of a reading on that day: the first day of its month."""
    return day.replace(day=1)


def is_read_in(period: date, *, reads_in_even_months: bool) -> bool:
    """Whether meters of that group are read in the month."""
    return (period.month % 2 == 0) == reads_in_even_months


def shifted(period: date, months: int) -> date:
    """The first day of the month so many months later (or earlier)."""
    years, month = divmod(period.month - 1 + months, MONTHS)
    return date(period.year + years, month + 1, 1)


def year_before(period: date) -> date:
    return shifted(period, -MONTHS)


def instalment_of(period: date, *, is_final: bool = False) -> tuple[int, int]:
    """Fiscal year and instalment number of the bill for a reading of that month."""
    number = (period.month - 4) % MONTHS + 1
    return fiscal_year_of(period), number + (FINAL if is_final else 0)


@dataclass(frozen=True, slots=True)
class Called:
    """What a bill is for: the two months before the reading, or up to the end of a contract."""

    first_month: int
    last_month: int
    is_final: bool


def called(instalment: int) -> Called:
    """The months behind an instalment number. Raises NoPeriod for a number that is none."""
    is_final = instalment > FINAL
    number = instalment - FINAL if is_final else instalment
    if not 1 <= number <= MONTHS:
        raise NoPeriod(str(instalment))
    reading = (number + 2) % MONTHS + 1
    if is_final:
        return Called(reading, reading, is_final=True)
    return Called((reading - 3) % MONTHS + 1, (reading - 2) % MONTHS + 1, is_final=False)


def due_on(period: date, terms: Terms, *, made_on: date) -> date:
    """The day by which a bill for a reading of that month, made on a day, is to be paid."""
    month = shifted(period, terms.due_months)
    last = calendar.monthrange(month.year, month.month)[1]
    regular = month.replace(day=min(terms.due_day, last))
    return add_business_days(max(regular, made_on + timedelta(days=terms.least_days)), 0)


def parse(text: str) -> date:
    """``2026-12`` as a period. Raises NoPeriod."""
    found = re.fullmatch(r"([12][0-9]{3})-(0[1-9]|1[0-2])", text, re.ASCII)
    if found is None:
        raise NoPeriod(text)
    return date(int(found[1]), int(found[2]), 1)


def text_of(period: date) -> str:
    """``2026-12``, as addresses have it."""
    return f"{period.year:04d}-{period.month:02d}"
