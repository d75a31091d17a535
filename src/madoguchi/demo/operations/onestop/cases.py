"""A case of the sample city: filled in, sent, worked off by its departments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures import service as procedures
from madoguchi.blocks.procedures.guide.listing import personal_list
from madoguchi.blocks.procedures.models import Application, Case
from madoguchi.blocks.procedures.operations.window import begin_at_window, send_at_window
from madoguchi.blocks.procedures.queries.definitions import definitions_of
from madoguchi.blocks.procedures.queries.guide import current_guide
from madoguchi.blocks.procedures.rules.access import CLERK, DECIDER, Right
from madoguchi.blocks.procedures.rules.definition import StateKind, Step
from madoguchi.blocks.procedures.rules.items import asked_once
from madoguchi.demo.content.onestop import Person, Story, onestop
from madoguchi.demo.operations.people import Cast
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import add_business_days
from madoguchi.services.onestop.models import Window

CARD = "number_card"


@dataclass(frozen=True)
class Stage:
    """Where everything happens and who acts. Nothing that lies on ``until`` or later happens."""

    window: Window
    cast: Cast
    begins_on: date
    until: date

    @property
    def clerk(self) -> User:
        return self.cast.people["clerk"]

    @property
    def operator(self) -> User:
        return self.cast.people["operator"]

    @cached_property
    def deciders(self) -> Mapping[int, User]:
        """Who decides for which department."""
        return self._holders(DECIDER)

    @cached_property
    def preparers(self) -> Mapping[int, User]:
        """Who takes in for it: a clerk, else who decides."""
        return {**self.deciders, **self._holders(CLERK)}

    def _holders(self, role: str) -> dict[int, User]:
        return {
            department: person
            for person in self.cast.people.values()
            for department in identity.acting_as(person).departments_as(role)
        }


def fill_in(
    story: Story,
    *,
    comes_on: date,
    chance: Random,
    by: User | None = None,
    resident: User | None = None,
) -> procedures.Begun:
    """A case with its answers, not sent yet: at the window by a clerk, else at home.

    The clock stands at the moment at which it is filled in.
    """
    answers = story.answers_on(comes_on)
    found = current_guide(clock.today())
    assert found is not None  # noqa: S101 # published before anybody comes
    version, guide = found
    entries = personal_list(guide, story.event, answers, clock.today())
    given: dict[str, Any] = {
        "procedures": story.forms,
        "event": story.event,
        "guide_number": version.number,
        "answers": answers,
        "checklist": [entry.code for entry in entries],
    }
    if by is None:
        begun = procedures.begin_case(resident=resident, channel=Case.Channel.HOME, **given)
    else:
        begun = begin_at_window(checked_by=CARD, by=by, **given)
    rows = dict(begun.case.applications.values_list("procedure", "version_id"))
    definitions = definitions_of(list(rows.values()))
    asked = asked_once({code: definitions[pk] for code, pk in rows.items()})
    values = Person(chance, comes_on).values(asked, story)
    case = procedures.save_values(
        case=begun.case,
        values={key: value for key, value in values.items() if key not in begun.case.values},
        edit=begun.case.edit,
        by=by or resident,
    )
    return procedures.Begun(case, begun.code)


def send(begun: procedures.Begun, *, by: User | None = None, resident: User | None = None) -> Case:
    """Sent by the applicant, or by a clerk who looks at the documents at the window."""
    case = begun.case
    if by is None:
        return procedures.send_case(case=case, edit=case.edit, by=resident)
    checked_by = CARD if case.channel == Case.Channel.HOME else ""
    return send_at_window(case=case, edit=case.edit, checked_by=checked_by, by=by)


@dataclass(frozen=True, slots=True)
class Course:
    """How an application goes: returned once and mended, refused at the end, or withdrawn."""

    is_returned: bool = False
    is_refused: bool = False
    is_withdrawn: bool = False


def course_of(chance: Random) -> Course:
    lot = chance.randint(1, 100)
    return Course(is_returned=lot <= 9, is_refused=9 < lot <= 13, is_withdrawn=13 < lot <= 17)


def take(
    stage: Stage, application: Application, kind: StateKind, *, when: datetime, note: str = ""
) -> Application:
    """The step of staff that leads into a state of this kind, where the procedure has one."""
    definition = definitions_of([application.version_id])[application.version_id]
    step: Step | None = next(
        (
            each
            for each in definition.steps_from(application.state)
            if each.right is not Right.APPLICANT and definition.state(each.target).kind is kind
        ),
        None,
    )
    if step is None:
        return application
    people = stage.deciders if step.right is Right.DECIDE else stage.preparers
    if application.department_id not in people:
        return application
    with clock.frozen(when):
        return procedures.take_step(
            application=application,
            step=step.code,
            edit=application.edit,
            note=note or (onestop().values["notes"]["granted"] if step.needs_note else ""),
            to_mend=_to_mend(application) if kind is StateKind.RETURNED else (),
            by=people[application.department_id],
            today=when.date(),
        )


def _to_mend(application: Application) -> tuple[str, ...]:
    return tuple(key for key in ("applicant.phone",) if key in application.values)


def work_off(stage: Stage, application: Application, course: Course, after: datetime) -> None:
    """Checked, maybe returned and mended, and decided, as far as that lies before today."""
    notes = onestop().values["notes"]
    moments = _moments(after)
    if course.is_withdrawn and _is_over(stage, moments[0]):
        with clock.frozen(moments[0]):
            procedures.withdraw(application=application, edit=application.edit)
        return
    if course.is_returned and _is_over(stage, moments[0]):
        application = take(
            stage, application, StateKind.RETURNED, when=moments[0], note=notes["returned"]
        )
        if not _is_over(stage, moments[1]):
            return
        with clock.frozen(moments[1]):
            application = procedures.resend(
                application=application,
                values={"applicant.phone": "000-0000-0002"},
                edit=application.edit,
            )
    if _is_over(stage, moments[2]):
        application = take(stage, application, StateKind.OPEN, when=moments[2])
    if _is_over(stage, moments[3]):
        kind = StateKind.REFUSED if course.is_refused else StateKind.GRANTED
        note = notes["refused"] if course.is_refused else notes["granted"]
        decided = take(stage, application, kind, when=moments[3], note=note)
        if decided.edit == application.edit:  # a notification is never refused
            take(stage, application, StateKind.GRANTED, when=moments[3])


def _moments(after: datetime) -> list[datetime]:
    """Looked at on the next working day, mended two days later, checked, decided."""
    return [on_business_day(after, days) for days in (1, 2, 3, 5)]


def on_business_day(moment: datetime, days: int) -> datetime:
    """The same hour so many business days later."""
    day = add_business_days(moment.date(), days)
    return moment + timedelta(days=(day - moment.date()).days)


def _is_over(stage: Stage, moment: datetime) -> bool:
    return moment.date() < stage.until
