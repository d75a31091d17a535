"""A row's report: drafted, submitted, returned, accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused
from madoguchi.plan.models import Report, ReportNote, ScheduleRow
from madoguchi.plan.operations.lines import store_lines
from madoguchi.plan.operations.open_year import lock_open_year
from madoguchi.plan.operations.search_text import refresh_search_text
from madoguchi.plan.queries.figures import known_codes
from madoguchi.plan.rules import cycle, figures


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reporter writes: result lines, how the initiative ends, thousand yen."""

    lines: tuple[str, ...]
    outcome: str = ""
    effect: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A draft as it stands in the database, with who saved it last."""

    version: int
    draft: Draft
    by: User | None
    at: datetime | None


class EditedMeanwhile(Refused):
    """Somebody saved in between; ``theirs`` is what they saved."""

    message = _("Somebody else saved this report while you were writing.")

    def __init__(self, theirs: Stored) -> None:
        super().__init__()
        self.theirs = theirs


class UnknownFigures(Refused):
    """Lines refer to what is neither an indicator nor a milestone of the initiative."""

    message = _("Line %(line)d: there is no figure “%(code)s”.")

    def __init__(self, found: Sequence[figures.UnknownCode]) -> None:
        super().__init__(line=found[0].line, code=found[0].code)
        self.found = tuple(found)

    def say(self, each: figures.UnknownCode) -> str:
        """The same words for any one of ``found``."""
        return str(self.message) % {"line": each.line, "code": each.code}


class MoveNotPossible(Refused):
    message = _("The report is “%(status)s” by now. Nothing was changed.")


class NothingReported(Refused):
    message = _("Write at least one result before you submit.")


class CommentMissing(Refused):
    message = _("Say what has to be changed.")


@transaction.atomic
def save_draft(*, row: ScheduleRow, version: int, draft: Draft, by: User | None) -> Report:
    """Store a draft over the ``version`` that its writer saw (0: there was none).

    Raises YearNotOpen, UnknownFigures, EditedMeanwhile, MoveNotPossible.
    """
    lock_open_year(row)
    lines = tuple(line.strip() for line in draft.lines if line.strip())
    if unknown := figures.unknown_codes(lines, known_codes(row.initiative_id, lines)):
        raise UnknownFigures(unknown)
    report = _create(row, draft, by) if version == 0 else _update(row, version, draft, by)
    store_lines(report.items.all(), lines, report=report)
    refresh_search_text([row.initiative_id])
    audit.record(
        by=by,
        action="plan.report_saved",
        subject=_subject(report),
        detail={"version": report.version, "lines": len(lines)},
    )
    return report


@transaction.atomic
def submit(*, report: Report, version: int, by: User | None) -> Report:
    """Hand a draft in. Raises YearNotOpen, NothingReported, EditedMeanwhile, MoveNotPossible."""
    now = clock.now()
    lock_open_year(report.row)
    if not Report.objects.filter(Q(outcome__gt="") | Q(items__isnull=False), pk=report.pk).exists():
        raise NothingReported
    return _move(report, version, cycle.ReportMove.SUBMIT, by, submitted_at=now, submitted_by=by)


@transaction.atomic
def return_report(*, report: Report, version: int, comment: str, by: User | None) -> Report:
    """Give a report back with what has to be changed; an accepted one too, while the year is open.

    Raises YearNotOpen, CommentMissing, EditedMeanwhile, MoveNotPossible.
    """
    if not comment.strip():
        raise CommentMissing
    lock_open_year(report.row)
    return _move(
        report, version, cycle.ReportMove.RETURN, by, text=comment.strip(), accepted_at=None
    )


@transaction.atomic
def accept_report(*, report: Report, version: int, by: User | None, comment: str = "") -> Report:
    """Accept a submitted report. Raises YearNotOpen, EditedMeanwhile, MoveNotPossible."""
    now = clock.now()
    lock_open_year(report.row)
    return _move(
        report, version, cycle.ReportMove.ACCEPT, by, text=comment.strip(), accepted_at=now
    )


def stored(report: Report) -> Stored:
    """What stands in the database for that report."""
    return Stored(
        version=report.version,
        draft=Draft(
            lines=tuple(report.items.values_list("text", flat=True)),
            outcome=report.outcome,
            effect=report.effect,
        ),
        by=report.updated_by,
        at=report.updated_at,
    )


def _create(row: ScheduleRow, draft: Draft, by: User | None) -> Report:
    try:
        with transaction.atomic():
            return Report.objects.create(
                row=row,
                outcome=draft.outcome,
                effect=draft.effect,
                updated_at=clock.now(),
                updated_by=by,
            )
    except IntegrityError:
        raise EditedMeanwhile(stored(Report.objects.get(row=row))) from None


def _update(row: ScheduleRow, version: int, draft: Draft, by: User | None) -> Report:
    changed = Report.objects.filter(
        row=row, version=version, status__in=cycle.REPORT_MOVES[cycle.ReportMove.SAVE]
    ).update(
        version=F("version") + 1,
        outcome=draft.outcome,
        effect=draft.effect,
        updated_at=clock.now(),
        updated_by=by,
    )
    report = Report.objects.get(row=row)
    if not changed:
        _refuse(report, version)
    return report


def _move(
    report: Report,
    version: int,
    move: cycle.ReportMove,
    by: User | None,
    *,
    text: str = "",
    **values: object,
) -> Report:
    report.refresh_from_db()
    target = cycle.after(move, cycle.ReportStatus(report.status)) or report.status
    changed = Report.objects.filter(
        pk=report.pk, version=version, status__in=cycle.REPORT_MOVES[move]
    ).update(status=target, version=F("version") + 1, **values)
    report.refresh_from_db()
    if not changed:
        _refuse(report, version)
    ReportNote.objects.create(report=report, status=report.status, text=text, at=clock.now(), by=by)
    audit.record(
        by=by,
        action=f"plan.report_{report.status}",
        subject=_subject(report),
        detail={"version": report.version},
    )
    return report


def _refuse(report: Report, version: int) -> None:
    if report.version != version:
        raise EditedMeanwhile(stored(report))
    raise MoveNotPossible(status=report.get_status_display())


def _subject(report: Report) -> str:
    return f"plan.report:{report.pk}"
