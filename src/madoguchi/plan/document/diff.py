"""What a new document would change in an old one, as a list that a person can go through."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from madoguchi.kernel import fiscal
from madoguchi.plan.document.labels import OFFICIAL, Label
from madoguchi.plan.document.model import (
    Initiative,
    Place,
    PlanDocument,
    ScheduleRow,
    Theme,
    Transfer,
)
from madoguchi.plan.document.tabular import OUTCOME_WORDS

SEPARATOR: Final = "／"
_PROSE: Final = {"problem": Label.PROBLEM, "content": Label.CONTENT, "goal": Label.GOAL}


@dataclass(frozen=True, slots=True)
class Difference:
    """``code`` is stable; ``before`` and ``after`` are texts, the lines of prose on lines.

    What the new document has no text for (``is_removal``) is not the same as what it changes:
    it may only have been left out of the file.
    """

    code: str
    place: Place
    before: str
    after: str
    fiscal_year: int | None = None

    @property
    def is_removal(self) -> bool:
        return not self.after


def diff_documents(old: PlanDocument, new: PlanDocument) -> tuple[Difference, ...]:
    """Everything in which ``new`` differs from ``old``, in the order of the sheets."""
    return tuple(_themes(old, new))


def without_removals(old: PlanDocument, new: PlanDocument) -> PlanDocument:
    """``new`` with everything kept that ``old`` has and it lacks."""
    before = {theme.number: theme for theme in old.themes}
    after = {theme.number: theme for theme in new.themes}
    themes = [
        _kept_theme(before.get(number), after.get(number)) for number in sorted(before | after)
    ]
    return replace(new, themes=tuple(themes))


def _kept_theme(old: Theme | None, new: Theme | None) -> Theme:
    if old is None or new is None:
        kept = new or old
        assert kept is not None  # noqa: S101 # one of the two has the number
        return kept
    before = {sheet.number: sheet for sheet in old.initiatives}
    after = {sheet.number: sheet for sheet in new.initiatives}
    return Theme(
        number=new.number,
        name=new.name or old.name,
        initiatives=tuple(
            _kept_sheet(before[number], after[number])
            if number in before and number in after
            else after.get(number) or before[number]
            for number in sorted(before | after)
        ),
    )


def _kept_sheet(old: Initiative, new: Initiative) -> Initiative:
    before = {row.fiscal_year: row for row in old.rows}
    after = {row.fiscal_year: row for row in new.rows}
    return replace(
        new,
        departments=new.departments or old.departments,
        problem=new.problem or old.problem,
        content=new.content or old.content,
        goal=new.goal or old.goal,
        transfers=new.transfers or old.transfers,
        rows=tuple(
            _kept_row(before[year], after[year])
            if year in before and year in after
            else after.get(year) or before[year]
            for year in sorted(before | after)
        ),
    )


def _kept_row(old: ScheduleRow, new: ScheduleRow) -> ScheduleRow:
    planned = new if new.plan or new.continues else old
    return replace(
        new,
        plan=planned.plan,
        continues=planned.continues,
        result=new.result or old.result,
        outcome=new.outcome or old.outcome,
        effect=old.effect if new.effect is None else new.effect,
    )


def _themes(old: PlanDocument, new: PlanDocument) -> Iterator[Difference]:
    before = {theme.number: theme for theme in old.themes}
    after = {theme.number: theme for theme in new.themes}
    for number in sorted(before | after):
        first, second = before.get(number), after.get(number)
        place = Place(field=f"テーマ{number}")
        if first is None or second is None:
            yield Difference("theme", place, _theme_text(first), _theme_text(second))
        elif first.name != second.name:
            yield Difference("theme_name", place, first.name, second.name)
        yield from _sheets(first, second)


def _theme_text(theme: Theme | None) -> str:
    return "" if theme is None else f"テーマ{theme.number} {theme.name}".strip()


def _sheets(old: Theme | None, new: Theme | None) -> Iterator[Difference]:
    before = {sheet.number: sheet for sheet in old.initiatives} if old else {}
    after = {sheet.number: sheet for sheet in new.initiatives} if new else {}
    for number in sorted(before | after):
        first, second = before.get(number), after.get(number)
        if first is not None and second is not None:
            yield from _fields(first, second)
        else:
            code = (first or after[number]).code
            yield Difference("initiative", Place(code), _sheet_text(first), _sheet_text(second))


def _sheet_text(sheet: Initiative | None) -> str:
    return "" if sheet is None else f"No.{sheet.code} {sheet.name}"


def _fields(old: Initiative, new: Initiative) -> Iterator[Difference]:
    if old.name != new.name:
        yield Difference("name", Place(new.code, OFFICIAL[Label.NAME]), old.name, new.name)
    if old.departments != new.departments:
        place = Place(new.code, OFFICIAL[Label.DEPARTMENTS])
        yield Difference(
            "departments", place, "、".join(old.departments), "、".join(new.departments)
        )
    for name, label in _PROSE.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            place = Place(new.code, OFFICIAL[label])
            yield Difference(name, place, "\n".join(before), "\n".join(after))
    if old.transfers != new.transfers:
        place = Place(new.code, "移行")
        yield Difference("transfers", place, _moved(old.transfers), _moved(new.transfers))
    yield from _rows(old, new)


def _moved(transfers: tuple[Transfer, ...]) -> str:
    return "\n".join(
        f"{moved.subject} → No.{moved.theme}-{moved.number} {moved.name}".strip()
        for moved in transfers
    )


def _rows(old: Initiative, new: Initiative) -> Iterator[Difference]:
    before = {row.fiscal_year: row for row in old.rows}
    after = {row.fiscal_year: row for row in new.rows}
    for year in sorted(before | after):
        first, second = before.get(year), after.get(year)
        label = fiscal.label(year, "short")
        if first is None or second is None:
            place = Place(new.code, label)
            yield Difference("row", place, _row_text(first), _row_text(second), year)
            continue
        for code, heading, text in _CELLS:
            found, wanted = text(first), text(second)
            if found != wanted:
                place = Place(new.code, f"{label} {heading}")
                yield Difference(code, place, found, wanted, year)


def _row_text(row: ScheduleRow | None) -> str:
    if row is None:
        return ""
    filled = (f"{heading} {found}" for _, heading, text in _CELLS if (found := text(row)))
    return f"{fiscal.label(row.fiscal_year, 'short')} {'、'.join(filled)}".strip()


def _planned(row: ScheduleRow) -> str:
    return SEPARATOR.join((*row.plan, *(("↓",) if row.continues else ())))


def _reported(row: ScheduleRow) -> str:
    return SEPARATOR.join(row.result)


def _ended(row: ScheduleRow) -> str:
    return "" if row.outcome is None else OUTCOME_WORDS[row.outcome]


def _amount(row: ScheduleRow) -> str:
    return "" if row.effect is None else f"{row.effect:,}"


_CELLS: Final = (
    ("plan", OFFICIAL[Label.PLAN], _planned),
    ("result", OFFICIAL[Label.RESULT], _reported),
    ("outcome", OFFICIAL[Label.OUTCOME], _ended),
    ("effect", OFFICIAL[Label.EFFECT], _amount),
)
