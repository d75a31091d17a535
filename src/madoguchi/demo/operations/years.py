"""Playing a year of a plan through its real operations, at the times at which it happened.

Every report is brought forward in transactions of its own and looked at before, so that a load
that was interrupted goes on where it stopped.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from madoguchi.blocks.identity.models import User
from madoguchi.demo.content import SamplePlan, SampleSheet, SampleYear
from madoguchi.demo.operations.people import Cast
from madoguchi.demo.rules import YearDays
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.calendar import add_business_days
from madoguchi.kernel.evidence import indicators
from madoguchi.plan.models import CouncilScore, Plan, PlanYear, Report, ScheduleRow
from madoguchi.plan.operations import attachments, cycle, milestones, reports, scores
from madoguchi.plan.queries.cycle import expected_rows, report_of
from madoguchi.plan.rules.figures import codes

NOT_PLANNED = "この年度は計画がなく、報告を求めません（取組の開始前）。"

Tick = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Play:
    """One fiscal year of a stored plan with what the sample says about it."""

    plan: Plan
    sample: SamplePlan
    fiscal_year: int
    days: YearDays
    cast: Cast
    tick: Tick

    @property
    def reported(self) -> list[tuple[SampleSheet, SampleYear]]:
        """The sheets with a report, those in time first."""
        years = [(each, each.years[self.fiscal_year]) for each in self.sample.sheets]
        return sorted((pair for pair in years if pair[1].state), key=lambda pair: pair[1].is_late)

    def rows(self) -> dict[tuple[int, int], ScheduleRow]:
        """The stored rows by theme and number, with their reports."""
        found = ScheduleRow.objects.filter(
            initiative__theme__plan=self.plan, fiscal_year=self.fiscal_year
        ).select_related("initiative__theme", "report")
        return {(row.initiative.theme.number, row.initiative.number): row for row in found}


def play(story: Play) -> None:
    """Take the year as far as the sample has it: open, or closed and published."""
    year = PlanYear.objects.filter(plan=story.plan, fiscal_year=story.fiscal_year).first()
    if year is None or year.status == PlanYear.Status.PLANNED:
        with clock.frozen(at(story.days.opened_on, 0)):
            year = cycle.open_year(
                plan=story.plan,
                fiscal_year=story.fiscal_year,
                due_on=story.days.due_on,
                by=story.cast.office,
            )
    if year.status == PlanYear.Status.OPEN:
        _report(story)
        _decide(story)
        _score(story)
        _close(story, year)
    if year.status == PlanYear.Status.CLOSED and story.days.published_on is not None:
        with clock.frozen(at(story.days.published_on, 0)):
            cycle.publish_year(year=year, by=story.cast.office)


def at(day: date, index: int) -> datetime:
    """A time in the office hours of a day, later for a higher index."""
    return datetime.combine(day, time(9), clock.TOKYO) + timedelta(minutes=15 * index)


def _report(story: Play) -> None:
    rows, told = story.rows(), story.reported
    for index, (sheet, year) in enumerate(told):
        story.tick(fiscal.label(story.fiscal_year), index + 1, 2 * len(told))
        row = rows[sheet.sheet.theme, sheet.sheet.number]
        if report_of(row) is not None:
            continue
        day = story.days.handed_in_on(index, len(told), is_late=year.is_late)
        with clock.frozen(at(day, index)):
            _hand_in(row, year, story.cast.reporter_for(sheet.sheet.departments))


@transaction.atomic
def _hand_in(row: ScheduleRow, year: SampleYear, by: User) -> None:
    known = {
        each.key: milestones.add_milestone(
            initiative=row.initiative, on=each.on, text=each.text, by=by
        )
        for each in year.milestones
    }
    lines = tuple(line for line in year.row.result if _is_measured(line))
    for key, milestone in known.items():
        lines = tuple(line.replace(f"{{m:{key}}}", f"{{m:{milestone.pk}}}") for line in lines)
    draft = reports.Draft(lines=lines, outcome=year.row.outcome or "", effect=year.row.effect)
    report = reports.save_draft(row=row, version=0, draft=draft, by=by)
    for file in year.files:
        attachments.add_attachment(
            report=report, name=file.name, content=file.content, is_public=True, by=by
        )
    if year.state != "draft":
        reports.submit(report=report, version=report.version, by=by)


def _is_measured(line: str) -> bool:
    """Whether this installation measures the figures of a line: a city may leave services out."""
    return all(code in indicators for code in codes([line]) if not code.startswith("m:"))


def _decide(story: Play) -> None:
    rows = story.rows()
    told = sorted(story.reported, key=lambda pair: bool(pair[1].returned))
    for index, (sheet, year) in enumerate(told):
        story.tick(fiscal.label(story.fiscal_year), len(told) + index + 1, 2 * len(told))
        report = report_of(rows[sheet.sheet.theme, sheet.sheet.number])
        if report is None or report.status != Report.Status.SUBMITTED:
            continue
        moments = _moments(story.days.decided_on, index)
        if year.state == "returned":
            with clock.frozen(next(moments)):
                reports.return_report(
                    report=report,
                    version=report.version,
                    comment=year.comment,
                    by=story.cast.office,
                )
        elif year.state == "accepted":
            by = story.cast.reporter_for(sheet.sheet.departments)
            _accept(report, year, moments, reporter=by, office=story.cast.office)


def _moments(day: date, index: int) -> Iterator[datetime]:
    """The same hour of one business day after the other."""
    while True:
        yield at(day, index)
        day = add_business_days(day, 1)


@transaction.atomic
def _accept(
    report: Report, year: SampleYear, moments: Iterator[datetime], *, reporter: User, office: User
) -> None:
    if year.returned:
        with clock.frozen(next(moments)):
            reports.return_report(
                report=report, version=report.version, comment=year.returned, by=office
            )
        with clock.frozen(next(moments)):
            draft = reports.stored(report).draft
            report = reports.save_draft(
                row=report.row, version=report.version, draft=draft, by=reporter
            )
            report = reports.submit(report=report, version=report.version, by=reporter)
    with clock.frozen(next(moments)):
        reports.accept_report(report=report, version=report.version, by=office)


def _score(story: Play) -> None:
    if story.days.scored_on is None:
        return
    rows, index = story.rows(), 0
    for sheet, year in story.reported:
        row = rows[sheet.sheet.theme, sheet.sheet.number]
        for given in year.scores:
            member, index = story.cast.people[given.by], index + 1
            if CouncilScore.objects.filter(row=row, member=member).exists():
                continue
            with clock.frozen(at(story.days.scored_on, index)):
                scores.give_score(row=row, score=given.score, comment=given.comment, by=member)


def _close(story: Play, year: PlanYear) -> None:
    """Close it; a row that had nothing planned yet has no report to wait for."""
    if story.days.closed_on is None:
        return
    told = {(each.sheet.theme, each.sheet.number) for each, _year in story.reported}
    without = [
        row.pk
        for row in expected_rows(year)
        if (row.initiative.theme.number, row.initiative.number) not in told
    ]
    with clock.frozen(at(story.days.closed_on, 0)):
        cycle.close_year(
            year=year, by=story.cast.office, without=without, reason=NOT_PLANNED if without else ""
        )
