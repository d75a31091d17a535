"""A plan as an Excel workbook in the layout of ``tabular``: all text is text, never a formula."""

import io
from copy import copy
from datetime import datetime, time
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from madoguchi.plan.document.edition import Edition
from madoguchi.plan.document.model import PlanDocument
from madoguchi.plan.document.tabular import (
    Column,
    Kind,
    Line,
    cells,
    escape_controls,
    lines,
    place_of,
)

SHEET: Final = "取組と工程"
ABOUT: Final = "このファイルについて"
LONGEST_CELL: Final = 32_767
"""Excel holds no more characters in a cell; a longer text would be cut without a word."""

_WIDTHS: Final = {
    Column.THEME_NAME: 24,
    Column.NAME: 28,
    Column.YEAR_LABEL: 13,
    Column.KIND: 12,
    Column.TEXT: 64,
    Column.SOURCE: 24,
    Column.CONTINUES: 11,
    Column.OUTCOME: 16,
    Column.EFFECT: 15,
    Column.TO_NAME: 24,
}
_WRAPPED: Final = frozenset({Column.THEME_NAME, Column.NAME, Column.TEXT, Column.SOURCE})
_HEAD: Final = PatternFill("solid", fgColor="E8F1FE")
_BAND: Final = {
    Kind.THEME: PatternFill("solid", fgColor="D9E6FF"),
    Kind.INITIATIVE: PatternFill("solid", fgColor="F2F2F2"),
}
_EDGE: Final = Border(bottom=Side("thin", color="CCCCCC"))
_BOLD: Final = Font(bold=True)
_TOP: Final = Alignment(vertical="top")
_WRAP: Final = Alignment(vertical="top", wrap_text=True)


class TextTooLong(ValueError):  # named for what could not be done
    """A text is longer than a cell can hold. ``place`` says which."""

    def __init__(self, place: str, length: int) -> None:
        self.place = place
        self.length = length
        super().__init__(f"{place}: {length} characters are more than a cell of Excel holds.")


def write_xlsx(document: PlanDocument, edition: Edition | None = None) -> bytes:
    """The bytes of the workbook: the plan on its first page, what the columns mean on its second.

    Raises TextTooLong.
    """
    edition = edition or Edition()
    book = Workbook()
    page = book.active
    if not isinstance(page, Worksheet):
        raise TypeError("a new workbook begins with a worksheet")
    _write_plan(page, document, edition)
    _write_about(book.create_sheet(ABOUT), document, edition)
    book.properties.title = escape_controls(document.title)
    book.properties.creator = escape_controls(edition.city)
    if edition.exported_on is not None:
        book.properties.created = datetime.combine(edition.exported_on, time())
        book.properties.modified = book.properties.created
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write_plan(page: Worksheet, document: PlanDocument, edition: Edition) -> None:
    page.title = SHEET
    for place, column in enumerate(Column, 1):
        head = page.cell(1, place)
        _put(head, column.value)
        head.font, head.fill, head.alignment, head.border = _BOLD, _HEAD, _WRAP, _EDGE
        page.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(column, 10)
    number = 1
    looks = _Looks()
    for number, line in enumerate(lines(document, edition), 2):
        _write_line(page, number, line, looks)
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(Column))}{number}"
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write_line(page: Worksheet, number: int, line: Line, looks: "_Looks") -> None:
    """Write what the line says; an empty cell is written only where the line has a band."""
    band = line.kind if line.kind in _BAND else None
    for place, (column, value) in enumerate(cells(line).items(), 1):
        if value in {None, ""} and band is None:
            continue
        cell = page.cell(number, place)
        if isinstance(value, str):
            text = escape_controls(value)
            if len(text) > LONGEST_CELL:
                raise TextTooLong(place_of(line), len(text))
            _put(cell, text)
        elif value is not None:
            cell.value = value
        looks.dress(cell, wrapped=column in _WRAPPED, band=band)


class _Looks:
    """The few looks that cells have, each worked out once: openpyxl takes long over a style."""

    def __init__(self) -> None:
        self._known: dict[tuple[bool, bool, Kind | None], StyleArray] = {}

    def dress(self, cell: Cell | MergedCell, *, wrapped: bool, band: Kind | None) -> None:
        look = (isinstance(cell.value, str), wrapped, band)
        if look not in self._known:
            cell.alignment = _WRAP if wrapped else _TOP
            cell.border = _EDGE
            if band is not None:
                cell.fill, cell.font = _BAND[band], _BOLD
            if look[0]:
                cell.quotePrefix = True
            self._known[look] = cell._style  # type: ignore[union-attr] # in no stub
        cell._style = copy(self._known[look])  # type: ignore[union-attr] # in no stub


def _put(cell: Cell | MergedCell, text: str) -> None:
    """Write a text as a text: what begins with = stays one when the cell is edited, too."""
    if text:
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = True


def _write_about(page: Worksheet, document: PlanDocument, edition: Edition) -> None:
    facts = [
        ("プラン", document.title),
        ("作成", edition.city),
        ("出力日", "" if edition.exported_on is None else edition.exported_on.isoformat()),
        ("シート", f"「{SHEET}」の1行が、プランの1つの事がら（部署、段落、計画、結果など）です。"),
        ("区分", "、".join(kind.value for kind in Kind)),
        ("原文", "内容に実績値が入っている結果の、値を入れる前の文です。空なら内容と同じです。"),
        ("取り込み", "見出しの行を残しておけば、直したファイルをそのまま取り込めます。"),
    ]
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 14, 90
    for number, (label, text) in enumerate(facts, 1):
        _put(page.cell(number, 1), label)
        _put(page.cell(number, 2), escape_controls(text))
        page.cell(number, 1).font = _BOLD
        page.cell(number, 1).alignment = page.cell(number, 2).alignment = _WRAP
