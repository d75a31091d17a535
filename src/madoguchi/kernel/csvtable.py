"""Tables that clerks upload as CSV: columns by their Japanese heading, faults by their line.

Read are UTF-8 with or without BOM and Windows Shift_JIS (cp932), as spreadsheets save them.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import _csv

MOST_ROWS = 200_000


class NoTable(ValueError):
    """The bytes are no such table. ``code`` says why: ``encoding``, ``binary``, ``empty``,
    ``columns`` (``what`` are the missing headings) or ``rows`` (too many)."""

    def __init__(self, code: str, what: tuple[str, ...] = ()) -> None:
        super().__init__(code, what)
        self.code = code
        self.what = what


@dataclass(frozen=True, slots=True)
class Row:
    """``line`` is where the row begins in the file, from 1; ``values`` are by heading, without
    blanks at their ends."""

    line: int
    values: dict[str, str]

    def __getitem__(self, heading: str) -> str:
        return self.values[heading]


def read(content: bytes, headings: Sequence[str]) -> list[Row]:
    """The rows of a table that has at least these headings, in any order. Raises NoTable.

    Rows in which every cell is empty are left out.
    """
    reader = csv.reader(io.StringIO(_decode(content), newline=""))
    try:
        found = [cell.strip() for cell in next(reader, [])]
        missing = tuple(heading for heading in headings if heading not in found)
        if missing:
            raise NoTable("columns", missing)
        return list(_rows(reader, found, headings))
    except csv.Error:
        raise NoTable("binary") from None


def _rows(reader: "_csv.Reader", found: list[str], headings: Sequence[str]) -> Iterator[Row]:
    places = {heading: found.index(heading) for heading in headings}
    begins, count = reader.line_num + 1, 0
    for cells in reader:
        if any(cell.strip() for cell in cells):
            count += 1
            if count > MOST_ROWS:
                raise NoTable("rows")
            padded = [*cells, *[""] * (len(found) - len(cells))]
            yield Row(begins, {name: padded[at].strip() for name, at in places.items()})
        begins = reader.line_num + 1


def _decode(content: bytes) -> str:
    if not content.strip():
        raise NoTable("empty")
    if b"\x00" in content:
        raise NoTable("binary")
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NoTable("encoding")
