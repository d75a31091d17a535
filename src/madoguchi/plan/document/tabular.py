"""The table that a plan is exported as (CSV, XLSX): one line for each single thing it says.

Every department, paragraph, planned item and result is a line of its own, so that nothing has
to be joined or escaped inside a cell, and the order of the lines does not matter: numbers,
years and positions say where each belongs. docs/formats.md describes the columns.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from madoguchi.kernel import fiscal
from madoguchi.plan.document.edition import Edition, shown_text
from madoguchi.plan.document.model import Initiative, Outcome, PlanDocument, Theme


class Column(StrEnum):
    """The headings, in order."""

    THEME = "テーマ番号"
    THEME_NAME = "テーマ名"
    NUMBER = "取組番号"
    NAME = "取組名称"
    YEAR = "年度（西暦）"
    YEAR_LABEL = "年度"
    KIND = "区分"
    POSITION = "順番"
    TEXT = "内容"
    SOURCE = "原文"
    CONTINUES = "計画の継続"
    OUTCOME = "終わり方"
    EFFECT = "効果額（千円）"
    TO_THEME = "移行先テーマ番号"
    TO_NUMBER = "移行先取組番号"
    TO_NAME = "移行先取組名称"


NUMBERS: Final = frozenset(
    {
        Column.THEME,
        Column.NUMBER,
        Column.YEAR,
        Column.POSITION,
        Column.EFFECT,
        Column.TO_THEME,
        Column.TO_NUMBER,
    }
)
"""The columns of numbers; all others are text."""

REQUIRED: Final = frozenset(
    {Column.THEME, Column.NUMBER, Column.YEAR, Column.KIND, Column.POSITION, Column.TEXT}
)


class Kind(StrEnum):
    """What a line says (the column 区分)."""

    PLAN = "プラン"
    THEME = "テーマ"
    INITIATIVE = "取組"
    DEPARTMENT = "担当部署"
    PROBLEM = "現状・課題"
    CONTENT = "取組内容"
    GOAL = "目標"
    YEAR = "年度"
    PLANNED = "計画"
    RESULT = "結果"
    TRANSFER = "移行"


OUTCOME_WORDS: Final = {Outcome.FINISHED: "取組終了", Outcome.CARRIED_OVER: "次期プラン継続"}
CONTINUES: Final = "↓"

_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_WRITTEN: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_STARTS_FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠'\t\r\n]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; what does not apply is None or empty."""

    kind: Kind
    text: str = ""
    theme: int | None = None
    theme_name: str = ""
    number: int | None = None
    name: str = ""
    fiscal_year: int | None = None
    position: int | None = None
    source: str = ""
    continues: bool = False
    outcome: Outcome | None = None
    effect: int | None = None
    to_theme: int | None = None
    to_number: int | None = None
    to_name: str = ""


def cells(line: Line) -> dict[Column, str | int | None]:
    """The line's cells by heading; texts are not yet made safe for any format."""
    return {
        Column.THEME: line.theme,
        Column.THEME_NAME: line.theme_name,
        Column.NUMBER: line.number,
        Column.NAME: line.name,
        Column.YEAR: line.fiscal_year,
        Column.YEAR_LABEL: "" if line.fiscal_year is None else fiscal.label(line.fiscal_year),
        Column.KIND: line.kind.value,
        Column.POSITION: line.position,
        Column.TEXT: line.text,
        Column.SOURCE: line.source,
        Column.CONTINUES: CONTINUES if line.continues else "",
        Column.OUTCOME: "" if line.outcome is None else OUTCOME_WORDS[line.outcome],
        Column.EFFECT: line.effect,
        Column.TO_THEME: line.to_theme,
        Column.TO_NUMBER: line.to_number,
        Column.TO_NAME: line.to_name,
    }


def lines(document: PlanDocument, edition: Edition) -> Iterator[Line]:
    """Everything the document says, in its order."""
    yield Line(Kind.PLAN, document.title)
    for theme in document.themes:
        yield Line(Kind.THEME, theme.name, theme=theme.number, theme_name=theme.name)
        for sheet in theme.initiatives:
            yield from _sheet_lines(theme, sheet, edition)


def _sheet_lines(theme: Theme, sheet: Initiative, edition: Edition) -> Iterator[Line]:
    def line(kind: Kind, text: str = "", **rest: int | str | Outcome | None) -> Line:
        return Line(
            kind,
            text,
            theme=theme.number,
            theme_name=theme.name,
            number=sheet.number,
            name=sheet.name,
            **rest,  # type: ignore[arg-type] # fields of Line by name
        )

    yield line(Kind.INITIATIVE, sheet.name)
    for kind, texts in (
        (Kind.DEPARTMENT, sheet.departments),
        (Kind.PROBLEM, sheet.problem),
        (Kind.CONTENT, sheet.content),
        (Kind.GOAL, sheet.goal),
    ):
        for position, text in enumerate(texts, 1):
            yield line(kind, text, position=position)
    for row in sheet.rows:
        yield line(
            Kind.YEAR,
            fiscal_year=row.fiscal_year,
            continues=row.continues,
            outcome=row.outcome,
            effect=row.effect,
        )
        for position, text in enumerate(row.plan, 1):
            yield line(Kind.PLANNED, text, fiscal_year=row.fiscal_year, position=position)
        for position, text in enumerate(row.result, 1):
            shown = shown_text(edition.show(sheet, row, text))
            yield line(
                Kind.RESULT,
                shown,
                fiscal_year=row.fiscal_year,
                position=position,
                source="" if shown == text else text,
            )
    for position, moved in enumerate(sheet.transfers, 1):
        yield line(
            Kind.TRANSFER,
            moved.subject,
            position=position,
            to_theme=moved.theme,
            to_number=moved.number,
            to_name=moved.name,
        )


def place_of(line: Line) -> str:
    """Where the line belongs, for messages: ``No.1-3 令和元年度 結果``."""
    if line.number is None:
        return line.kind.value if line.theme is None else f"{line.kind.value}{line.theme}"
    year = "" if line.fiscal_year is None else f"{fiscal.label(line.fiscal_year)} "
    return f"No.{line.theme}-{line.number} {year}{line.kind.value}"


def escape_controls(text: str) -> str:
    """Write characters that no table carries as ``_x000D_``, the way of Office's own files."""
    return _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unescape_controls(text: str) -> str:
    """Undo ``escape_controls``."""
    return _WRITTEN.sub(lambda found: chr(int(found[1], 16)), text)


def neutralise(text: str) -> str:
    """Keep a spreadsheet from taking the text for a formula: put an apostrophe before it.

    A text that itself begins with an apostrophe gets one too, so that undoing is exact.
    """
    return f"'{text}" if _STARTS_FORMULA.match(text) else text


def undo_neutralise(text: str) -> str:
    """Undo ``neutralise``."""
    return text.removeprefix("'")
