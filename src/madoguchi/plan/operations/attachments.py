"""Files kept as evidence of a report."""

import hashlib
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused
from madoguchi.plan.models import Attachment, Report
from madoguchi.plan.operations.open_year import lock_open_year
from madoguchi.plan.rules import attachments


class FileTooLarge(Refused):
    message = _("The file is larger than %(megabytes)d MB.")


class FileNotAllowed(Refused):
    message = _("Attach PDF, PNG, JPEG, DOCX, XLSX or CSV files. “%(name)s” is none of these.")


@transaction.atomic
def add_attachment(
    *, report: Report, name: str, content: bytes, is_public: bool, by: User | None
) -> Attachment:
    """Keep a file with a report of an open year.

    Raises FileTooLarge, FileNotAllowed (by content, not by name alone), YearNotOpen.
    """
    name = PurePosixPath(name.replace("\\", "/")).name[-200:]
    if len(content) > settings.MADOGUCHI_MAX_UPLOAD_BYTES:
        raise FileTooLarge(megabytes=settings.MADOGUCHI_MAX_UPLOAD_BYTES // 2**20)
    try:
        media_type = attachments.media_type_of(name, content)
    except attachments.WrongContent:
        raise FileNotAllowed(name=name) from None
    lock_open_year(report.row)
    digest = hashlib.sha256(content).hexdigest()
    attachment = Attachment(
        report=report,
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=digest,
        is_public=is_public,
        at=clock.now(),
        by=by,
    )
    attachment.file.save(f"{digest[:32]}{PurePosixPath(name).suffix.lower()}", ContentFile(content))
    _record(attachment, "plan.attachment_added", by)
    return attachment


@transaction.atomic
def withdraw_attachment(*, attachment: Attachment, by: User | None) -> None:
    """Take a file back while the year is open; its digest stays in the audit log."""
    lock_open_year(attachment.report.row)
    _record(attachment, "plan.attachment_withdrawn", by)
    storage, path = attachment.file.storage, str(attachment.file.name)
    attachment.delete()
    transaction.on_commit(lambda: storage.delete(path))


def _record(attachment: Attachment, action: str, by: User | None) -> None:
    audit.record(
        by=by,
        action=action,
        subject=f"plan.attachment:{attachment.pk}",
        detail={"report": attachment.report_id, "sha256": attachment.sha256},
    )
