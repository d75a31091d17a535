"""Writing collection files as an agent would: for the sample city, and to prove the reader."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from madoguchi.blocks.payments.collection.csv_form import COLUMNS, SYMBOLOGY
from madoguchi.blocks.payments.collection.profiles import (
    CSV,
    DATA,
    END,
    HEADER,
    PROFILES,
    RECORD_BYTES,
    TRAILER,
    Field,
    Holds,
    Profile,
    Trailer,
)
from madoguchi.blocks.payments.collection.records import JAPAN, Record

CRLF: Final = b"\r\n"


class DoesNotFit(ValueError):
    """A value is longer than its field; ``str()`` names both."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What layout B says at its beginning. ``biller_name`` in half-width kana."""

    created_on: date
    agent: str = ""
    biller: str = ""
    biller_name: str = ""


def write(
    records: Iterable[Record],
    layout: str,
    *,
    heading: Heading | None = None,
    line_end: bytes = CRLF,
    encoding: str = "cp932",
    profiles: Mapping[str, Profile] = PROFILES,
) -> bytes:
    """A whole file. Layout ``a`` or ``b`` (always cp932), or ``csv``.

    Without ``heading`` layout B is created on the day of the latest payment, for the codes of the
    first barcode. Totals that the trailer has no room for are left blank.
    """
    found = list(records)
    if layout == CSV:
        text_end = line_end.decode("ascii")
        return "".join(line + text_end for line in _csv_lines(found)).encode(encoding)
    lines = _fixed_lines(found, profiles[layout], heading or _heading(found))
    return b"".join(line + line_end for line in lines)


def _heading(records: Sequence[Record]) -> Heading:
    if not records:
        return Heading(date(2000, 1, 1))
    barcode = records[0].barcode
    return Heading(
        created_on=max(record.taken_on or record.paid_at.date() for record in records),
        agent=barcode[3:8],
        biller=barcode[8:13],
    )


def _fixed_lines(records: Sequence[Record], profile: Profile, heading: Heading) -> Iterator[bytes]:
    yield _line(
        profile.records[HEADER],
        {
            "record_type": HEADER,
            "created_on": _day(heading.created_on),
            "agent": heading.agent,
            "biller": heading.biller,
            "biller_name": heading.biller_name,
        },
    )
    table = profile.records[DATA]
    for record in records:
        yield _line(table, {**_values(record), **_barcode_parts(table, record.barcode)})
    yield _trailer(profile.trailer, len(records), sum(record.amount for record in records))
    yield _line(profile.records[END], {"record_type": END})


def _values(record: Record) -> dict[str, str]:
    paid_at = record.paid_at.astimezone(JAPAN)
    return {
        "record_type": DATA,
        "data_kind": record.data_kind,
        "paid_on": _day(paid_at),
        "paid_time": f"{paid_at:%H%M}",
        "barcode_kind": "1",
        "store": record.store,
        "taken_on": _day(record.taken_on),
        "transfer_on": _day(record.transfer_on),
        "accounted_on": _day(record.accounted_on),
        "chain": record.chain,
    }


def _barcode_parts(table: Sequence[Field], barcode: str) -> dict[str, str]:
    parts, at = {}, 0
    for field in table:
        if field.holds is Holds.BARCODE:
            parts[field.name] = barcode[at : at + field.length]
            at += field.length
    return parts


def _line(table: Sequence[Field], values: Mapping[str, str]) -> bytes:
    """Each value from the left of its field, blanks behind it."""
    line = bytearray(b" " * RECORD_BYTES)
    for field in table:
        value = values.get(field.name, "").encode("cp932")
        if len(value) > field.length:
            raise DoesNotFit(f"{field.name}: {value.decode('cp932')} has over {field.length} bytes")
        line[field.offset : field.offset + len(value)] = value
    return bytes(line)


def _trailer(trailer: Trailer, count: int, total: int) -> bytes:
    line = bytearray(TRAILER.encode() + b" " * (RECORD_BYTES - 1))
    for place, value in ((trailer.count, count), (trailer.total, total)):
        if place is not None and len(str(value)) <= place[1]:
            offset, length = place
            line[offset : offset + length] = str(value).zfill(length).encode()
    return bytes(line)


def _day(value: date | datetime | None) -> str:
    return "" if value is None else f"{value:%Y%m%d}"


def _csv_lines(records: Iterable[Record]) -> Iterator[str]:
    into = io.StringIO()
    row: Callable[[Sequence[str]], object] = csv.writer(into, lineterminator="").writerow

    def line(cells: Sequence[str]) -> str:
        into.seek(0)
        into.truncate()
        row(cells)
        return into.getvalue()

    yield line(COLUMNS)
    for record in records:
        barcode = record.barcode
        paid_at = record.paid_at.astimezone(JAPAN)
        yield line(
            (
                record.data_kind,
                _day(paid_at),
                str(int(f"{paid_at:%H%M}")),
                f"{SYMBOLOGY}{barcode}",
                barcode[13:19],
                barcode[19:30],
                barcode[36],
                str(record.amount),
                record.chain,
                record.chain_name,
                record.store,
                _day(record.transfer_on) or "0",
                _day(record.taken_on),
            )
        )
