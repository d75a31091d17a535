"""What happens to an application is entered here: its state, an event, a message, maybe a letter.

The caller holds the application's lock, and its transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures.models import (
    Application,
    ApplicationEvent,
    Case,
    Message,
    ProcedureVersion,
)
from madoguchi.blocks.procedures.rules import access, codes
from madoguchi.blocks.procedures.rules.deadlines import due_on
from madoguchi.blocks.procedures.rules.definition import DECIDED, State
from madoguchi.blocks.procedures.rules.filling import filled
from madoguchi.kernel import clock
from madoguchi.kernel.city.queries import current_city
from madoguchi.kernel.pages.templatetags.components import day

APPLICANT = "applicant"

STATE_FIELDS = ("state", "state_kind", "entered_at", "due_on", "decided_at", "edit")
"""What `enter` changes."""


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to an application; ``target`` is the state that it came into.
    ``text`` is what the applicant is told where no state says it."""

    application: Application
    action: str
    source: str = ""
    target: State | None = None
    note: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""


def enter(application: Application, state: State, *, now: datetime, today: date) -> None:
    """Put an application into a state; the caller saves STATE_FIELDS."""
    application.state, application.state_kind = state.code, state.kind.value
    application.entered_at, application.due_on = now, due_on(state, today)
    if state.kind in DECIDED:
        application.decided_at = now
    application.edit += 1


def role_of(by: User | None, department: int) -> str:
    """As what somebody acts who takes no step: an applicant, or staff for one."""
    if by is None or by.is_resident:
        return APPLICANT
    actor = identity.acting_as(by)
    if access.may_take_in(actor, department):
        return access.acts_as(actor, access.Right.PREPARE, department)
    return "operator" if access.is_operator_only(actor) else "clerk"


def record_events(
    case: Case,
    happened: Sequence[Happened],
    *,
    by: User | None,
    roles: Mapping[int, str],
    now: datetime,
) -> list[ApplicationEvent]:
    """Write what happened to applications of a case, with the messages that their states make.

    ``roles`` is by department. One event an application at most.
    """
    events = ApplicationEvent.objects.bulk_create(
        [
            ApplicationEvent(
                application=each.application,
                number=_next_number(each),
                at=now,
                by=by,
                role=roles[each.application.department_id],
                action=each.action,
                source=each.source,
                target=each.target.code if each.target else "",
                detail=dict(each.detail),
            )
            for each in happened
        ]
    )
    Message.objects.bulk_create(_messages(case, happened, events, now=now))
    return events


def _next_number(happened: Happened) -> int:
    if happened.action == "sent":
        return 1  # once, and before everything else
    last = happened.application.events.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _messages(
    case: Case,
    happened: Sequence[Happened],
    events: Sequence[ApplicationEvent],
    *,
    now: datetime,
) -> list[Message]:
    telling = [
        (each, event)
        for each, event in zip(happened, events, strict=True)
        if each.note or each.text or (each.target is not None and each.target.message)
    ]
    if not telling:
        return []
    told = facts([each.application for each, _event in telling], case, on=now.date())
    return [
        Message(
            event=event,
            text=filled(each.target.message, told[each.application.pk])
            if each.target
            else each.text,
            note=each.note,
            mail_to=case.mail_to,
        )
        for each, event in telling
    ]


def facts(
    applications: Sequence[Application], case: Case, *, on: date
) -> dict[int, dict[str, str]]:
    """What every text may name (`filling.FACTS`), by application. Four queries."""
    titles = dict(
        ProcedureVersion.objects.filter(
            pk__in={each.version_id for each in applications}
        ).values_list("pk", "title")
    )
    names = identity.department_names({each.department_id for each in applications}, on=on)
    city = current_city()
    with translation.override(settings.LANGUAGE_CODE):
        return {
            each.pk: {
                "number": codes.shown(case.number),
                "title": titles[each.version_id],
                "city": city.name,
                "department": names[each.department_id],
                "due_on": day(each.due_on),
                "sent_on": day(clock.day_of(each.sent_at) if each.sent_at else None),
            }
            for each in applications
        }
