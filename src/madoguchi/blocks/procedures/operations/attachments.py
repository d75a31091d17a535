"""Documents that applicants attach, or staff for them: looked into, kept outside of what the web
server shows."""

import hashlib
import json
import secrets
import subprocess
import sys
from collections.abc import Sequence
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures.models import Application, Attachment, Case
from madoguchi.blocks.procedures.operations import events
from madoguchi.blocks.procedures.operations.refusals import (
    AlreadyDecided,
    AlreadyWithdrawn,
    NotDraft,
)
from madoguchi.blocks.procedures.queries.definitions import definitions_of
from madoguchi.blocks.procedures.rules.attachments import SUFFIX, Looked, plain_name
from madoguchi.blocks.procedures.rules.definition import DECIDED, StateKind
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused

MOST_FILES = 20
"""Of one application."""
MOST_BYTES = 3
"""All files of one application together: so many times the largest that one may be."""
_SECONDS = 60

REASONS: dict[str, StrOrPromise] = {
    "empty": _("“%(name)s” is empty."),
    "heic": _(
        "“%(name)s” is a HEIC picture, which cannot be taken. Please save it as JPEG and attach "
        "that (on an iPhone: Settings, Camera, Formats, “Most Compatible”, then take it again)."
    ),
    "kind": _("“%(name)s” is no PDF, JPEG or PNG file. Please save it as one of these."),
    "claim": _("“%(name)s” is not what its name says. Please save it again as PDF, JPEG or PNG."),
    "broken": _("“%(name)s” cannot be opened: the file is damaged. Please save it again."),
    "locked": _("“%(name)s” is locked with a password. Please attach it without one."),
    "active": _("“%(name)s” has a program in it. Please print it to a new PDF and attach that."),
    "carrying": _("“%(name)s” has other files in it. Please attach them one by one."),
    "two": _("“%(name)s” has something behind its end. Please save it again."),
    "huge": _("“%(name)s” has too many pages or dots. Please make it smaller."),
}


class FileRefused(Refused):
    """``code`` is that of `rules.attachments.WrongFile`."""

    def __init__(self, code: str, name: str) -> None:
        super().__init__(name=name)
        self.code = code
        self.message = REASONS[code]


class FileTooLarge(Refused):
    message = _("“%(name)s” is larger than %(megabytes)d MB.")


class TooManyFiles(Refused):
    message = _(
        "There is no room for more: at most %(files)d files with %(megabytes)d MB together."
    )


class DocumentUnknown(Refused):
    message = _("This procedure does not ask for such a document.")


def attach(
    *,
    application: Application,
    document: str,
    name: str,
    content: bytes,
    by: User | None = None,
) -> Attachment:
    """Keep a file as the document (its code) of an application that is not ended.

    The same file for the same document twice is one. Raises FileRefused, FileTooLarge,
    TooManyFiles, DocumentUnknown, AlreadyDecided, AlreadyWithdrawn.
    """
    return attach_to_all(
        applications=[application], document=document, name=name, content=content, by=by
    )[0]


def attach_to_all(
    *,
    applications: Sequence[Application],
    document: str,
    name: str,
    content: bytes,
    by: User | None = None,
) -> list[Attachment]:
    """As ``attach``, for several applications that ask for the same document: to all or to none."""
    shown = plain_name(name)
    most = settings.MADOGUCHI_MAX_UPLOAD_BYTES
    if len(content) > most:
        raise FileTooLarge(name=shown, megabytes=most // 2**20)
    definitions = definitions_of([each.version_id for each in applications])
    for application in applications:
        known = {each.code for each in definitions[application.version_id].documents}
        if document not in known:
            raise DocumentUnknown
    found = _looked(shown, content)  # outside of the transaction: it may take seconds
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        return [
            _keep(
                Attachment(
                    application_id=application.pk,
                    public_id=secrets.token_hex(6),
                    document=document,
                    name=shown,
                    media_type=found.media_type,
                    size=len(found.content),
                    digest=digest,
                    added_at=clock.now(),
                    added_by=by,
                ),
                found.content,
                by,
            )
            for application in sorted(applications, key=lambda each: each.pk)
        ]


def _keep(made: Attachment, content: bytes, by: User | None) -> Attachment:
    locked = Application.objects.select_for_update(no_key=True).get(pk=made.application_id)
    _require_open(locked)
    there = Attachment.objects.filter(application=locked, removed_at=None)
    same = there.filter(document=made.document, digest=made.digest).first()
    if same is not None:
        return same
    used = there.aggregate(files=Count("pk"), size=Sum("size"))
    most = MOST_BYTES * settings.MADOGUCHI_MAX_UPLOAD_BYTES
    if used["files"] >= MOST_FILES or (used["size"] or 0) + made.size > most:
        raise TooManyFiles(files=MOST_FILES, megabytes=most // 2**20)
    path = f"procedures/attachments/{made.public_id}{SUFFIX[made.media_type]}"
    made.file.save(path, ContentFile(content), save=False)
    made.save()
    if locked.state:
        locked.edit += 1
        locked.save(update_fields=["edit"])
        case = Case.objects.get(pk=locked.case_id)
        happened = events.Happened(locked, "document_added", detail={"document": made.document})
        roles = {locked.department_id: events.role_of(by, locked.department_id)}
        events.record_events(case, [happened], by=by, roles=roles, now=clock.now())
    _record(made, "procedures.document_added", by)
    return made


@transaction.atomic
def remove_attachment(*, attachment: Attachment, by: User | None = None) -> None:
    """Take a file back before the case is sent, for every application that it was attached to as
    this document; what was sent stays. Raises NotDraft."""
    case_id = Application.objects.values_list("case_id", flat=True).get(
        pk=attachment.application_id
    )
    applications = list(
        Application.objects.select_for_update(no_key=True).filter(case=case_id).order_by("pk")
    )
    if any(each.state for each in applications):
        raise NotDraft
    same = Attachment.objects.filter(
        application__in=applications,
        document=attachment.document,
        digest=attachment.digest,
        removed_at=None,
    )
    for found in same:
        storage, path = found.file.storage, str(found.file.name)
        found.removed_at, found.name, found.file = clock.now(), "", ""
        found.save(update_fields=["removed_at", "name", "file"])
        _record(found, "procedures.document_removed", by)
        transaction.on_commit(partial(storage.delete, path))


def _require_open(application: Application) -> None:
    if application.state_kind in DECIDED:
        raise AlreadyDecided
    if application.state_kind == StateKind.WITHDRAWN:
        raise AlreadyWithdrawn


def _looked(name: str, content: bytes) -> Looked:
    """What the file is, found out by a process of its own that may die of it."""
    try:
        done = subprocess.run(  # our own module, in this interpreter
            [sys.executable, "-m", "madoguchi.blocks.procedures.rules.attachments"],
            input=json.dumps({"name": name}).encode() + b"\n" + content,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FileRefused("huge", name) from None
    head, _line, kept = done.stdout.partition(b"\n")
    if done.returncode or not head:
        raise FileRefused("huge" if done.returncode < 0 else "broken", name)
    answer = json.loads(head)
    if "refused" in answer:
        raise FileRefused(answer["refused"], name)
    return Looked(answer["media_type"], kept)


def _record(attachment: Attachment, action: str, by: User | None) -> None:
    audit.record(
        by=by,
        action=action,
        subject=f"procedures.attachment:{attachment.public_id}",
        detail={"document": attachment.document, "sha256": attachment.digest},
    )
