"""Dated facts that no service measures, recorded while their fiscal year is open."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused
from madoguchi.plan.models import Initiative, Milestone, ResultItem
from madoguchi.plan.operations.open_year import lock_open_year_of
from madoguchi.plan.operations.search_text import refresh_search_text


class MilestoneInUse(Refused):
    message = _("A result line refers to this milestone. Take {m:%(id)d} out of it first.")


@transaction.atomic
def add_milestone(
    *, initiative: Initiative, on: date, text: str, link: str = "", by: User | None
) -> Milestone:
    """Record what happened on a day. Raises YearNotOpen."""
    _lock(initiative, on)
    milestone = Milestone.objects.create(
        initiative=initiative,
        on=on,
        text=text.strip(),
        link=link,
        recorded_at=clock.now(),
        recorded_by=by,
    )
    refresh_search_text([initiative.pk])
    _record(milestone, "plan.milestone_added", by)
    return milestone


@transaction.atomic
def change_milestone(
    *, milestone: Milestone, on: date, text: str, link: str = "", by: User | None
) -> Milestone:
    """Change a milestone; both its old and its new day must lie in an open year."""
    for day in sorted({milestone.on, on}):
        _lock(milestone.initiative, day)
    milestone.on, milestone.text, milestone.link = on, text.strip(), link
    milestone.recorded_at, milestone.recorded_by = clock.now(), by
    milestone.save()
    refresh_search_text([milestone.initiative_id])
    _record(milestone, "plan.milestone_changed", by)
    return milestone


@transaction.atomic
def withdraw_milestone(*, milestone: Milestone, by: User | None) -> None:
    """Take a milestone back. Raises YearNotOpen, MilestoneInUse."""
    _lock(milestone.initiative, milestone.on)
    token = f"{{m:{milestone.pk}}}"
    if ResultItem.objects.filter(text__contains=token).exists():
        raise MilestoneInUse(id=milestone.pk)
    _record(milestone, "plan.milestone_withdrawn", by)
    milestone.delete()
    refresh_search_text([milestone.initiative_id])


def _lock(initiative: Initiative, on: date) -> None:
    lock_open_year_of(plan=initiative.theme.plan_id, fiscal_year=fiscal.fiscal_year_of(on))


def _record(milestone: Milestone, action: str, by: User | None) -> None:
    audit.record(
        by=by,
        action=action,
        subject=f"plan.milestone:{milestone.pk}",
        detail={"initiative": milestone.initiative_id, "on": milestone.on.isoformat()},
    )
