"""How years and reports move, and what is due when."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.plan.models import PlanYear, Report
from madoguchi.plan.rules import cycle
from madoguchi.plan.rules.cycle import Due, ReportMove, ReportStatus, RowStanding, YearStatus

FRIDAY = date(2026, 5, 1)
SUNDAY = date(2026, 4, 26)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def test_the_statuses_are_those_that_are_stored():
    assert [str(each) for each in YearStatus] == PlanYear.Status.values
    assert [str(each) for each in ReportStatus] == Report.Status.values


@pytest.mark.parametrize(
    ("move", "status", "after"),
    [
        (ReportMove.SAVE, ReportStatus.DRAFT, ReportStatus.DRAFT),
        (ReportMove.SAVE, ReportStatus.RETURNED, ReportStatus.RETURNED),
        (ReportMove.SAVE, ReportStatus.SUBMITTED, None),
        (ReportMove.SAVE, ReportStatus.ACCEPTED, None),
        (ReportMove.SUBMIT, ReportStatus.DRAFT, ReportStatus.SUBMITTED),
        (ReportMove.SUBMIT, ReportStatus.RETURNED, ReportStatus.SUBMITTED),
        (ReportMove.SUBMIT, ReportStatus.SUBMITTED, None),
        (ReportMove.RETURN, ReportStatus.SUBMITTED, ReportStatus.RETURNED),
        (ReportMove.RETURN, ReportStatus.ACCEPTED, ReportStatus.RETURNED),
        (ReportMove.RETURN, ReportStatus.DRAFT, None),
        (ReportMove.ACCEPT, ReportStatus.SUBMITTED, ReportStatus.ACCEPTED),
        (ReportMove.ACCEPT, ReportStatus.RETURNED, None),
    ],
)
def test_moves_of_a_report(move, status, after):
    assert cycle.after(move, status) is after


@pytest.mark.parametrize(
    ("year", "report", "may"),
    [
        (YearStatus.OPEN, ReportStatus.ACCEPTED, True),
        (YearStatus.CLOSED, ReportStatus.ACCEPTED, True),
        (YearStatus.PUBLISHED, ReportStatus.ACCEPTED, False),
        (YearStatus.OPEN, ReportStatus.SUBMITTED, False),
        (YearStatus.OPEN, None, False),
    ],
)
def test_what_the_council_scores(year, report, may):
    assert cycle.may_score(year, report) is may


def test_a_due_date_on_a_day_off_moves_to_the_next_working_day():
    assert cycle.last_day(FRIDAY) == FRIDAY
    assert cycle.last_day(SUNDAY) == date(2026, 4, 27)
    assert cycle.last_day(date(2026, 5, 3)) == date(2026, 5, 7)  # Golden Week


def test_the_first_reminder_is_five_working_days_before():
    assert cycle.due_soon_on(FRIDAY) == date(2026, 4, 23)  # 29 April is a holiday


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 4, 22), Due.LATER),
        (date(2026, 4, 23), Due.SOON),
        (date(2026, 4, 30), Due.SOON),
        (FRIDAY, Due.TODAY),
        (date(2026, 5, 2), Due.OVERDUE),
    ],
)
@pytest.mark.parametrize("status", [None, ReportStatus.DRAFT, ReportStatus.RETURNED])
def test_due_state(today, state, status):
    assert cycle.due_state(FRIDAY, status, today) is state


@given(days)
def test_what_was_handed_in_is_never_due(today):
    assert cycle.due_state(FRIDAY, ReportStatus.SUBMITTED, today) is Due.HANDED_IN
    assert cycle.due_state(None, ReportStatus.ACCEPTED, today) is Due.HANDED_IN
    assert cycle.due_state(None, None, today) is Due.LATER


def test_overdue_notices_come_weekly_and_do_not_repeat():
    assert cycle.overdue_notice_on(FRIDAY, date(2026, 5, 6)) is None  # Golden Week
    assert cycle.overdue_notice_on(FRIDAY, date(2026, 5, 7)) == date(2026, 5, 7)
    assert cycle.overdue_notice_on(FRIDAY, date(2026, 5, 13)) == date(2026, 5, 7)
    assert cycle.overdue_notice_on(FRIDAY, date(2026, 5, 14)) == date(2026, 5, 14)


@given(days, days)
def test_an_overdue_notice_is_at_most_a_week_old(due_on, today):
    notice = cycle.overdue_notice_on(due_on, today)
    if notice is not None:
        assert timedelta(0) <= today - notice < timedelta(7)
        assert notice > cycle.last_day(due_on)


@pytest.mark.parametrize(
    ("submitted_on", "due_on", "is_on_time"),
    [
        (None, FRIDAY, False),
        (FRIDAY, FRIDAY, True),
        (date(2026, 5, 2), FRIDAY, False),
        (date(2026, 4, 27), SUNDAY, True),
        (FRIDAY, None, True),
    ],
)
def test_on_time(submitted_on, due_on, is_on_time):
    assert cycle.is_on_time(submitted_on, due_on) is is_on_time


def test_a_year_lacks_what_is_not_accepted():
    rows = [
        RowStanding(1, ReportStatus.ACCEPTED),
        RowStanding(2, None),
        RowStanding(3, ReportStatus.SUBMITTED),
        RowStanding(4, ReportStatus.RETURNED),
    ]
    assert cycle.outstanding(rows) == (2, 3, 4)
    assert cycle.unexplained(rows, {2, 4}) == (3,)
    assert cycle.unexplained(rows, {2, 3, 4, 9}) == ()


def test_finished_on_time():
    rows = [(2015, True), (2016, True), (2017, False)]
    last = cycle.last_planned_year(rows)
    assert last == 2016
    assert cycle.last_planned_year([(2015, False)]) is None
    assert cycle.is_finished_on_time("finished", 2016, last)
    assert not cycle.is_finished_on_time("finished", 2017, last)
    assert not cycle.is_finished_on_time("carried_over", 2016, last)
    assert cycle.is_finished_on_time("finished", 2019, None)
