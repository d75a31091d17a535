"""The desk's list narrowed and counted, and one application with what can be done about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet

from madoguchi.blocks.procedures.models import Application, ProcedureVersion
from madoguchi.blocks.procedures.queries.definitions import definitions_of
from madoguchi.blocks.procedures.queries.sheets import ApplicationSheet
from madoguchi.blocks.procedures.queries.work import Filters, Show, work_list
from madoguchi.blocks.procedures.rules import access
from madoguchi.blocks.procedures.rules.access import Right
from madoguchi.blocks.procedures.rules.definition import (
    FINAL,
    Definition,
    State,
    StateKind,
    Step,
)

SOON: Final = timedelta(days=3)
"""How near a deadline is when it is pointed out."""


@dataclass(frozen=True, slots=True)
class DeskFilters:
    """What the address asks for. ``waits``: a right, for what waits for a step that asks for it;
    ``by``: the primary key of whoever prepared it."""

    work: Filters = field(default_factory=Filters)
    waits: str = ""
    by: int | None = None
    is_late: bool = False


def desk_list(actor: access.Actor, filters: DeskFilters, *, today: date) -> QuerySet[Application]:
    """The applications of the list, the most urgent first."""
    found = work_list(actor, filters.work).select_related("case")
    if filters.is_late:
        found = found.filter(state_kind__in=[StateKind.OPEN, StateKind.RETURNED], due_on__lt=today)
    if filters.by is not None:
        found = found.filter(prepared_by=filters.by)
    if filters.waits:
        found = found.filter(_waits(found, Right(filters.waits)))
    return found


def _waits(found: QuerySet[Application], right: Right) -> Q:
    """Those whose usual next step asks for this right. Two queries."""
    open_ones = found.filter(state_kind=StateKind.OPEN).order_by()
    pairs = list(open_ones.values_list("version_id", "state").distinct())
    definitions = definitions_of([version for version, _state in pairs])
    wanted = Q(pk__in=[])
    for version, state in pairs:
        step = usual_step(definitions[version], state)
        if step is not None and step.right is right:
            wanted |= Q(version=version, state=state)
    return wanted


def usual_step(definition: Definition, state: str) -> Step | None:
    """What is mostly done next: the first step of the city's own."""
    own = (step for step in definition.steps_from(state) if step.right is not Right.APPLICANT)
    return next(own, None)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many applications a person has before them."""

    to_do: int = 0
    late: int = 0
    soon: int = 0
    returned: int = 0


def counts(actor: access.Actor, *, today: date) -> Counts:
    """One query."""
    is_open = Q(state_kind=StateKind.OPEN)
    found = work_list(actor, Filters(show=Show.ALL)).order_by()
    return Counts(
        **found.aggregate(
            to_do=Count("pk", filter=is_open),
            late=Count("pk", filter=is_open & Q(due_on__lt=today)),
            soon=Count("pk", filter=is_open & Q(due_on__gte=today, due_on__lte=today + SOON)),
            returned=Count("pk", filter=Q(state_kind=StateKind.RETURNED)),
        )
    )


def procedure_choices(actor: access.Actor) -> list[tuple[str, str]]:
    """The procedures of which there are applications to see, by title. Two queries."""
    found = work_list(actor, Filters(show=Show.ALL)).order_by()
    codes = set(found.values_list("procedure", flat=True).distinct())
    titles = dict(
        ProcedureVersion.objects.filter(procedure__code__in=codes)
        .exclude(published_at=None)
        .order_by("number")
        .values_list("procedure__code", "title")
    )
    return sorted(titles.items(), key=lambda each: each[1])


def following(
    application: Application, actor: access.Actor, filters: DeskFilters, *, today: date
) -> Application | None:
    """What comes next on the list; after the last, the first."""
    order = list(desk_list(actor, filters, today=today).values_list("pk", flat=True))
    others = [pk for pk in order if pk != application.pk]
    if not others:
        return None
    place = order.index(application.pk) if application.pk in order else 0
    chosen = others[place] if place < len(others) else others[0]
    return Application.objects.select_related("case").get(pk=chosen)


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step that this person may take. ``is_direct``: nothing is to be written or looked at
    before, so that one keystroke does it."""

    step: Step
    target: State
    key: str
    is_direct: bool
    is_usual: bool

    @property
    def is_decision(self) -> bool:
        return self.step.right is Right.DECIDE

    @property
    def is_return(self) -> bool:
        return self.target.kind is StateKind.RETURNED


KEYS: Final = "n23456789"


def next_steps(
    application: Application, definition: Definition, actor: access.Actor
) -> tuple[NextStep, ...]:
    """What this person may do with the application now, the usual thing first."""
    open_steps = [
        step
        for step in definition.steps_from(application.state)
        if access.may_take(actor, step.right, application.department_id)
    ]
    return tuple(
        NextStep(
            step,
            definition.state(step.target),
            key=KEYS[place] if place < len(KEYS) else "",
            is_direct=_is_direct(step, definition),
            is_usual=place == 0,
        )
        for place, step in enumerate(open_steps)
    )


def _is_direct(step: Step, definition: Definition) -> bool:
    target = definition.state(step.target)
    return not (
        step.letter or step.needs_note or target.kind in FINAL or target.kind is StateKind.RETURNED
    )


def waiting_for(sheet: ApplicationSheet, steps: Iterable[NextStep]) -> str:
    """Who has the next word where this person has none: ``applicant``, ``decide`` or ``""``."""
    if any(True for _step in steps) or sheet.is_final:
        return ""
    if sheet.application.state_kind == StateKind.RETURNED:
        return "applicant"
    step = usual_step(sheet.definition, sheet.application.state)
    return str(step.right) if step is not None else ""


def deadline_words(due_on: date | None, today: date) -> tuple[str, int]:
    """``late``, ``today``, ``soon``, ``later`` or ``none``, and the days between."""
    if due_on is None:
        return "none", 0
    days = (due_on - today).days
    if days < 0:
        return "late", -days
    if days == 0:
        return "today", 0
    return ("soon" if days <= SOON.days else "later"), days


def mendable(sheet: ApplicationSheet) -> Sequence[tuple[str, str]]:
    """Items that can be sent back to the applicant: those the reader sees, with their heading."""
    return [
        (row.key, f"{group.heading}：{row.label}")
        for group in sheet.groups
        for row in group.rows
        if not row.is_hidden
    ]
