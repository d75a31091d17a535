"""Business days of a city hall.

Closed are Saturdays, Sundays, the holidays of the Act on National Holidays (from `jpholiday`) and
29 December to 3 January (the days that city ordinances on days off name, after the Local
Autonomy Act, art. 4-2).
"""

from datetime import date, timedelta

import jpholiday

ONE_DAY = timedelta(days=1)


def holiday_name(day: date) -> str | None:
    """The Japanese name of the national holiday, or 年末年始 for the other days of year's end."""
    national: str | None = jpholiday.is_holiday_name(day)
    if national is None and (day.month, day.day) in _YEAR_END:
        return "年末年始"
    return national


def is_business_day(day: date) -> bool:
    return day.weekday() < 5 and holiday_name(day) is None


def next_business_day(day: date) -> date:
    """The first business day after `day`."""
    return add_business_days(day, 1)


def add_business_days(day: date, n: int) -> date:
    """The n-th business day after `day`, or before it where n is negative.

    With 0, `day` itself, or the first business day after it when `day` is closed (a time limit
    that ends on a day off ends on the next business day, Civil Code art. 142).
    """
    if n == 0:
        return day if is_business_day(day) else add_business_days(day, 1)
    step = ONE_DAY if n > 0 else -ONE_DAY
    left = abs(n)
    while left:
        day += step
        left -= is_business_day(day)
    return day


_YEAR_END = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})
