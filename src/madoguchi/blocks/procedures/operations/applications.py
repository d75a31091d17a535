"""Applications that were sent: the steps of staff, withdrawing, sending again what was returned."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures.models import Application, ApplicationEvent, Case
from madoguchi.blocks.procedures.operations import events, letters
from madoguchi.blocks.procedures.operations.messages import mail_on_commit
from madoguchi.blocks.procedures.operations.refusals import (
    AlreadyDecided,
    AlreadyWithdrawn,
    Incomplete,
    NoteMissing,
    NoteTooLong,
    Stale,
    StepForbidden,
    StepNotAllowed,
    Unfits,
)
from madoguchi.blocks.procedures.queries.definitions import definition_under
from madoguchi.blocks.procedures.rules import access, items
from madoguchi.blocks.procedures.rules.definition import (
    DECIDED,
    Definition,
    StateKind,
    Step,
)
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit

LONGEST_NOTE = 2000


@transaction.atomic
def take_step(
    *,
    application: Application,
    step: str,
    edit: int,
    note: str = "",
    to_mend: Sequence[str] = (),
    by: User,
    today: date,
) -> Application:
    """Take a step of the procedure (its code) on an application as it stood at ``edit``.

    ``note`` is told to the applicant, and stands in a letter; ``to_mend`` are the keys of the
    items that the applicant is to correct. Raises AlreadyDecided,
    AlreadyWithdrawn, Stale, StepNotAllowed, StepForbidden, NoteMissing, NoteTooLong.
    """
    locked = locked_open(application, edit)
    definition = definition_under(locked)
    taken = _step_from(definition, locked.state, step)
    actor = identity.acting_as(by)
    if not access.may_take(actor, taken.right, locked.department_id):
        raise StepForbidden
    words = _note(taken, note)
    if taken.right is access.Right.PREPARE:
        locked.prepared_by = by
    role = access.acts_as(actor, taken.right, locked.department_id)
    _move(
        locked,
        definition,
        taken,
        action=taken.code,
        note=words,
        detail={"items": sorted(to_mend)} if to_mend else {},
        by=by,
        role=role,
        today=today,
    )
    return locked


@transaction.atomic
def withdraw(*, application: Application, edit: int, by: User | None = None) -> Application:
    """Take an application back for its applicant (``by`` is staff where they ask at the counter).

    Raises AlreadyDecided, AlreadyWithdrawn, Stale, StepNotAllowed.
    """
    locked = locked_open(application, edit)
    definition = definition_under(locked)
    taken = definition.applicants_step(locked.state, StateKind.WITHDRAWN)
    if taken is None:
        raise StepNotAllowed
    role = events.role_of(by, locked.department_id)
    _move(
        locked,
        definition,
        taken,
        action="withdrawn",
        by=by,
        role=role,
        today=clock.today(),
    )
    return locked


@transaction.atomic
def resend(
    *,
    application: Application,
    values: Mapping[str, str],
    edit: int,
    by: User | None = None,
) -> Application:
    """Send again what was returned, with these answers mended; others stay as they were.

    Raises AlreadyDecided, AlreadyWithdrawn, Stale, StepNotAllowed, Unfits, Incomplete.
    """
    locked = locked_open(application, edit)
    definition = definition_under(locked)
    taken = definition.applicants_step(locked.state, StateKind.OPEN)
    if taken is None or locked.state_kind != StateKind.RETURNED:
        raise StepNotAllowed
    asked = items.items_of(locked.procedure, definition)
    kept, wrong = items.checked(asked, values)
    if wrong:
        raise Unfits(wrong)
    after = items.taken(asked, {**locked.values, **kept})
    if lacking := items.missing(asked, after):
        raise Incomplete(lacking)
    changed = sorted(
        key for key in {*after, *locked.values} if after.get(key) != locked.values.get(key)
    )
    mend_case(locked.case_id, {key: after.get(key, "") for key in changed})
    locked.values = after
    role = events.role_of(by, locked.department_id)
    _move(
        locked,
        definition,
        taken,
        action="resent",
        detail={"items": changed},
        by=by,
        role=role,
        today=clock.today(),
    )
    return locked


def mend_case(case_id: int, values: Mapping[str, str]) -> None:
    """The case knows the latest answers; its other applications keep what was sent for them."""
    if not values:
        return
    case = Case.objects.select_for_update(no_key=True).get(pk=case_id)
    case.typed += items.newly_typed(case.values, values)
    merged = {**case.values, **values}
    case.values = {key: value for key, value in merged.items() if value}
    case.save(update_fields=["values", "typed"])


def locked_open(application: Application, edit: int) -> Application:
    """The application as it is now, for whoever acts on what it was at ``edit``."""
    locked = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    kind = locked.state_kind
    if kind in DECIDED:
        raise AlreadyDecided
    if kind == StateKind.WITHDRAWN:
        raise AlreadyWithdrawn
    if locked.edit != edit:
        raise Stale(locked)
    return locked


def _step_from(definition: Definition, state: str, code: str) -> Step:
    for step in definition.steps_from(state):
        if step.code == code and step.right is not access.Right.APPLICANT:
            return step
    raise StepNotAllowed


def _note(step: Step, note: str) -> str:
    words = note.replace("\r\n", "\n").strip()
    if step.needs_note and not words:
        raise NoteMissing
    if len(words) > LONGEST_NOTE:
        raise NoteTooLong(most=LONGEST_NOTE)
    return words


def _move(
    application: Application,
    definition: Definition,
    step: Step,
    *,
    action: str,
    by: User | None,
    role: str,
    today: date,
    note: str = "",
    detail: Mapping[str, object] | None = None,
) -> ApplicationEvent:
    """Bring a locked application along a step: state, event, message, letter, audit entry."""
    now = clock.now()
    source, target = application.state, definition.state(step.target)
    events.enter(application, target, now=now, today=today)
    application.save(update_fields=[*events.STATE_FIELDS, "values", "prepared_by"])
    case = Case.objects.get(pk=application.case_id)
    happened = events.Happened(application, action, source, target, note, detail or {})
    [event] = events.record_events(
        case, [happened], by=by, roles={application.department_id: role}, now=now
    )
    if step.letter:
        letters.write_letter(case, event, definition, step.letter, note=note, on=today)
    audit.record(
        by=by,
        action="procedures.step_taken",
        subject=f"procedures.application:{application.pk}",
        detail={
            "case": case.number,
            "procedure": application.procedure,
            "step": action,
            "state": target.code,
        },
    )
    mail_on_commit(case)
    return event
