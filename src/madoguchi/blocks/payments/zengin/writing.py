"""From a debit file to its bytes: the same values give the same bytes."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from madoguchi.blocks.payments.zengin.faults import BadDebitFile, Fault, Reason
from madoguchi.blocks.payments.zengin.fields import check, text_of
from madoguchi.blocks.payments.zengin.layout import DATA, END, HEADER, TRAILER, Field
from madoguchi.blocks.payments.zengin.records import DebitFile


def write(file: DebitFile, *, answered: bool = False, crlf: bool = True, also: str = "") -> bytes:
    """The bytes of a request, or with ``answered`` of the bank's answer to it.

    ``crlf`` ends every record with CRLF, else they stand one after the other: as the bank wants
    it. Raises BadDebitFile with everything that does not fit its field.
    """
    faults: list[Fault] = []
    lines = [
        _line(number, table, values, faults, also)
        for number, (table, values) in enumerate(_records(file, answered=answered), 1)
    ]
    if faults:
        raise BadDebitFile(tuple(faults))
    ending = "\r\n" if crlf else ""
    return "".join(line + ending for line in lines).encode("cp932")


def _records(
    file: DebitFile, *, answered: bool
) -> Iterator[tuple[tuple[Field, ...], Mapping[str, Any]]]:
    yield HEADER, asdict(file.header)
    for debit in file.debits:
        yield DATA, asdict(debit)
    yield TRAILER, asdict(file.totals(answered=answered))
    yield END, {}


def _line(
    number: int,
    table: tuple[Field, ...],
    values: Mapping[str, Any],
    faults: list[Fault],
    also: str,
) -> str:
    parts = []
    for field in table:
        text = text_of(field, values.get(field.name))
        if len(text) != field.length:
            faults.append(Fault(number, Reason.LENGTH, field.name, text.strip(" ")))
        elif (wrong := check(field, text, also=also)) is not None:
            faults.append(Fault(number, wrong[0], field.name, wrong[1]))
        parts.append(text)
    return "".join(parts)
