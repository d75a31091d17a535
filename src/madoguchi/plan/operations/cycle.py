"""The year of a plan: opened, given another due date, closed, published."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused
from madoguchi.plan.models import Plan, PlanYear, Report, ReportNote, ScheduleRow
from madoguchi.plan.operations.figures import freeze_figures
from madoguchi.plan.operations.reminders import tell_opened
from madoguchi.plan.queries.cycle import expected_rows, standing_of
from madoguchi.plan.rules import cycle


class YearNotReady(Refused):
    """The year is not in the state that this step starts from."""

    message = _("The year is “%(status)s” by now. Nothing was changed.")


class ReportsOutstanding(Refused):
    """Reports are missing or not accepted; ``rows`` are their schedule rows."""

    message = _("%(count)d reports are missing or not accepted yet.")

    def __init__(self, rows: Collection[int]) -> None:
        super().__init__(count=len(rows))
        self.rows = tuple(rows)


class ReasonMissing(Refused):
    message = _("Say why the year is closed without these reports.")


@transaction.atomic
def open_year(*, plan: Plan, fiscal_year: int, due_on: date, by: User | None) -> PlanYear:
    """Open a planned year for reports and tell the reporters. Raises YearNotReady."""
    year, _is_new = PlanYear.objects.get_or_create(plan=plan, fiscal_year=fiscal_year)
    _move(year, cycle.YearMove.OPEN, due_on=due_on, opened_at=clock.now())
    audit.record(
        by=by,
        action="plan.year_opened",
        subject=_subject(year),
        detail={"fiscal_year": year.fiscal_year, "due_on": due_on.isoformat()},
    )
    tell_opened(year=year, today=clock.today())
    return year


@transaction.atomic
def change_due_date(*, year: PlanYear, due_on: date, by: User | None) -> PlanYear:
    """Give an open year another due date. Raises YearNotReady."""
    before = year.due_on
    _move(year, cycle.YearMove.CHANGE_DUE_DATE, due_on=due_on)
    audit.record(
        by=by,
        action="plan.due_date_changed",
        subject=_subject(year),
        detail={"from": before.isoformat() if before else None, "to": due_on.isoformat()},
    )
    return year


@transaction.atomic
def close_year(
    *, year: PlanYear, by: User | None, without: Collection[int] = (), reason: str = ""
) -> PlanYear:
    """Close an open year and freeze every figure of its accepted reports.

    ``without`` names the schedule rows that the office closes the year without, for a
    ``reason``, which is kept with each of them. Raises YearNotReady, ReportsOutstanding,
    ReasonMissing and whatever ``freeze_figures`` raises; of two at once, one is refused.
    """
    _move(year, cycle.YearMove.CLOSE, closed_at=clock.now())
    standing = standing_of(expected_rows(year))
    if left := cycle.unexplained(standing, without):
        raise ReportsOutstanding(left)
    given_up = cycle.outstanding(standing)
    if given_up and not reason.strip():
        raise ReasonMissing
    _note_gaps(given_up, reason=reason.strip(), by=by)
    frozen = freeze_figures(year=year, by=by)
    audit.record(
        by=by,
        action="plan.year_closed",
        subject=_subject(year),
        detail={
            "fiscal_year": year.fiscal_year,
            "figures": [figure.digest for figure in frozen],
            "without": list(given_up),
            "reason": reason.strip(),
        },
    )
    return year


@transaction.atomic
def publish_year(*, year: PlanYear, by: User | None) -> PlanYear:
    """Show a closed year to the public. Raises YearNotReady."""
    _move(year, cycle.YearMove.PUBLISH, published_at=clock.now())
    audit.record(
        by=by,
        action="plan.year_published",
        subject=_subject(year),
        detail={"fiscal_year": year.fiscal_year},
    )
    return year


def _move(year: PlanYear, move: cycle.YearMove, **values: object) -> None:
    """Take the year one step in one statement: of two at once, the second finds it gone."""
    before, after = cycle.YEAR_MOVES[move]
    moved = PlanYear.objects.filter(pk=year.pk, status=before).update(status=after, **values)
    year.refresh_from_db()
    if not moved:
        raise YearNotReady(status=year.get_status_display())


def _note_gaps(rows: Collection[int], *, reason: str, by: User | None) -> None:
    """Keep the reason with each row that the year is closed without."""
    now = clock.now()
    for row in ScheduleRow.objects.filter(pk__in=rows).order_by("pk").select_related("report"):
        report = getattr(row, "report", None) or Report.objects.create(row=row, updated_at=now)
        ReportNote.objects.create(report=report, status=report.status, text=reason, at=now, by=by)


def _subject(year: PlanYear) -> str:
    return f"plan.year:{year.pk}"
