"""What the office sees of the comparison: also of years that are closed but not published."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from madoguchi.plan.models import (
    Initiative,
    ItemMatch,
    Plan,
    PlanItem,
    PlanYear,
    Report,
    ResultItem,
)
from madoguchi.plan.queries.comparison import (
    COMPARED_PARTS,
    comparison_of,
    comparisons_of,
    plain_text,
)
from madoguchi.plan.queries.public import sheet_url
from madoguchi.plan.queries.years import YearState, year_states
from madoguchi.plan.rules.comparison import Match, Slips, Verdict, slips


@dataclass(frozen=True, slots=True)
class MatchedSheet:
    """A sheet in the list: how many of its items found no partner."""

    pk: int
    code: str
    name: str
    slips: Slips

    @property
    def unanswered(self) -> int:
        return self.slips.count(Verdict.DROPPED)

    @property
    def added(self) -> int:
        return self.slips.count(Verdict.ADDED)


@dataclass(frozen=True, slots=True)
class MatchLine:
    """A plan item with its result, and the office's word on it where there is one."""

    item: PlanItem
    fiscal_year: int
    match: Match
    word: ItemMatch | None


@dataclass(frozen=True, slots=True)
class SheetMatches:
    plan: Plan
    initiative: Initiative
    url: str
    lines: tuple[MatchLine, ...]
    added: tuple[Match, ...]

    @property
    def code(self) -> str:
        return f"{self.initiative.theme.number}-{self.initiative.number}"


def office_states(plan: Plan) -> Mapping[int, YearState]:
    """The years of a plan with those that are closed counted as published."""
    return {
        year: replace(state, status=PlanYear.Status.PUBLISHED) if state.is_closed else state
        for year, state in year_states(plan).items()
    }


def matched_sheets(plan: Plan) -> list[MatchedSheet]:
    """Every sheet of a plan. Seven queries."""
    compared = comparisons_of(plan, office_states(plan))
    initiatives = Initiative.objects.filter(theme__plan=plan).order_by("theme__number", "number")
    return [
        MatchedSheet(pk=pk, code=f"{theme}-{number}", name=name, slips=slips(compared[pk]))
        for pk, theme, number, name in initiatives.values_list(
            "pk", "theme__number", "number", "name"
        )
    ]


def sheet_matches(pk: int) -> SheetMatches | None:
    """One sheet's plan items with what became of them; None where there is no such sheet."""
    initiative = (
        Initiative.objects.select_related("theme__plan")
        .prefetch_related(*COMPARED_PARTS)
        .filter(pk=pk)
        .first()
    )
    if initiative is None:
        return None
    plan = initiative.theme.plan
    compared = comparison_of(initiative, office_states(plan))
    of_plan = compared.of_plan()
    return SheetMatches(
        plan=plan,
        initiative=initiative,
        url=sheet_url(plan, initiative.theme.number, initiative.number),
        lines=tuple(
            MatchLine(item, row.fiscal_year, of_plan[item.pk], getattr(item, "match", None))
            for row in initiative.rows.all()
            for item in row.plan_items.all()
        ),
        added=tuple(match for match in compared.matches if match.verdict is Verdict.ADDED),
    )


def results_to_choose(item: PlanItem) -> dict[int, tuple[int, str]]:
    """The sheet's accepted results by primary key, with year and words, in order. Two queries."""
    initiative = item.row.initiative
    milestones = dict(initiative.milestones.values_list("pk", "text"))
    results = (
        ResultItem.objects.filter(
            report__row__initiative=initiative, report__status=Report.Status.ACCEPTED
        )
        .order_by("report__row__fiscal_year", "position")
        .values_list("pk", "report__row__fiscal_year", "text")
    )
    return {pk: (year, plain_text(text, milestones)) for pk, year, text in results}
