"""One sheet in the official form, with everything that belongs to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet, prefetch_related_objects

from madoguchi.plan.document.model import Outcome
from madoguchi.plan.models import (
    Attachment,
    FrozenFigure,
    Initiative,
    Milestone,
    Plan,
    Report,
    ResidentComment,
    ScheduleRow,
    Transfer,
)
from madoguchi.plan.queries.comparison import (
    COMPARED_PARTS,
    comparison_of,
    plain_text,
    public_report,
)
from madoguchi.plan.queries.figures import ShownSegment, shown_lines
from madoguchi.plan.queries.public import ShownDepartment, departments_in_charge, sheet_url
from madoguchi.plan.queries.years import YearState, is_public_day, year_states
from madoguchi.plan.rules.comparison import Comparison, Match
from madoguchi.plan.rules.progress import Standing, YearFacts, progress, standing
from madoguchi.plan.rules.timeline import Lane

SHOWN_PARTS = ("transfers", "rows__scores", "rows__report__attachments")
"""What the page of a sheet shows besides what is compared."""


@dataclass(frozen=True, slots=True)
class ShownPlanItem:
    text: str
    match: Match


@dataclass(frozen=True, slots=True)
class ShownResultItem:
    """A result line in pieces; ``match`` says to which plan item it belongs, if to any."""

    segments: tuple[ShownSegment, ...]
    match: Match


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A fiscal year of the schedule. What the public may not see yet is empty."""

    year: YearState
    plan: tuple[ShownPlanItem, ...]
    continues: bool
    is_within_arrow: bool
    result: tuple[ShownResultItem, ...] = ()
    outcome: Outcome | None = None
    effect: int | None = None
    scores: tuple[int, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def score(self) -> float | None:
        """The council's average, or None where nobody scored."""
        return sum(self.scores) / len(self.scores) if self.scores else None

    @property
    def is_result_public(self) -> bool:
        return self.year.is_published


@dataclass(frozen=True, slots=True)
class ShownTransfer:
    """A part that moved, seen from either side; ``url`` is empty where no such sheet exists."""

    subject: str
    code: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    code: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything on the page of one initiative."""

    plan: Plan
    initiative: Initiative
    departments: tuple[ShownDepartment, ...]
    rows: tuple[ShownRow, ...]
    moved_out: tuple[ShownTransfer, ...]
    moved_in: tuple[ShownTransfer, ...]
    milestones: tuple[Milestone, ...]
    comments: tuple[ResidentComment, ...]
    comparison: Comparison
    lanes: tuple[Lane, ...]
    previous: Neighbour | None
    following: Neighbour | None

    @property
    def code(self) -> str:
        return f"{self.initiative.theme.number}-{self.initiative.number}"

    @property
    def url(self) -> str:
        return sheet_url(self.plan, self.initiative.theme.number, self.initiative.number)

    @property
    def effect_total(self) -> int | None:
        amounts = [row.effect for row in self.rows if row.effect is not None]
        return sum(amounts) if amounts else None

    @property
    def standing(self) -> Standing:
        return standing(
            progress(
                YearFacts(
                    is_planned=bool(row.plan) or row.continues or row.is_within_arrow,
                    is_public=row.is_result_public,
                    has_result=bool(row.result),
                    outcome=row.outcome,
                )
                for row in self.rows
            )
        )

    @property
    def ending(self) -> ShownRow | None:
        """The year that ended the initiative, if its result is public."""
        return next((row for row in reversed(self.rows) if row.outcome), None)


def sheet_of(initiative: Initiative) -> Sheet:
    """The whole page of an initiative. Constant number of queries; see ``initiative_at``."""
    plan = initiative.theme.plan
    states = year_states(plan)
    prefetch_related_objects([initiative], *COMPARED_PARTS, *SHOWN_PARTS)
    reports = [
        report
        for row in initiative.rows.all()
        if (report := public_report(row, states)) is not None
    ]
    compared = comparison_of(initiative, states)
    rows = _rows(initiative, states, compared, shown_lines(reports))
    previous, following = _neighbours(plan, initiative)
    return Sheet(
        plan=plan,
        initiative=initiative,
        departments=departments_in_charge(plan, [initiative.pk]).get(initiative.pk, ()),
        rows=rows,
        moved_out=_moved_out(plan, initiative.transfers.all()),
        moved_in=_moved_in(plan, initiative),
        milestones=tuple(
            milestone
            for milestone in initiative.milestones.all()
            if is_public_day(milestone.on, states)
        ),
        comments=tuple(shown_comments(plan, initiative)),
        comparison=compared,
        lanes=_lanes(initiative, compared),
        previous=previous,
        following=following,
    )


def initiative_at(plan: Plan, theme: int, number: int) -> Initiative | None:
    return (
        Initiative.objects.select_related("theme__plan")
        .filter(theme__plan=plan, theme__number=theme, number=number)
        .first()
    )


def shown_comments(plan: Plan, initiative: Initiative | None) -> QuerySet[ResidentComment]:
    """Comments that a member of staff has allowed, the latest first."""
    return ResidentComment.objects.filter(
        plan=plan, initiative=initiative, status=ResidentComment.Status.SHOWN
    )


def frozen_before(figure: FrozenFigure) -> list[FrozenFigure]:
    """The chain of entries that a figure belongs to, the first one first. One query."""
    entries = {
        entry.pk: entry
        for entry in FrozenFigure.objects.filter(report=figure.report_id, code=figure.code)
    }
    following = {entry.corrects_id: entry for entry in entries.values()}
    chain: list[FrozenFigure] = []
    entry = following.get(None)
    while entry is not None:
        chain.append(entry)
        entry = following.get(entry.pk)
    return chain


def _rows(
    initiative: Initiative,
    states: Mapping[int, YearState],
    compared: Comparison,
    shown: Mapping[int, tuple[ShownSegment, ...]],
) -> tuple[ShownRow, ...]:
    stored = {row.fiscal_year: row for row in initiative.rows.all()}
    within = _within_arrows(list(stored.values()))
    shown_rows = []
    for year in sorted({*states, *stored}):
        state, row = states.get(year, YearState(year)), stored.get(year)
        if row is None:
            shown_rows.append(ShownRow(state, (), continues=False, is_within_arrow=False))
            continue
        shown_rows.append(
            _row(
                row,
                year=state,
                report=public_report(row, states),
                is_within_arrow=year in within,
                compared=compared,
                shown=shown,
            )
        )
    return tuple(shown_rows)


def _row(
    row: ScheduleRow,
    *,
    year: YearState,
    report: Report | None,
    is_within_arrow: bool,
    compared: Comparison,
    shown: Mapping[int, tuple[ShownSegment, ...]],
) -> ShownRow:
    of_plan, of_result = compared.of_plan(), compared.of_result()
    plan = tuple(ShownPlanItem(item.text, of_plan[item.pk]) for item in row.plan_items.all())
    if report is None:
        return ShownRow(year, plan, continues=row.continues, is_within_arrow=is_within_arrow)
    return ShownRow(
        year,
        plan,
        continues=row.continues,
        is_within_arrow=is_within_arrow,
        result=tuple(
            ShownResultItem(shown[item.pk], of_result[item.pk]) for item in report.items.all()
        ),
        outcome=Outcome(report.outcome) if report.outcome else None,
        effect=report.effect,
        scores=tuple(score.score for score in row.scores.all()),
        attachments=tuple(kept for kept in report.attachments.all() if kept.is_public),
    )


def _within_arrows(rows: Sequence[ScheduleRow]) -> frozenset[int]:
    """Years whose blank plan cell a ↓ further down passes through."""
    found: set[int] = set()
    is_below = False
    for row in sorted(rows, key=lambda row: row.fiscal_year, reverse=True):
        has_plan = bool(row.plan_items.all())
        if is_below and not has_plan and not row.continues:
            found.add(row.fiscal_year)
        is_below = (row.continues or is_below) and not has_plan
    return frozenset(found)


def _lanes(initiative: Initiative, compared: Comparison) -> tuple[Lane, ...]:
    """A lane for each different plan item: the years it was planned for, and those it was done."""
    of_plan = compared.of_plan()
    milestones = {milestone.pk: milestone.text for milestone in initiative.milestones.all()}
    planned: dict[str, set[int]] = {}
    done: dict[str, set[int]] = {}
    carried: list[str] = []
    rows = list(initiative.rows.all())
    within = _within_arrows(rows)
    for row in rows:
        own = [item.text for item in row.plan_items.all()]
        carried = own or (carried if row.continues or row.fiscal_year in within else [])
        for text in carried:
            planned.setdefault(text, set()).add(row.fiscal_year)
            done.setdefault(text, set())
        for item in row.plan_items.all():
            match = of_plan[item.pk]
            if match.result_year is not None:
                done[item.text].add(match.result_year)
    for match in compared.matches:
        if match.repeats is not None and match.result_year is not None:
            done[match.repeats.text].add(match.result_year)
    return tuple(
        Lane(
            plain_text(text, milestones),
            frozenset(years),
            frozenset(done[text]),
        )
        for text, years in planned.items()
    )


def _moved_out(plan: Plan, transfers: QuerySet[Transfer]) -> tuple[ShownTransfer, ...]:
    moved = list(transfers)
    if not moved:
        return ()
    wanted = Q()
    for transfer in moved:
        wanted |= Q(theme__number=transfer.theme_number, number=transfer.number)
    names = {
        (theme, number): name
        for theme, number, name in Initiative.objects.filter(wanted, theme__plan=plan).values_list(
            "theme__number", "number", "name"
        )
    }
    return tuple(
        ShownTransfer(
            subject=transfer.subject,
            code=f"{transfer.theme_number}-{transfer.number}",
            name=names.get((transfer.theme_number, transfer.number), transfer.name),
            url=sheet_url(plan, transfer.theme_number, transfer.number)
            if (transfer.theme_number, transfer.number) in names
            else "",
        )
        for transfer in moved
    )


def _moved_in(plan: Plan, initiative: Initiative) -> tuple[ShownTransfer, ...]:
    transfers = Transfer.objects.filter(
        initiative__theme__plan=plan,
        theme_number=initiative.theme.number,
        number=initiative.number,
    ).select_related("initiative__theme")
    return tuple(
        ShownTransfer(
            subject=transfer.subject,
            code=f"{transfer.initiative.theme.number}-{transfer.initiative.number}",
            name=transfer.initiative.name,
            url=sheet_url(plan, transfer.initiative.theme.number, transfer.initiative.number),
        )
        for transfer in transfers
    )


def _neighbours(plan: Plan, initiative: Initiative) -> tuple[Neighbour | None, Neighbour | None]:
    """The initiatives before and after, in the order of the plan. One query."""
    order = list(
        Initiative.objects.filter(theme__plan=plan)
        .order_by("theme__number", "number")
        .values_list("theme__number", "number", "name")
    )
    here = (initiative.theme.number, initiative.number)
    at = next(place for place, (*each, _name) in enumerate(order) if tuple(each) == here)
    return (
        _neighbour(plan, *order[at - 1]) if at > 0 else None,
        _neighbour(plan, *order[at + 1]) if at + 1 < len(order) else None,
    )


def _neighbour(plan: Plan, theme: int, number: int, name: str) -> Neighbour:
    return Neighbour(f"{theme}-{number}", name, sheet_url(plan, theme, number))
