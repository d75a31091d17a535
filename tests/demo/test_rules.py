from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.demo import rules
from madoguchi.kernel import fiscal
from madoguchi.kernel.calendar import is_business_day

days = st.dates(date(2024, 1, 1), date(2029, 12, 31))


def in_order(year):
    return [
        day
        for day in (
            year.opened_on,
            year.due_on,
            year.decided_on,
            year.scored_on,
            year.closed_on,
            year.published_on,
        )
        if day is not None
    ]


@pytest.mark.parametrize("fiscal_year", range(2015, 2020))
def test_a_finished_year_is_worked_off_in_the_year_after(fiscal_year):
    happened = in_order(rules.finished_year(fiscal_year))
    assert happened == sorted(set(happened))
    assert {fiscal.fiscal_year_of(day) for day in happened} == {fiscal_year + 1}
    assert all(map(is_business_day, happened))


@given(on=days)
def test_the_running_years_follow_one_another_up_to_the_day_of_loading(on):
    happened = [*in_order(rules.published_year(on)), rules.corrected_on(on)]
    happened += in_order(rules.open_year(on))
    assert happened == sorted(set(happened))
    assert happened[-1] < on


@given(on=days, count=st.integers(1, 40))
def test_reports_come_in_one_after_the_other_until_the_due_date(on, count):
    year = rules.open_year(on)
    handed_in = [year.handed_in_on(index, count, is_late=False) for index in range(count)]
    assert handed_in == sorted(handed_in)
    assert year.opened_on < handed_in[0]
    assert handed_in[-1] <= year.due_on
    assert all(map(is_business_day, handed_in))


def test_a_late_report_comes_after_the_due_date_and_before_the_office_decides():
    year = rules.finished_year(2018)
    assert year.due_on < year.handed_in_on(3, 10, is_late=True) < year.decided_on
