"""Two people at once, on two real connections."""

import pytest

from madoguchi.plan.models import FrozenFigure, PlanYear, Report
from madoguchi.plan.operations import cycle, reports
from madoguchi.plan.operations.open_year import YearNotOpen
from madoguchi.plan.operations.reports import Draft
from tests.connections import SEVERAL_CONNECTIONS, at_once
from tests.plan.factories import make_initiative, make_plan, make_report, make_year, row_of

pytestmark = SEVERAL_CONNECTIONS


def save(row, text, version):
    return reports.save_draft(row=row, version=version, draft=Draft((text,)), by=None)


def kinds(results):
    return sorted(type(result).__name__ for result in results)


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_savers_of_one_version_one_is_told(attempt):
    year = make_year(make_plan(f"plan{attempt}"))
    row = row_of(make_initiative(year.plan))
    save(row, "最初", 0)
    results = at_once(lambda: save(row, "甲", 1), lambda: save(row, "乙", 1))
    assert kinds(results) == ["EditedMeanwhile", "Report"]
    kept = Report.objects.get().items.get().text
    refused = next(result for result in results if isinstance(result, reports.EditedMeanwhile))
    assert refused.theirs.draft.lines == (kept,)


def test_of_two_first_savers_one_is_told():
    year = make_year(make_plan())
    row = row_of(make_initiative(year.plan))
    results = at_once(
        lambda: save(row_of(row.initiative), "甲", 0), lambda: save(row_of(row.initiative), "乙", 0)
    )
    assert kinds(results) == ["EditedMeanwhile", "Report"]
    assert Report.objects.get().items.count() == 1


def test_of_two_closings_one_wins():
    year = make_year(make_plan())
    make_report(row_of(make_initiative(year.plan)), "{plan.carried_over}")

    def close():
        return cycle.close_year(year=PlanYear.objects.get(), by=None)

    assert kinds(at_once(close, close)) == ["PlanYear", "YearNotReady"]
    assert FrozenFigure.objects.count() == 1


def test_nothing_is_saved_into_a_year_that_closes_meanwhile():
    year = make_year(make_plan())
    row = row_of(make_initiative(year.plan))
    draft = save(row, "下書き", 0)
    results = at_once(
        lambda: save(row, "直した下書き", 1),
        lambda: cycle.close_year(
            year=PlanYear.objects.get(), without={row.pk}, reason="期限のため", by=None
        ),
    )
    draft.refresh_from_db()
    saved, closed = results
    assert isinstance(closed, PlanYear)
    text = draft.items.get().text
    assert text == ("下書き" if isinstance(saved, YearNotOpen) else "直した下書き")
