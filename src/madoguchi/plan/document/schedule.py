"""The schedule of a sheet (工程表): which column is what, and one row for each fiscal year."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from madoguchi.kernel.fiscal import UnknownFiscalYear, is_regular, parse_fiscal_year
from madoguchi.kernel.text import join_split_words, squeeze
from madoguchi.plan.document.errors import PlanUnreadable
from madoguchi.plan.document.grid import Cell, Row
from madoguchi.plan.document.labels import OFFICIAL, Label, label_key, label_of
from madoguchi.plan.document.limits import MAX_ITEM
from madoguchi.plan.document.marks import Marks, outcome_of, read_marks
from madoguchi.plan.document.model import Outcome, Place, ScheduleRow
from madoguchi.plan.document.remarks import Noted
from madoguchi.plan.document.tabular import OUTCOME_WORDS

_EARLIEST, _LATEST = 1950, 2150
_LOOKS_LIKE_YEAR: Final = re.compile(r"^\D{0,4}\s*[\d元][\d\s]*\s*年?\s*度?$|年\s*度\s*$")
_ERA_YEAR: Final = re.compile(r"(?:[MTSHR]|明治|大正|昭和|平成|令和)(?:元|\d{1,3})年度")
_AMOUNT: Final = re.compile(r"^(?P<sign>[-−－△▲]?)(?P<digits>\d{1,3}(?:,?\d{3})*|\d+)(?:千円)?$")
_COLUMN_LABELS: Final = (Label.PLAN, Label.RESULT, Label.RESULT_SOURCE, Label.OUTCOME, Label.EFFECT)


@dataclass(slots=True)
class RowDraft:
    """A row on its way. ``label`` is the year as written."""

    fiscal_year: int
    label: str
    line: int | None
    plan: list[str] = field(default_factory=list)
    result: list[str] = field(default_factory=list)
    continues: bool = False
    outcome: Outcome | None = None
    effect: int | None = None

    def freeze(self) -> ScheduleRow:
        return ScheduleRow(
            fiscal_year=self.fiscal_year,
            plan=tuple(self.plan),
            result=tuple(self.result),
            continues=self.continues,
            outcome=self.outcome,
            effect=self.effect,
        )


class Columns:
    """Where the columns of a schedule begin, from its heading row."""

    def __init__(self, starts: dict[int, Label], unknown: dict[int, str]) -> None:
        self.starts = starts
        self.unknown = unknown
        self.first = min(starts)

    @classmethod
    def regular(cls) -> "Columns":
        """As in the official form: year, plan, result."""
        return cls({1: Label.PLAN, 2: Label.RESULT}, {})

    @classmethod
    def from_heading(cls, row: Row) -> "Columns | None":
        """The columns, if ``row`` is the heading of a schedule."""
        starts: dict[int, Label] = {}
        unknown: dict[int, str] = {}
        for index, cell in enumerate(row.cells):
            label = label_of(cell.text)
            if label in _COLUMN_LABELS and label not in starts.values():
                starts[index] = label
            elif starts and not cell.is_empty:
                unknown[index] = squeeze(cell.text)
        if not {Label.PLAN, Label.RESULT} <= set(starts.values()):
            return None
        return cls(starts, unknown)

    def of(self, index: int) -> Label | None:
        """The column that a cell belongs to; None for the side of the years or an unknown one."""
        if index in self.starts:
            return self.starts[index]
        before = [start for start in self.starts if start < index]
        if not before or index > max(self.starts) or any(at <= index for at in self.unknown):
            return None
        return self.starts[max(before)]


def read_year(text: str, place: Place) -> int | None:
    """The fiscal year that a row's heading names; None if it is no such heading at all.

    A heading that means to be a year but names none raises ``PlanUnreadable``.
    """
    line = squeeze(text)
    if not line:
        return None
    try:
        year = parse_fiscal_year(line)
    except UnknownFiscalYear:
        if not _LOOKS_LIKE_YEAR.search(unicodedata.normalize("NFKC", line)):
            return None
        raise PlanUnreadable("year_unknown", place, found=line[:40]) from None
    if not _EARLIEST <= year <= _LATEST:
        raise PlanUnreadable("year_unknown", place, found=line[:40])
    return year


def year_remark(label: str) -> tuple[str, str, str] | None:
    """What is irregular about a year as written."""
    if is_regular(label):
        return None
    year = f"{parse_fiscal_year(label)}年度"
    joined = join_split_words(label)
    form = unicodedata.normalize("NFKC", joined).upper()
    if is_regular(form) or not _ERA_YEAR.fullmatch(form):
        spaced = joined != label and is_regular(joined)
        return "year_spaced" if spaced else "year_spelled", label, year
    return "year_era_ended", label, year


def read_amount(text: str) -> int | None:
    """Thousand yen from ``12,300``, ``△1,200`` or ``12,300千円``; None if it is no amount."""
    bare = "".join(unicodedata.normalize("NFKC", text).split())
    found = _AMOUNT.match(bare)
    if found is None or len(found["digits"]) > 15:
        return None
    amount = int(found["digits"].replace(",", ""))
    return -amount if found["sign"] else amount


class ScheduleReader:
    """Reads the rows of one schedule; ``noted`` receives its remarks."""

    def __init__(self, code: str, sheet: str, noted: list[Noted]) -> None:
        self.code = code
        self.sheet = sheet
        self.noted = noted
        self.rows: list[RowDraft] = []
        self.columns: Columns | None = None

    def place(self, where: str, line: int | None) -> Place:
        return Place(self.code, where, line, self.sheet)

    def note(self, code: str, place: Place, found: str, read_as: str = "") -> None:
        self.noted.append((code, place, found, read_as))

    def heading(self, row: Row, columns: Columns) -> None:
        self.columns = columns
        spaced = [
            squeeze(cell.text)
            for index, cell in enumerate(row.cells)
            if index in columns.starts and squeeze(cell.text) != label_key(cell.text)
            and squeeze(cell.text) not in OFFICIAL.values()
        ]  # fmt: skip
        if spaced:
            read_as = "／".join(OFFICIAL[label] for label in columns.starts.values())
            found = "／".join(spaced)
            self.note("heading_spaced", self.place("工程表", row.line), found, read_as)

    def read(self, row: Row) -> bool:
        """Take ``row`` as a year's row, or say that it is none."""
        columns = self.columns or Columns.regular()
        labels = [
            cell for cell in row.cells[: columns.first]
            if not cell.is_empty and label_of(cell.text) is not Label.SCHEDULE
        ]  # fmt: skip
        texts = [line for cell in labels for line in cell.text.split("\n") if line.strip()]
        outcomes = [outcome for line in texts if (outcome := outcome_of(line)) is not None]
        names = [line for line in texts if outcome_of(line) is None]
        if not names:
            return self._continue_row(row, columns)
        label = squeeze(names[0])
        year = read_year(label, self.place("工程表", row.line))
        if year is None:
            return False
        if self.columns is None:
            self.columns = columns
            self.note("heading_missing", self.place("工程表", row.line), label, "計画／結果")
        draft = self._draft(year, label, row.line)
        for extra in names[1:]:
            self.note("cell_unknown", self.place(label, row.line), squeeze(extra))
        for outcome in outcomes:
            self.note(
                "outcome_elsewhere", self.place(label, row.line), label, OUTCOME_WORDS[outcome]
            )
            self._end(draft, outcome, label)
        self._cells(draft, row, columns)
        return True

    def _draft(self, year: int, label: str, line: int | None) -> RowDraft:
        place = self.place(label, line)
        irregular = year_remark(label)
        if irregular is not None:
            self.note(irregular[0], place, irregular[1], irregular[2])
        known = next((row for row in self.rows if row.fiscal_year == year), None)
        if known is not None:
            self.note("year_twice", place, label, known.label)
            return known
        if self.rows and year < self.rows[-1].fiscal_year:
            self.note("year_out_of_order", place, label, f"{year}年度")
        self.rows.append(RowDraft(year, label, line))
        return self.rows[-1]

    def _continue_row(self, row: Row, columns: Columns) -> bool:
        """A row without a year that has a plan or a result belongs to the year above."""
        cells = [cell for index, cell in enumerate(row.cells) if columns.of(index) is not None]
        if not self.rows or all(cell.is_empty for cell in cells):
            return False
        draft = self.rows[-1]
        found = " | ".join(squeeze(cell.text) for cell in cells if not cell.is_empty)
        self.note("row_without_year", self.place("工程表", row.line), found, draft.label)
        self._cells(draft, row, columns)
        return True

    def _cells(self, draft: RowDraft, row: Row, columns: Columns) -> None:
        has_source = any(
            columns.starts.get(index) is Label.RESULT_SOURCE and not cell.is_empty
            for index, cell in enumerate(row.cells)
        )
        for index, cell in enumerate(row.cells):
            if index < columns.first:
                continue
            label = columns.of(index)
            if label is Label.RESULT and has_source:
                continue
            heading = OFFICIAL[label] if label else columns.unknown.get(index, "")
            place = self.place(f"{draft.label} {heading}".strip(), row.line)
            self._cell(draft, cell, label, place)

    def _cell(self, draft: RowDraft, cell: Cell, label: Label | None, place: Place) -> None:
        for removed in cell.removed:
            self.note("markup_removed", place, removed)
        if cell.covered and label is Label.PLAN:
            draft.continues = True
            self.note("plan_merged", place, "", "↓")
        elif not cell.text.strip():
            return
        elif label is Label.EFFECT:
            self._effect(draft, cell, place)
        elif label is Label.PLAN or label in (Label.RESULT, Label.RESULT_SOURCE):
            self._items(draft, cell, label, place)
        elif label is Label.OUTCOME and (outcome := outcome_of(cell.text)) is not None:
            self._end(draft, outcome, place.field)
        else:
            self._other(draft, cell, place)

    def _items(self, draft: RowDraft, cell: Cell, label: Label | None, place: Place) -> None:
        marks = read_marks(cell.text, cell.raw)
        for item in marks.items:
            if len(item) > MAX_ITEM:
                raise PlanUnreadable("text_too_long", place, limit=MAX_ITEM, found=item[:30])
        self._noted(marks, place)
        if label is Label.PLAN:
            draft.plan += marks.items
            draft.continues = draft.continues or marks.continues
            if marks.outcome is not None:
                self.note(
                    "outcome_elsewhere", place, squeeze(cell.text), OUTCOME_WORDS[marks.outcome]
                )
        else:
            draft.result += marks.items
            if marks.continues:
                self.note("arrow_in_result", place, squeeze(cell.text))
        if marks.outcome is not None:
            self._end(draft, marks.outcome, place.field)

    def _noted(self, marks: Marks, place: Place) -> None:
        for code, found, read_as in marks.notes:
            self.note(code, place, found, read_as)

    def _effect(self, draft: RowDraft, cell: Cell, place: Place) -> None:
        text = squeeze(cell.text)
        if text in ("-", "－", "―", "—", "ー"):
            return
        amount = read_amount(text)
        if amount is None:
            self.note("effect_not_a_number", place, text)
        elif draft.effect is not None and draft.effect != amount:
            self.note("effect_twice", place, text, str(draft.effect))
        else:
            draft.effect = amount

    def _other(self, draft: RowDraft, cell: Cell, place: Place) -> None:
        """A cell in no known column: how the initiative ended may stand there."""
        marks = read_marks(cell.text, cell.raw)
        if marks.outcome is not None:
            self.note("outcome_elsewhere", place, squeeze(cell.text), OUTCOME_WORDS[marks.outcome])
            self._end(draft, marks.outcome, place.field)
        if marks.outcome is None or marks.items:
            self.note("cell_unknown", place, squeeze(cell.text))

    def _end(self, draft: RowDraft, outcome: Outcome, where: str) -> None:
        if draft.outcome is not None and draft.outcome is not outcome:
            place = self.place(where, draft.line)
            self.note("outcome_twice", place, OUTCOME_WORDS[outcome], OUTCOME_WORDS[draft.outcome])
            return
        draft.outcome = outcome

    # --- what only the whole schedule shows -------------------------------------------

    def finish(self) -> tuple[ScheduleRow, ...]:
        """The rows in order of their years, with the remarks on the schedule as a whole."""
        self.rows.sort(key=lambda row: row.fiscal_year)
        for index, row in enumerate(self.rows):
            self._remark_plan(index, row)
        ends = [row for row in self.rows if row.outcome is not None]
        for row in ends[1:]:
            self.note("outcome_twice", self.place(row.label, row.line), row.label, ends[0].label)
        if ends:
            self._remark_after(ends[0])
        return tuple(row.freeze() for row in self.rows)

    def _remark_plan(self, index: int, row: RowDraft) -> None:
        place = self.place(f"{row.label} 計画", row.line)
        if row.continues:
            start = self._start_of(index)
            if start is None:
                self.note("arrow_without_plan", place, "↓")
            else:
                through = "、".join(above.label for above in self.rows[start:index])
                planned = "／".join(self.rows[start].plan)
                self.note("plan_continues", place, "↓", f"{through}: {planned}")
        reported = bool(row.result)
        if reported and not row.plan and not row.continues:
            self.note("result_without_plan", place, "／".join(row.result), self._arrow_over(index))
        if row.plan and not reported:
            where = self.place(f"{row.label} 結果", row.line)
            self.note("plan_without_result", where, "／".join(row.plan))

    def _start_of(self, index: int) -> int | None:
        """The row whose plan a ↓ at ``index`` carries on, through the blank cells between."""
        above = (at for at in range(index - 1, -1, -1) if self.rows[at].plan)
        return next(above, None)

    def _arrow_over(self, index: int) -> str:
        """The plan that a ↓ further down carries through this blank cell, if one does."""
        for at in range(index + 1, len(self.rows)):
            if self.rows[at].plan:
                return ""
            if self.rows[at].continues:
                start = self._start_of(at)
                return "／".join(self.rows[start].plan) if start is not None else ""
        return ""

    def _remark_after(self, end: RowDraft) -> None:
        for row in self.rows:
            if row.fiscal_year <= end.fiscal_year:
                continue
            place = self.place(row.label, row.line)
            if row.plan or row.continues:
                planned = "／".join(row.plan) or "↓"
                self.note("plan_after_end", place, planned, end.label)
            if row.result:
                self.note("result_after_end", place, "／".join(row.result), end.label)
