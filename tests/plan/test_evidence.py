"""The plan's own indicators."""

from datetime import datetime
from decimal import Decimal

import pytest

from madoguchi.kernel import clock, evidence
from madoguchi.plan.models import Report
from tests.plan.factories import (
    make_initiative,
    make_plan,
    make_report,
    make_row,
    make_year,
    row_of,
)

pytestmark = pytest.mark.django_db


def measured(code, year=2025):
    found = evidence.measure(f"plan.{code}", year)
    return found.value, [row.text.partition(" ")[0] for row in found.rows]


def test_finished_counts_accepted_reports_of_the_year():
    plan = make_plan()
    for number in (1, 2, 3):
        initiative = make_initiative(plan, number)
        status = Report.Status.SUBMITTED if number == 3 else Report.Status.ACCEPTED
        make_report(row_of(initiative), "結果", outcome="finished", status=status)
    make_report(row_of(make_initiative(plan, 4)), "結果", outcome="carried_over")
    make_report(row_of(make_initiative(plan, 5), 2026), "結果", outcome="finished")
    assert measured("initiatives_finished") == (2, ["No.1-1", "No.1-2"])
    assert measured("carried_over") == (1, ["No.1-4"])
    assert measured("initiatives_finished", 2026) == (1, ["No.1-5"])
    row = evidence.measure("plan.carried_over", 2025).rows[0]
    assert row.url == "/plan/plan/1-4/"
    assert row.on == clock.today()


def test_finished_on_time_is_not_after_the_last_planned_year():
    plan = make_plan()
    in_time = make_initiative(plan, 1, years=[2025, 2026])
    late = make_initiative(plan, 2, years=[2025])
    make_row(late, 2026)
    continued = make_initiative(plan, 3, years=[2025])
    row = make_row(continued, 2026)
    row.continues = True
    row.save()
    for initiative in (in_time, late, continued):
        make_report(row_of(initiative, 2026), "結果", outcome="finished")
    assert measured("finished_on_time", 2026) == (2, ["No.1-1", "No.1-3"])


def test_reports_on_time_and_their_share():
    plan = make_plan()
    make_year(plan)
    for number, day in ((1, 30), (2, None), (3, 30)):
        row = row_of(make_initiative(plan, number))
        if day:
            with clock.frozen(datetime(2026, 4, day, 23, 59, tzinfo=clock.TOKYO)):
                make_report(row, "結果", status=Report.Status.SUBMITTED)
    late = row_of(make_initiative(plan, 4))
    with clock.frozen(datetime(2026, 5, 1, 0, 1, tzinfo=clock.TOKYO)):
        make_report(late, "結果")
    returned = row_of(make_initiative(plan, 5))
    make_report(returned, "結果", status=Report.Status.RETURNED)
    assert measured("reports_on_time") == (2, ["No.1-1", "No.1-3"])
    assert measured("reports_on_time_share") == (Decimal("40.0"), ["No.1-1", "No.1-3"])


def test_a_year_that_was_not_opened_has_no_reports():
    assert measured("reports_on_time", 1999) == (0, [])
    assert measured("reports_on_time_share", 1999) == (0, [])
