"""What closing a year would freeze, and what stands in its way."""

from dataclasses import dataclass
from datetime import date

from madoguchi.plan.models import PlanYear
from madoguchi.plan.queries.cycle import DueRow, accepted_reports, due_rows, sheet_number
from madoguchi.plan.queries.figures import LiveFigures, live_url
from madoguchi.plan.rules import cycle, figures


@dataclass(frozen=True, slots=True)
class FigureToFreeze:
    number: str
    label: str
    code: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class FigureMissing:
    """A reference that leads nowhere; the year cannot be closed with it."""

    number: str
    line: int
    code: str
    row: int


@dataclass(frozen=True, slots=True)
class Closing:
    total: int
    figures: tuple[FigureToFreeze, ...]
    missing: tuple[FigureMissing, ...]
    outstanding: tuple[DueRow, ...]


def closing_of(year: PlanYear, *, today: date) -> Closing:
    """Measures every figure as closing now would; select ``plan`` with the year."""
    rows = due_rows([year], today=today)
    reports = accepted_reports(year)
    live = LiveFigures([item.text for report in reports for item in report.items.all()])
    to_freeze: list[FigureToFreeze] = []
    missing: list[FigureMissing] = []
    for report in reports:
        lines = [item.text for item in report.items.all()]
        number = sheet_number(report.row.initiative)
        read = {
            code: reading
            for code in figures.codes(lines)
            if (reading := live.read(code, year.fiscal_year))
        }
        to_freeze += [
            FigureToFreeze(
                number, reading.label, code, reading.text, live_url(code, year.fiscal_year)
            )
            for code, reading in read.items()
        ]
        missing += [
            FigureMissing(number, each.line, each.code, report.row_id)
            for each in figures.unknown_codes(lines, read)
        ]
    return Closing(
        total=len(rows),
        figures=tuple(to_freeze),
        missing=tuple(missing),
        outstanding=tuple(row for row in rows if row.status is not cycle.ReportStatus.ACCEPTED),
    )
