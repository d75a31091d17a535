"""The plan as the office edits it: every plan with its themes, and a sheet's own text."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from django.db.models import Prefetch

from madoguchi.plan.models import Initiative, Plan, ScheduleRow, Theme


@dataclass(frozen=True, slots=True)
class YearPlan:
    """What is planned for a year; ``continues`` is the ↓ of the year above."""

    items: tuple[str, ...] = ()
    continues: bool = False


@dataclass(frozen=True, slots=True)
class SheetText:
    """A sheet's own text without its results. ``departments`` are primary keys in order."""

    name: str
    problem: str = ""
    content: str = ""
    goal: str = ""
    departments: tuple[int, ...] = ()
    years: Mapping[int, YearPlan] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """The same for the same text: tells whether a sheet was changed since it was read."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def sheet_text(initiative: Initiative) -> SheetText:
    """What is stored of a sheet. Three queries."""
    rows = ScheduleRow.objects.filter(initiative=initiative).prefetch_related("plan_items")
    return SheetText(
        name=initiative.name,
        problem=initiative.problem,
        content=initiative.content,
        goal=initiative.goal,
        departments=tuple(initiative.charges.values_list("department_id", flat=True)),
        years={
            row.fiscal_year: YearPlan(
                tuple(item.text for item in row.plan_items.all()), row.continues
            )
            for row in rows
        },
    )


def plans_with_sheets() -> list[Plan]:
    """Every plan with its themes and their initiatives, in order. Four queries."""
    return list(
        Plan.objects.prefetch_related(
            Prefetch("themes", Theme.objects.order_by("number")),
            Prefetch("themes__initiatives", Initiative.objects.order_by("number")),
            "themes__initiatives__charges",
        )
    )
