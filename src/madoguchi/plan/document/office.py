"""docx and xlsx to lines and grids. ``limits.check_zip`` has looked at the bytes before.

Spreadsheets are read cell by cell as they stream (openpyxl's read-only mode), so that a stray
cell in the last row or a merge over a million cells costs nothing.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final
from xml.etree.ElementTree import ParseError

import docx
from defusedxml.ElementTree import fromstring
from docx.oxml.ns import qn
from lxml.etree import _Element as Element
from openpyxl import load_workbook
from openpyxl.worksheet.cell_range import CellRange

from madoguchi.plan.document.errors import PlanUnreadable
from madoguchi.plan.document.grid import Block, Cell, Grid, Notice, Row, TextLine, plain
from madoguchi.plan.document.limits import MAX_CELLS
from madoguchi.plan.document.marks import outcome_of

_MAX_SWEPT: Final = 3_000_000
_MAX_MERGES: Final = 20_000
_MAX_MERGED_ROWS: Final = 1_000

# --- docx ---------------------------------------------------------------------------------

_SKIPPED: Final = frozenset(
    {qn("w:del"), qn("w:instrText"), qn("w:rPr"), qn("w:pPr"), qn("w:tcPr"),
     "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
)  # fmt: skip


def read_docx(data: bytes) -> list[Block]:
    """The paragraphs and tables of a Word document, in order."""
    try:
        body = docx.Document(io.BytesIO(data)).element.body
        return list(_body_blocks(body))
    except PlanUnreadable:
        raise
    except Exception as error:  # the library raises whatever a damaged part leads it to
        raise PlanUnreadable("office_broken", kind="docx") from error


def _body_blocks(parent: Element) -> Iterator[Block]:
    for child in parent:
        if child.tag == qn("w:p"):
            style = child.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
            title = style is not None and style.get(qn("w:val")) == "Title"
            for line in _Text(child).text.split("\n"):
                if line.strip():
                    yield TextLine(line.strip(), None, title)
        elif child.tag == qn("w:tbl"):
            yield _docx_grid(child)
        elif child.tag == qn("w:sdt"):
            for content in child.iter(qn("w:sdtContent")):
                yield from _body_blocks(content)
                break


def _docx_grid(table: Any) -> Grid:
    rows = []
    size = 0
    for number, row in enumerate(table.xpath("./w:tr | ./w:sdt/w:sdtContent/w:tr"), start=1):
        cells: list[Cell] = [Cell()] * row.grid_before
        for tc in row.xpath("./w:tc | ./w:sdt/w:sdtContent/w:tc"):
            covered = tc.vMerge == "continue"
            text = _Text(tc)
            cell = Cell(covered=True) if covered else Cell(text=text.text.strip(), raw=text.raw)
            cells += [cell, *[Cell()] * (tc.grid_span - 1)]
        size += len(cells)
        if size > MAX_CELLS:
            raise PlanUnreadable("spreadsheet_too_large", limit=MAX_CELLS)
        rows.append(Row(tuple(cells), number))
    return Grid(tuple(rows))


class _Text:
    """The text below an element: one line for each paragraph and break, text boxes included.

    ``raw`` shows bold and boxed runs as the tags that HTML has for them.
    """

    def __init__(self, element: Element) -> None:
        self.text = ""
        self.raw = ""
        self._walk(element)

    def _walk(self, element: Element) -> None:
        for child in element:
            if child.tag in _SKIPPED:
                continue
            if child.tag == qn("w:t"):
                self._add(child.text or "")
            elif child.tag in (qn("w:br"), qn("w:cr")):
                self._add("\n", "<br>")
            elif child.tag == qn("w:tab"):
                self._add(" ")
            elif child.tag == qn("w:r"):
                self._run(child)
            elif child.tag == qn("w:p"):
                self._walk(child)
                self._add("\n")
            else:
                self._walk(child)

    def _add(self, text: str, raw: str | None = None) -> None:
        self.text += text
        self.raw += text if raw is None else raw

    def _run(self, run: Element) -> None:
        start, raw_start = len(self.text), len(self.raw)
        self._walk(run)
        inside = self.text[start:]
        if outcome_of(inside) is None:
            return
        properties = run.find(qn("w:rPr"))
        boxed = properties is not None and properties.find(qn("w:bdr")) is not None
        bold = properties is not None and properties.find(qn("w:b")) is not None
        self.text = f"{self.text[:start]}\n{inside.strip()}\n"
        if boxed or bold:
            tag = "span" if boxed else "b"
            self.raw = f"{self.raw[:raw_start]}<{tag}>{inside.strip()}</{tag}>"


# --- xlsx ---------------------------------------------------------------------------------

_LITERAL_FORMAT: Final = re.compile(r'(?:"(?P<before>[^"]*)")?[0#]+(?:"(?P<after>[^"]*)")?(?:;.*)?')
_MERGE: Final = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_RELATION: Final = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
type Values = tuple[tuple[object, ...], ...]


class Workbook:
    """The worksheets of an xlsx file as plain values."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._swept = 0
        self.hidden: list[str] = []
        self.notices: list[Notice] = []
        try:
            with warnings.catch_warnings():
                # what Excel stores beside the cells (validations, extensions) is no concern here
                warnings.simplefilter("ignore")
                self.sheets: dict[str, Values] = self._read(formulas=True)
                if self._formulas:
                    self._fill_formulas(self._read(formulas=False))
            self._merged = self._merges()
        except PlanUnreadable:
            raise
        except Exception as error:  # the library raises whatever a damaged part leads it to
            raise PlanUnreadable("office_broken", kind="xlsx") from error

    def grids(self) -> list[Block]:
        """A grid for each visible worksheet, merged cells marked."""
        blocks: list[Block] = [*self.notices]
        for name, values in self.sheets.items():
            if name in self.hidden:
                found = " | ".join(str(value) for row in values for value in row if value)
                blocks.append(Notice("sheet_hidden", found, sheet=name))
                continue
            covered = self._merged.get(name, frozenset())
            rows = [
                Row(
                    tuple(
                        Cell(covered=True) if (number, column) in covered else plain(str(value))
                        for column, value in enumerate(row, start=1)
                    ),
                    number,
                )
                for number, row in enumerate(values, start=1)
                if row
            ]
            blocks.append(Grid(tuple(rows), name))
        return blocks

    def _read(self, *, formulas: bool) -> dict[str, Values]:
        self._formulas: list[tuple[str, int, int, str]] = []
        book = load_workbook(io.BytesIO(self._data), read_only=True, data_only=not formulas)
        sheets: dict[str, Values] = {}
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()
                if sheet.sheet_state != "visible" and sheet.title not in self.hidden:
                    self.hidden.append(sheet.title)
                rows = [self._row(sheet.title, row) for row in self._swept_rows(sheet)]
                sheets[sheet.title] = tuple(rows)
        finally:
            book.close()
        return sheets

    def _swept_rows(self, sheet: Any) -> Iterator[tuple[Any, ...]]:
        for row in sheet.iter_rows():
            self._swept += 1 + len(row)
            if self._swept > _MAX_SWEPT:
                raise PlanUnreadable("spreadsheet_too_large", limit=MAX_CELLS)
            yield row

    def _row(self, sheet: str, row: tuple[Any, ...]) -> tuple[object, ...]:
        values = [_cell_value(cell) for cell in row]
        while values and values[-1] == "":
            values.pop()
        for cell in row:
            if getattr(cell, "data_type", "") == "f":
                self._formulas.append((sheet, cell.row, cell.column, str(cell.value)))
        return tuple(values)

    def _fill_formulas(self, computed: dict[str, Values]) -> None:
        """Show what the spreadsheet last computed; a formula without a result is told."""
        self._formulas.clear()
        formulas = self.sheets
        self.sheets = computed
        for name, rows in formulas.items():
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row, start=1):
                    text = str(value)
                    if text.startswith("=") and not self._has_value(name, number, column):
                        self.notices.append(
                            Notice("formula_without_value", text, line=number, sheet=name)
                        )

    def _has_value(self, sheet: str, number: int, column: int) -> bool:
        row = self.sheets[sheet][number - 1]
        return column <= len(row) and row[column - 1] != ""

    def _merges(self) -> dict[str, frozenset[tuple[int, int]]]:
        """For each sheet the (row, column) of cells that a merge joins to the one above."""
        merged = {}
        with zipfile.ZipFile(io.BytesIO(self._data)) as archive:
            for name, member in _members(archive).items():
                covered: set[tuple[int, int]] = set()
                references = _MERGE.findall(archive.read(member))
                if len(references) > _MAX_MERGES:
                    raise PlanUnreadable("spreadsheet_too_large", limit=MAX_CELLS)
                for reference in references:
                    merge = CellRange(reference.decode("ascii"))
                    last = min(merge.max_row, merge.min_row + _MAX_MERGED_ROWS)
                    rows = range(merge.min_row + 1, last + 1)
                    covered.update((row, merge.min_col) for row in rows)
                merged[name] = frozenset(covered)
        return merged


def _members(archive: zipfile.ZipFile) -> dict[str, str]:
    """The file inside the archive that holds each worksheet."""
    try:
        book = fromstring(archive.read("xl/workbook.xml"))
        relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, ParseError):
        return {}
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    names = set(archive.namelist())
    members = {}
    for sheet in book.iter():
        if sheet.tag.rpartition("}")[2] == "sheet":
            relation = next((sheet.get(key) for key in _RELATION if sheet.get(key)), "")
            target = targets.get(relation, "").lstrip("/")
            member = target if target.startswith("xl/") else f"xl/{target}"
            if member in names:
                members[sheet.get("name", "")] = member
    return members


def _cell_value(cell: Any) -> object:
    """A cell as people see it: whole numbers without a point, dates as ISO, 27 as H27年度."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value.isoformat()[:10] if isinstance(value, (date, datetime)) else str(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    shown = _LITERAL_FORMAT.fullmatch(str(cell.number_format or ""))
    if isinstance(value, int) and shown and (shown["before"] or shown["after"]):
        return f"{shown['before'] or ''}{value}{shown['after'] or ''}"
    return value
