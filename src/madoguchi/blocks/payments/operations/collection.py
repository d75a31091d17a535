"""Reading collection files (収納データ): the whole file is right, and booked, or nothing is."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.collection import profiles
from madoguchi.blocks.payments.collection.reading import Reader
from madoguchi.blocks.payments.collection.records import Faults, Record
from madoguchi.blocks.payments.collection.repeats import Repeats
from madoguchi.blocks.payments.models import CollectionFile
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.rules.channels import Channel, Fact
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused

IN_MEMORY = 8 * 2**20
CHUNK = 2**20
MOST_REPEATS_NAMED = 20
LONGEST_NAME = 200


class FileFaulty(Refused):
    """``faults`` names lines and reasons; nothing of the file was booked."""

    message = _("“%(name)s” was refused (faults: %(count)d). Nothing was booked.")

    def __init__(self, name: str, layout: str | None, faults: Faults) -> None:
        super().__init__(name=name, count=faults.count)
        self.layout = layout
        self.faults = faults


@dataclass(frozen=True, slots=True)
class CollectionResult:
    """``is_known``: the same bytes were read before, and nothing was done now.

    ``new`` and ``known`` are this reading's statements, ``work_items`` what it opened.
    """

    file: CollectionFile
    is_known: bool
    new: int = 0
    known: int = 0
    work_items: int = 0


def read_collection(
    *,
    name: str,
    content: bytes | None = None,
    stream: BinaryIO | None = None,
    layout: str | None = None,
    by: User | None,
) -> CollectionResult:
    """Read a file given as bytes or as a stream, of any size, and book what it states.

    First the whole file is looked through, then all of it is booked in one transaction: the same
    file at the same time, or one that overlaps with it, waits, and states nothing twice.
    ``layout`` is ``a``, ``b`` or ``csv``; None: found by itself. Of a long ``name`` the end is
    kept. Raises FileFaulty.
    """
    name = name[-LONGEST_NAME:]
    source = stream if stream is not None else io.BytesIO(content or b"")
    with SpooledTemporaryFile(max_size=IN_MEMORY) as spooled:
        digest = _copy(source, spooled)
        known = CollectionFile.objects.filter(digest=digest).first()
        if known is not None:
            return CollectionResult(known, is_known=True)
        copy = cast(BinaryIO, spooled)
        first, repeats = _reader(copy, layout), Repeats()
        for record in first.records():
            repeats.see(record)
        if first.faults:
            raise FileFaulty(name, first.layout, first.faults)
        return _take(copy, first, repeats, name=name, digest=digest, by=by)


def _copy(source: BinaryIO, into: "SpooledTemporaryFile[bytes]") -> str:
    """The stream on our own disk, since it is read twice; gives its SHA-256."""
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        into.write(chunk)
    into.seek(0)
    return digest.hexdigest()


def _reader(copy: BinaryIO, layout: str | None) -> Reader:
    copy.seek(0)
    return Reader(
        copy,
        layout=layout,
        today=clock.today(),
        profiles=profiles.configured(settings.MADOGUCHI_COLLECTION_TRAILERS),
    )


@transaction.atomic
def _take(
    copy: BinaryIO, first: Reader, repeats: Repeats, *, name: str, digest: str, by: User | None
) -> CollectionResult:
    """Book what was found right. Whoever comes with the same bytes meanwhile waits here."""
    file, is_new = CollectionFile.objects.get_or_create(
        digest=digest,
        defaults={
            "name": name[:LONGEST_NAME],
            "layout": first.layout or "",
            "read_at": clock.now(),
            "read_by": by,
            "records": first.count,
            "amount": first.amount,
        },
    )
    if not is_new:
        return CollectionResult(file, is_known=True)
    again: list[tuple[int, int]] = []
    facts = _facts(_reader(copy, first.layout), repeats, again, f"file:{file.pk}")
    booked = book(facts, by=by)
    file.new_records = booked.new
    file.summary = {
        **{kind.value: [each.count, each.amount] for kind, each in first.tallies.items()},
        "notes": first.notes,
        "repeated": again[:MOST_REPEATS_NAMED],
        "repeated_count": len(again),
        "work_items": booked.work_items,
    }
    file.save(update_fields=["new_records", "summary"])
    audit.record(
        by=by,
        action="payments.collection_read",
        subject=f"payments.collection_file:{file.pk}",
        detail={"digest": digest, **_counts(file)},
    )
    return CollectionResult(
        file, is_known=False, new=booked.new, known=booked.known, work_items=booked.work_items
    )


def _counts(file: CollectionFile) -> dict[str, Any]:
    return {
        "layout": file.layout,
        "records": file.records,
        "new": file.new_records,
        "amount": file.amount,
        "work_items": file.summary["work_items"],
    }


def _facts(
    reader: Reader, repeats: Repeats, again: list[tuple[int, int]], source: str
) -> Iterator[Fact]:
    for record in reader.records():
        before = repeats.first_line(record)
        if before is not None:
            again.append((record.line, before))
        yield _fact(record, f"{source}:{record.line}")


def _fact(record: Record, source: str) -> Fact:
    return Fact(
        kind=record.statement,
        channel=Channel.STORE,
        payment_key=record.payment_key,
        amount=record.amount,
        paid_at=record.paid_at,
        barcode=record.barcode,
        transfer_on=record.transfer_on,
        reference=f"{record.chain_name or record.chain} {record.store}".strip(),
        source=source,
    )
