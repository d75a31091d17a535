"""Which years of which plans the public may see the results of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import get_language

from madoguchi.kernel import fiscal
from madoguchi.plan.models import Plan, PlanYear, Report


@dataclass(frozen=True, slots=True)
class YearState:
    """A fiscal year of a plan's cycle as the public is told about it."""

    fiscal_year: int
    status: str = PlanYear.Status.PLANNED
    due_on: date | None = None

    @property
    def is_published(self) -> bool:
        return self.status == PlanYear.Status.PUBLISHED

    @property
    def is_open(self) -> bool:
        return self.status == PlanYear.Status.OPEN

    @property
    def is_closed(self) -> bool:
        return self.status == PlanYear.Status.CLOSED


def year_states(plan: Plan) -> dict[int, YearState]:
    """Every year of the plan; one without a row of its own counts as not yet open. One query."""
    stored = {
        year.fiscal_year: YearState(year.fiscal_year, year.status, year.due_on)
        for year in PlanYear.objects.filter(plan=plan)
    }
    return {
        year: stored.get(year, YearState(year)) for year in sorted({*plan.fiscal_years, *stored})
    }


def is_public_day(day: date, states: Mapping[int, YearState]) -> bool:
    """Whether what happened on a day may be told: its fiscal year is published."""
    state = states.get(fiscal.fiscal_year_of(day))
    return state is not None and state.is_published


def published_years() -> frozenset[tuple[int, int]]:
    """Pairs (plan's primary key, fiscal year) whose results are public. One query."""
    return frozenset(
        PlanYear.objects.filter(status=PlanYear.Status.PUBLISHED).values_list(
            "plan_id", "fiscal_year"
        )
    )


def public_reports() -> QuerySet[Report]:
    """Accepted reports of published years of public plans: what the public may read."""
    published = PlanYear.objects.filter(
        plan=OuterRef("row__initiative__theme__plan"),
        fiscal_year=OuterRef("row__fiscal_year"),
        status=PlanYear.Status.PUBLISHED,
    )
    return Report.objects.filter(
        Exists(published),
        status=Report.Status.ACCEPTED,
        row__initiative__theme__plan__is_public=True,
    )


def short_label(fiscal_year: int) -> str:
    """``R元`` for readers of Japanese, ``2019`` for others."""
    if (get_language() or "").startswith("ja"):
        return fiscal.label(fiscal_year, "short").removesuffix("年度")
    return str(fiscal_year)
