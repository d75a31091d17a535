"""Volumes, times and errors, against Python's own statistics and counting by hand."""

import statistics as library
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.services.onestop.rules import statistics
from madoguchi.services.onestop.rules.statistics import Month, Work

times = st.lists(st.integers(0, 600), max_size=60)
works = st.lists(
    st.builds(
        Work,
        on=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        minutes=st.none() | st.integers(0, 300),
        taken_in=st.integers(0, 9),
        errors=st.integers(0, 3),
    ),
    max_size=40,
)
YEAR = statistics.months_between(date(2026, 1, 1), date(2027, 1, 1))


@given(times)
def test_the_median_is_the_library_s(values):
    assert statistics.median(values) == (Decimal(str(library.median(values))) if values else None)


@given(times, st.integers(1, 100))
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(values, percent):
    fitting = [
        value
        for value in values
        if Fraction(sum(each <= value for each in values), len(values)) >= Fraction(percent, 100)
    ]
    assert statistics.percentile(values, percent) == (min(fitting) if values else None)


@given(works)
def test_a_month_holds_what_was_taken_in_in_it_and_all_months_hold_all(given_works):
    rows = statistics.by_month(given_works, YEAR)
    assert [row.month for row in rows] == list(YEAR)
    for row in rows:
        of = [work for work in given_works if work.on.month == row.month.month]
        minutes = sorted(work.minutes for work in of if work.minutes is not None)
        assert (row.visits, row.taken_in, row.errors) == (
            len(of),
            sum(work.taken_in for work in of),
            sum(work.errors for work in of),
        )
        assert row.ninetieth == (minutes[-(-9 * len(minutes) // 10) - 1] if minutes else None)
    whole = statistics.total(given_works, YEAR[0])
    assert whole.visits == sum(row.visits for row in rows)
    assert whole.errors == sum(row.errors for row in rows)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_shares_have_one_place_half_up(part, whole):
    if whole == 0:
        assert statistics.per_cent(part, whole) == Decimal("0.0")
    else:
        tenths = Fraction(1000 * part, whole) + Fraction(1, 2)
        assert statistics.per_cent(part, whole) == Decimal(tenths.__floor__()).scaleb(-1)


@given(st.dates(date(2015, 1, 1), date(2030, 12, 31)), st.integers(0, 40))
def test_months_follow_one_another(first, count):
    until = date(
        first.year + (first.month - 1 + count) // 12, (first.month - 1 + count) % 12 + 1, 1
    )
    months = statistics.months_between(first, until)
    assert len(months) == count
    assert all(month.day == 1 for month in months)
    assert list(months) == sorted(set(months))


def test_work_of_other_months_is_left_out():
    work = Work(date(2026, 5, 9), 20, 3, 1)
    [row] = statistics.by_month([work], [date(2026, 4, 1)])
    assert row == Month(date(2026, 4, 1), 0, 0, None, None, 0)
    assert row.error_rate == Decimal("0.0")


@pytest.mark.parametrize(
    ("errors", "taken_in", "rate"), [(1, 3, "33.3"), (2, 3, "66.7"), (1, 8, "12.5"), (0, 5, "0.0")]
)
def test_error_rate(errors, taken_in, rate):
    month = Month(date(2026, 4, 1), 1, taken_in, None, None, errors)
    assert month.error_rate == Decimal(rate).quantize(Decimal("0.1"), ROUND_HALF_UP)
