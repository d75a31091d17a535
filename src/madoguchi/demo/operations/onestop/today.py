"""What is going on at the sample city's counters on the morning on which the sample is loaded."""

from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures import service as procedures
from madoguchi.blocks.procedures.models import Application
from madoguchi.blocks.procedures.rules.definition import StateKind
from madoguchi.demo.content.onestop import Person, Story, onestop
from madoguchi.demo.operations.onestop.cases import Stage, fill_in, on_business_day, send, take
from madoguchi.demo.operations.samples import RESIDENT, case_file
from madoguchi.demo.operations.years import at
from madoguchi.kernel import clock
from madoguchi.services.onestop.models import Visit
from madoguchi.services.onestop.operations import calls, visits
from madoguchi.services.onestop.operations.steps import move_steps
from madoguchi.services.onestop.rules.states import StepState, Way

BEGINS_AT = 4
"""Quarters of an hour after nine."""
OVERDUE = 12
"""Business days for which nobody has looked at something."""


@transaction.atomic
def leave_work(stage: Stage) -> None:
    """Visits in each state at the window; applications that wait, are overdue, were returned or
    are to be decided; a case to follow with its code, and a resident with an account."""
    if Visit.objects.filter(closed_at__isnull=True).exists():
        return
    chance = Random(stage.until.toordinal())  # noqa: S311 # nobody guards anything with it
    now = clock.now() if clock.today() == stage.until else at(stage.until, BEGINS_AT)
    _leave_applications(stage, now, chance)
    _leave_example(stage, now, chance)
    _leave_resident(now, chance)
    _leave_visits(stage, now, chance)


def _story(name: str) -> Story:
    """The first one of the file that fills in this form."""
    sample = onestop()
    return next(each for each in (*sample.online, *sample.stories) if name in each.forms)


def _sent(stage: Stage, story: Story, when: datetime, chance: Random) -> list[Application]:
    with clock.frozen(when):
        begun = fill_in(story, comes_on=when.date(), chance=chance)
        case = send(begun, by=stage.clerk if story in onestop().stories else None)
    return list(case.applications.order_by("pk"))


def _leave_applications(stage: Stage, now: datetime, chance: Random) -> None:
    """One of each state for every desk."""
    notes = onestop().values["notes"]
    sample = onestop()
    for story in (*sample.online, *sample.stories[:3]):
        _sent(stage, story, on_business_day(now, -1), chance)
        for application in _sent(stage, story, on_business_day(now, -4), chance):
            take(stage, application, StateKind.OPEN, when=on_business_day(now, -2))
    for form in onestop().values["today"]["overdue"]:
        _sent(stage, _story(form), on_business_day(now, -OVERDUE), chance)
    for form in onestop().values["today"]["returned"]:
        sent_at, looked_at = on_business_day(now, -3), on_business_day(now, -2)
        for application in _sent(stage, _story(form), sent_at, chance):
            take(stage, application, StateKind.RETURNED, when=looked_at, note=notes["returned"])


def _leave_example(stage: Stage, now: datetime, chance: Random) -> None:
    """A family's case: one accepted, one returned, one waiting; and what opens it."""
    story = next(each for each in onestop().stories if each.people)
    sent_at = on_business_day(now, -3)
    with clock.frozen(sent_at - timedelta(hours=14)):
        begun = fill_in(story, comes_on=sent_at.date(), chance=chance)
    with clock.frozen(sent_at):
        case = send(begun, by=stage.clerk)
    first, second, *_rest = case.applications.order_by("pk")
    first = take(stage, first, StateKind.OPEN, when=on_business_day(sent_at, 1))
    take(stage, first, StateKind.GRANTED, when=on_business_day(sent_at, 2))
    note = onestop().values["notes"]["returned"]
    take(stage, second, StateKind.RETURNED, when=on_business_day(sent_at, 2), note=note)
    path = case_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    number, code = procedures.shown(case.number), procedures.shown(begun.code)
    path.write_text(f"{number}\n{code}\n", encoding="utf-8")


