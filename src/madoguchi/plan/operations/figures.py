"""Figures at rest: frozen when a year closes, corrected by dated entries afterwards."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock, evidence
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused
from madoguchi.plan.models import FrozenFigure, PlanYear, Report
from madoguchi.plan.queries.cycle import accepted_reports, sheet_number
from madoguchi.plan.queries.figures import LiveFigures, Reading, measure
from madoguchi.plan.rules import cycle, figures


class UnfreezableFigures(Refused):
    """Result lines refer to figures that do not exist (any more); ``found`` names them."""

    message = _("No. %(number)s, line %(line)d: there is no figure “%(code)s”.")

    def __init__(self, found: Sequence[tuple[str, figures.UnknownCode]]) -> None:
        number, first = found[0]
        super().__init__(number=number, line=first.line, code=first.code)
        self.found = tuple(found)


class AlreadyCorrected(Refused):
    message = _("This entry was corrected already. Correct its latest correction.")


class NotClosed(Refused):
    message = _("Figures are corrected once the year is closed.")


class CorrectionReasonMissing(Refused):
    message = _("Say why the figure is corrected.")


class NotMeasurable(Refused):
    message = _("This figure cannot be measured any more. Give its value.")


def freeze_figures(*, year: PlanYear, by: User | None) -> list[FrozenFigure]:
    """Freeze each figure that the year's accepted reports name. Raises UnfreezableFigures.

    A figure that several lines of a report name is frozen once; the same indicator in two
    reports is measured once and frozen in each.
    """
    reports = accepted_reports(year)
    lines = {report.pk: [item.text for item in report.items.all()] for report in reports}
    live = LiveFigures([text for texts in lines.values() for text in texts])
    entries: list[FrozenFigure] = []
    missing: list[tuple[str, figures.UnknownCode]] = []
    for report in reports:
        read = {
            code: reading
            for code in figures.codes(lines[report.pk])
            if (reading := live.read(code, year.fiscal_year))
        }
        entries += [_entry(report, reading, year.fiscal_year, by) for reading in read.values()]
        missing += [
            (sheet_number(report.row.initiative), each)
            for each in figures.unknown_codes(lines[report.pk], read)
        ]
    if missing:
        raise UnfreezableFigures(missing)
    return FrozenFigure.objects.bulk_create(entries)


@transaction.atomic
def correct_figure(
    *, figure: FrozenFigure, value: Decimal | None, reason: str, by: User | None
) -> FrozenFigure:
    """Add a correction beside a frozen figure: with the given value, or measured now (None).

    Raises CorrectionReasonMissing, NotClosed, NotMeasurable, AlreadyCorrected.
    """
    year = figure.report.row.fiscal_year
    reading = _given(figure, value) if value is not None else _again(figure, year)
    return _correct(figure, reading, reason, by)


@transaction.atomic
def correct_milestone(
    *, figure: FrozenFigure, on: date, text: str, reason: str, by: User | None
) -> FrozenFigure:
    """The same for a frozen milestone: what happened, and when.

    Raises CorrectionReasonMissing, NotClosed, AlreadyCorrected.
    """
    reading = replace(
        _given(figure, Decimal(1)), label=text, rows=(evidence.EvidenceRow(text, "", on),)
    )
    return _correct(figure, reading, reason, by)


def _correct(figure: FrozenFigure, reading: Reading, reason: str, by: User | None) -> FrozenFigure:
    if not reason.strip():
        raise CorrectionReasonMissing
    row = figure.report.row
    year = PlanYear.objects.get(plan=row.initiative.theme.plan_id, fiscal_year=row.fiscal_year)
    if year.status not in cycle.CORRECTED_YEARS:
        raise NotClosed
    entry = _entry(figure.report, reading, row.fiscal_year, by)
    entry.corrects = figure
    entry.reason = reason.strip()
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError:
        raise AlreadyCorrected from None
    audit.record(
        by=by,
        action="plan.figure_corrected",
        subject=f"plan.figure:{entry.public_id}",
        detail={"corrects": figure.public_id, "digest": entry.digest},
    )
    return entry


def _given(figure: FrozenFigure, value: Decimal) -> Reading:
    return Reading(
        code=figure.code,
        label=figure.label,
        unit=figure.unit,
        value=value,
        rows=(),
        source_url="",
        measured_at=clock.now(),
    )


def _again(figure: FrozenFigure, fiscal_year: int) -> Reading:
    reading = measure(figure.code, fiscal_year)
    if reading is None:
        raise NotMeasurable
    return reading


def _entry(report: Report, reading: Reading, fiscal_year: int, by: User | None) -> FrozenFigure:
    value = reading.value.quantize(Decimal("0.0001"))
    return FrozenFigure(
        public_id=secrets.token_hex(6),
        report=report,
        code=reading.code,
        label=reading.label,
        unit=reading.unit,
        value=value,
        rows=[_row(row) for row in reading.rows],
        source_url=reading.source_url,
        measured_at=reading.measured_at,
        digest=evidence.digest(
            reading.code, fiscal_year, value, reading.unit, reading.rows, reading.measured_at
        ),
        by=by,
    )


def _row(row: evidence.EvidenceRow) -> dict[str, Any]:
    return asdict(row) | {"on": row.on.isoformat() if row.on else None}
