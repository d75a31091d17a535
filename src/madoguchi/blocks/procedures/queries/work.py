"""The desk's list: what a department has to do, the most urgent first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from django.db.models import F, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.procedures.models import Application
from madoguchi.blocks.procedures.queries.definitions import definitions_of
from madoguchi.blocks.procedures.queries.sheets import DECISION_HIDDEN, TONES, state_title
from madoguchi.blocks.procedures.rules import access, codes
from madoguchi.blocks.procedures.rules.definition import DECIDED, FINAL, Definition, StateKind
from madoguchi.kernel import clock

NAME: Final = "applicant.name"


class Show(StrEnum):
    """Which applications: those that the city works on, that wait for the applicant, that are
    ended, or all. Nothing finer, so that a filter tells no operator what was decided."""

    TO_DO = "to_do"
    RETURNED = "returned"
    ENDED = "ended"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Filters:
    """``procedure`` is a code, ``department`` a primary key; ``words`` a reception number or part
    of an applicant's name."""

    show: Show = Show.TO_DO
    procedure: str = ""
    department: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A line of the list. ``state`` and ``tone`` are what the reader may know."""

    application: Application
    number: str
    title: str
    department: str
    applicant: str
    state: str
    tone: str
    entered_at: datetime | None
    due_on: date | None
    is_late: bool


def work_list(actor: access.Actor, filters: Filters) -> QuerySet[Application]:
    """Sent applications that the reader may see; to be paged, then put into ``work_rows``."""
    found = Application.objects.exclude(state="").exclude(case__stage="erased")
    if access.AUDITOR not in actor.roles:
        found = found.filter(department__in=actor.departments_as(*access.WORKERS))
    if filters.department is not None:
        found = found.filter(department=filters.department)
    if filters.procedure:
        found = found.filter(procedure=filters.procedure)
    found = _shown(found, filters.show)
    if filters.words.strip():
        found = _named(found, filters.words)
    if filters.show in {Show.TO_DO, Show.RETURNED}:
        return found.order_by(F("due_on").asc(nulls_last=True), "entered_at", "pk")
    return found.order_by("-entered_at", "-pk")


def _shown(found: QuerySet[Application], show: Show) -> QuerySet[Application]:
    kinds = {
        Show.TO_DO: [StateKind.OPEN],
        Show.RETURNED: [StateKind.RETURNED],
        Show.ENDED: list(FINAL),
    }.get(show)
    return found if kinds is None else found.filter(state_kind__in=[kind.value for kind in kinds])


def _named(found: QuerySet[Application], words: str) -> QuerySet[Application]:
    number = codes.scanned(words)
    wanted = Q(applicant_name__icontains=words.strip())
    if number:
        wanted |= Q(case__number=number)
    return found.annotate(applicant_name=KeyTextTransform(NAME, "values")).filter(wanted)


def work_rows(
    applications: Sequence[Application], actor: access.Actor, *, today: date | None = None
) -> tuple[WorkRow, ...]:
    """The lines of these applications (with their case), at a fixed number of queries."""
    day = today or clock.today()
    definitions = definitions_of([each.version_id for each in applications])
    departments = identity.department_names({each.department_id for each in applications}, on=day)
    return tuple(
        _row(
            each,
            definitions[each.version_id],
            departments[each.department_id],
            is_full=access.reads_all(actor, each.department_id),
            today=day,
        )
        for each in applications
    )


def _row(
    application: Application, definition: Definition, department: str, *, is_full: bool, today: date
) -> WorkRow:
    hides = application.state_kind in DECIDED and not is_full
    due = application.due_on
    return WorkRow(
        application=application,
        number=codes.shown(application.case.number),
        title=definition.title,
        department=department,
        applicant=application.values.get(NAME, ""),
        state=str(DECISION_HIDDEN) if hides else state_title(definition, application.state),
        tone="neutral" if hides else TONES[application.state_kind],
        entered_at=application.entered_at,
        due_on=due,
        is_late=due is not None and due < today,
    )
