"""Steps of a visit: done, handed over, shown the way, not needed, opened again."""

from collections.abc import Sequence

from django.db import transaction

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.services.onestop.models import Call, HandOver, Visit, VisitStep
from madoguchi.services.onestop.operations import errors
from madoguchi.services.onestop.operations.recording import (
    Move,
    check_may_move,
    lock_visit,
    record_moves,
    recount,
    visit_subject,
)
from madoguchi.services.onestop.queries.contracts import contract_of
from madoguchi.services.onestop.rules import access
from madoguchi.services.onestop.rules.states import Reason, StepState


@transaction.atomic
def move_steps(
    *,
    visit: Visit,
    steps: Sequence[int],
    target: StepState,
    edit: int,
    by: User,
    reason: Reason | None = None,
) -> Visit:
    """Bring steps (their primary keys) of a visit into a state, all or none.

    What is handed over stands on its department's list; what is opened again leaves it. What came
    back from there can be settled after the end of the visit, too. Sent twice, it is done once.
    Raises Stale, VisitClosed, NotYours, StepNotThatWay, ReasonMissing,
    TakenOver, NoDepartment.
    """
    locked = lock_visit(visit.pk)
    found = list(locked.steps.filter(pk__in=list(steps)).order_by("place"))
    if found and all(step.state == target for step in found) and locked.closed_at is None:
        return locked
    check_may_move(locked, found, edit)
    moves = [Move(step, target, reason) for step in found if step.state != target]
    _check_rights(locked, moves, by)
    for move in moves:
        if StepState(move.step.state) is StepState.HANDED_OVER:
            _take_back(move.step)
        if target is StepState.HANDED_OVER:
            _hand_over(move.step, by)
    record_moves(moves, by=by)
    end_idle_calls(locked)
    locked.edit, locked.moved_at = locked.edit + 1, clock.now()
    if locked.closed_at is not None:
        recount(locked)
    locked.save(update_fields=["edit", "moved_at", "counters"])
    audit.record(
        by=by,
        action="onestop.steps_moved",
        subject=visit_subject(locked),
        detail={"to": target.value, "steps": [move.step.procedure for move in moves]},
    )
    return locked


def _check_rights(visit: Visit, moves: Sequence[Move], by: User) -> None:
    """Raises NotYours. What an operator hands over counts for the contract."""
    actor = identity.acting_as(by)
    window = visit.window.department_id
    is_city = window in actor.departments_as(*access.CITY)
    contract = None if is_city else contract_of(by, on=clock.today())
    for move in moves:
        department = move.step.department_id
        if not access.may_move(actor, move.target, window=window, department=department):
            raise errors.NotYours
        is_operator = not is_city and department not in actor.departments_as(*access.CITY)
        if is_operator and (contract is None or contract.pk != visit.contract_id):
            raise errors.NoContract
        counts = is_operator and move.target is StepState.HANDED_OVER
        move.step.contract = contract if counts else None


def _hand_over(step: VisitStep, by: User) -> None:
    if step.department_id is None:
        raise errors.NoDepartment(title=step.title)
    HandOver.objects.create(
        step=step, department_id=step.department_id, made_at=clock.now(), made_by=by
    )


def _take_back(step: VisitStep) -> None:
    """Off the list again, unless somebody has taken it over."""
    entry = HandOver.objects.select_for_update().get(
        step=step, withdrawn_at__isnull=True, returned_at__isnull=True
    )
    if entry.taken_at is not None:
        raise errors.TakenOver(title=step.title)
    entry.withdrawn_at = clock.now()
    entry.save(update_fields=["withdrawn_at"])


def end_idle_calls(visit: Visit) -> None:
    """Calls of departments that have nothing left to do at this window."""
    busy = set(
        visit.steps.filter(state__in=[StepState.CALLED, StepState.AT_WINDOW]).values_list(
            "department_id", flat=True
        )
    )
    Call.objects.filter(visit=visit, ended_at__isnull=True).exclude(
        department_id__in=[each for each in busy if each is not None]
    ).update(ended_at=clock.now())
