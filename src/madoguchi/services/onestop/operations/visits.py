"""Visits: begun by a scanned or typed number, given a seat, ended with what is left said."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures import service as procedures
from madoguchi.blocks.procedures.service import ChecklistItem
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.services.onestop.models import Call, Contract, StepChange, Visit, VisitStep, Window
from madoguchi.services.onestop.operations import errors
from madoguchi.services.onestop.operations.recording import (
    Move,
    check_edit,
    lock_visit,
    record_moves,
    recount,
    visit_subject,
)
from madoguchi.services.onestop.queries.contracts import contract_of
from madoguchi.services.onestop.queries.windows import is_open_on, own_departments, servings_of
from madoguchi.services.onestop.rules import access, planning
from madoguchi.services.onestop.rules.states import OPEN, Reason, StepState, is_sent_back


@dataclass(frozen=True, slots=True)
class Opened:
    """``is_new`` is False where the visit was open already: the same code scanned twice."""

    visit: Visit
    is_new: bool


def open_visit(*, number: str, window: Window, by: User, seat: int | None = None) -> Opened:
    """Begin the visit of a case at a window, or give the one that is open.

    Raises CaseUnknown, NothingOnList, WindowNotOpen, NotYours, SeatTaken, NoSuchSeat.
    """
    contract = _contract_for(window, by)
    open_one = _open_visit_of(number)
    if open_one is not None:
        return _same(open_one, contract, by)
    case = procedures.case_brief(number)
    if case is None:
        raise errors.CaseUnknown
    _check_seat(window, seat)
    steps = _planned(procedures.checklist_of(number, on=clock.today()), window, case.event)
    if not steps:
        raise errors.NothingOnList
    now = clock.now()
    visit = Visit(
        public_id=secrets.token_hex(6),
        case_number=case.number,
        event=case.event,
        event_title=case.event_title,
        window=window,
        seat=seat,
        contract=contract,
        opened_at=now,
        opened_by=by,
        moved_at=now,
    )
    try:
        return Opened(_store(visit, steps, by), is_new=True)
    except IntegrityError:
        open_one = _open_visit_of(number)
        if open_one is not None:
            return _same(open_one, contract, by)
        raise errors.SeatTaken(seat=seat) from None


def _contract_for(window: Window, by: User) -> Contract | None:
    """Who of the city's may serve the window does so under none. Raises NotYours, NoContract."""
    if not is_open_on(window, clock.today()):
        raise errors.WindowNotOpen
    actor = identity.acting_as(by)
    if not access.may_serve(actor, window.department_id):
        raise errors.NotYours
    if window.department_id in actor.departments_as(*access.CITY):
        return None
    contract = contract_of(by, on=clock.today())
    if contract is None or contract.department_id != window.department_id:
        raise errors.NoContract
    return contract


def _open_visit_of(number: str) -> Visit | None:
    return Visit.objects.filter(case_number=number, closed_at__isnull=True).first()


def _same(visit: Visit, contract: Contract | None, by: User) -> Opened:
    """The visit that is open already, for those who may see it."""
    if contract is not None and visit.contract_id != contract.pk:
        raise errors.TakenInByOthers
    actor = identity.acting_as(by)
    departments = frozenset(
        each for each in visit.steps.values_list("department_id", flat=True) if each is not None
    )
    if not access.may_read_visit(
        actor,
        window=visit.window.department_id,
        steps=departments,
        contract=visit.contract_id,
        own=frozenset({contract.pk} if contract else set()),
    ):
        raise errors.TakenInByOthers
    return Opened(visit, is_new=False)


def _check_seat(window: Window, seat: int | None) -> None:
    if seat is not None and not 1 <= seat <= window.seats:
        raise errors.NoSuchSeat(seats=window.seats)


def _planned(checklist: Sequence[ChecklistItem], window: Window, event: str) -> list[VisitStep]:
    """The steps in the order of the visit's plan, not stored yet."""
    today = clock.today()
    plan = planning.plan(
        [planning.Item(each.procedure, each.department, each.after) for each in checklist],
        servings_of(window),
        event=event,
        on=today,
        own=own_departments(window),
    )
    by_code = {each.procedure: each for each in checklist}
    ordered = [(stop.way, by_code[code]) for stop in plan.stops for code in stop.procedures]
    return [
        VisitStep(
            place=place,
            procedure=item.procedure,
            form=item.form,
            title=item.title,
            counter=item.counter,
            department_id=item.department,
            is_outside=item.is_outside,
            way=way.value,
            changed_at=clock.now(),
        )
        for place, (way, item) in enumerate(ordered, start=1)
    ]


@transaction.atomic
def _store(visit: Visit, steps: list[VisitStep], by: User) -> Visit:
    visit.save()
    for step in steps:
        step.visit = visit
    VisitStep.objects.bulk_create(steps)
    StepChange.objects.bulk_create(
        StepChange(step=step, number=1, at=visit.opened_at, by=by, target=StepState.TODO)
        for step in steps
    )
    audit.record(
        by=by,
        action="onestop.visit_opened",
        subject=visit_subject(visit),
        detail={"case": visit.case_number, "window": visit.window.code, "steps": len(steps)},
    )
    return visit


@transaction.atomic
def give_seat(*, visit: Visit, seat: int | None, edit: int, by: User) -> Visit:
    """Say at which seat of the window the resident sits; None: nowhere yet.

    Raises SeatTaken, NoSuchSeat, Stale, VisitClosed, NotYours.
    """
    locked = lock_visit(visit.pk)
    if locked.closed_at is None and locked.seat == seat:
        return locked
    check_edit(locked, edit)
    _may_serve(locked, by)
    _check_seat(locked.window, seat)
    locked.seat, locked.edit = seat, locked.edit + 1
    try:
        with transaction.atomic():
            locked.save(update_fields=["seat", "edit"])
    except IntegrityError:
        raise errors.SeatTaken(seat=seat) from None
    audit.record(
        by=by,
        action="onestop.seat_given",
        subject=visit_subject(locked),
        detail={"seat": seat},
    )
    return locked


def _may_serve(visit: Visit, by: User) -> None:
    if not access.may_serve(identity.acting_as(by), visit.window.department_id):
        raise errors.NotYours


def _still(step: VisitStep) -> Reason | None:
    """What came back and is left stays on the window's list with its reason."""
    came_back = is_sent_back(StepState(step.state), step.reason)
    return Reason(step.reason) if came_back else None


@transaction.atomic
def close_visit(*, visit: Visit, edit: int, by: User, leaves: bool = False) -> Visit:
    """End the visit. With ``leaves`` what is not settled is left for another day.

    Closing twice gives the closed visit. Raises Unfinished, Stale, NotYours.
    """
    locked = lock_visit(visit.pk)
    if locked.closed_at is not None:
        return locked
    check_edit(locked, edit)
    _may_serve(locked, by)
    left = [step for step in locked.steps.order_by("place") if StepState(step.state) in OPEN]
    if left and not leaves:
        raise errors.Unfinished(count=len(left))
    now = clock.now()
    record_moves([Move(step, StepState.LEFT, _still(step)) for step in left], by=by)
    Call.objects.filter(visit=locked, ended_at__isnull=True).update(ended_at=now)
    recount(locked)
    locked.closed_at, locked.closed_by, locked.moved_at = now, by, now
    locked.edit += 1
    locked.save(update_fields=["counters", "closed_at", "closed_by", "moved_at", "edit"])
    audit.record(
        by=by,
        action="onestop.visit_closed",
        subject=visit_subject(locked),
        detail={"counters": locked.counters, "left": len(left)},
    )
    return locked
