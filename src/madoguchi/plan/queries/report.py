"""Reading one report with everything that its pages show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from madoguchi.kernel import evidence, fiscal
from madoguchi.plan.models import (
    Attachment,
    FrozenFigure,
    Milestone,
    PlanItem,
    PlanYear,
    Report,
    ReportNote,
    ScheduleRow,
)
from madoguchi.plan.queries.cycle import report_of, sheet_number, status_of
from madoguchi.plan.queries.figures import (
    LiveFigures,
    ShownSegment,
    figure_text,
    frozen_figures,
    shown_lines,
)
from madoguchi.plan.rules import cycle


@dataclass(frozen=True, slots=True)
class Choice:
    """A figure that a result line can refer to, with its value now."""

    code: str
    token: str
    label: str
    text: str
    description: str


@dataclass(frozen=True, slots=True)
class FrozenChain:
    """A figure as frozen at closing, with its corrections, oldest first."""

    label: str
    entries: tuple[tuple[FrozenFigure, str], ...]

    @property
    def last(self) -> FrozenFigure:
        return self.entries[-1][0]


@dataclass(frozen=True, slots=True)
class Score:
    member: str
    member_id: int
    score: int
    comment: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A schedule row with its report, as the staff pages show it."""

    row: ScheduleRow
    number: str
    year: PlanYear | None
    year_label: str
    departments: tuple[str, ...]
    planned: tuple[str, ...]
    planned_in: str
    last_year_label: str
    last_year: tuple[tuple[ShownSegment, ...], ...]
    report: Report | None
    status: cycle.ReportStatus | None
    due: cycle.Due
    lines: tuple[tuple[ShownSegment, ...], ...]
    notes: tuple[ReportNote, ...]
    attachments: tuple[Attachment, ...]
    milestones: tuple[Milestone, ...]
    scores: tuple[Score, ...]
    figures: tuple[FrozenChain, ...]

    @property
    def is_open(self) -> bool:
        return self.year is not None and self.year.status == cycle.YearStatus.OPEN

    @property
    def is_editable(self) -> bool:
        return self.is_open and (
            self.status is None or cycle.after(cycle.ReportMove.SAVE, self.status) is not None
        )

    @property
    def may_be_accepted(self) -> bool:
        return self._may(cycle.ReportMove.ACCEPT)

    @property
    def may_be_returned(self) -> bool:
        return self._may(cycle.ReportMove.RETURN)

    @property
    def may_be_scored(self) -> bool:
        return self.year is not None and cycle.may_score(
            cycle.YearStatus(self.year.status), self.status
        )

    @property
    def average(self) -> float | None:
        return sum(s.score for s in self.scores) / len(self.scores) if self.scores else None

    def _may(self, move: cycle.ReportMove) -> bool:
        return (
            self.is_open and self.status is not None and cycle.after(move, self.status) is not None
        )


def report_rows() -> QuerySet[ScheduleRow]:
    """Rows with what ``report_page`` reads."""
    return ScheduleRow.objects.select_related(
        "initiative__theme__plan", "report__updated_by", "report__submitted_by"
    ).prefetch_related(
        "initiative__charges",
        "plan_items",
        "report__items",
        "scores__member",
        Prefetch("report__notes", ReportNote.objects.select_related("by")),
        Prefetch("report__attachments", Attachment.objects.select_related("by")),
    )


def report_page(row: ScheduleRow, *, today: date) -> ReportPage:
    """Everything on a report's page; constant queries besides those of live figures."""
    year = PlanYear.objects.filter(
        plan=row.initiative.theme.plan_id, fiscal_year=row.fiscal_year
    ).first()
    report, status = report_of(row), status_of(row)
    planned, planned_in = _planned(row)
    before = _last_year(row)
    shown = shown_lines([each for each in (report, before) if each])
    return ReportPage(
        row=row,
        number=sheet_number(row.initiative),
        year=year,
        year_label=fiscal.label(row.fiscal_year),
        departments=tuple(charge.written_as for charge in row.initiative.charges.all()),
        planned=planned,
        planned_in=planned_in,
        last_year_label=fiscal.label(before.row.fiscal_year) if before else "",
        last_year=_lines(before, shown),
        report=report,
        status=status,
        due=cycle.due_state(year.due_on if year else None, status, today),
        lines=_lines(report, shown),
        notes=tuple(report.notes.all()) if report else (),
        attachments=tuple(report.attachments.all()) if report else (),
        milestones=tuple(
            row.initiative.milestones.filter(
                on__range=(fiscal.first_day(row.fiscal_year), fiscal.last_day(row.fiscal_year))
            )
        ),
        scores=tuple(
            Score(str(given.member), given.member_id, given.score, given.comment)
            for given in row.scores.all()
        ),
        figures=_chains(report) if report and _is_closed(year) else (),
    )


def choices(row: ScheduleRow, milestones: Iterable[Milestone], words: str) -> list[Choice]:
    """Indicators and milestones for the picker, with live values; ``words`` narrows them."""
    wanted = words.casefold().split()

    def is_wanted(code: str, label: object) -> bool:
        return all(word in f"{code} {label}".casefold() for word in wanted)

    facts = list(milestones)
    live = LiveFigures([f"{{m:{fact.pk}}}" for fact in facts])
    # measuring costs queries: only what is asked for
    codes = [f"m:{fact.pk}" for fact in facts if is_wanted(f"m:{fact.pk}", fact.text)]
    codes += [each.code for each in evidence.indicators if is_wanted(each.code, each.label)]
    found = []
    for code in codes:
        reading = live.read(code, row.fiscal_year)
        if reading is None:
            continue
        indicator = evidence.indicators.get(code)
        found.append(
            Choice(
                code=code,
                token=f"{{{code}}}",
                label=reading.label,
                text=reading.text,
                description=str(indicator.description) if indicator else "",
            )
        )
    return found


def _planned(row: ScheduleRow) -> tuple[tuple[str, ...], str]:
    """The plan of the year; where ↓ continues an earlier one, that one and its year."""
    own = tuple(item.text for item in row.plan_items.all())
    if own or not row.continues:
        return own, ""
    earlier = (
        PlanItem.objects.filter(
            row__initiative=row.initiative_id, row__fiscal_year__lt=row.fiscal_year
        )
        .select_related("row")
        .order_by("-row__fiscal_year", "position")
    )
    items = list(earlier)
    if not items:
        return (), ""
    year = items[0].row.fiscal_year
    return tuple(i.text for i in items if i.row.fiscal_year == year), fiscal.label(year)


def _last_year(row: ScheduleRow) -> Report | None:
    return (
        Report.objects.filter(
            row__initiative=row.initiative_id,
            row__fiscal_year__lt=row.fiscal_year,
            status=cycle.ReportStatus.ACCEPTED,
        )
        .select_related("row")
        .prefetch_related("items")
        .order_by("-row__fiscal_year")
        .first()
    )


def _lines(
    report: Report | None, shown: dict[int, tuple[ShownSegment, ...]]
) -> tuple[tuple[ShownSegment, ...], ...]:
    return tuple(shown[item.pk] for item in report.items.all()) if report else ()


def _chains(report: Report) -> tuple[FrozenChain, ...]:
    by_code = frozen_figures([report.pk]).get(report.pk, {})
    return tuple(
        FrozenChain(entries[0].label, tuple((entry, figure_text(entry)) for entry in entries))
        for entries in by_code.values()
    )


def _is_closed(year: PlanYear | None) -> bool:
    return year is not None and year.status in cycle.CORRECTED_YEARS
