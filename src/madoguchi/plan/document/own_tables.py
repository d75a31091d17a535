"""Lines of our own table (``tabular``) back to a plan, whatever order they are in."""

import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from madoguchi.plan.document.errors import PlanUnreadable
from madoguchi.plan.document.model import (
    Initiative,
    Outcome,
    Place,
    PlanDocument,
    ScheduleRow,
    Theme,
    Transfer,
)
from madoguchi.plan.document.tabular import OUTCOME_WORDS, REQUIRED, Column, Kind

Undo = Callable[[str], str]

_OUTCOMES: Final = {word: outcome for outcome, word in OUTCOME_WORDS.items()}


@dataclass(slots=True)
class _Texts:
    """Texts with the positions that their lines name."""

    entries: list[tuple[float, str]] = field(default_factory=list)

    def add(self, position: int | None, text: str) -> None:
        self.entries.append((math.inf if position is None else position, text))

    def in_order(self) -> tuple[str, ...]:
        return tuple(text for _, text in sorted(self.entries, key=lambda entry: entry[0]))


@dataclass(slots=True)
class _Year:
    plan: _Texts = field(default_factory=_Texts)
    result: _Texts = field(default_factory=_Texts)
    continues: bool = False
    outcome: Outcome | None = None
    effect: int | None = None
    line: int | None = None


@dataclass(slots=True)
class _Sheet:
    name: str
    line: int | None = None
    prose: dict[Kind, _Texts] = field(default_factory=dict)
    years: dict[int, _Year] = field(default_factory=dict)
    transfers: list[tuple[float, Transfer]] = field(default_factory=list)


@dataclass(slots=True)
class _Theme:
    name: str
    line: int | None = None
    sheets: dict[int, _Sheet] = field(default_factory=dict)


class _Record:
    """One line of the table with its cells by heading."""

    def __init__(self, values: Mapping[Column, object], line: int, sheet: str, undo: Undo) -> None:
        self._values = values
        self._undo = undo
        self.line = line
        self.sheet = sheet

    def text(self, column: Column) -> str:
        value = self._values.get(column)
        return "" if value is None else self._undo(str(value))

    def number(self, column: Column) -> int | None:
        value = self._values.get(column)
        if value is None or value == "":
            return None
        if isinstance(value, float) and value.is_integer():
            return int(value)
        compact = unicodedata.normalize("NFKC", str(value)).strip().replace(",", "")
        if compact.removeprefix("-").isdecimal() and len(compact) <= 18:
            return int(compact)
        raise self.unreadable("own_number", column, found=str(value)[:40])

    def needed(self, column: Column, *, most: int = 9999) -> int:
        number = self.number(column)
        if number is None or not 0 <= number <= most:
            raise self.unreadable("own_number", column, found=self.text(column)[:40])
        return number

    def unreadable(self, code: str, column: Column, /, **params: object) -> PlanUnreadable:
        place = Place(sheet=self.sheet, field=column.value, line=self.line)
        return PlanUnreadable(code, place, **params)


def read_table(rows: Iterable[Sequence[object]], *, undo: Undo, sheet: str = "") -> PlanDocument:
    """The plan in a table whose first row is the headings; ``undo`` is applied to each text.

    Raises PlanUnreadable naming line and column.
    """
    lines = iter(rows)
    heads = [str(head or "").strip() for head in next(lines, ())]
    missing = [column.value for column in Column if column in REQUIRED and column not in heads]
    if missing:
        raise PlanUnreadable("own_columns", Place(sheet=sheet, line=1), found="、".join(missing))
    places = {Column(head): at for at, head in enumerate(heads) if head in set(Column)}
    reader = _Reader()
    for number, cells in enumerate(lines, 2):
        if all(cell is None or cell == "" for cell in cells):
            continue
        values = {column: cells[at] for column, at in places.items() if at < len(cells)}
        reader.take(_Record(values, number, sheet, undo))
    return reader.document()


