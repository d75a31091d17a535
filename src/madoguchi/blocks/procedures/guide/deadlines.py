"""From a day and a rule to the last day: Civil Code art. 140 to 143.

The first day does not count unless the law says so (art. 140); months and years go by the
calendar (art. 143); a last day on which the counter is closed moves (art. 142), where the rule
says so.
"""

from calendar import monthrange
from datetime import date, timedelta

from madoguchi.blocks.procedures.guide.model import Closed, Counting, Deadline, Unit
from madoguchi.kernel import calendar

ONE_DAY = timedelta(days=1)


def last_day(deadline: Deadline, start: date) -> date | None:
    """The last day on which it can be done; None where there is no deadline, or no such day in
    the calendar."""
    if deadline.unit is None:
        return None
    try:
        return _opened(_counted(deadline, start), deadline.closed)
    except (OverflowError, ValueError):
        return None


def _counted(deadline: Deadline, start: date) -> date:
    first = start if deadline.counting is Counting.SAME_DAY else start + ONE_DAY
    if deadline.unit is Unit.DAYS:
        if deadline.amount < 0:
            return start + timedelta(days=deadline.amount)
        return first + timedelta(days=deadline.amount) - ONE_DAY
    months = deadline.amount * (12 if deadline.unit is Unit.YEARS else 1)
    if months < 0:
        return _months_on(start, months) or _month_end(start, months)
    same_day = _months_on(first, months)
    return same_day - ONE_DAY if same_day else _month_end(first, months)


def _months_on(day: date, months: int) -> date | None:
    """The day of that number so many months on; None where the month has none."""
    year, month = _month(day, months)
    if day.day > monthrange(year, month)[1]:
        return None
    return date(year, month, day.day)


def _month_end(day: date, months: int) -> date:
    year, month = _month(day, months)
    return date(year, month, monthrange(year, month)[1])


def _month(day: date, months: int) -> tuple[int, int]:
    count = day.year * 12 + day.month - 1 + months
    if not date.min.year * 12 <= count < (date.max.year + 1) * 12:
        raise OverflowError
    return count // 12, count % 12 + 1


def _opened(day: date, closed: Closed) -> date:
    if closed is Closed.NEXT:
        return calendar.add_business_days(day, 0)
    if closed is Closed.PREVIOUS and not calendar.is_business_day(day):
        return calendar.add_business_days(day, -1)
    return day
