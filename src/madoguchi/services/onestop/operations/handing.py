"""The back office's lists: taken over, done, sent back; each exactly once."""

from django.db import transaction

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.services.onestop.models import HandOver
from madoguchi.services.onestop.operations import errors
from madoguchi.services.onestop.operations.recording import Move, lock_visit, record_moves
from madoguchi.services.onestop.rules import access
from madoguchi.services.onestop.rules.states import Reason, StepState


@transaction.atomic
def take_over(*, entry: HandOver, by: User) -> HandOver:
    """Take an entry over. Taken over twice by the same person, it is taken over once.

    Raises HandOverTaken, HandOverGone, HandOverBack, NotYours.
    """
    locked = _locked(entry, by)
    _require_here(locked)
    if locked.taken_by_id == by.pk:
        return locked
    if locked.taken_by is not None:
        raise errors.HandOverTaken(name=locked.taken_by.get_full_name())
    locked.taken_at, locked.taken_by = clock.now(), by
    locked.save(update_fields=["taken_at", "taken_by"])
    _record(locked, "onestop.hand_over_taken", by)
    return locked


@transaction.atomic
def finish_hand_over(*, entry: HandOver, by: User) -> HandOver:
    """The back office has done it; anybody of the department may say so.

    Finished twice, it is finished once. Raises NotTakenOver, HandOverGone, HandOverBack, NotYours.
    """
    locked = _locked(entry, by)
    _require_here(locked)
    if locked.done_at is not None:
        return locked
    if locked.taken_at is None:
        raise errors.NotTakenOver
    locked.done_at, locked.done_by = clock.now(), by
    locked.save(update_fields=["done_at", "done_by"])
    _record(locked, "onestop.hand_over_done", by)
    return locked


@transaction.atomic
def send_back(*, entry: HandOver, reason: Reason, by: User) -> HandOver:
    """Send an entry back to the window, taken over or not; anybody of the department may.

    The step is to do again there. Where the visit has ended, it is left for another day, and the
    window can settle it still. Sent back twice by the same person, it is sent back once. Raises
    HandOverDone, HandOverBack, HandOverGone, NotYours.
    """
    visit = lock_visit(entry.step.visit_id)  # before the entry, as whoever moves the step does
    locked = _locked(entry, by)
    if locked.returned_by_id == by.pk:
        return locked
    _require_here(locked)
    if locked.done_at is not None:
        raise errors.HandOverDone
    locked.returned_at, locked.returned_by, locked.reason = clock.now(), by, reason.value
    locked.save(update_fields=["returned_at", "returned_by", "reason"])
    target = StepState.TODO if visit.closed_at is None else StepState.LEFT
    record_moves([Move(locked.step, target, reason)], by=by)
    visit.edit += 1
    visit.save(update_fields=["edit"])
    _record(locked, "onestop.hand_over_returned", by)
    return locked


def _require_here(entry: HandOver) -> None:
    if entry.returned_at is not None:
        raise errors.HandOverBack


def _locked(entry: HandOver, by: User) -> HandOver:
    locked = (
        HandOver.objects.select_for_update(of=("self",))
        .select_related("step__visit", "taken_by")
        .get(pk=entry.pk)
    )
    if not access.may_answer(identity.acting_as(by), locked.department_id):
        raise errors.NotYours
    if locked.withdrawn_at is not None:
        raise errors.HandOverGone
    return locked


def _record(entry: HandOver, action: str, by: User) -> None:
    audit.record(
        by=by,
        action=action,
        subject=f"onestop.visit:{entry.step.visit.public_id}",
        detail={"department": entry.department_id, "procedure": entry.step.procedure},
    )
