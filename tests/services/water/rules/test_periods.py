"""Who is read when, what a bill is called, when it falls due."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.kernel.calendar import is_business_day
from madoguchi.services.water.rules.periods import (
    Called,
    NoPeriod,
    Terms,
    called,
    due_on,
    instalment_of,
    is_read_in,
    parse,
    period_of,
    shifted,
    text_of,
    year_before,
)

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
DECEMBER = date(2026, 12, 1)


def test_the_two_groups_take_turns():
    even = [m for m in range(1, 13) if is_read_in(date(2026, m, 1), reads_in_even_months=True)]
    odd = [m for m in range(1, 13) if is_read_in(date(2026, m, 1), reads_in_even_months=False)]
    assert (even, odd) == ([2, 4, 6, 8, 10, 12], [1, 3, 5, 7, 9, 11])


@pytest.mark.parametrize(
    ("period", "expected", "months"),
    [
        (date(2026, 4, 1), (2026, 1), (2, 3)),
        (date(2026, 12, 1), (2026, 9), (10, 11)),
        (date(2027, 1, 1), (2026, 10), (11, 12)),
        (date(2027, 2, 1), (2026, 11), (12, 1)),
        (date(2027, 3, 1), (2026, 12), (1, 2)),
    ],
)
def test_a_bill_is_for_the_two_months_before(period, expected, months):
    assert instalment_of(period) == expected
    assert called(expected[1]) == Called(*months, is_final=False)


def test_a_final_bill_has_a_number_of_its_own():
    assert instalment_of(DECEMBER, is_final=True) == (2026, 29)
    assert called(29) == Called(12, 12, is_final=True)


@pytest.mark.parametrize("number", [0, 13, 20, 33])
def test_other_numbers_are_none(number):
    with pytest.raises(NoPeriod):
        called(number)


@given(st.lists(days.map(period_of), unique=True), st.booleans())
def test_no_two_periods_share_a_number(periods, final):
    assert len({instalment_of(each, is_final=final) for each in periods}) == len(periods)
    assert {1 <= instalment_of(each)[1] <= 12 for each in periods} <= {True}


@pytest.mark.parametrize(
    ("period", "terms", "expected"),
    [
        (date(2026, 10, 1), Terms(), date(2026, 11, 30)),
        (date(2026, 12, 1), Terms(), date(2027, 2, 1)),  # 31 January is a Sunday
        (date(2027, 1, 1), Terms(), date(2027, 3, 1)),  # so is 28 February
        (date(2026, 11, 1), Terms(), date(2027, 1, 4)),  # 31 December is a day off
        (date(2026, 10, 1), Terms(0, 25), date(2026, 10, 26)),
        (date(2026, 12, 1), Terms(2, 30), date(2027, 3, 1)),  # there is no 30 February
    ],
)
def test_due(period, terms, expected):
    assert due_on(period, terms, made_on=period) == expected


@pytest.mark.parametrize(
    ("made_on", "expected"),
    [
        (date(2026, 11, 16), date(2026, 11, 30)),
        (date(2026, 11, 17), date(2026, 12, 1)),
        (date(2026, 11, 28), date(2026, 12, 14)),  # 12 December is a Saturday
    ],
)
def test_a_late_bill_gives_two_weeks_all_the_same(made_on, expected):
    assert due_on(date(2026, 10, 1), Terms(), made_on=made_on) == expected


@given(days.map(period_of), st.integers(0, 6), st.integers(1, 31))
def test_due_on_a_business_day(period, months, day):
    assert is_business_day(due_on(period, Terms(months, day), made_on=period))


@given(days.map(period_of), st.integers(-400, 400))
def test_shifting_back_and_forth(period, months):
    assert shifted(shifted(period, months), -months) == period


def test_the_year_before():
    assert year_before(date(2027, 2, 1)) == date(2026, 2, 1)


@given(days.map(period_of))
def test_read_as_written(period):
    assert parse(text_of(period)) == period


@pytest.mark.parametrize("text", ["", "2026-13", "2026-1", "2026-12-01", "0026-12", "２０２６-12"])
def test_what_is_no_month(text):
    with pytest.raises(NoPeriod):
        parse(text)
