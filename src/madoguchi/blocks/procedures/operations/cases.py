"""Cases of applicants: begun, filled in, sent."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import get_language

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.service import VOCABULARY
from madoguchi.blocks.procedures.models import Application, Attachment, Case
from madoguchi.blocks.procedures.operations import events
from madoguchi.blocks.procedures.operations.messages import mail_on_commit
from madoguchi.blocks.procedures.operations.refusals import (
    Incomplete,
    NotDraft,
    NothingChosen,
    NotOpen,
    Stale,
    Unfits,
)
from madoguchi.blocks.procedures.queries.carrying import told_in_guide
from madoguchi.blocks.procedures.queries.codes import digest_of
from madoguchi.blocks.procedures.queries.definitions import Published, definitions_of, published
from madoguchi.blocks.procedures.rules import codes, items
from madoguchi.blocks.procedures.rules.definition import Definition
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Begun:
    """``code`` is the tracking code in clear: it is kept nowhere else."""

    case: Case
    code: str


@transaction.atomic
def begin_case(
    *,
    procedures: Sequence[str],
    event: str = "",
    guide_number: int | None = None,
    answers: Mapping[str, Any] | None = None,
    checklist: Sequence[str] = (),
    resident: User | None = None,
    channel: Case.Channel,
    by: User | None = None,
) -> Begun:
    """Begin the applications for these procedures (codes), each once, in this order.

    What the account of ``resident`` keeps is filled in, and what the guide was told; of
    ``answers`` those are kept that count. ``by`` is who enters it at the window.
    Raises NothingChosen, NotOpen.
    """
    wanted = list(dict.fromkeys(procedures))
    if not wanted:
        raise NothingChosen
    found = _open(wanted)
    asked = items.asked_once({each.code: each.definition for each in found})
    told = told_in_guide(guide_number, event, answers or {})
    known = identity.own_values(resident) if resident else {}
    carried, _unfit = items.checked(asked, told.items)  # what a form refuses is asked there
    case, code = _new_case(
        event=event,
        guide_number=guide_number,
        answers=dict(told.answers),
        checklist=list(checklist),
        resident=resident,
        values=items.taken(asked, {**known, **carried}),
        channel=channel,
        language=(get_language() or "ja")[:2],
        begun_at=clock.now(),
        begun_by=by,
    )
    Application.objects.bulk_create(
        Application(
            case=case,
            version_id=each.version,
            procedure=each.code,
            department_id=each.department,
        )
        for each in found
    )
    audit.record(
        by=by or resident,
        action="procedures.case_begun",
        subject=_subject(case),
        detail={"procedures": wanted, "channel": case.channel},
    )
    return Begun(case, code)


def _open(wanted: Sequence[str]) -> list[Published]:
    known = published(wanted)
    for code in wanted:
        if code not in known or not known[code].is_open:
            raise NotOpen(procedure=code, title=known[code].title if code in known else code)
    return [known[code] for code in wanted]


def made_up(length: int) -> str:
    """Signs that nobody can guess."""
    return "".join(secrets.choice(codes.SIGNS) for _ in range(length))


def _new_case(**fields: Any) -> tuple[Case, str]:
    """A case under a number and a code that nobody has."""
    for left in reversed(range(_TRIES)):
        number, code = made_up(codes.NUMBER_LENGTH), made_up(codes.CODE_LENGTH)
        try:
            with transaction.atomic():
                return Case.objects.create(
                    number=number, code_digest=digest_of(code), **fields
                ), code
        except IntegrityError:
            if not left:
                raise
    raise AssertionError  # pragma: no cover # the last try gives or raises


@transaction.atomic
def save_values(
    *, case: Case, values: Mapping[str, str], edit: int, by: User | None = None
) -> Case:
    """Keep these answers of a case that is being filled in; others stay as they are.

    ``edit`` is that of the case as it was shown. Raises NotDraft, Stale, Unfits; then nothing is
    kept.
    """
    locked = _locked_draft(case, edit)
    kept, wrong = items.checked(_asked_of(locked), values)
    if wrong:
        raise Unfits(wrong)
    after = {**locked.values, **kept}
    locked.typed += items.newly_typed(locked.values, kept)
    locked.values = {key: value for key, value in after.items() if value}
    locked.edit += 1
    if by is not None and not by.is_resident and locked.begun_by_id is None:
        locked.begun_by = by
    locked.save(update_fields=["values", "typed", "edit", "begun_by"])
    return locked


@transaction.atomic
def leave_out(*, case: Case, procedure: str, edit: int) -> Case:
    """Take a procedure off a case that is being filled in, with what was attached for it.

    Raises NotDraft, Stale, and NothingChosen for the last one.
    """
    locked = _locked_draft(case, edit)
    gone = locked.applications.filter(procedure=procedure)
    if not locked.applications.exclude(procedure=procedure).exists():
        raise NothingChosen
    for attachment in Attachment.objects.filter(application__in=gone):
        _drop_file(attachment)
    Attachment.objects.filter(application__in=gone).delete()
    gone.delete()
    locked.edit += 1
    locked.save(update_fields=["edit"])
    return locked


def _drop_file(attachment: Attachment) -> None:
    if attachment.file:
        storage, name = attachment.file.storage, str(attachment.file.name)
        transaction.on_commit(partial(storage.delete, name))


@transaction.atomic
def send_case(*, case: Case, edit: int, mail_to: str = "", by: User | None = None) -> Case:
    """Send all applications of a case, each once; sending again gives the case back unchanged.

    At the window (``by`` is staff) documents are looked at there, and none must be attached.
    Raises Stale, NotOpen, Incomplete, Unfits.
    """
    locked = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if locked.stage != Case.Stage.DRAFT:
        return locked
    if locked.edit != edit:
        raise Stale(locked)
    locked.mail_to = _mail_address(mail_to)
    applications = list(locked.applications.select_for_update(no_key=True).order_by("pk"))
    _open([each.procedure for each in applications])
    is_at_window = by is not None and not by.is_resident
    definitions = definitions_of([each.version_id for each in applications])
    _require_complete(locked, applications, definitions, with_documents=not is_at_window)
    now = clock.now()
    _send_all(locked, applications, definitions, by=by, now=now)
    locked.stage, locked.sent_at, locked.edit = Case.Stage.SENT, now, locked.edit + 1
    locked.save(update_fields=["stage", "sent_at", "edit", "mail_to"])
    audit.record(
        by=by,
        action="procedures.case_sent",
        subject=_subject(locked),
        detail={"procedures": [each.procedure for each in applications]},
    )
    mail_on_commit(locked)
    return locked


def _send_all(
    case: Case,
    applications: Sequence[Application],
    definitions: Mapping[int, Definition],
    *,
    by: User | None,
    now: datetime,
) -> None:
    happened = []
    for application in applications:
        definition = definitions[application.version_id]
        first = definition.state(definition.first)
        asked = items.items_of(application.procedure, definition)
        application.values = items.taken(asked, case.values)
        application.sent_at = now
        events.enter(application, first, now=now, today=now.date())
        happened.append(events.Happened(application, "sent", target=first))
    Application.objects.bulk_update(applications, [*events.STATE_FIELDS, "values", "sent_at"])
    departments = {each.department_id for each in applications}
    roles = {department: events.role_of(by, department) for department in departments}
    events.record_events(case, happened, by=by, roles=roles, now=now)


def _require_complete(
    case: Case,
    applications: Sequence[Application],
    definitions: Mapping[int, Definition],
    *,
    with_documents: bool,
) -> None:
    by_code = {each.procedure: definitions[each.version_id] for each in applications}
    lacking = items.missing(items.asked_once(by_code), case.values)
    documents: list[tuple[str, str]] = []
    if with_documents:
        there = set(
            Attachment.objects.filter(application__in=applications, removed_at=None).values_list(
                "application__procedure", "document"
            )
        )
        documents = [
            (code, document.code)
            for code, definition in by_code.items()
            for document in definition.documents
            if document.is_required and (code, document.code) not in there
        ]
    if lacking or documents:
        raise Incomplete(lacking, documents)


def _mail_address(text: str) -> str:
    if not text.strip():
        return ""
    item = VOCABULARY["applicant.email"]
    try:
        return identity.check(item, text)
    except identity.Unfit as unfit:
        raise Unfits({"mail_to": unfit}) from unfit


def _locked_draft(case: Case, edit: int) -> Case:
    locked = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if locked.stage != Case.Stage.DRAFT:
        raise NotDraft
    if locked.edit != edit:
        raise Stale(locked)
    return locked


def _asked_of(case: Case) -> tuple[items.Asked, ...]:
    rows = list(case.applications.order_by("pk").values_list("procedure", "version_id"))
    definitions = definitions_of([version for _code, version in rows])
    return items.asked_once({code: definitions[version] for code, version in rows})


def _subject(case: Case) -> str:
    return f"procedures.case:{case.number}"
