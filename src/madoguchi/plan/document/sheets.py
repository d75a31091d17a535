"""From lines and grids to the sheets of a plan, whatever format they came from."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from madoguchi.kernel.text import join_split_words, squeeze
from madoguchi.plan.document.draft import PROSE, SheetDraft
from madoguchi.plan.document.errors import PlanUnreadable, place_text
from madoguchi.plan.document.grid import (
    Block,
    Cell,
    Grid,
    Notice,
    Row,
    SheetStart,
    TextLine,
)
from madoguchi.plan.document.labels import (
    OFFICIAL,
    Label,
    Numbered,
    bare_number,
    label_of,
    number_in,
    theme_in,
)
from madoguchi.plan.document.limits import MAX_INITIATIVES, MAX_NAME, MAX_TITLE
from madoguchi.plan.document.model import Initiative, Place, PlanDocument, Theme
from madoguchi.plan.document.remarks import Noted, Remarks
from madoguchi.plan.document.schedule import Columns, ScheduleReader

_FIELDS: Final = frozenset({Label.NAME, Label.DEPARTMENTS, *PROSE})
_BAD_NUMBER: Final = re.compile(r"^\s*(?:No|NO|№|Ｎｏ|ＮＯ)\s*[.．]?\s*[\d-]")
_MAX_THEME, _MAX_NUMBER, _SHORT = 999, 9999, 60


@dataclass(slots=True)
class ThemeDraft:
    number: int
    name: str
    place: Place
    initiatives: dict[int, tuple[Initiative, Place]] = field(default_factory=dict)


class SheetsReader:
    """Reads blocks in order. One use: ``SheetsReader().read(blocks)``."""

    def __init__(self) -> None:
        self.remarks = Remarks()
        self.themes: dict[int, ThemeDraft] = {}
        self.theme: ThemeDraft | None = None
        self.name_awaited = False
        self.title = ""
        self.pending: tuple[Numbered, int | None] | None = None
        self.bad_number: tuple[str, int | None] | None = None
        self.draft: SheetDraft | None = None
        self.field: Label | None = None
        self.sheet = ""
        self.count = 0
        self.sections: list[tuple[Initiative, list[Noted], Place]] = []

    def read(self, blocks: Iterable[Block]) -> PlanDocument:
        for block in blocks:
            if isinstance(block, TextLine):
                self._finish_sheet()
                self._text(block.text, block.line, is_title=block.is_title)
            elif isinstance(block, Notice):
                self.remarks.add_notice(block)
            elif isinstance(block, SheetStart):
                self._start(block)
            else:
                self._grid(block)
        self._finish_sheet()
        self._drop_pending()
        return self._document()

    def _place(self, line: int | None) -> Place:
        return Place(line=line, sheet=self.sheet)

    def _start(self, start: SheetStart) -> None:
        self._finish_sheet()
        if self.theme is None or self.theme.number != start.theme:
            self._theme((start.theme, ""), "", start.line)
        if start.theme_name:
            self._name_theme(start.theme_name, start.line)
        code = f"No.{start.theme}-{start.number}"
        self._number(Numbered(start.theme, start.number, code), start.line)

    # --- lines ------------------------------------------------------------------------

    def _text(self, text: str, line: int | None, *, is_title: bool = False) -> None:
        if not text.strip():
            return
        numbered = number_in(text)
        theme = theme_in(text) if numbered is None else None
        if numbered is not None:
            self._number(numbered, line)
        elif theme is not None:
            self._theme(theme, text, line)
        elif _BAD_NUMBER.match(text):
            self.bad_number = (squeeze(text), line)
            self.remarks.add("text_not_understood", self._place(line), squeeze(text))
        elif self._names_the_theme():
            self._name_theme(join_split_words(squeeze(text)), line)
        elif self._may_be_title(text, is_title=is_title):
            self.title = join_split_words(squeeze(text))
        elif join_split_words(squeeze(text)) != self.title:
            self.remarks.add("text_not_understood", self._place(line), squeeze(text))

    def _may_be_title(self, text: str, *, is_title: bool) -> bool:
        """The first line of all, unless it is as long as a sentence."""
        if self.title or self.themes or self.sections:
            return False
        return len(text) <= MAX_TITLE and (is_title or len(text) <= _SHORT)

    def _names_the_theme(self) -> bool:
        """The line right below ``テーマ1`` is its name."""
        awaited, self.name_awaited = self.name_awaited, False
        return awaited

    def _number(self, numbered: Numbered, line: int | None) -> None:
        self._finish_sheet()
        self.name_awaited = False
        self._drop_pending()
        if numbered.theme > _MAX_THEME or numbered.number > _MAX_NUMBER:
            raise PlanUnreadable("number_too_large", self._place(line), found=numbered.found)
        if not numbered.theme or not numbered.number:
            raise PlanUnreadable("number_unreadable", self._place(line), found=numbered.found)
        self.pending = (numbered, line)
        self.bad_number = None

    def _drop_pending(self) -> None:
        """A number that no sheet follows, as in a list of contents."""
        if self.pending is not None:
            numbered, line = self.pending
            found = f"{numbered.found} {numbered.rest}".strip()
            self.remarks.add("number_without_sheet", self._place(line), found)
            self.pending = None

    def _theme(self, theme: tuple[int, str], text: str, line: int | None) -> None:
        self._finish_sheet()
        self._drop_pending()
        number, name = theme
        place = self._place(line)
        if not 0 < number <= _MAX_THEME:
            raise PlanUnreadable("number_too_large", place, found=squeeze(text)[:40])
        if re.search(r"テーマ\s+\d|\d\s+\d", squeeze(text)):
            self.remarks.add("theme_spaced", place, squeeze(text), f"テーマ{number}")
        known = self.themes.get(number)
        if known is None:
            known = self.themes[number] = ThemeDraft(number, "", place)
        self.theme = known
        self.name_awaited = not name
        if name:
            self._name_theme(name, line)

    def _name_theme(self, name: str, line: int | None) -> None:
        assert self.theme is not None  # noqa: S101 # the callers have just looked
        if len(name) > MAX_NAME:
            place = self._place(line)
            raise PlanUnreadable("text_too_long", place, limit=MAX_NAME, found=name[:30])
        if self.theme.name and self.theme.name != name:
            raise PlanUnreadable(
                "duplicate_theme",
                self._place(line),
                number=self.theme.number,
                first_name=self.theme.name,
                first=place_text(self.theme.place) or "-",
                second_name=name,
                second=place_text(self._place(line)) or "-",
            )
        self.theme.name = name

    # --- rows -------------------------------------------------------------------------

    def _grid(self, grid: Grid) -> None:
        self.sheet = grid.sheet
        self.field = None
        for row in grid.rows:
            if not all(cell.is_empty and not cell.covered for cell in row.cells):
                self._row(row)
        self._finish_sheet()

    def _row(self, row: Row) -> None:
        first, cell = next(
            ((at, cell) for at, cell in enumerate(row.cells) if not cell.is_empty), (0, Cell())
        )
        label = label_of(cell.text)
        columns = Columns.from_heading(row)
        if columns is not None:
            self._sheet(row.line).schedule.heading(row, columns)
            self.field = None
        elif self._is_heading_of_document(row, cell):
            self._heading_row(row)
        elif label in _FIELDS and self._in_prose_position():
            self._field_row(row, first)
        elif self.draft is not None and self.draft.schedule.read(row):
            self.field = None
        elif self.field in PROSE and not (row.cells and not row.cells[0].is_empty):
            self._more_prose(row)
        else:
            self._unknown_row(row)

    def _in_prose_position(self) -> bool:
        """Headings of fields stand above the schedule; below it a new sheet begins."""
        if self.draft is not None and self.draft.schedule.columns is not None:
            self._finish_sheet()
        return True

    def _is_heading_of_document(self, row: Row, first: Cell) -> bool:
        """A row that holds a number or a theme, as spreadsheets have above the table."""
        if number_in(first.text) is not None or theme_in(first.text) is not None:
            return True
        return label_of(first.text) is Label.NUMBER and any(
            bare_number(cell.text) for cell in row.cells
        )

    def _heading_row(self, row: Row) -> None:
        self._finish_sheet()
        cells = [squeeze(cell.text) for cell in row.cells if not cell.is_empty]
        if label_of(cells[0]) is Label.NUMBER:
            cells = [f"No.{cells[1]}", *cells[2:]]
        theme = theme_in(cells[0])
        at = 1
        if theme is not None:
            if not theme[1] and len(cells) > 1 and number_in(cells[1]) is None:
                theme, at = (theme[0], join_split_words(cells[1])), 2
            self._theme(theme, cells[0], row.line)
        else:
            at = 0
        for text in cells[at:]:
            self._text(text, row.line)

    def _sheet(self, line: int | None) -> SheetDraft:
        """The sheet at hand; the first row after a number begins it."""
        if self.draft is None:
            numbered, at = self._take_number(line)
            self.count += 1
            if self.count > MAX_INITIATIVES:
                raise PlanUnreadable("too_many_initiatives", limit=MAX_INITIATIVES)
            noted = self.remarks.section()
            schedule = ScheduleReader(f"{numbered.theme}-{numbered.number}", self.sheet, noted)
            self.draft = SheetDraft(
                numbered.theme, numbered.number, at, self.sheet, noted, schedule
            )
            self.draft.name = numbered.rest
            self._remark_number(numbered)
        return self.draft

    def _take_number(self, line: int | None) -> tuple[Numbered, int | None]:
        if self.pending is not None:
            pending, self.pending = self.pending, None
            return pending
        from_name = bare_number(self.sheet) or number_in(self.sheet)
        if from_name is not None:
            self.remarks.add("number_from_sheet_name", self._place(line), self.sheet)
            code = f"No.{from_name.theme}-{from_name.number}"
            return replace(from_name, found=code), line
        if self.bad_number is not None:
            found, at = self.bad_number
            raise PlanUnreadable("number_unreadable", self._place(at), found=found[:60])
        raise PlanUnreadable("number_missing", self._place(line))

    def _remark_number(self, numbered: Numbered) -> None:
        assert self.draft is not None  # noqa: S101 # just begun
        draft = self.draft
        if not numbered.is_regular:
            code = "number_spaced" if " " in numbered.found else "number_spelled"
            draft.note(code, draft.place("No."), numbered.found, f"No.{draft.code}")
        if self.theme is None:
            draft.note("theme_missing", draft.place("No."), numbered.found, f"テーマ{draft.theme}")
        elif self.theme.number != draft.theme:
            found = f"テーマ{self.theme.number} / {numbered.found}"
            draft.note("theme_differs", draft.place("No."), found, f"テーマ{draft.theme}")

    def _field_row(self, row: Row, first: int) -> None:
        """A heading and its value; two pairs may stand in one row."""
        label = label_of(row.cells[first].text)
        values: list[Cell] = []
        for cell in row.cells[first + 1 :]:
            found = label_of(cell.text)
            if values and found in _FIELDS and found is not label:
                self._field(label, values, row.line)
                label, values = found, []
            elif not cell.is_empty:
                values.append(cell)
        self._field(label, values, row.line)

    def _field(self, label: Label | None, values: Sequence[Cell], line: int | None) -> None:
        assert label is not None  # noqa: S101 # the callers found it
        if label is Label.NAME and self.draft is not None and Label.NAME in self.draft.seen:
            self._finish_sheet()
        draft = self._sheet(line)
        place = draft.place(OFFICIAL[label], line)
        if label in draft.seen:
            draft.note("field_twice", place, " | ".join(squeeze(cell.text) for cell in values))
        draft.seen.add(label)
        self.field = label
        for cell in values:
            for removed in cell.removed:
                draft.note("markup_removed", place, removed)
        if values:
            draft.take(label, values[0], place)
        for cell in values[1:]:
            draft.note("cell_unknown", place, squeeze(cell.text))

    def _more_prose(self, row: Row) -> None:
        """A row without a heading below a field of prose goes on with it."""
        assert self.draft is not None  # noqa: S101 # a field is open only inside a sheet
        assert self.field is not None  # noqa: S101 # the caller asked
        place = self.draft.place(OFFICIAL[self.field], row.line)
        for cell in row.cells:
            if not cell.is_empty:
                self.draft.note("row_without_heading", place, squeeze(cell.text))
                self.draft.take(self.field, cell, place)

    def _unknown_row(self, row: Row) -> None:
        cells = [cell for cell in row.cells if not cell.is_empty]
        if not cells:
            return
        if self.draft is None and len(cells) == 1:
            self._text(cells[0].text, row.line)
            return
        if len(cells) == 1 and label_of(cells[0].text) is Label.SCHEDULE:
            return
        found = " | ".join(squeeze(cell.text) for cell in cells)
        if self.draft is not None:
            place = self.draft.place("", row.line)
            for removed in (text for cell in cells for text in cell.removed):
                self.draft.note("markup_removed", place, removed)
            self.draft.note("row_unknown", place, found)
        else:
            self.remarks.add("row_unknown", self._place(row.line), found)

    # --- the end of a sheet and of the document ----------------------------------------

    def _finish_sheet(self) -> None:
        draft, self.draft, self.field = self.draft, None, None
        if draft is None:
            return
        if not draft.name:
            raise PlanUnreadable("name_missing", draft.place())
        rows = draft.schedule.finish()
        for label in (Label.DEPARTMENTS, *PROSE):
            if label not in draft.seen:
                draft.note("field_missing", draft.place(), OFFICIAL[label])
        if not rows:
            draft.note("schedule_missing", draft.place(), OFFICIAL[Label.SCHEDULE])
        initiative = draft.freeze(rows)
        self._keep(initiative, draft.place())
        self.sections.append((initiative, draft.noted, draft.place()))
        self.remarks.section()

    def _keep(self, initiative: Initiative, place: Place) -> None:
        theme = self.themes.get(initiative.theme)
        if theme is None:
            theme = self.themes[initiative.theme] = ThemeDraft(initiative.theme, "", place)
        known = theme.initiatives.get(initiative.number)
        if known is not None:
            raise PlanUnreadable(
                "duplicate_initiative",
                place,
                code=initiative.code,
                first=place_text(known[1]),
                second=place_text(place),
            )
        theme.initiatives[initiative.number] = (initiative, place)

    def _document(self) -> PlanDocument:
        if not self.sections:
            raise PlanUnreadable("no_sheet")
        self._remark_years()
        self._remark_transfers()
        themes = []
        for theme in sorted(self.themes.values(), key=lambda theme: theme.number):
            if not theme.initiatives:
                found = f"テーマ{theme.number} {theme.name}".strip()
                self.remarks.add("theme_without_initiatives", theme.place, found)
            elif not theme.name:
                self.remarks.add("theme_unnamed", theme.place, f"テーマ{theme.number}")
            initiatives = tuple(theme.initiatives[key][0] for key in sorted(theme.initiatives))
            themes.append(Theme(theme.number, theme.name, initiatives))
        for _, noted, _ in self.sections:
            if all(place.line is not None for _, place, _, _ in noted):
                noted.sort(key=lambda one: one[1].line or 0)
        return PlanDocument(tuple(themes), self.title, self.remarks.numbered())

    def _remark_years(self) -> None:
        """A year that other sheets have and this one lacks."""
        every = {row.fiscal_year for sheet, _, _ in self.sections for row in sheet.rows}
        for sheet, noted, place in self.sections:
            for year in sorted(every - {row.fiscal_year for row in sheet.rows}):
                where = Place(sheet.code, OFFICIAL[Label.SCHEDULE], place.line, place.sheet)
                noted.append(("year_missing", where, f"{year}年度", ""))

    def _remark_transfers(self) -> None:
        known = {(sheet.theme, sheet.number): sheet.name for sheet, _, _ in self.sections}
        for sheet, noted, place in self.sections:
            for transfer in sheet.transfers:
                target = f"No.{transfer.theme}-{transfer.number}"
                name = known.get((transfer.theme, transfer.number))
                if name is None:
                    noted.append(("transfer_target_missing", place, target, ""))
                elif transfer.name and transfer.name != name:
                    found = f"{target}「{transfer.name}」"
                    noted.append(("transfer_name_differs", place, found, name))


def read_sheets(blocks: Iterable[Block]) -> PlanDocument:
    """The plan that ``blocks`` hold. Raises ``PlanUnreadable`` where they hold none."""
    return SheetsReader().read(blocks)
