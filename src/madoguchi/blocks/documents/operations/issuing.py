"""Issuing documents that anyone can verify, and taking them back."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.documents.models import IssuedDocument
from madoguchi.blocks.documents.operations.signing import sign_pdf
from madoguchi.blocks.documents.rules import (
    RANDOM_BITS,
    Mistyped,
    code_of,
    document_kinds,
    read_code,
    written_code,
)
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused


class NotIssued(Refused):
    """No document was ever issued under the code."""

    message = _("No document was issued under this code.")


class AlreadySuperseded(Refused):
    """Somebody else issued a newer one in between; nothing was issued now."""

    message = _("A newer document was issued in place of this one already.")


class AlreadyRevoked(Refused):
    """Somebody else revoked it in between; nothing was changed."""

    message = _("This document was revoked already.")


class RevocationReasonMissing(Refused):
    message = _("Say why the document is revoked.")


@dataclass(frozen=True)
class Issued:
    """``code`` as it is kept (`rules.written_code` prints it); ``digest`` is SHA-256 of ``pdf``."""

    code: str
    pdf: bytes
    digest: str


def issue(
    kind: str,
    make: Callable[[str, str], bytes],
    *,
    by: AbstractBaseUser | None,
    supersedes: str | None = None,
) -> Issued:
    """Make, sign and enter a document of a registered kind.

    ``make(code, address)`` gives the unsigned PDF; it prints the code as given and the address
    as a QR code. The document itself is not kept: whoever asked for it keeps it. ``supersedes``
    is the code of an earlier one, which from now on verifies as superseded. Nothing is entered
    where making or signing fails. Raises NotRegistered, SigningNotConfigured, NotIssued,
    AlreadySuperseded, and what ``make`` raises.
    """
    label = str(document_kinds[kind].label)
    earlier = None if supersedes is None else _known(supersedes)
    code = code_of(secrets.randbits(RANDOM_BITS))
    signed = sign_pdf(make(written_code(code), address_of(code)), reason=label)
    issued = Issued(code, signed, hashlib.sha256(signed).hexdigest())
    _enter(kind, issued, earlier, by)
    return issued


def address_of(code: str) -> str:
    """Where anyone verifies a document, as it is printed."""
    path = reverse("documents:document", args=[written_code(code)])
    return str(settings.BASE_URL).rstrip("/") + path


@transaction.atomic
def revoke(code: str, *, by: AbstractBaseUser | None, reason: str) -> None:
    """Take a document back: from now on it verifies as revoked, whatever came after it.

    ``reason`` goes into the audit log only, and tells nothing of a person. Raises NotIssued,
    AlreadyRevoked, RevocationReasonMissing.
    """
    if not reason.strip():
        raise RevocationReasonMissing
    document = _known(code)
    now = clock.now()
    if not IssuedDocument.objects.filter(pk=document.pk, revoked_at=None).update(revoked_at=now):
        raise AlreadyRevoked
    detail = {"kind": document.kind, "reason": reason.strip()}
    audit.record(by=by, action="documents.revoked", subject=_subject(document), detail=detail)


@transaction.atomic
def _enter(
    kind: str, issued: Issued, earlier: IssuedDocument | None, by: AbstractBaseUser | None
) -> None:
    document = IssuedDocument.objects.create(
        code=issued.code, kind=kind, digest=issued.digest, issued_at=clock.now()
    )
    detail = {"kind": kind, "digest": issued.digest}
    if earlier is not None:
        # of two who supersede the same document, the second one waits here and then finds none
        present = IssuedDocument.objects.filter(pk=earlier.pk, superseded_by=None)
        if not present.update(superseded_by=document):
            raise AlreadySuperseded
        detail["supersedes"] = _subject(earlier)
    audit.record(by=by, action="documents.issued", subject=_subject(document), detail=detail)


def _known(typed: str) -> IssuedDocument:
    """The document with this code. Raises NotIssued."""
    try:
        return IssuedDocument.objects.get(code=read_code(typed))
    except (Mistyped, IssuedDocument.DoesNotExist):
        raise NotIssued from None


def _subject(document: IssuedDocument) -> str:
    return f"documents.document:{document.pk}"
