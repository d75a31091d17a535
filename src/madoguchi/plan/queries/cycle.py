"""Reading the yearly cycle: what a year expects, who owes what, how far a year has come."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from madoguchi.kernel import fiscal
from madoguchi.plan.models import Initiative, PlanYear, Report, ScheduleRow
from madoguchi.plan.rules import cycle


@dataclass(frozen=True, slots=True)
class DueRow:
    """A schedule row of a year with its report's standing, as lists show it."""

    row: int
    year: int
    number: str
    name: str
    departments: tuple[str, ...]
    in_charge: frozenset[int]
    fiscal_year: int
    year_label: str
    plan_title: str
    report: int | None
    status: cycle.ReportStatus | None
    status_label: str
    due: cycle.Due
    due_on: date | None
    submitted_at: datetime | None
    version: int
    effect: int | None

    @property
    def is_outstanding(self) -> bool:
        return self.due is not cycle.Due.HANDED_IN


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a year has come, in reports."""

    total: int
    submitted: int
    accepted: int
    returned: int
    overdue: int


def sheet_number(initiative: Initiative) -> str:
    """``1-12``; select ``theme`` with the initiative."""
    return f"{initiative.theme.number}-{initiative.number}"


def expected_rows(year: PlanYear) -> QuerySet[ScheduleRow]:
    """The rows a year expects a report for: not of initiatives that an earlier year ended."""
    ended = ScheduleRow.objects.filter(
        initiative=OuterRef("initiative"),
        fiscal_year__lt=OuterRef("fiscal_year"),
        report__outcome__gt="",
    )
    return (
        ScheduleRow.objects.filter(
            Q(~Exists(ended)) | Q(report__isnull=False),
            initiative__theme__plan=year.plan_id,
            fiscal_year=year.fiscal_year,
        )
        .select_related("initiative__theme", "report")
        .order_by("initiative__theme__number", "initiative__number")
    )


def standing_of(rows: Iterable[ScheduleRow]) -> tuple[cycle.RowStanding, ...]:
    return tuple(cycle.RowStanding(row.pk, status_of(row)) for row in rows)


def status_of(row: ScheduleRow) -> cycle.ReportStatus | None:
    """The status of a row's report; select ``report`` with the row."""
    report = report_of(row)
    return None if report is None else cycle.ReportStatus(report.status)


def report_of(row: ScheduleRow) -> Report | None:
    return getattr(row, "report", None)


def accepted_reports(year: PlanYear) -> list[Report]:
    """The year's accepted reports in sheet order, with items, row, initiative and theme."""
    return list(
        Report.objects.filter(
            row__initiative__theme__plan=year.plan_id,
            row__fiscal_year=year.fiscal_year,
            status=cycle.ReportStatus.ACCEPTED,
        )
        .select_related("row__initiative__theme")
        .prefetch_related("items")
        .order_by("row__initiative__theme__number", "row__initiative__number")
    )


def due_rows(
    years: Iterable[PlanYear], *, today: date, departments: Collection[int] | None = None
) -> list[DueRow]:
    """The rows that these years expect, of these departments or of all. Two queries a year.

    Select ``plan`` with the years. Oldest due date first.
    """
    found: list[DueRow] = []
    for year in sorted(years, key=lambda each: (each.due_on or date.max, each.fiscal_year)):
        rows = expected_rows(year).prefetch_related(Prefetch("initiative__charges"))
        if departments is not None:
            rows = rows.filter(initiative__charges__department__in=departments).distinct()
        found += [_due_row(row, year, today) for row in rows]
    return found


def progress_of(rows: Sequence[DueRow]) -> Progress:
    def count(status: cycle.ReportStatus) -> int:
        return sum(row.status is status for row in rows)

    return Progress(
        total=len(rows),
        submitted=count(cycle.ReportStatus.SUBMITTED),
        accepted=count(cycle.ReportStatus.ACCEPTED),
        returned=count(cycle.ReportStatus.RETURNED),
        overdue=sum(row.due is cycle.Due.OVERDUE for row in rows),
    )


def open_years() -> list[PlanYear]:
    return list(
        PlanYear.objects.filter(status=cycle.YearStatus.OPEN)
        .select_related("plan")
        .order_by("due_on", "fiscal_year")
    )


def departments_in_charge(initiative: Initiative) -> frozenset[int]:
    """Primary keys of the departments on the sheet; prefetch ``charges``."""
    return frozenset(charge.department_id for charge in initiative.charges.all())


def _due_row(row: ScheduleRow, year: PlanYear, today: date) -> DueRow:
    report, status = report_of(row), status_of(row)
    return DueRow(
        row=row.pk,
        year=year.pk,
        number=sheet_number(row.initiative),
        name=row.initiative.name,
        departments=tuple(charge.written_as for charge in row.initiative.charges.all()),
        in_charge=departments_in_charge(row.initiative),
        fiscal_year=row.fiscal_year,
        year_label=fiscal.label(row.fiscal_year),
        plan_title=year.plan.title,
        report=report.pk if report else None,
        status=status,
        status_label=str(report.get_status_display()) if report else "",
        due=cycle.due_state(year.due_on, status, today),
        due_on=year.due_on,
        submitted_at=report.submitted_at if report else None,
        version=report.version if report else 0,
        effect=report.effect if report else None,
    )
