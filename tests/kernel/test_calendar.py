from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.kernel import calendar

DAYS = st.dates(date(1990, 1, 1), date(2050, 12, 31))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 11, 23), "勤労感謝の日"),
        (date(2027, 1, 1), "元日"),
        (date(2026, 12, 29), "年末年始"),
        (date(2027, 1, 3), "年末年始"),
        (date(2027, 1, 4), None),
        (date(2026, 12, 28), None),
        (date(2019, 5, 1), "天皇の即位の日"),
        (date(2019, 4, 30), "国民の休日"),
    ],
)
def test_days_off_have_names(day: date, name: str | None) -> None:
    found = calendar.holiday_name(day)
    assert (found and found.split()[0]) == name


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 24)),
        (date(2026, 11, 24), -1, date(2026, 11, 20)),
        (date(2026, 12, 28), 1, date(2027, 1, 4)),
        (date(2026, 12, 28), 2, date(2027, 1, 5)),
        (date(2026, 11, 21), 0, date(2026, 11, 24)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2019, 4, 26), 1, date(2019, 5, 7)),
    ],
)
def test_business_days_are_counted(day: date, n: int, expected: date) -> None:
    assert calendar.add_business_days(day, n) == expected


def test_the_next_business_day_is_after_the_day() -> None:
    assert calendar.next_business_day(date(2026, 11, 19)) == date(2026, 11, 20)
    assert calendar.next_business_day(date(2026, 11, 21)) == date(2026, 11, 24)


@given(DAYS, st.integers(0, 30))
def test_counting_there_and_back_ends_on_the_same_day(day: date, n: int) -> None:
    start = calendar.add_business_days(day, 0)
    end = calendar.add_business_days(start, n)
    assert calendar.is_business_day(end)
    assert calendar.add_business_days(end, -n) == start
    between = [start + timedelta(days=i) for i in range(1, (end - start).days + 1)]
    assert sum(map(calendar.is_business_day, between)) == n