def _leave_resident(now: datetime, chance: Random) -> None:
    """An account that keeps what it was told, with a case under way and one being filled in."""
    if User.objects.filter(email=RESIDENT).exists():
        return
    sent_at = on_business_day(now, -2)
    with clock.frozen(on_business_day(now, -20)):
        resident = identity.add_resident(email=RESIDENT)
        own = Person(chance, sent_at.date()).own()
        identity.keep_own_values(user=resident, values=own, by=resident)
    with clock.frozen(sent_at):
        story = _story("water-start")
        begun = fill_in(story, comes_on=sent_at.date(), chance=chance, resident=resident)
        send(begun, resident=resident)
    with clock.frozen(on_business_day(now, -1)):
        story = _story("care-certification")
        fill_in(story, comes_on=now.date(), chance=chance, resident=resident)


def _leave_visits(stage: Stage, now: datetime, chance: Random) -> None:
    """Just begun, called, on the way, at the window, settled; and two who have not sat down."""
    families = [each for each in onestop().stories if each.event in {"moving_in", "birth"}]
    plays = (_begun, _called, _on_the_way, _at_the_window, _settled)
    for index, play in enumerate(plays):
        begins = now - timedelta(minutes=4 + 6 * (len(plays) - index))
        by = stage.operator if index == 1 else stage.clerk
        story = families[index % len(families)]
        with clock.frozen(begins - timedelta(hours=14)):
            begun = fill_in(story, comes_on=begins.date(), chance=chance)
        with clock.frozen(begins):
            case = send(begun, by=stage.clerk)
            visit = visits.open_visit(
                number=case.number, window=stage.window, by=by, seat=index + 1
            ).visit
        play(stage, visit, by, begins + timedelta(minutes=3))
    for minutes, story in enumerate(onestop().stories[2:4], start=1):
        with clock.frozen(now - timedelta(minutes=minutes)):
            fill_in(story, comes_on=now.date(), chance=chance, by=stage.clerk)


def _begun(stage: Stage, visit: Visit, by: User, when: datetime) -> None:
    """Nothing has happened yet."""


def _called(stage: Stage, visit: Visit, by: User, when: datetime) -> None:
    with clock.frozen(when):
        _settle(stage, visit, by, {Way.WINDOW, Way.HAND_OVER})
        department = _to_call(stage, visit)
        if department is not None:
            calls.call_department(visit=visit, department=department, edit=visit.edit, by=by)


def _on_the_way(stage: Stage, visit: Visit, by: User, when: datetime) -> None:
    _called(stage, visit, by, when)
    call = visit.calls.first()
    if call is not None:
        with clock.frozen(when + timedelta(minutes=1)):
            calls.take_call(call=call, by=stage.preparers[call.department_id])


def _at_the_window(stage: Stage, visit: Visit, by: User, when: datetime) -> None:
    _called(stage, visit, by, when)
    call = visit.calls.first()
    if call is not None:
        with clock.frozen(when + timedelta(minutes=2)):
            calls.arrive(call=call, by=stage.deciders[call.department_id])


def _settled(stage: Stage, visit: Visit, by: User, when: datetime) -> None:
    with clock.frozen(when):
        _settle(stage, visit, by, set(Way))


def _to_call(stage: Stage, visit: Visit) -> int | None:
    """The first department that is to come and has somebody who can."""
    visit.refresh_from_db()
    step = visit.steps.filter(
        way=Way.CALL, state=StepState.TODO, department__in=list(stage.deciders)
    ).first()
    return step.department_id if step else None


def _settle(stage: Stage, visit: Visit, by: User, ways: set[Way]) -> None:
    ends = {
        Way.WINDOW: StepState.HANDED_OVER if by == stage.operator else StepState.DONE,
        Way.HAND_OVER: StepState.HANDED_OVER,
        Way.CALL: StepState.DONE,
        Way.GO: StepState.GOES,
    }
    for way, target in ends.items():
        steps = [step.pk for step in visit.steps.filter(way=way)] if way in ways else []
        if steps:
            visit.refresh_from_db()
            move_steps(visit=visit, steps=steps, target=target, edit=visit.edit, by=by)
    visit.refresh_from_db()
