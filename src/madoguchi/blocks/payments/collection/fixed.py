"""Reading a fixed-length file after a profile: cut, check the order, read each field."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO, Final

from madoguchi.blocks.payments.collection import fields, lines
from madoguchi.blocks.payments.collection.profiles import (
    DATA,
    END,
    HEADER,
    RECORD_BYTES,
    TRAILER,
    Field,
    Holds,
    Profile,
)
from madoguchi.blocks.payments.collection.records import JAPAN, Faults, Ill, Record

FOLLOWERS: Final = {
    "": (HEADER,),
    HEADER: (DATA, TRAILER),
    DATA: (DATA, TRAILER),
    TRAILER: (HEADER, END),
    END: (),
}
"""Which record may come after which; a file may hold several parts, each with its trailer."""

_CONTROL: Final = re.compile(rb"[\x00-\x1f\x7f]")


Read = Callable[[str], object]


def _reads(table: Sequence[Field], layout: str) -> list[tuple[Field, Read]]:
    """The fields that say something, each with what reads it."""

    def read_of(field: Field) -> Read:
        if field.holds is Holds.DATA_KIND:
            return partial(fields.data_kind, layout=layout)
        if field.holds is Holds.CODE:
            return partial(fields.code, name=field.name)
        return _READ[field.holds]

    return [(field, read_of(field)) for field in table if field.holds not in _PASSED_OVER]


class FixedReader:
    """The records of one file. Faults and notes go to the lists that were handed in."""

    def __init__(
        self, stream: BinaryIO, profile: Profile, faults: Faults, notes: list[str], head: bytes
    ) -> None:
        self._stream = stream
        self._profile = profile
        self._faults = faults
        self._notes = notes
        self._has_line_ends = lines.has_line_ends(head)
        self._last = ""
        self._count = 0
        self._total = 0
        self._has_ill_record = False
        self._fields = {
            kind: _reads(table, profile.code) for kind, table in profile.records.items()
        }

    def records(self) -> Iterator[Record]:
        cut = lines.text_lines if self._has_line_ends else lines.blocks
        number = 0
        for number, line, is_too_long in cut(self._stream):
            if self._last == END and lines.is_after_the_end(line):
                continue
            try:
                record = self._one(number, line, is_too_long)
            except Ill as ill:
                self._has_ill_record = True
                self._faults.add(number, ill.code, **ill.values)
            else:
                if record is not None:
                    yield record
        if self._last != END:
            self._faults.add(number, "no_end")

    def _one(self, number: int, line: bytes, is_too_long: bool) -> Record | None:
        if is_too_long or len(line) != RECORD_BYTES:
            raise Ill("length", found=len(line), more=is_too_long, wanted=RECORD_BYTES)
        if _CONTROL.search(line):
            raise Ill("control")
        _check_encoding(line)
        self._step(fields.shown(chr(line[0])))
        kind = self._last
        if kind == DATA:
            return self._data(number, line)
        if kind == TRAILER:
            self._compare(number, line)
        else:
            self._read(kind, line)
        return None

    def _step(self, kind: str) -> None:
        if kind not in self._fields:
            raise Ill("record_type", found=fields.shown(kind))
        last, self._last = self._last, kind
        if kind == HEADER:
            self._count = self._total = 0
            self._has_ill_record = False
        if kind not in FOLLOWERS[last]:
            raise Ill("order", found=kind, after=last or "-")

    def _data(self, number: int, line: bytes) -> Record:
        self._count += 1
        found = self._read(DATA, line)
        kind = found["data_kind"]
        barcode = found["barcode"]
        amount = fields.barcode_amount(barcode)
        self._total += amount
        return Record(
            line=number,
            data_kind=kind.code,
            statement=kind.statement,
            paid_at=datetime.combine(found["paid_on"], found["paid_time"], JAPAN),
            barcode=barcode,
            amount=amount,
            store=found["store"],
            chain=found["chain"],
            taken_on=found["taken_on"],
            transfer_on=found["transfer_on"],
            accounted_on=found["accounted_on"],
        )

    def _read(self, kind: str, line: bytes) -> dict[str, Any]:
        """The fields of a record by name; the parts of a barcode joined."""
        found: dict[str, Any] = {"barcode": ""}
        text = line.decode("ascii") if line.isascii() else None
        for field, read in self._fields[kind]:
            part = text[field.offset : field.end] if text is not None else _japanese(line, field)
            if field.holds is Holds.BARCODE:
                found["barcode"] += part
            else:
                found[field.name] = read(part)
        return found

    def _compare(self, number: int, line: bytes) -> None:
        """The trailer against what was read. Where a record was ill the sums are not at fault."""
        trailer = self._profile.trailer
        for code, place, read in (
            ("trailer_count", trailer.count, self._count),
            ("trailer_total", trailer.total, self._total),
        ):
            says = None if place is None else _stated(line, place)
            if says is None:
                self._note("trailer_unknown" if place is None else "trailer_blank")
            elif says != read and not self._has_ill_record:
                self._faults.add(number, code, stated=says, read=read)

    def _note(self, code: str) -> None:
        if code not in self._notes:
            self._notes.append(code)


def _check_encoding(line: bytes) -> None:
    try:
        line.decode("cp932")
    except UnicodeDecodeError as error:
        raise Ill("encoding", at=error.start + 1) from None


def _japanese(line: bytes, field: Field) -> str:
    """A field of a line that has more than ASCII: places are bytes, not characters."""
    try:
        return line[field.offset : field.end].decode("cp932")
    except UnicodeDecodeError:
        raise Ill("cut_character", field=field.name) from None


def _stated(line: bytes, place: tuple[int, int]) -> int | None:
    offset, length = place
    return fields.count(line[offset : offset + length].decode("cp932", errors="replace"))


_PASSED_OVER: Final = (Holds.RECORD_TYPE, Holds.FILLER)
_READ: Final[dict[Holds, Read]] = {
    Holds.BARCODE: str,
    Holds.DAY: fields.day,
    Holds.DAY_OR_BLANK: fields.day_or_blank,
    Holds.TIME: fields.clock_time,
    Holds.STORE: fields.store,
    Holds.TEXT: str,
}
