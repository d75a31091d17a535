"""What anyone may learn of a document: whether it holds, of which kind it is, and since when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from madoguchi.blocks.documents.models import IssuedDocument
from madoguchi.blocks.documents.rules import (
    Mistyped,
    kind_label,
    qr_modules_of_text,
    read_code,
    squares_path,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

QUIET_ZONE: Final = 4
"""Light modules around a QR code (ISO/IEC 18004)."""

SYMBOL: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
    '<path transform="translate({quiet} {quiet})" d="{path}"/></svg>'
)


class Status(StrEnum):
    """How a document stands; one that is both revoked and superseded is revoked."""

    GENUINE = "genuine"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """``ended_at`` is when the document was revoked, or when the newer one was issued.

    Of a document that is unknown nothing else is told.
    """

    status: Status
    code: str = ""
    kind_label: "StrOrPromise" = ""
    issued_at: datetime | None = None
    ended_at: datetime | None = None
    digest: str = ""


UNKNOWN = Verdict(Status.UNKNOWN)


def check(code: str) -> Verdict:
    """How the document with this code stands. What cannot be a code is unknown, too."""
    try:
        wanted = read_code(code)
    except Mistyped:
        return UNKNOWN
    return _verdict(code=wanted)


def check_file(digest: str) -> Verdict:
    """How the document stands whose signed bytes have this digest (SHA-256, hex)."""
    return _verdict(digest=digest)


def issued_documents() -> QuerySet[IssuedDocument]:
    """All of them, the newest first, with what ``verdict_of`` needs."""
    return IssuedDocument.objects.select_related("superseded_by").order_by("-pk")


def _verdict(**wanted: str) -> Verdict:
    document = issued_documents().filter(**wanted).first()
    return verdict_of(document) if document else UNKNOWN


def verdict_of(document: IssuedDocument) -> Verdict:
    """The verdict on a document that is there; needs ``superseded_by`` with it."""
    status, ended_at = Status.GENUINE, None
    if document.revoked_at:
        status, ended_at = Status.REVOKED, document.revoked_at
    elif document.superseded_by:
        status, ended_at = Status.SUPERSEDED, document.superseded_by.issued_at
    return Verdict(
        status=status,
        code=document.code,
        kind_label=kind_label(document.kind),
        issued_at=document.issued_at,
        ended_at=ended_at,
        digest=document.digest,
    )


def verification_block(code: str, address: str) -> dict[str, str]:
    """What the box ``verification`` of ``@madoguchi/documents`` shows, in the present language.

    ``code`` and ``address`` are those that ``issue`` hands to whoever makes the document.
    """
    rows = qr_modules_of_text(address)
    side = len(rows) + 2 * QUIET_ZONE
    return {
        "symbol": SYMBOL.format(side=side, quiet=QUIET_ZONE, path=squares_path(rows)),
        "alt": _("QR code of the address %(address)s") % {"address": address},
        "title": _("Verification code"),
        "code": code,
        "explanation": _("Whether this document is genuine and still valid can be checked at:"),
        "address": address.removesuffix(f"{code}/"),
    }
