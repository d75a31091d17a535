"""From bytes to a debit file, or to everything that is wrong with them."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from madoguchi.blocks.payments.zengin.faults import BadDebitFile, Fault, Reason
from madoguchi.blocks.payments.zengin.fields import check, shown, signs_of, value_of
from madoguchi.blocks.payments.zengin.layout import RECORD, TABLES
from madoguchi.blocks.payments.zengin.records import Debit, DebitFile, Header, Totals

CRLF = b"\r\n"
MOST_FAULTS = 100
"""So many are told; whoever has more does not need them all."""


def read(content: bytes, *, answered: bool, also: str = "") -> DebitFile:
    """The file that these bytes are; ``answered`` tells a bank's answer from a request.

    Records stand one after the other or end with CRLF, all alike; the last may lack its CRLF.
    ``also`` are characters that this bank takes besides the common ones. Raises BadDebitFile.
    """
    records = [signs_of(raw) for raw in _split(content)]
    _check_order(records)
    faults: list[Fault] = []
    values = [_parse(number, text, faults, also) for number, text in enumerate(records, 1)]
    if faults:
        raise BadDebitFile(tuple(faults[:MOST_FAULTS]))
    found = DebitFile(
        header=Header(**values[0]), debits=tuple(Debit(**each) for each in values[1:-2])
    )
    _check_request(found, answered=answered)
    _check_totals(found, Totals(**values[-2]), record=len(records) - 1, answered=answered)
    return found


def _split(content: bytes) -> Iterator[bytes]:
    """The records. What stands between them says at once whether the bytes can be believed."""
    if not content:
        raise BadDebitFile((Fault(1, Reason.EMPTY),))
    ending = CRLF if content[RECORD : RECORD + 2] == CRLF else b""
    number = place = 0
    while place < len(content):
        number += 1
        raw = content[place : place + RECORD]
        after = content[place + RECORD : place + RECORD + len(CRLF)]
        place += RECORD + len(ending)
        wrong = _framing(raw, after, ending, is_last=place >= len(content))
        if wrong is not None:
            raise BadDebitFile((Fault(number, wrong, value=str(len(raw))),))
        yield raw


def _framing(raw: bytes, after: bytes, ending: bytes, *, is_last: bool) -> Reason | None:
    if b"\n" in raw.replace(CRLF, b"") or after[:1] == b"\n":
        return Reason.LONE_LF
    if b"\r" in raw or b"\n" in raw:
        return Reason.LINE_END
    if len(raw) < RECORD:
        return Reason.CUT_OFF
    is_ended = after == ending if ending else not after.startswith(b"\r")
    if not is_ended and not (is_last and not after):
        return Reason.LINE_END
    return None


def _check_order(records: list[str]) -> None:
    """Header, data, trailer, end: nothing between, before or after."""
    for number, text in enumerate(records, 1):
        expected = {1: "1", len(records) - 1: "8", len(records): "9"}.get(number, "2")
        if number == 1:
            expected = "1"
        if text[0] != expected:
            fault = Fault(number, Reason.ORDER, value=shown(text[0]), expected=expected)
            raise BadDebitFile((fault,))
    if len(records) < len("189"):
        raise BadDebitFile((Fault(len(records), Reason.CUT_OFF, value=str(RECORD)),))


def _parse(number: int, text: str, faults: list[Fault], also: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    place = 0
    for field in TABLES[text[0]]:
        part = text[place : place + field.length]
        place += field.length
        wrong = check(field, part, also=also)
        if wrong is not None:
            reason, value = wrong
            faults.append(Fault(number, reason, field.name, shown(value)))
        elif field.has_value:
            values[field.name] = value_of(field, part)
    return values


def _check_request(found: DebitFile, *, answered: bool) -> None:
    """A request has no results yet."""
    if answered:
        return
    faults = [
        Fault(number, Reason.NOT_ANSWERED, "result", debit.result)
        for number, debit in enumerate(found.debits, 2)
        if debit.result != "0"
    ]
    if faults:
        raise BadDebitFile(tuple(faults[:MOST_FAULTS]))


def _check_totals(found: DebitFile, stated: Totals, *, record: int, answered: bool) -> None:
    """Counts and sums of the trailer against the records; done and failed make up the whole."""
    counted = asdict(found.totals(answered=answered))
    faults = [
        Fault(record, _REASONS[name], name, str(value), str(counted[name]))
        for name, value in asdict(stated).items()
        if value != counted[name]
    ]
    if faults:
        raise BadDebitFile(tuple(faults))


_REASONS = {
    "count": Reason.COUNT,
    "amount": Reason.AMOUNT,
    "done_count": Reason.DONE_AND_FAILED,
    "done_amount": Reason.DONE_AND_FAILED,
    "failed_count": Reason.DONE_AND_FAILED,
    "failed_amount": Reason.DONE_AND_FAILED,
}
