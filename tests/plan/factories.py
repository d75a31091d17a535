"""Plans, sheets, years and reports for tests, made through the operations where these exist."""

from collections.abc import Sequence
from datetime import date

from madoguchi.blocks.identity.models import Department, User
from madoguchi.kernel import clock
from madoguchi.plan.models import (
    Initiative,
    InitiativeDepartment,
    Milestone,
    Plan,
    PlanItem,
    PlanYear,
    Report,
    ResultItem,
    ScheduleRow,
    Theme,
)
from madoguchi.plan.operations.search_text import refresh_search_text

DUE_ON = date(2026, 4, 30)
THIS_YEAR = 2025


def make_plan(
    slug: str = "plan", *, first_year: int = 2025, last_year: int = 2029, title: str = "行革プラン"
) -> Plan:
    return Plan.objects.create(slug=slug, title=title, first_year=first_year, last_year=last_year)


def make_initiative(
    plan: Plan,
    number: int = 1,
    *,
    theme: int = 1,
    name: str = "窓口サービスの向上",
    departments: Sequence[Department] = (),
    years: Sequence[int] | None = None,
    planned: Sequence[str] = ("窓口の改善",),
) -> Initiative:
    """A sheet with a schedule row, and ``planned`` in it, for each of ``years`` (or all)."""
    found, _ = Theme.objects.get_or_create(
        plan=plan, number=theme, defaults={"name": "市民サービス向上策の積極展開"}
    )
    initiative = Initiative.objects.create(
        theme=found, number=number, name=name, problem="課題", content="内容", goal="目標"
    )
    for position, department in enumerate(departments):
        InitiativeDepartment.objects.create(
            initiative=initiative,
            department=department,
            position=position,
            written_as=department.names.first().name,
        )
    for year in plan.fiscal_years if years is None else years:
        make_row(initiative, year, planned=planned)
    refresh_search_text([initiative.pk])
    return initiative


def make_row(
    initiative: Initiative, fiscal_year: int, *, planned: Sequence[str] = ()
) -> ScheduleRow:
    row = ScheduleRow.objects.create(initiative=initiative, fiscal_year=fiscal_year)
    for position, text in enumerate(planned):
        PlanItem.objects.create(row=row, position=position, text=text)
    return row


def make_year(
    plan: Plan,
    fiscal_year: int = THIS_YEAR,
    *,
    status: str = PlanYear.Status.OPEN,
    due_on: date | None = DUE_ON,
) -> PlanYear:
    return PlanYear.objects.create(plan=plan, fiscal_year=fiscal_year, status=status, due_on=due_on)


def make_report(
    row: ScheduleRow,
    *lines: str,
    status: str = Report.Status.ACCEPTED,
    outcome: str = "",
    effect: int | None = None,
    by: User | None = None,
) -> Report:
    """A report in any status, whatever its year is like."""
    now = clock.now()
    handed_in = status in (Report.Status.SUBMITTED, Report.Status.ACCEPTED)
    report = Report.objects.create(
        row=row,
        status=status,
        outcome=outcome,
        effect=effect,
        submitted_at=now if handed_in else None,
        submitted_by=by if handed_in else None,
        accepted_at=now if status == Report.Status.ACCEPTED else None,
        updated_at=now,
        updated_by=by,
    )
    for position, text in enumerate(lines):
        ResultItem.objects.create(report=report, position=position, text=text)
    refresh_search_text([row.initiative_id])
    return report


def make_milestone(
    initiative: Initiative, *, on: date = date(2025, 10, 1), text: str = "開所式"
) -> Milestone:
    return Milestone.objects.create(
        initiative=initiative, on=on, text=text, recorded_at=clock.now()
    )


def row_of(initiative: Initiative, fiscal_year: int = THIS_YEAR) -> ScheduleRow:
    """The sheet's row of a year, as views read it."""
    return ScheduleRow.objects.select_related("initiative__theme").get(
        initiative=initiative, fiscal_year=fiscal_year
    )
