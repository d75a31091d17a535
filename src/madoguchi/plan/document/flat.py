"""Flat lists: one line for each initiative and year, or one for each initiative.

A flat list is turned into the sheets that it stands for, each cell with the line it came from,
and read on as sheets (``sheets``); so both forms are seen through in the same way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from madoguchi.kernel.text import join_split_words, squeeze
from madoguchi.plan.document.errors import PlanUnreadable, place_text
from madoguchi.plan.document.grid import Block, Cell, Grid, Notice, Row, SheetStart, plain
from madoguchi.plan.document.labels import OFFICIAL, Label, bare_number, number_in
from madoguchi.plan.document.mapping import ROLES, THEME, THEME_NAME, ColumnMapping, guess_mapping
from madoguchi.plan.document.model import Place

_HEADING_ROWS: Final = 12
_FIELDS: Final = (Label.NAME, Label.DEPARTMENTS, Label.PROBLEM, Label.CONTENT, Label.GOAL)
_YEAR_FIELDS: Final = (Label.PLAN, Label.RESULT, Label.RESULT_SOURCE, Label.OUTCOME, Label.EFFECT)


@dataclass(frozen=True, slots=True)
class Table:
    """A flat list that was found: its headings, what they mean, and the rows below."""

    headings: tuple[str, ...]
    mapping: ColumnMapping
    rows: tuple[Row, ...]
    sheet: str

    @property
    def roles(self) -> tuple[str, ...]:
        """The role of each column; empty for one that has none."""
        known = dict(self.mapping.columns)
        return tuple(known.get(heading, "") for heading in self.headings)


@dataclass(slots=True)
class _Lines:
    """What the lines of one initiative say."""

    start: SheetStart
    fields: dict[Label, Row] = field(default_factory=dict)
    years: list[Row] = field(default_factory=list)
    extra: list[Row] = field(default_factory=list)


def headings_of(grid: Grid) -> tuple[tuple[str, ...], int] | None:
    """The row that looks like headings, two rows where years stand above, and where it ends."""
    best: tuple[int, tuple[str, ...], int] | None = None
    for index, row in enumerate(grid.rows[:_HEADING_ROWS]):
        single = _unique([squeeze(cell.text) for cell in row.cells])
        candidates = [(single, index + 1)]
        if index + 1 < len(grid.rows):
            candidates.append((_unique(_two_rows(row, grid.rows[index + 1])), index + 2))
        for headings, below in candidates:
            score = len(guess_mapping(headings).columns)
            if score >= 2 and (best is None or score > best[0]):
                best = (score, headings, below)
    return None if best is None else best[1:]


def _two_rows(upper: Row, lower: Row) -> list[str]:
    """Headings in two rows: the year above reaches over the 計画 and 結果 below it."""
    width = max(len(upper.cells), len(lower.cells))
    above = [squeeze(cell.text) for cell in upper.cells] + [""] * (width - len(upper.cells))
    below = [squeeze(cell.text) for cell in lower.cells] + [""] * (width - len(lower.cells))
    headings, reach = [], ""
    for over, under in zip(above, below, strict=True):
        reach = over or (reach if under else "")
        headings.append(f"{reach} {under}".strip() if under else over)
    return headings


def _unique(headings: Sequence[str]) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    unique = []
    for heading in headings:
        counts[heading] = counts.get(heading, 0) + 1
        again = heading and counts[heading] > 1
        unique.append(f"{heading} ({counts[heading]})" if again else heading)
    return tuple(unique)


def find_table(grid: Grid, mapping: ColumnMapping | None = None) -> Table | None:
    """The flat list in a grid, if it is one. With a ``mapping``, its columns must be there."""
    found = headings_of(grid) if mapping is None else _headings_for(grid, mapping)
    if found is None:
        return None
    headings, below = found
    chosen = guess_mapping(headings) if mapping is None else mapping
    if chosen.missing:
        return None
    return Table(headings, chosen, grid.rows[below:], grid.sheet)


def _headings_for(grid: Grid, mapping: ColumnMapping) -> tuple[tuple[str, ...], int] | None:
    wanted = {heading for heading, _ in mapping.columns}
    for index, row in enumerate(grid.rows[:_HEADING_ROWS]):
        single = _unique([squeeze(cell.text) for cell in row.cells])
        if wanted <= set(single):
            return single, index + 1
        if index + 1 < len(grid.rows):
            double = _unique(_two_rows(row, grid.rows[index + 1]))
            if wanted <= set(double):
                return double, index + 2
    return None


def check_mapping(grids: Sequence[Grid], mapping: ColumnMapping) -> None:
    """Say which role or which column is missing, if one is."""
    headings = [heading for grid in grids for heading in (headings_of(grid) or ((), 0))[0]]
    present = {squeeze(cell.text) for grid in grids for row in grid.rows[:_HEADING_ROWS]
               for cell in row.cells} | set(headings)  # fmt: skip
    if mapping.missing:
        raise mapping_needed(mapping, headings)
    for heading, role in mapping.columns:
        if heading not in present:
            word = ROLES.get(role.partition(":")[0], role)
            raise PlanUnreadable("mapping_column_missing", header=heading, role=word)


def mapping_needed(mapping: ColumnMapping, headings: Iterable[str]) -> PlanUnreadable:
    """The error that names the roles that are missing and the headings that were found."""
    return PlanUnreadable(
        "mapping_needed",
        roles="、".join(ROLES[role] for role in mapping.missing),
        headers="、".join(heading for heading in headings if heading)[:400],
    )


def to_blocks(table: Table) -> list[Block]:
    """The sheets that the list stands for, in the order in which their numbers first appear."""
    return _Reader(table).blocks()


class _Reader:
    def __init__(self, table: Table) -> None:
        self.table = table
        self.roles = table.roles
        self.sheets: dict[tuple[int, int], _Lines] = {}
        self.notices: list[Block] = []
        self.current: _Lines | None = None
        self.theme: tuple[int, str] | None = None

    def blocks(self) -> list[Block]:
        for row in self.table.rows:
            if not all(cell.is_empty for cell in row.cells):
                self._line(row)
        blocks = [*self._absent(), *self.notices]
        for lines in self.sheets.values():
            rows = [*self._field_rows(lines), self._heading(lines), *lines.years, *lines.extra]
            blocks += [lines.start, Grid(tuple(rows), self.table.sheet)]
        return blocks

    def _place(self, row: Row, role: str = "") -> Place:
        return Place(field=ROLES.get(role, ""), line=row.line, sheet=self.table.sheet)

    def _cells(self, row: Row, role: str) -> Cell:
        for index, cell in enumerate(row.cells):
            if index < len(self.roles) and self.roles[index] == role:
                return cell
        return Cell()

    def _line(self, row: Row) -> None:
        lines = self._initiative(row)
        if lines is None:
            found = " | ".join(squeeze(cell.text) for cell in row.cells if not cell.is_empty)
            self.notices.append(Notice("row_unknown", found, line=row.line, sheet=self.table.sheet))
            return
        self._fields(lines, row)
        if self.table.mapping.years:
            self._yearly_columns(lines, row)
        else:
            self._year(lines, row, self._cells(row, Label.YEAR.value), "")
        self._others(lines, row)

    def _initiative(self, row: Row) -> _Lines | None:
        """The initiative of a line. Blank cells mean the one above, as merged cells leave them."""
        written = squeeze(self._cells(row, Label.NUMBER.value).text)
        if not written:
            return self.current
        theme, number = self._number(row, written)
        known = self.sheets.get((theme, number))
        name = join_split_words(squeeze(self._cells(row, Label.NAME.value).text))
        if known is None:
            start = SheetStart(theme, number, self._theme_name(row, theme), row.line)
            known = self.sheets[theme, number] = _Lines(start)
        elif self._is_another(known, name):
            raise self._duplicate(theme, number, known, row)
        self.current = known
        return known

    def _is_another(self, known: _Lines, name: str) -> bool:
        if self.table.mapping.years:
            return True
        first = known.fields.get(Label.NAME)
        before = join_split_words(squeeze(first.cells[1].text)) if first else ""
        return bool(name and before and name != before)

    def _duplicate(self, theme: int, number: int, known: _Lines, row: Row) -> PlanUnreadable:
        first = replace(self._place(row), line=known.start.line)
        return PlanUnreadable(
            "duplicate_initiative",
            self._place(row),
            code=f"{theme}-{number}",
            first=place_text(first),
            second=place_text(self._place(row)),
        )

    def _number(self, row: Row, written: str) -> tuple[int, int]:
        found = bare_number(written) or number_in(written)
        if found is not None and not found.rest:
            return found.theme, found.number
        theme = "".join(squeeze(self._cells(row, THEME).text).split()).removeprefix("テーマ")
        number = "".join(written.split())
        if not (number.isdecimal() and len(number) < 6):
            raise PlanUnreadable(
                "number_unreadable", self._place(row, "number"), found=written[:60]
            )
        if theme.isdecimal() and len(theme) < 6:
            return int(theme), int(number)
        if not theme and self.current is not None and Label.NUMBER.value in self.roles:
            return self.current.start.theme, int(number)
        raise PlanUnreadable("number_unreadable", self._place(row, THEME), found=written[:60])

    def _theme_name(self, row: Row, theme: int) -> str:
        name = join_split_words(squeeze(self._cells(row, THEME_NAME).text))
        if name:
            self.theme = (theme, name)
        return name or (self.theme[1] if self.theme and self.theme[0] == theme else "")

    def _fields(self, lines: _Lines, row: Row) -> None:
        for label in _FIELDS:
            cell = self._cells(row, label.value)
            if cell.is_empty:
                continue
            known = lines.fields.get(label)
            if known is None:
                lines.fields[label] = Row((plain(OFFICIAL[label]), cell), row.line)
            elif squeeze(known.cells[1].text) != squeeze(cell.text):
                heading = plain(f"{OFFICIAL[label]}（{row.line}）")
                lines.extra.append(Row((heading, cell), row.line))

    def _absent(self) -> list[Block]:
        """One remark for each field that the list has no column for."""
        return [
            Notice("column_absent", OFFICIAL[label], sheet=self.table.sheet)
            for label in _FIELDS
            if label.value not in self.roles
        ]

    def _field_rows(self, lines: _Lines) -> list[Row]:
        empty = Cell()
        return [
            lines.fields.get(label) or Row((plain(OFFICIAL[label]), empty), lines.start.line)
            for label in _FIELDS
            if label in lines.fields or label.value not in self.roles
        ]

    def _heading(self, lines: _Lines) -> Row:
        labels = (Label.SCHEDULE, *_YEAR_FIELDS)
        return Row(tuple(plain(OFFICIAL[label]) for label in labels), lines.start.line)

    def _yearly_columns(self, lines: _Lines, row: Row) -> None:
        for year in self.table.mapping.years:
            self._year(lines, row, plain(f"{year}年度"), f":{year}")

    def _year(self, lines: _Lines, row: Row, year: Cell, suffix: str) -> None:
        cells = [self._cells(row, f"{label.value}{suffix}") for label in _YEAR_FIELDS]
        if not year.is_empty or not all(cell.is_empty for cell in cells):
            lines.years.append(Row((year, *cells), row.line))

    def _others(self, lines: _Lines, row: Row) -> None:
        """Columns without a role are kept as rows that nobody asked for: remarks tell them."""
        for index, cell in enumerate(row.cells):
            if cell.is_empty or (index < len(self.roles) and self.roles[index]):
                continue
            heading = self.table.headings[index] if index < len(self.table.headings) else ""
            lines.extra.append(Row((plain(f"列「{heading or index + 1}」"), cell), row.line))
