"""A visit at the sample city's window, and what its back offices do afterwards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures.models import Case
from madoguchi.demo.operations.onestop.cases import Stage, on_business_day
from madoguchi.kernel import clock
from madoguchi.services.onestop.models import HandOver, Visit, WorkError
from madoguchi.services.onestop.operations import calls, contracts, handing, visits
from madoguchi.services.onestop.operations.steps import move_steps
from madoguchi.services.onestop.rules.states import Reason, StepState, Way


@dataclass(frozen=True, slots=True)
class Plan:
    """When a visit begins and ends, by whom, and how likely (per cent) something that is done at
    another counter is done by mail or online instead."""

    by: User
    begins: datetime
    ends: datetime
    otherwise: int


def visit(stage: Stage, case: Case, plan: Plan, chance: Random) -> Visit:
    """From the scan to the end: every step comes to its own."""
    by, begins, ends = plan.by, plan.begins, plan.ends
    with clock.frozen(begins):
        found = visits.open_visit(number=case.number, window=stage.window, by=by).visit
    half = begins + (ends - begins) / 2
    called = found.steps.filter(way=Way.CALL, department__in=list(stage.deciders)).first()
    if called is not None and called.department_id is not None:
        call(stage, found, called.department_id, by=by, when=half - timedelta(minutes=5))
    with clock.frozen(half):
        settle(stage, found, plan, chance)
    with clock.frozen(ends):
        found.refresh_from_db()
        return visits.close_visit(visit=found, edit=found.edit, by=by)


def call(stage: Stage, found: Visit, department: int, *, by: User, when: datetime) -> None:
    """A department is called and comes."""
    with clock.frozen(when):
        found.refresh_from_db()
        made = calls.call_department(visit=found, department=department, edit=found.edit, by=by)
    with clock.frozen(when + timedelta(minutes=3)):
        calls.arrive(call=made, by=stage.deciders[department])


def settle(stage: Stage, found: Visit, plan: Plan, chance: Random) -> None:
    """Done, handed over, gone elsewhere, or not needed; by who may say so."""
    ends: dict[tuple[StepState, Reason | None, User], list[int]] = {}
    for step in found.steps.all():
        ends.setdefault(_end(stage, Way(step.way), plan, chance), []).append(step.pk)
    for (target, reason, who), steps in ends.items():
        found.refresh_from_db()
        move_steps(visit=found, steps=steps, target=target, reason=reason, edit=found.edit, by=who)


def _end(
    stage: Stage, way: Way, plan: Plan, chance: Random
) -> tuple[StepState, Reason | None, User]:
    by = plan.by
    if way is Way.GO:
        if chance.randint(1, 100) <= plan.otherwise:
            return StepState.NOT_NEEDED, Reason.OTHERWISE, stage.clerk
        return StepState.GOES, None, by
    if way is Way.HAND_OVER or (way is Way.WINDOW and by == stage.operator):
        return StepState.HANDED_OVER, None, by
    return StepState.DONE, None, stage.clerk


def take_over(stage: Stage, found: Visit, after: datetime, *, has_error: bool) -> None:
    """On the next working day the back office takes its list over and works it off; with
    ``has_error`` it turns out that the operator took something in wrongly."""
    later = on_business_day(after, 1)
    if later.date() >= stage.until:
        return
    listed = HandOver.objects.filter(step__visit=found).select_related("step__visit")
    with clock.frozen(later):
        for entry in listed:
            person = stage.deciders.get(entry.department_id)
            if person is None:
                continue
            handing.take_over(entry=entry, by=person)
            handing.finish_hand_over(entry=entry, by=person)
            if has_error and entry.step.contract_id is not None:
                contracts.record_error(step=entry.step, kind=WorkError.Kind.ITEM, by=stage.clerk)
                has_error = False
