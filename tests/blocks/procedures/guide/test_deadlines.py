"""From a day to the last day: Civil Code art. 140 to 143, by hand-reckoned examples."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.blocks.procedures.guide.deadlines import last_day
from madoguchi.blocks.procedures.guide.model import Closed, Counting, Deadline, Text, Unit
from madoguchi.kernel import calendar

NEXT, SAME = Counting.NEXT_DAY, Counting.SAME_DAY
AS_IT_IS = Closed.AS_IT_IS


@pytest.mark.parametrize(
    ("unit", "amount", "counting", "start", "last"),
    [
        # 14 days after moving in, the day itself left out
        (Unit.DAYS, 14, NEXT, "2026-11-20", "2026-12-04"),
        # 14 days of a birth, the day itself counted: born on the 1st, until the 14th
        (Unit.DAYS, 14, SAME, "2026-06-01", "2026-06-14"),
        (Unit.DAYS, 7, SAME, "2026-06-01", "2026-06-07"),
        (Unit.DAYS, 0, NEXT, "2026-06-01", "2026-06-01"),
        (Unit.DAYS, -3, NEXT, "2026-06-10", "2026-06-07"),
        (Unit.MONTHS, 1, NEXT, "2026-04-10", "2026-05-10"),
        # from the first of a month: to the last day of one
        (Unit.MONTHS, 1, NEXT, "2026-01-31", "2026-02-28"),
        (Unit.MONTHS, 1, NEXT, "2028-01-31", "2028-02-29"),
        # begins on the 31st, February has none: its last day
        (Unit.MONTHS, 1, NEXT, "2026-01-30", "2026-02-28"),
        (Unit.MONTHS, 1, NEXT, "2026-01-28", "2026-02-28"),
        (Unit.MONTHS, 1, NEXT, "2026-01-27", "2026-02-27"),
        (Unit.MONTHS, 3, SAME, "2026-06-01", "2026-08-31"),
        (Unit.MONTHS, 3, NEXT, "2026-11-30", "2027-02-28"),
        (Unit.MONTHS, 10, NEXT, "2026-06-15", "2027-04-15"),
        (Unit.MONTHS, -1, NEXT, "2026-03-31", "2026-02-28"),
        (Unit.MONTHS, -2, NEXT, "2026-03-15", "2026-01-15"),
        (Unit.YEARS, 2, NEXT, "2026-05-05", "2028-05-05"),
        (Unit.YEARS, 1, NEXT, "2028-02-28", "2029-02-28"),
        (Unit.YEARS, 1, SAME, "2027-03-01", "2028-02-29"),
        (Unit.YEARS, -1, NEXT, "2028-02-29", "2027-02-28"),
    ],
)
def test_counted(unit, amount, counting, start, last):
    deadline = Deadline(unit, amount, ("day",), counting, AS_IT_IS)
    assert last_day(deadline, date.fromisoformat(start)) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("closed", "start", "last"),
    [
        # the 14th day is a Saturday
        (Closed.NEXT, "2026-11-21", "2026-12-07"),
        (Closed.PREVIOUS, "2026-11-21", "2026-12-04"),
        (Closed.AS_IT_IS, "2026-11-21", "2026-12-05"),
        # … in the closed days of the turn of the year, of which the 2nd and 3rd are a weekend
        (Closed.NEXT, "2026-12-18", "2027-01-04"),
        (Closed.PREVIOUS, "2026-12-18", "2026-12-28"),
        # … a day on which the counter is open
        (Closed.PREVIOUS, "2026-11-20", "2026-12-04"),
    ],
)
def test_closed_days(closed, start, last):
    deadline = Deadline(Unit.DAYS, 14, ("day",), NEXT, closed)
    assert last_day(deadline, date.fromisoformat(start)) == date.fromisoformat(last)


def test_no_deadline_and_no_such_day():
    assert last_day(Deadline(words=Text("いつでも")), date(2026, 1, 1)) is None
    assert last_day(Deadline(Unit.YEARS, 9000), date(2026, 1, 1)) is None
    assert last_day(Deadline(Unit.DAYS, -9999), date(1, 1, 1)) is None


@given(
    st.sampled_from(Unit),
    st.integers(1, 40),
    st.sampled_from(Counting),
    st.sampled_from(Closed),
    st.dates(date(1950, 1, 1), date(2090, 1, 1)),
)
def test_later_starts_never_end_sooner_and_open_days_are_open(
    unit, amount, counting, closed, start
):
    deadline = Deadline(unit, amount, ("day",), counting, closed)
    last = last_day(deadline, start)
    following = last_day(deadline, start + timedelta(days=1))
    assert following >= last
    if closed is not AS_IT_IS:
        assert calendar.is_business_day(last)
    counted = last_day(Deadline(unit, amount, ("day",), counting, AS_IT_IS), start)
    assert counted >= start
    if closed is Closed.NEXT:
        assert last >= counted
