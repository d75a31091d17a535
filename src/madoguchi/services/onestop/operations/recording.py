"""What the operations on a visit share: its lock, and the record of what changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.services.onestop.models import StepChange, Visit, VisitStep
from madoguchi.services.onestop.operations import errors
from madoguchi.services.onestop.rules import planning
from madoguchi.services.onestop.rules.states import (
    NotThatWay,
    Reason,
    StepState,
    check_move,
    is_sent_back,
)


@dataclass(frozen=True, slots=True)
class Move:
    """A step, and the state into which it comes."""

    step: VisitStep
    target: StepState
    reason: Reason | None = None


def lock_visit(pk: int) -> Visit:
    """The visit, locked until the end of the transaction: one lock for all that belongs to it."""
    return Visit.objects.select_for_update(of=("self",)).select_related("window").get(pk=pk)


def check_edit(visit: Visit, edit: int) -> None:
    """Raises VisitClosed, Stale."""
    if visit.closed_at is not None:
        raise errors.VisitClosed
    if visit.edit != edit:
        raise errors.Stale(visit)


def check_may_move(visit: Visit, steps: Sequence[VisitStep], edit: int) -> None:
    """As `check_edit`; but what came back after the end of the visit may be settled still."""
    came_back = all(is_sent_back(StepState(step.state), step.reason) for step in steps)
    if visit.closed_at is None or not (steps and came_back):
        check_edit(visit, edit)
    elif visit.edit != edit:
        raise errors.Stale(visit)


def record_moves(moves: Sequence[Move], *, by: User | None) -> None:
    """Store the new states and when they came about; the visit is locked.

    Raises StepNotThatWay, ReasonMissing.
    """
    now = clock.now()
    counts = dict(
        StepChange.objects.filter(step__in=[move.step.pk for move in moves])
        .values_list("step_id")
        .annotate(n=Count("pk"))
    )
    changes = []
    for move in moves:
        step, source = move.step, StepState(move.step.state)
        try:
            check_move(source, move.target)
        except NotThatWay:
            raise errors.StepNotThatWay(title=step.title, state=step.get_state_display()) from None
        if move.target is StepState.NOT_NEEDED and move.reason is None:
            raise errors.ReasonMissing
        reason = move.reason.value if move.reason else ""
        changes.append(
            StepChange(
                step=step,
                number=counts.get(step.pk, 0) + 1,
                at=now,
                by=by,
                source=source,
                target=move.target,
                reason=reason,
            )
        )
        step.state, step.reason, step.changed_at = move.target.value, reason, now
    StepChange.objects.bulk_create(changes)
    VisitStep.objects.bulk_update(
        [move.step for move in moves], ["state", "reason", "changed_at", "contract"]
    )


def recount(visit: Visit) -> None:
    """The counters of a visit that is over, from how its steps stand; the caller saves them."""
    visit.counters = planning.counters_visited(
        f"window:{visit.window_id}",
        [
            planning.Seen(StepState(step.state), step.counter, is_outside=step.is_outside)
            for step in visit.steps.order_by("place")
        ],
    )


def visit_subject(visit: Visit) -> str:
    return f"onestop.visit:{visit.public_id}"
