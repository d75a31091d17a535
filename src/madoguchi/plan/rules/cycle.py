"""The yearly cycle: how years and reports move, what is due when, what a year still lacks."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from madoguchi.kernel import calendar
from madoguchi.plan.document.model import Outcome

DUE_SOON_BUSINESS_DAYS = 5
OVERDUE_EVERY = timedelta(days=7)


class YearStatus(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"


class YearMove(StrEnum):
    OPEN = "open"
    CHANGE_DUE_DATE = "change_due_date"
    CLOSE = "close"
    PUBLISH = "publish"


YEAR_MOVES: dict[YearMove, tuple[YearStatus, YearStatus]] = {
    YearMove.OPEN: (YearStatus.PLANNED, YearStatus.OPEN),
    YearMove.CHANGE_DUE_DATE: (YearStatus.OPEN, YearStatus.OPEN),
    YearMove.CLOSE: (YearStatus.OPEN, YearStatus.CLOSED),
    YearMove.PUBLISH: (YearStatus.CLOSED, YearStatus.PUBLISHED),
}
"""From and to. Nothing leads back: what was closed is corrected by dated entries."""


class ReportStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class ReportMove(StrEnum):
    SAVE = "save"
    SUBMIT = "submit"
    RETURN = "return"
    ACCEPT = "accept"


REPORT_MOVES: dict[ReportMove, dict[ReportStatus, ReportStatus]] = {
    ReportMove.SAVE: {
        ReportStatus.DRAFT: ReportStatus.DRAFT,
        ReportStatus.RETURNED: ReportStatus.RETURNED,
    },
    ReportMove.SUBMIT: {
        ReportStatus.DRAFT: ReportStatus.SUBMITTED,
        ReportStatus.RETURNED: ReportStatus.SUBMITTED,
    },
    ReportMove.RETURN: {
        ReportStatus.SUBMITTED: ReportStatus.RETURNED,
        ReportStatus.ACCEPTED: ReportStatus.RETURNED,
    },
    ReportMove.ACCEPT: {ReportStatus.SUBMITTED: ReportStatus.ACCEPTED},
}
"""All of them only while the year is open."""

SCORED_YEARS = frozenset({YearStatus.OPEN, YearStatus.CLOSED})
CORRECTED_YEARS = frozenset({YearStatus.CLOSED, YearStatus.PUBLISHED})


def after(move: ReportMove, status: ReportStatus) -> ReportStatus | None:
    """The status that a move leads to, or None where the move is not possible."""
    return REPORT_MOVES[move].get(status)


def may_score(year: YearStatus, report: ReportStatus | None) -> bool:
    """The council scores what the office accepted, until it is published."""
    return year in SCORED_YEARS and report is ReportStatus.ACCEPTED


class Due(StrEnum):
    """How a report stands against its due date."""

    LATER = "later"
    SOON = "soon"
    TODAY = "today"
    OVERDUE = "overdue"
    HANDED_IN = "handed_in"


def last_day(due_on: date) -> date:
    """The last day on which a report is in time: a due date on a day off moves to the next day."""
    return calendar.add_business_days(due_on, 0)


def due_soon_on(due_on: date) -> date:
    """The day of the first reminder: five business days before the last day."""
    return calendar.add_business_days(last_day(due_on), -DUE_SOON_BUSINESS_DAYS)


def overdue_notice_on(due_on: date, today: date) -> date | None:
    """The day of the latest weekly overdue notice up to ``today``, or None while nothing is late.

    The first one is the business day after the last day; catching up after days without a run
    gives the same day, so that nobody is told twice a week.
    """
    first = calendar.add_business_days(last_day(due_on), 1)
    if today < first:
        return None
    return first + OVERDUE_EVERY * ((today - first) // OVERDUE_EVERY)


def due_state(due_on: date | None, status: ReportStatus | None, today: date) -> Due:
    """Where a report stands; ``status`` is None where nothing was drafted yet."""
    if status in (ReportStatus.SUBMITTED, ReportStatus.ACCEPTED):
        return Due.HANDED_IN
    if due_on is None:
        return Due.LATER
    if today > last_day(due_on):
        return Due.OVERDUE
    if today == last_day(due_on):
        return Due.TODAY
    return Due.SOON if today >= due_soon_on(due_on) else Due.LATER


def is_on_time(submitted_on: date | None, due_on: date | None) -> bool:
    """Whether a report came in by its due date; without a due date every report did."""
    if submitted_on is None:
        return False
    return due_on is None or submitted_on <= last_day(due_on)


@dataclass(frozen=True, slots=True)
class RowStanding:
    """A schedule row of the year with the status of its report, None where there is none."""

    row: int
    status: ReportStatus | None


def outstanding(rows: Iterable[RowStanding]) -> tuple[int, ...]:
    """The rows that keep a year from being closed: those without an accepted report."""
    return tuple(each.row for each in rows if each.status is not ReportStatus.ACCEPTED)


def unexplained(rows: Iterable[RowStanding], without: Collection[int]) -> tuple[int, ...]:
    """Outstanding rows that the office did not name as those to close without."""
    return tuple(row for row in outstanding(rows) if row not in without)


def last_planned_year(rows: Iterable[tuple[int, bool]]) -> int | None:
    """The last fiscal year with a plan, of pairs (fiscal year, whether anything is planned)."""
    return max((year for year, is_planned in rows if is_planned), default=None)


def is_finished_on_time(outcome: str, fiscal_year: int, last_planned: int | None) -> bool:
    """Finished in the last planned year or before; what had no plan cannot be late."""
    if outcome != Outcome.FINISHED:
        return False
    return last_planned is None or fiscal_year <= last_planned
