"""Opening, closing, publishing a year; figures frozen and corrected."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from madoguchi.kernel import clock, evidence
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.plan.models import FrozenFigure, PlanYear, Report, ReportNote
from madoguchi.plan.operations import cycle, figures
from madoguchi.plan.queries.figures import is_intact, shown_lines
from tests.factories import make_user
from tests.plan.factories import (
    DUE_ON,
    THIS_YEAR,
    make_initiative,
    make_milestone,
    make_plan,
    make_report,
    make_year,
    row_of,
)

pytestmark = pytest.mark.django_db
CLOSED_AT = datetime(2026, 5, 20, 17, 0, tzinfo=clock.TOKYO)


@pytest.fixture
def plan():
    return make_plan()


@pytest.fixture
def office():
    return make_user("office")


def segments(report):
    report = Report.objects.select_related("row").prefetch_related("items").get(pk=report.pk)
    shown = shown_lines([report])
    return [shown[item.pk] for item in report.items.all()]


def test_open(plan, office):
    year = cycle.open_year(plan=plan, fiscal_year=THIS_YEAR, due_on=DUE_ON, by=office)
    assert (year.status, year.due_on) == (PlanYear.Status.OPEN, DUE_ON)
    assert year.opened_at is not None
    with pytest.raises(cycle.YearNotReady):
        cycle.open_year(plan=plan, fiscal_year=THIS_YEAR, due_on=DUE_ON, by=office)
    assert AuditEntry.objects.filter(action="plan.year_opened").count() == 1


def test_change_due_date(plan, office):
    year = make_year(plan)
    cycle.change_due_date(year=year, due_on=date(2026, 5, 29), by=office)
    year.refresh_from_db()
    assert year.due_on == date(2026, 5, 29)
    PlanYear.objects.update(status=PlanYear.Status.CLOSED)
    with pytest.raises(cycle.YearNotReady):
        cycle.change_due_date(year=year, due_on=DUE_ON, by=office)


def test_closing_freezes_every_figure_of_accepted_reports(plan, office):
    year = make_year(plan)
    first = make_initiative(plan, 1)
    milestone = make_milestone(first, on=date(2025, 10, 7), text="窓口フロアを開設")
    one = make_report(
        row_of(first),
        "終わった取組は{plan.initiatives_finished}件（{plan.initiatives_finished}）",
        f"{{m:{milestone.pk}}}",
        outcome="finished",
    )
    two = make_report(row_of(make_initiative(plan, 2)), "計{plan.initiatives_finished}件")
    with clock.frozen(CLOSED_AT):
        closed = cycle.close_year(year=year, by=office)
    assert (closed.status, closed.closed_at) == (PlanYear.Status.CLOSED, CLOSED_AT)
    frozen = FrozenFigure.objects.order_by("pk")
    assert [(each.report_id, each.code, each.value) for each in frozen] == [
        (one.pk, "plan.initiatives_finished", Decimal(1)),
        (one.pk, f"m:{milestone.pk}", Decimal(1)),
        (two.pk, "plan.initiatives_finished", Decimal(1)),
    ]
    entry = frozen[0]
    assert (entry.unit, entry.measured_at, entry.by) == ("件", CLOSED_AT, office)
    assert entry.rows[0]["text"] == "No.1-1 窓口サービスの向上"
    assert all(is_intact(each) for each in frozen)
    entry.value = Decimal(2)
    assert not is_intact(entry)


def test_a_frozen_figure_no_longer_moves(plan, office):
    year = make_year(plan)
    report = make_report(row_of(make_initiative(plan)), "{plan.initiatives_finished}")
    cycle.close_year(year=year, by=office)
    late = make_report(row_of(make_initiative(plan, 2)), outcome="finished")
    assert evidence.measure("plan.initiatives_finished", THIS_YEAR).value == 1
    ((figure,),) = segments(report)
    assert (figure.text, figure.is_frozen, figure.was) == ("0件", True, "")
    assert late.figures.count() == 0


def test_closing_is_refused_while_reports_are_outstanding(plan, office):
    year = make_year(plan)
    missing = row_of(make_initiative(plan, 1))
    submitted = row_of(make_initiative(plan, 2))
    make_report(submitted, "結果", status=Report.Status.SUBMITTED)
    make_report(row_of(make_initiative(plan, 3)), "{plan.carried_over}")
    with pytest.raises(cycle.ReportsOutstanding) as refused:
        cycle.close_year(year=year, by=office)
    assert refused.value.rows == (missing.pk, submitted.pk)
    with pytest.raises(cycle.ReportsOutstanding) as refused:
        cycle.close_year(year=year, without={missing.pk}, reason="担当課の廃止", by=office)
    assert refused.value.rows == (submitted.pk,)
    with pytest.raises(cycle.ReasonMissing):
        cycle.close_year(year=year, without={missing.pk, submitted.pk}, reason=" ", by=office)
    year.refresh_from_db()
    assert year.status == PlanYear.Status.OPEN
    assert not FrozenFigure.objects.exists()


def test_closing_without_reports_keeps_the_reason(plan, office):
    year = make_year(plan)
    missing = row_of(make_initiative(plan, 1))
    returned = row_of(make_initiative(plan, 2))
    make_report(returned, "結果", status=Report.Status.RETURNED)
    rows = {missing.pk, returned.pk}
    cycle.close_year(year=year, without=rows, reason="災害対応のため", by=office)
    notes = ReportNote.objects.order_by("pk")
    assert [(note.report.row_id, note.status, note.text) for note in notes] == [
        (missing.pk, "draft", "災害対応のため"),
        (returned.pk, "returned", "災害対応のため"),
    ]
    entry = AuditEntry.objects.get(action="plan.year_closed")
    assert entry.detail["without"] == [missing.pk, returned.pk]


def test_an_initiative_that_ended_earlier_owes_nothing(plan, office):
    year = make_year(plan, 2026)
    ended = make_initiative(plan, 1)
    make_report(row_of(ended, 2025), "終了", outcome="finished")
    make_report(row_of(make_initiative(plan, 2), 2026), "結果")
    assert cycle.close_year(year=year, by=office).status == PlanYear.Status.CLOSED


def test_closing_twice_is_refused(plan, office):
    year = make_year(plan)
    cycle.close_year(year=year, by=office)
    with pytest.raises(cycle.YearNotReady):
        cycle.close_year(year=year, by=office)


def test_a_figure_that_is_gone_stops_the_closing_and_is_named(plan, office):
    year = make_year(plan)
    make_report(row_of(make_initiative(plan, 7)), "よい", "{bus.riders}人", "{m:5}")
    with pytest.raises(figures.UnfreezableFigures) as refused:
        cycle.close_year(year=year, by=office)
    assert [(number, each.line, each.code) for number, each in refused.value.found] == [
        ("1-7", 2, "bus.riders"),
        ("1-7", 3, "m:5"),
    ]
    assert "bus.riders" in str(refused.value)
    year.refresh_from_db()
    assert year.status == PlanYear.Status.OPEN


def test_publish(plan, office):
    year = make_year(plan)
    with pytest.raises(cycle.YearNotReady):
        cycle.publish_year(year=year, by=office)
    cycle.close_year(year=year, by=office)
    published = cycle.publish_year(year=year, by=office)
    assert published.status == PlanYear.Status.PUBLISHED
    assert published.published_at is not None


@pytest.fixture
def frozen(plan, office):
    year = make_year(plan)
    make_report(row_of(make_initiative(plan)), "{plan.initiatives_finished}")
    cycle.close_year(year=year, by=office)
    return FrozenFigure.objects.get()


def test_a_correction_stands_beside_the_old_entry(frozen, office):
    entry = figures.correct_figure(
        figure=frozen, value=Decimal("3.5"), reason=" 数え間違い ", by=office
    )
    assert (entry.corrects, entry.reason, entry.value) == (frozen, "数え間違い", Decimal("3.5"))
    assert is_intact(entry)
    ((figure,),) = segments(frozen.report)
    assert (figure.text, figure.was) == ("3.5件", "0件")
    assert figure.corrected_at == entry.measured_at
    again = figures.correct_figure(figure=entry, value=None, reason="測り直し", by=office)
    assert (again.value, again.corrects) == (Decimal(0), entry)
    with pytest.raises(figures.AlreadyCorrected):
        figures.correct_figure(figure=frozen, value=Decimal(9), reason="また", by=office)
    assert FrozenFigure.objects.count() == 3


def test_a_milestone_is_corrected_with_its_day(plan, office):
    year = make_year(plan)
    initiative = make_initiative(plan)
    fact = make_milestone(initiative, on=date(2025, 10, 7), text="開設")
    report = make_report(row_of(initiative), f"{{m:{fact.pk}}}")
    cycle.close_year(year=year, by=office)
    entry = figures.correct_milestone(
        figure=FrozenFigure.objects.get(),
        on=date(2025, 10, 8),
        text="開所",
        reason="日付の誤り",
        by=office,
    )
    assert is_intact(entry)
    ((figure,),) = segments(report)
    assert (figure.text, figure.was) == ("開所（2025年10月8日）", "開設（2025年10月7日）")
    figures.correct_figure(figure=entry, value=Decimal(1), reason="日付は不明", by=office)
    ((figure,),) = segments(report)
    assert figure.text == "開所"


def test_a_correction_needs_a_reason(frozen, office):
    with pytest.raises(figures.CorrectionReasonMissing):
        figures.correct_figure(figure=frozen, value=Decimal(1), reason="", by=office)


def test_what_is_not_measured_any_more_needs_a_value(frozen, office):
    FrozenFigure.objects.update(code="gone.indicator")
    frozen.refresh_from_db()
    with pytest.raises(figures.NotMeasurable):
        figures.correct_figure(figure=frozen, value=None, reason="測り直し", by=office)


def test_nothing_is_corrected_before_the_year_is_closed(frozen, office):
    PlanYear.objects.update(status=PlanYear.Status.OPEN)
    with pytest.raises(figures.NotClosed):
        figures.correct_figure(figure=frozen, value=Decimal(1), reason="早い", by=office)