class _Reader:
    def __init__(self) -> None:
        self.title = ""
        self.themes: dict[int, _Theme] = {}

    def take(self, record: _Record) -> None:
        word = record.text(Column.KIND).strip()
        if word not in set(Kind):
            raise record.unreadable("own_kind", Column.KIND, found=word[:40])
        kind = Kind(word)
        if kind is Kind.PLAN:
            self.title = record.text(Column.TEXT)
            return
        number = record.needed(Column.THEME)
        theme = self.themes.setdefault(number, _Theme(record.text(Column.THEME_NAME)))
        if kind is Kind.THEME:
            _once(record, theme.line, Column.THEME)
            theme.name, theme.line = record.text(Column.TEXT), record.line
            return
        self._take_into_sheet(record, kind, theme)

    def _take_into_sheet(self, record: _Record, kind: Kind, theme: _Theme) -> None:
        number = record.needed(Column.NUMBER)
        sheet = theme.sheets.setdefault(number, _Sheet(record.text(Column.NAME)))
        position = record.number(Column.POSITION)
        text = record.text(Column.TEXT)
        match kind:
            case Kind.INITIATIVE:
                _once(record, sheet.line, Column.NUMBER)
                sheet.name, sheet.line = text, record.line
            case Kind.TRANSFER:
                at = math.inf if position is None else position
                sheet.transfers.append((at, _transfer(record)))
            case Kind.YEAR | Kind.PLANNED | Kind.RESULT:
                _take_into_year(record, kind, sheet)
            case _:
                sheet.prose.setdefault(kind, _Texts()).add(position, text)

    def document(self) -> PlanDocument:
        return PlanDocument(
            title=self.title,
            themes=tuple(
                Theme(
                    number=number,
                    name=theme.name,
                    initiatives=tuple(
                        _initiative(number, own, sheet)
                        for own, sheet in sorted(theme.sheets.items())
                    ),
                )
                for number, theme in sorted(self.themes.items())
            ),
        )


def _once(record: _Record, line: int | None, column: Column) -> None:
    if line is not None:
        raise record.unreadable("own_twice", column, first=line)


def _transfer(record: _Record) -> Transfer:
    return Transfer(
        subject=record.text(Column.TEXT),
        theme=record.needed(Column.TO_THEME),
        number=record.needed(Column.TO_NUMBER),
        name=record.text(Column.TO_NAME),
    )


def _take_into_year(record: _Record, kind: Kind, sheet: _Sheet) -> None:
    year = sheet.years.setdefault(record.needed(Column.YEAR), _Year())
    position = record.number(Column.POSITION)
    text = record.text(Column.TEXT)
    if kind is Kind.PLANNED:
        year.plan.add(position, text)
    elif kind is Kind.RESULT:
        year.result.add(position, record.text(Column.SOURCE) or text)
    else:
        _once(record, year.line, Column.YEAR)
        year.line = record.line
        year.continues = record.text(Column.CONTINUES).strip() != ""
        year.effect = record.number(Column.EFFECT)
        word = record.text(Column.OUTCOME).strip()
        if word and word not in _OUTCOMES:
            raise record.unreadable("own_outcome", Column.OUTCOME, found=word[:40])
        year.outcome = _OUTCOMES.get(word)


def _initiative(theme: int, number: int, sheet: _Sheet) -> Initiative:
    def prose(kind: Kind) -> tuple[str, ...]:
        return sheet.prose.get(kind, _Texts()).in_order()

    return Initiative(
        theme=theme,
        number=number,
        name=sheet.name,
        departments=prose(Kind.DEPARTMENT),
        problem=prose(Kind.PROBLEM),
        content=prose(Kind.CONTENT),
        goal=prose(Kind.GOAL),
        rows=tuple(
            ScheduleRow(
                fiscal_year=fiscal_year,
                plan=year.plan.in_order(),
                result=year.result.in_order(),
                continues=year.continues,
                outcome=year.outcome,
                effect=year.effect,
            )
            for fiscal_year, year in sorted(sheet.years.items())
        ),
        transfers=tuple(moved for _, moved in sorted(sheet.transfers, key=lambda entry: entry[0])),
    )
