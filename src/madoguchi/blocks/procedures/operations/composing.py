"""Procedures as staff compose them: a draft beside what is in force, published when it is whole."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import Department, User
from madoguchi.blocks.procedures.models import Procedure, ProcedureVersion
from madoguchi.blocks.procedures.rules import definition as definitions
from madoguchi.blocks.procedures.rules.composing import changed, differences
from madoguchi.blocks.procedures.rules.definition import Definition
from madoguchi.blocks.procedures.rules.problems import Problem, problems
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused


class CodeTaken(Refused):
    message = _("There is a procedure with the code %(code)s already.")


class DraftChanged(Refused):
    """``draft`` is how it stands now."""

    message = _("Somebody else changed this draft meanwhile. Nothing of yours was stored yet.")

    def __init__(self, draft: ProcedureVersion) -> None:
        super().__init__()
        self.draft = draft


class NoDraft(Refused):
    message = _("There is no draft of this procedure any more.")


class NotReady(Refused):
    """``problems`` are those that `rules.problems` names."""

    message = _("The draft cannot be published yet: something is missing or contradictory.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


class NeverPublished(Refused):
    message = _("Nobody can apply before a version is published.")


@transaction.atomic
def add_procedure(
    *, code: str, department: Department, definition: Definition, by: User | None
) -> ProcedureVersion:
    """A new procedure with its first draft. Raises CodeTaken."""
    now = clock.now()
    try:
        with transaction.atomic():
            procedure = Procedure.objects.create(code=code, department=department, made_at=now)
    except IntegrityError:
        raise CodeTaken(code=code) from None
    draft = _new_draft(procedure, 1, definition, by)
    audit.record(
        by=by,
        action="procedures.procedure_added",
        subject=_subject(procedure),
        detail={"department": department.pk},
    )
    return draft


@transaction.atomic
def start_draft(*, procedure_id: int, by: User | None) -> ProcedureVersion:
    """A draft to change what is in force; the one that is there where somebody began already."""
    procedure = Procedure.objects.select_for_update().get(pk=procedure_id)
    draft = procedure.versions.filter(published_at=None).first()
    if draft is not None:
        return draft
    last = procedure.versions.order_by("-number").first()
    if last is None:
        raise NoDraft
    made = _new_draft(procedure, last.number + 1, definitions.read(last.definition), by)
    audit.record(
        by=by,
        action="procedures.draft_started",
        subject=_subject(procedure),
        detail={"version": made.number},
    )
    return made


@transaction.atomic
def save_draft(
    *, procedure_id: int, parts: Mapping[str, Any], edit: int, by: User | None
) -> ProcedureVersion:
    """Put these parts (fields of a definition) into the draft that stood at ``edit``.

    The audit entry names the sections that changed. Raises DraftChanged, NoDraft, and pydantic's
    ValidationError for what is no definition.
    """
    draft = _locked(procedure_id, edit)
    before = definitions.read(draft.definition)
    after = changed(before, parts)
    sections = sorted({str(each.section) for each in differences(before, after)})
    if not sections:
        return draft
    draft.definition = definitions.written(after)
    draft.title = after.title
    draft.edit += 1
    draft.save(update_fields=["definition", "title", "edit"])
    audit.record(
        by=by,
        action="procedures.draft_saved",
        subject=_subject(draft.procedure),
        detail={"version": draft.number, "edit": draft.edit, "sections": sections},
    )
    return draft


@transaction.atomic
def publish_draft(*, procedure_id: int, edit: int, by: User | None) -> ProcedureVersion:
    """Put the draft in force. What was applied for before keeps its version.

    Raises NotReady with what is wrong, DraftChanged, NoDraft.
    """
    draft = _locked(procedure_id, edit)
    found = problems(definitions.read(draft.definition))
    if found:
        raise NotReady(found)
    draft.published_at, draft.published_by = clock.now(), by
    draft.save(update_fields=["published_at", "published_by"])
    audit.record(
        by=by,
        action="procedures.version_published",
        subject=_subject(draft.procedure),
        detail={"version": draft.number},
    )
    return draft


@transaction.atomic
def discard_draft(*, procedure_id: int, edit: int, by: User | None) -> bool:
    """Take the draft away; a procedure that was never in force goes with it. Says whether the
    procedure is still there. Raises DraftChanged, NoDraft."""
    draft = _locked(procedure_id, edit)
    procedure, number = draft.procedure, draft.number
    draft.delete()
    is_kept = procedure.versions.exists()
    audit.record(
        by=by,
        action="procedures.draft_discarded",
        subject=_subject(procedure),
        detail={"version": number},
    )
    if not is_kept:
        procedure.delete()
    return is_kept


@transaction.atomic
def change_intake(
    *, procedure_id: int, department: Department, is_open: bool, by: User | None
) -> Procedure:
    """Which department receives new applications, and whether there may be any.

    Those that were sent stay where they are. Raises NeverPublished for opening what has no
    version in force.
    """
    procedure = Procedure.objects.select_for_update().get(pk=procedure_id)
    if is_open and not procedure.versions.exclude(published_at=None).exists():
        raise NeverPublished
    detail: dict[str, Any] = {}
    if procedure.department_id != department.pk:
        detail["department"] = department.pk
    if procedure.is_open != is_open:
        detail["is_open"] = is_open
    if not detail:
        return procedure
    procedure.department, procedure.is_open = department, is_open
    procedure.save(update_fields=["department", "is_open"])
    audit.record(
        by=by,
        action="procedures.intake_changed",
        subject=_subject(procedure),
        detail=detail,
    )
    return procedure


def _new_draft(
    procedure: Procedure, number: int, definition: Definition, by: User | None
) -> ProcedureVersion:
    return ProcedureVersion.objects.create(
        procedure=procedure,
        number=number,
        title=definition.title,
        definition=definitions.written(definition),
        made_at=clock.now(),
        made_by=by,
    )


def _locked(procedure_id: int, edit: int) -> ProcedureVersion:
    """The draft, held until the transaction ends."""
    found = ProcedureVersion.objects.select_related("procedure").select_for_update(of=("self",))
    draft = found.filter(procedure_id=procedure_id, published_at=None).first()
    if draft is None:
        raise NoDraft
    if draft.edit != edit:
        raise DraftChanged(draft)
    return draft


def _subject(procedure: Procedure) -> str:
    return f"procedures.procedure:{procedure.code}"
