"""Calls: a department is called to a visit's window, one of its staff takes the call and comes."""

from django.db import IntegrityError, transaction

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.services.onestop.models import Call, Visit
from madoguchi.services.onestop.operations import errors
from madoguchi.services.onestop.operations.recording import (
    Move,
    check_edit,
    lock_visit,
    record_moves,
    visit_subject,
)
from madoguchi.services.onestop.rules import access
from madoguchi.services.onestop.rules.states import StepState


@transaction.atomic
def call_department(*, visit: Visit, department: int, edit: int, by: User) -> Call:
    """Call a department (primary key) for everything of it that is to be done.

    Called twice, it is called once. Raises Stale, VisitClosed, NobodyToCall, NotYours.
    """
    locked = lock_visit(visit.pk)
    open_one = Call.objects.filter(
        visit=locked, department_id=department, ended_at__isnull=True
    ).first()
    if open_one is not None:
        return open_one
    check_edit(locked, edit)
    if not access.may_serve(identity.acting_as(by), locked.window.department_id):
        raise errors.NotYours
    steps = list(
        locked.steps.filter(department_id=department, state=StepState.TODO).order_by("place")
    )
    if not steps:
        raise errors.NobodyToCall
    now = clock.now()
    call = Call.objects.create(visit=locked, department_id=department, called_at=now, called_by=by)
    record_moves([Move(step, StepState.CALLED) for step in steps], by=by)
    locked.edit, locked.moved_at = locked.edit + 1, now
    locked.save(update_fields=["edit", "moved_at"])
    audit.record(
        by=by,
        action="onestop.department_called",
        subject=visit_subject(locked),
        detail={"department": department, "steps": [step.procedure for step in steps]},
    )
    return call


@transaction.atomic
def take_call(*, call: Call, by: User) -> Call:
    """Take a call: one person goes, and to one window at a time.

    Taken twice by the same person, it is taken once. Raises CallTaken, CallOver, AtAnotherWindow,
    NotYours.
    """
    locked = Call.objects.select_for_update(of=("self",)).select_related("visit").get(pk=call.pk)
    _check_answers(locked, by)
    if locked.taken_by_id == by.pk and locked.ended_at is None:
        return locked
    if locked.ended_at is not None:
        raise errors.CallOver
    if locked.taken_by is not None:
        raise errors.CallTaken(name=locked.taken_by.get_full_name())
    locked.taken_at, locked.taken_by = clock.now(), by
    try:
        with transaction.atomic():
            locked.save(update_fields=["taken_at", "taken_by"])
    except IntegrityError:
        raise errors.AtAnotherWindow from None
    _record(locked, "onestop.call_taken", by)
    return locked


@transaction.atomic
def arrive(*, call: Call, by: User) -> Call:
    """Say that who took the call is at the window; whoever comes untold takes it by that.

    Raises CallTaken, CallOver, AtAnotherWindow, NotYours.
    """
    lock_visit(call.visit_id)
    taken = take_call(call=call, by=by)
    if taken.arrived_at is not None:
        return taken
    now = clock.now()
    taken.arrived_at = now
    taken.save(update_fields=["arrived_at"])
    steps = list(
        taken.visit.steps.filter(department_id=taken.department_id, state=StepState.CALLED)
    )
    record_moves([Move(step, StepState.AT_WINDOW) for step in steps], by=by)
    Visit.objects.filter(pk=taken.visit_id).update(moved_at=now)
    _record(taken, "onestop.call_arrived", by)
    return taken


@transaction.atomic
def give_call_back(*, call: Call, by: User) -> Call:
    """Who took a call cannot come after all: it waits again. Raises CallOver, NotYours."""
    locked = Call.objects.select_for_update(of=("self",)).select_related("visit").get(pk=call.pk)
    if locked.ended_at is not None or locked.arrived_at is not None:
        raise errors.CallOver
    if locked.taken_by_id is None:
        return locked
    if locked.taken_by_id != by.pk:
        raise errors.NotYours
    locked.taken_at = locked.taken_by = None
    locked.save(update_fields=["taken_at", "taken_by"])
    _record(locked, "onestop.call_given_back", by)
    return locked


@transaction.atomic
def end_call(*, call: Call, edit: int, by: User) -> Visit:
    """The window needs nobody any more: what was to be done with the department is to do again.

    Ended twice, it is ended once. Raises Stale, VisitClosed, NotYours.
    """
    visit = lock_visit(call.visit_id)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if locked.ended_at is not None:
        return visit
    check_edit(visit, edit)
    actor = identity.acting_as(by)
    if not access.may_serve(actor, visit.window.department_id):
        raise errors.NotYours
    now = clock.now()
    locked.ended_at = now
    locked.save(update_fields=["ended_at"])
    steps = list(
        visit.steps.filter(
            department_id=locked.department_id,
            state__in=[StepState.CALLED, StepState.AT_WINDOW],
        )
    )
    record_moves([Move(step, StepState.TODO) for step in steps], by=by)
    visit.edit, visit.moved_at = visit.edit + 1, now
    visit.save(update_fields=["edit", "moved_at"])
    audit.record(
        by=by,
        action="onestop.call_ended",
        subject=visit_subject(visit),
        detail={"department": locked.department_id},
    )
    return visit


def _check_answers(call: Call, by: User) -> None:
    if not access.may_answer(identity.acting_as(by), call.department_id):
        raise errors.NotYours


def _record(call: Call, action: str, by: User) -> None:
    audit.record(
        by=by,
        action=action,
        subject=visit_subject(call.visit),
        detail={"department": call.department_id},
    )
