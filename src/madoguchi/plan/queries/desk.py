"""What waits for whom: the desk, the overdue list, effect amounts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from madoguchi.blocks.identity.service import Acting
from madoguchi.kernel import fiscal
from madoguchi.plan.models import CouncilScore, Plan, PlanYear, Report
from madoguchi.plan.queries.cycle import (
    DueRow,
    Progress,
    due_rows,
    open_years,
    progress_of,
    sheet_number,
)
from madoguchi.plan.rules import access, cycle


@dataclass(frozen=True, slots=True)
class OpenYear:
    """An open year on the office's desk."""

    pk: int
    label: str
    plan_title: str
    due_on: date | None
    progress: Progress


@dataclass(frozen=True, slots=True)
class Desk:
    """What there is to do, by role; a part is None where the role is not held."""

    mine: list[DueRow] | None
    handed_in: list[DueRow]
    to_decide: list[DueRow] | None
    to_score: list[DueRow] | None
    years: list[OpenYear]
    closed: list[PlanYear]


@dataclass(frozen=True, slots=True)
class OverdueGroup:
    """A department with what it owes."""

    department: str
    rows: list[DueRow]


@dataclass(frozen=True, slots=True)
class EffectRow:
    """An initiative's effect amounts, thousand yen, one a year; None where nothing was said."""

    number: str
    name: str
    initiative: int
    amounts: tuple[int | None, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class Effects:
    years: tuple[str, ...]
    rows: tuple[EffectRow, ...]
    totals: tuple[int | None, ...]
    total: int | None


def desk_of(actor: Acting, *, member: int, today: date) -> Desk:
    """The desk of a person. Two queries for each open or scored year, and a few besides."""
    years = open_years()
    everything = due_rows(years, today=today)
    own = [row for row in everything if access.may_report(actor, row.in_charge)]
    is_reporter = access.REPORTER in actor.roles
    is_office = access.may_manage(actor)
    return Desk(
        mine=[row for row in own if row.is_outstanding] if is_reporter else None,
        handed_in=[row for row in own if not row.is_outstanding] if is_reporter else [],
        to_decide=_submitted(everything) if is_office else None,
        to_score=_to_score(member, today) if access.may_score(actor) else None,
        years=_open(years, everything) if access.reads_everything(actor) else [],
        closed=_closed() if is_office else [],
    )


def _submitted(rows: Iterable[DueRow]) -> list[DueRow]:
    """Oldest first: whoever has waited longest is next."""
    waiting = [row for row in rows if row.status is cycle.ReportStatus.SUBMITTED]
    return sorted(waiting, key=lambda row: str(row.submitted_at))


def _open(years: Sequence[PlanYear], rows: Iterable[DueRow]) -> list[OpenYear]:
    found = list(rows)
    return [
        OpenYear(
            pk=year.pk,
            label=fiscal.label(year.fiscal_year),
            plan_title=year.plan.title,
            due_on=year.due_on,
            progress=progress_of([row for row in found if row.year == year.pk]),
        )
        for year in years
    ]


def _closed() -> list[PlanYear]:
    """Closed years that wait to be published."""
    return list(
        PlanYear.objects.filter(status=cycle.YearStatus.CLOSED)
        .select_related("plan")
        .order_by("fiscal_year")
    )


def _to_score(member: int, today: date) -> list[DueRow]:
    years = PlanYear.objects.filter(status__in=cycle.SCORED_YEARS).select_related("plan")
    scored = set(CouncilScore.objects.filter(member=member).values_list("row_id", flat=True))
    return [
        row
        for row in due_rows(years, today=today)
        if row.status is cycle.ReportStatus.ACCEPTED and row.row not in scored
    ]


def overdue_by_department(*, today: date) -> list[OverdueGroup]:
    """What is overdue, by the first department in charge."""
    groups: dict[str, list[DueRow]] = {}
    for row in due_rows(open_years(), today=today):
        if row.due is cycle.Due.OVERDUE:
            department = row.departments[0] if row.departments else ""
            groups.setdefault(department, []).append(row)
    return [OverdueGroup(name, rows) for name, rows in sorted(groups.items())]


def effects_of(plan: Plan) -> Effects:
    """Effect amounts of accepted reports by initiative and year, with totals. One query."""
    reports = (
        Report.objects.filter(
            row__initiative__theme__plan=plan,
            status=cycle.ReportStatus.ACCEPTED,
            effect__isnull=False,
        )
        .select_related("row__initiative__theme")
        .order_by("row__initiative__theme__number", "row__initiative__number")
    )
    amounts: dict[int, dict[int, int | None]] = {}
    names: dict[int, tuple[str, str]] = {}
    for report in reports:
        initiative = report.row.initiative
        names[initiative.pk] = (sheet_number(initiative), initiative.name)
        amounts.setdefault(initiative.pk, {})[report.row.fiscal_year] = report.effect
    years = plan.fiscal_years
    rows = tuple(
        EffectRow(
            number=names[pk][0],
            name=names[pk][1],
            initiative=pk,
            amounts=tuple(found.get(year) for year in years),
            total=_sum(found.values()),
        )
        for pk, found in amounts.items()
    )
    return Effects(
        years=tuple(fiscal.label(year, "short") for year in years),
        rows=rows,
        totals=tuple(_sum(row.amounts[place] for row in rows) for place in range(len(years))),
        total=_sum(row.total for row in rows),
    )


def _sum(amounts: Iterable[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None
