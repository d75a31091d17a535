"""Read a plan from the bytes of a file: Markdown, HTML, docx, xlsx, CSV or our own JSON.

``read_plan`` is pure: bytes in, a document with its remarks out, ``PlanUnreadable`` for the rest.
What the format is, the bytes say; the name of the file decides only between kinds of text.
"""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from lxml import etree
from lxml.html import document_fromstring

from madoguchi.plan.document.decode import decode
from madoguchi.plan.document.errors import PlanUnreadable
from madoguchi.plan.document.flat import (
    check_mapping,
    find_table,
    headings_of,
    mapping_needed,
    to_blocks,
)
from madoguchi.plan.document.grid import Block, Grid, Row, plain
from madoguchi.plan.document.hypertext import read_html
from madoguchi.plan.document.limits import MAX_CELLS, check_size, check_zip
from madoguchi.plan.document.mapping import ColumnMapping, guess_mapping
from madoguchi.plan.document.markup import read_markdown
from madoguchi.plan.document.model import PlanDocument
from madoguchi.plan.document.office import Workbook, read_docx
from madoguchi.plan.document.own_formats import (
    is_own_header,
    is_own_html,
    is_own_json,
    read_own_csv,
    read_own_html,
    read_own_json,
    read_own_xlsx,
)
from madoguchi.plan.document.sheets import read_sheets

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Opened:
    """A file before anything in it was understood: ``own`` is set where we wrote it."""

    blocks: tuple[Block, ...] = ()
    own: PlanDocument | None = None
    is_table: bool = False

    @property
    def grids(self) -> list[Grid]:
        return [block for block in self.blocks if isinstance(block, Grid)]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a flat list, for a person who says what they are."""

    headings: tuple[str, ...]
    guess: ColumnMapping
    samples: tuple[tuple[str, ...], ...]


def read_plan(data: bytes, *, filename: str, mapping: ColumnMapping | None = None) -> PlanDocument:
    """The plan in ``data``. ``mapping`` tells the columns of a flat list (xlsx or CSV)."""
    opened = _open(data, filename)
    if opened.own is not None:
        return opened.own
    if opened.is_table and mapping is not None:
        check_mapping(opened.grids, mapping)
    tables = {
        id(grid): table
        for grid in opened.grids
        if (table := find_table(grid, mapping if opened.is_table else None)) is not None
    }
    blocks: list[Block] = []
    for block in opened.blocks:
        table = tables.get(id(block))
        blocks += [block] if table is None else to_blocks(table)
    try:
        return read_sheets(blocks)
    except PlanUnreadable as error:
        unknown = _columns_unknown(opened.grids) if opened.is_table and not tables else None
        if unknown is not None:
            raise unknown from error
        raise


def read_columns(data: bytes, *, filename: str) -> Columns | None:
    """The columns of a spreadsheet or CSV with a heading row, or None for any other file."""
    opened = _open(data, filename)
    if opened.own is not None or not opened.is_table:
        return None
    for grid in opened.grids:
        found = headings_of(grid) or _first_full_row(grid)
        if found is not None:
            headings, below = found
            samples = tuple(
                tuple(cell.text.strip()[:60] for cell in row.cells)
                for row in grid.rows[below : below + 3]
            )
            return Columns(headings, guess_mapping(headings), samples)
    return None


def _first_full_row(grid: Grid) -> tuple[tuple[str, ...], int] | None:
    """The first row with three texts or more, where no heading is known."""
    for index, row in enumerate(grid.rows[:12]):
        texts = tuple(" ".join(cell.text.split()) for cell in row.cells)
        if sum(bool(text) for text in texts) >= 3 and len(set(texts)) == len(texts):
            return texts, index + 1
    return None


def _columns_unknown(grids: Sequence[Grid]) -> PlanUnreadable | None:
    """The error for a list that is flat, as its headings say, but not told apart by them."""
    for grid in grids:
        found = headings_of(grid)
        guess = guess_mapping(found[0]) if found else None
        roles = {role for _, role in guess.columns} if guess else set()
        if found and guess and len(roles) >= 3 and roles & {"number", "name"}:
            return mapping_needed(guess, found[0])
    return None


def _open(data: bytes, filename: str) -> Opened:
    check_size(data)
    if data.startswith(b"PK"):
        return _open_zip(data)
    if data.startswith(_OLD_OFFICE):
        raise PlanUnreadable("old_office")
    if data.lstrip()[:5] == b"%PDF-":
        raise PlanUnreadable("pdf")
    text, _ = decode(data)
    return _open_text(text, PurePath(filename).suffix.lower())


def _open_zip(data: bytes) -> Opened:
    members = check_zip(data)
    if "word/document.xml" in members:
        return Opened(tuple(read_docx(data)))
    if "xl/workbook.xml" not in members:
        raise PlanUnreadable("zip_other")
    book = Workbook(data)
    for name, rows in book.sheets.items():
        if rows and is_own_header(rows[0]):
            return Opened(own=read_own_xlsx(rows, sheet=name))
    return Opened(tuple(book.grids()), is_table=True)


def _open_text(text: str, suffix: str) -> Opened:
    start = text.lstrip()[:1]
    if suffix == ".json" or (start in ("{", "[") and suffix not in (".csv", ".tsv", ".md")):
        return Opened(own=_read_json(text))
    if suffix in (".html", ".htm") or (start == "<" and "<table" in text.lower()):
        return _open_html(text)
    if suffix in (".csv", ".tsv") or _looks_like_csv(text):
        return _open_csv(text)
    return Opened(tuple(read_markdown(text)))


def _read_json(text: str) -> PlanDocument:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PlanUnreadable("json_broken", reason=str(error)) from error
    if not is_own_json(data):
        raise PlanUnreadable("json_not_a_plan", reason="schema")
    return read_own_json(data)


def _open_html(text: str) -> Opened:
    if "data-madoguchi-plan" in text:
        try:
            if is_own_html(document_fromstring(text)):
                return Opened(own=read_own_html(text))
        except (etree.LxmlError, ValueError) as error:
            if isinstance(error, PlanUnreadable):
                raise
            raise PlanUnreadable("no_sheet") from error
    return Opened(tuple(read_html(text)))


def _looks_like_csv(text: str) -> bool:
    """Whether a text without a telling name has commas or tabs where Markdown has pipes."""
    lines = [line for line in text.split("\n", 40)[:40] if line.strip()]
    separated = sum(line.count(",") >= 2 or line.count("\t") >= 2 for line in lines)
    return separated * 2 > len(lines) and not any(line.lstrip().startswith("|") for line in lines)


def _open_csv(text: str) -> Opened:
    first = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[Row] = []
    size = 0
    try:
        for line, cells in enumerate(reader, start=1):
            size += len(cells)
            if size > MAX_CELLS:
                raise PlanUnreadable("spreadsheet_too_large", limit=MAX_CELLS)
            rows.append(Row(tuple(plain(cell) for cell in cells), line))
    except csv.Error as error:
        raise PlanUnreadable("csv_broken", reason=str(error)) from error
    if rows and is_own_header(cell.text for cell in rows[0].cells):
        return Opened(own=read_own_csv(text))
    return Opened((Grid(tuple(rows)),), is_table=True)
