"""The plan as plain values, between any file format and the database.

Fiscal years are western (2019 is 令和元年度). Texts are as the document has them, with
blanks inside Japanese words removed; they are never Unicode-normalised.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """How a schedule row ends an initiative, if it does. The codes are stored."""

    FINISHED = "finished"  # 取組終了
    CARRIED_OVER = "carried_over"  # 次期プラン継続


@dataclass(frozen=True, slots=True)
class Transfer:
    """A part of an initiative that moved to another (※…は、No.1-12「…」に移行)."""

    subject: str
    theme: int
    number: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One fiscal year of a sheet's schedule (工程表).

    ``continues`` is the ↓ that carries the plan above down to this row. ``effect`` is the
    year's effect amount (効果額) in thousand yen, or None where none was reported.
    """

    fiscal_year: int
    plan: tuple[str, ...] = ()
    result: tuple[str, ...] = ()
    continues: bool = False
    outcome: Outcome | None = None
    effect: int | None = None


@dataclass(frozen=True, slots=True)
class Initiative:
    """One sheet (取組) of the plan. Prose is a tuple of paragraphs."""

    theme: int
    number: int
    name: str
    departments: tuple[str, ...] = ()
    problem: tuple[str, ...] = ()  # 現状・課題
    content: tuple[str, ...] = ()  # 取組内容
    goal: tuple[str, ...] = ()  # 目標
    rows: tuple[ScheduleRow, ...] = ()
    transfers: tuple[Transfer, ...] = ()

    @property
    def code(self) -> str:
        """The number as people say it: ``1-12``."""
        return f"{self.theme}-{self.number}"


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme (テーマ) with its initiatives in number order."""

    number: int
    name: str
    initiatives: tuple[Initiative, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the source something stands, in words a person can follow.

    ``initiative`` is ``1-12`` or empty; ``field`` the row's heading (``H27年度 計画``);
    ``line`` a line of text, or a row of a sheet, counted from 1, or None.
    """

    initiative: str = ""
    field: str = ""
    line: int | None = None
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A departure from the regular form that the reader saw through.

    ``code`` is stable (``number_spaced``, ``year_spaced``, ``outcome_after_break`` …);
    ``found`` is the text as it stands, ``read_as`` what it was taken for.
    """

    number: int
    code: str
    place: Place
    found: str
    read_as: str


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """A whole plan, or as many of its themes as one file holds."""

    themes: tuple[Theme, ...]
    title: str = ""
    remarks: tuple[Remark, ...] = field(default=(), compare=False)

    @property
    def initiatives(self) -> tuple[Initiative, ...]:
        return tuple(sheet for theme in self.themes for sheet in theme.initiatives)

    @property
    def fiscal_years(self) -> tuple[int, ...]:
        return tuple(sorted({row.fiscal_year for sheet in self.initiatives for row in sheet.rows}))


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts that an import reports."""

    themes: int
    initiatives: int
    rows: int
    plan_items: int
    result_items: int
    finished: int
    carried_over: int
    remarks: int


def summarise(document: PlanDocument) -> Summary:
    """Count what a document holds; ``finished`` and ``carried_over`` count initiatives."""
    rows = [row for sheet in document.initiatives for row in sheet.rows]
    ends = [{row.outcome for row in sheet.rows} for sheet in document.initiatives]
    return Summary(
        themes=len(document.themes),
        initiatives=len(document.initiatives),
        rows=len(rows),
        plan_items=sum(len(row.plan) for row in rows),
        result_items=sum(len(row.result) for row in rows),
        finished=sum(Outcome.FINISHED in end for end in ends),
        carried_over=sum(Outcome.CARRIED_OVER in end for end in ends),
        remarks=len(document.remarks),
    )
