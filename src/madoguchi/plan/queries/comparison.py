"""Comparisons of stored sheets, as the public sees them, and their sums."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from madoguchi.plan.document.model import Outcome
from madoguchi.plan.models import (
    Initiative,
    Milestone,
    Plan,
    PlanItem,
    Report,
    ResultItem,
    ScheduleRow,
)
from madoguchi.plan.queries.public import (
    DepartmentLine,
    InitiativeLine,
    Overview,
    ThemeLines,
    department_lines,
)
from madoguchi.plan.queries.years import YearState, year_states
from madoguchi.plan.rules import comparison, figures
from madoguchi.plan.rules.comparison import ComparedItem, ComparedRow, Comparison, Slips


@dataclass(frozen=True, slots=True)
class SlipsLine[T]:
    """An initiative, department or theme with what became of its plan."""

    of: T
    slips: Slips


@dataclass(frozen=True, slots=True)
class PlanSlips:
    """What became of a whole plan, from three sides."""

    initiatives: tuple[SlipsLine[InitiativeLine], ...]
    departments: tuple[SlipsLine[DepartmentLine], ...]
    themes: tuple[SlipsLine[ThemeLines], ...]

    @property
    def total(self) -> Slips:
        return comparison.total(line.slips for line in self.initiatives)


COMPARED_PARTS = ("milestones", "rows__plan_items__match", "rows__report__items")
"""What ``comparison_of`` reads of an initiative: prefetch it."""


def public_report(row: ScheduleRow, states: Mapping[int, YearState]) -> Report | None:
    """The row's report where the public may read it."""
    report: Report | None = getattr(row, "report", None)
    state = states.get(row.fiscal_year)
    is_public = state is not None and state.is_published
    if report is None or not is_public or report.status != Report.Status.ACCEPTED:
        return None
    return report


def comparison_of(initiative: Initiative, states: Mapping[int, YearState]) -> Comparison:
    """A sheet's plan against its public results; wants ``COMPARED_PARTS`` prefetched."""
    milestones = {milestone.pk: milestone.text for milestone in initiative.milestones.all()}
    rows = [
        _compared_row(row, public_report(row, states), states, milestones)
        for row in initiative.rows.all()
    ]
    return comparison.compare(rows, _overrides(initiative))


def comparisons_of(
    plan: Plan, states: Mapping[int, YearState] | None = None
) -> dict[int, Comparison]:
    """Every initiative's comparison, by primary key. Six queries, without building the sheets.

    ``states`` says which years count as published, where that is not what the public sees.
    """
    states = year_states(plan) if states is None else states
    planned, overrides = _planned_items(plan)
    results = _accepted_results(plan)
    rows: dict[int, list[ComparedRow]] = {
        pk: [] for pk in Initiative.objects.filter(theme__plan=plan).values_list("pk", flat=True)
    }
    decided: dict[int, dict[int, int | None]] = {pk: {} for pk in rows}
    for pk, initiative, year, continues, status, outcome in (
        ScheduleRow.objects.filter(initiative__theme__plan=plan)
        .order_by("fiscal_year")
        .values_list(
            "pk",
            "initiative_id",
            "fiscal_year",
            "continues",
            "report__status",
            "report__outcome",
        )
    ):
        state = states.get(year)
        is_reported = state is not None and state.is_published
        is_public = is_reported and status == Report.Status.ACCEPTED
        rows[initiative].append(
            ComparedRow(
                fiscal_year=year,
                plan=tuple(planned.get(pk, ())),
                result=tuple(results.get(pk, ())) if is_public else (),
                continues=continues,
                outcome=Outcome(outcome) if is_public and outcome else None,
                is_reported=is_reported,
            )
        )
        decided[initiative] |= overrides.get(pk, {})
    return {pk: comparison.compare(found, decided[pk]) for pk, found in rows.items()}


def _planned_items(
    plan: Plan,
) -> tuple[dict[int, list[ComparedItem]], dict[int, dict[int, int | None]]]:
    """By row: its plan items, and what the office decided on them. One query."""
    items: dict[int, list[ComparedItem]] = {}
    overrides: dict[int, dict[int, int | None]] = {}
    for row, pk, text, match, result in (
        PlanItem.objects.filter(row__initiative__theme__plan=plan)
        .order_by("position")
        .values_list("row_id", "pk", "text", "match__pk", "match__result_item_id")
    ):
        items.setdefault(row, []).append(ComparedItem(pk, text))
        if match is not None:
            overrides.setdefault(row, {})[pk] = result
    return items, overrides


def _accepted_results(plan: Plan) -> dict[int, list[ComparedItem]]:
    """By row: the results of its accepted report, in words. Two queries."""
    milestones = dict(
        Milestone.objects.filter(initiative__theme__plan=plan).values_list("pk", "text")
    )
    found: dict[int, list[ComparedItem]] = {}
    for row, pk, text in (
        ResultItem.objects.filter(
            report__row__initiative__theme__plan=plan, report__status=Report.Status.ACCEPTED
        )
        .order_by("position")
        .values_list("report__row_id", "pk", "text")
    ):
        found.setdefault(row, []).append(ComparedItem(pk, plain_text(text, milestones)))
    return found


def plan_slips(overview: Overview) -> PlanSlips:
    """Slips by initiative, department in charge and theme."""
    by_initiative = {
        pk: comparison.slips(found) for pk, found in comparisons_of(overview.plan).items()
    }

    def summed(lines: Iterable[InitiativeLine]) -> Slips:
        return comparison.total(by_initiative[line.pk] for line in lines)

    return PlanSlips(
        initiatives=tuple(SlipsLine(line, by_initiative[line.pk]) for line in overview.lines),
        departments=tuple(
            SlipsLine(line, summed(line.lines)) for line in department_lines(overview)
        ),
        themes=tuple(SlipsLine(theme, summed(theme.lines)) for theme in overview.themes),
    )


def plain_text(text: str, milestones: Mapping[int, str]) -> str:
    """A result line without its figures, milestones in words: what comparison looks at."""
    if "{" not in text and "}" not in text:
        return text
    return "".join(
        piece.text if isinstance(piece, figures.Words) else milestones.get(piece.milestone or 0, "")
        for piece in figures.parse(text)
    )


def _compared_row(
    row: ScheduleRow,
    report: Report | None,
    states: Mapping[int, YearState],
    milestones: Mapping[int, str],
) -> ComparedRow:
    state = states.get(row.fiscal_year)
    return ComparedRow(
        fiscal_year=row.fiscal_year,
        plan=tuple(ComparedItem(item.pk, item.text) for item in row.plan_items.all()),
        result=tuple(
            ComparedItem(item.pk, plain_text(item.text, milestones))
            for item in (report.items.all() if report else ())
        ),
        continues=row.continues,
        outcome=Outcome(report.outcome) if report and report.outcome else None,
        is_reported=state is not None and state.is_published,
    )


def _overrides(initiative: Initiative) -> dict[int, int | None]:
    return {
        item.pk: match.result_item_id
        for row in initiative.rows.all()
        for item in row.plan_items.all()
        if (match := getattr(item, "match", None)) is not None
    }
