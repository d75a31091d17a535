"""Calls to windows as the called departments see them."""

from dataclasses import dataclass
from datetime import datetime

from madoguchi.kernel import clock
from madoguchi.services.onestop.models import Call, Visit, VisitStep
from madoguchi.services.onestop.queries.visits import minutes_between
from madoguchi.services.onestop.queries.windows import department_words
from madoguchi.services.onestop.rules import access
from madoguchi.services.onestop.rules.states import StepState


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call with what is to be done at the window. ``minutes`` since it was made."""

    call: Call
    visit: Visit
    department: str
    titles: tuple[str, ...]
    minutes: int
    is_mine: bool
    taker: str


def open_calls(actor: access.Actor, user_id: int) -> list[CallRow]:
    """Calls of one's departments that are not over, the oldest first. Four queries."""
    now = clock.now()
    found = Call.objects.filter(ended_at__isnull=True).select_related("visit__window", "taken_by")
    if access.AUDITOR not in actor.roles:
        found = found.filter(department_id__in=actor.departments_as(*access.CITY))
    calls = list(found)
    steps: dict[tuple[int, int | None], list[str]] = {}
    for visit, department, title in (
        VisitStep.objects.filter(
            visit__in=[call.visit_id for call in calls],
            state__in=[StepState.CALLED, StepState.AT_WINDOW],
        )
        .order_by("place")
        .values_list("visit_id", "department_id", "title")
    ):
        steps.setdefault((visit, department), []).append(title)
    words = department_words((call.department_id for call in calls), now.date())
    return [
        CallRow(
            call=call,
            visit=call.visit,
            department=words[call.department_id],
            titles=tuple(steps.get((call.visit_id, call.department_id), ())),
            minutes=minutes_between(call.called_at, now),
            is_mine=call.taken_by_id == user_id,
            taker=call.taken_by.get_full_name() if call.taken_by else "",
        )
        for call in calls
    ]


def waiting_calls(actor: access.Actor) -> int:
    """How many calls of one's departments nobody has taken. One query."""
    return Call.objects.filter(
        ended_at__isnull=True,
        taken_by__isnull=True,
        department_id__in=actor.departments_as(*access.CITY),
    ).count()


def read_at() -> datetime:
    return clock.now()
