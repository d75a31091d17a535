"""Readings as a table that a clerk uploads: columns by their Japanese heading.

Needed are お客様番号, 検針日 and 指針; 推定, 一周 and 備考 may be there. A line without an index
that is no estimate was not read, and is left out.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from madoguchi.kernel import csvtable
from madoguchi.kernel.csvtable import NoTable, Row

NUMBER, DAY, INDEX = "お客様番号", "検針日", "指針"
ESTIMATE, TURNED, NOTE = "推定", "一周", "備考"
NEEDED = (NUMBER, DAY, INDEX)
OPTIONAL = (ESTIMATE, TURNED, NOTE)
YES = frozenset({"1", "○", "◯", "〇", "有", "はい", "yes", "y", "true"})
NO = frozenset({"", "0", "無", "いいえ", "no", "n", "false"})
LONGEST_NOTE = 200
_DAY = re.compile(r"([0-9]{4})([-/.]?)([0-9]{1,2})\2([0-9]{1,2})", re.ASCII)
_INDEX = re.compile(r"[0-9]{1,9}", re.ASCII)


class FaultCode(StrEnum):
    """What is wrong with a cell."""

    MISSING = "missing"
    NO_DAY = "no_day"
    NO_NUMBER = "no_number"
    NO_MARK = "no_mark"
    TOO_LONG = "too_long"
    TWICE = "twice"
    """The customer number stood in an earlier line."""


@dataclass(frozen=True, slots=True)
class Fault:
    """``line`` is that of the file, from 1; ``value`` is what stands there."""

    line: int
    heading: str
    code: FaultCode
    value: str


@dataclass(frozen=True, slots=True)
class Line:
    """A reading. ``index_m3`` is None for an estimate that is left to us."""

    line: int
    number: str
    read_on: date
    index_m3: int | None
    is_estimate: bool
    rolled_over: bool
    note: str


@dataclass(frozen=True, slots=True)
class Upload:
    """``unread`` is how many lines had no index. With faults nothing should be recorded."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]
    unread: int


def read(content: bytes) -> Upload:
    """Read an uploaded file. Raises NoTable."""
    lines: list[Line] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    unread = 0
    for row in _rows(content):
        number = normal(row[NUMBER])
        found = _faults(row, number, seen)
        seen.add(number)
        faults += found
        is_estimate = _mark(row, ESTIMATE) is True
        if not found and not normal(row[INDEX]) and not is_estimate:
            unread += 1
        elif not found:
            lines.append(_line(row, number, is_estimate=is_estimate))
    return Upload(tuple(lines), tuple(faults), unread)


def normal(text: str) -> str:
    """Half-width, without blanks at the ends."""
    return unicodedata.normalize("NFKC", text).strip()


def _rows(content: bytes) -> Sequence[Row]:
    """Rows with the needed columns, and those of the others that are there."""
    try:
        return csvtable.read(content, [*NEEDED, *OPTIONAL])
    except NoTable as problem:
        missing = set(problem.what)
        if problem.code != "columns" or missing & set(NEEDED):
            raise NoTable(problem.code, tuple(h for h in NEEDED if h in missing)) from None
        return csvtable.read(content, [*NEEDED, *(h for h in OPTIONAL if h not in missing)])


def _faults(row: Row, number: str, seen: set[str]) -> list[Fault]:
    def fault(heading: str, code: FaultCode) -> Fault:
        return Fault(row.line, heading, code, row.values.get(heading, ""))

    found = []
    if not number:
        found.append(fault(NUMBER, FaultCode.MISSING))
    elif number in seen:
        found.append(fault(NUMBER, FaultCode.TWICE))
    is_read = bool(normal(row[INDEX])) or _mark(row, ESTIMATE) is True
    if is_read and _day(row[DAY]) is None:
        found.append(fault(DAY, FaultCode.NO_DAY if row[DAY] else FaultCode.MISSING))
    if normal(row[INDEX]) and _index(row[INDEX]) is None:
        found.append(fault(INDEX, FaultCode.NO_NUMBER))
    found += [
        fault(heading, FaultCode.NO_MARK)
        for heading in (ESTIMATE, TURNED)
        if _mark(row, heading) is None
    ]
    if len(row.values.get(NOTE, "")) > LONGEST_NOTE:
        found.append(fault(NOTE, FaultCode.TOO_LONG))
    return found


def _line(row: Row, number: str, *, is_estimate: bool) -> Line:
    read_on = _day(row[DAY])
    assert read_on is not None  # noqa: S101 # a line with a fault does not come here
    return Line(
        line=row.line,
        number=number,
        read_on=read_on,
        index_m3=_index(row[INDEX]),
        is_estimate=is_estimate,
        rolled_over=_mark(row, TURNED) is True,
        note=row.values.get(NOTE, ""),
    )


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(normal(text))
    if found is None:
        return None
    year, sign, month, day = found.groups()
    if not sign and len(month + day) != 4:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _index(text: str) -> int | None:
    digits = normal(text).replace(",", "")
    return int(digits) if _INDEX.fullmatch(digits) else None


def _mark(row: Row, heading: str) -> bool | None:
    """Whether a column says yes; None where it says something else."""
    said = normal(row.values.get(heading, "")).casefold()
    if said in YES:
        return True
    return False if said in NO else None
