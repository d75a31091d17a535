"""What a document must keep to be stored: lengths, ranges, numbers that are there once."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from madoguchi.kernel import fiscal
from madoguchi.plan.document.errors import PlanUnreadable, place_text
from madoguchi.plan.document.labels import OFFICIAL, Label
from madoguchi.plan.document.limits import (
    MAX_DEPARTMENT,
    MAX_EFFECT,
    MAX_ITEM,
    MAX_ITEMS,
    MAX_NAME,
    MAX_SUBJECT,
)
from madoguchi.plan.document.model import Initiative, Place, PlanDocument, ScheduleRow
from madoguchi.plan.rules.departments import department_path

_EARLIEST, _LATEST = 1950, 2150
_MAX_THEME, _MAX_NUMBER, _MAX_SPAN = 999, 9999, 30
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""NUL, and halves of characters, which JSON can spell."""


def normalise(document: PlanDocument) -> PlanDocument:
    """The document as it is kept: no empty items, no empty lines inside a paragraph."""
    return replace(
        document,
        themes=tuple(
            replace(
                theme,
                name=theme.name.strip(),
                initiatives=tuple(_normalised(sheet) for sheet in theme.initiatives),
            )
            for theme in document.themes
        ),
    )


def _normalised(sheet: Initiative) -> Initiative:
    return replace(
        sheet,
        name=sheet.name.strip(),
        departments=_filled(sheet.departments),
        problem=_paragraphs(sheet.problem),
        content=_paragraphs(sheet.content),
        goal=_paragraphs(sheet.goal),
        rows=tuple(
            replace(row, plan=_filled(row.plan), result=_filled(row.result))
            for row in sorted(sheet.rows, key=lambda row: row.fiscal_year)
        ),
    )


def _filled(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text.strip() for text in texts if text.strip())


def _paragraphs(texts: tuple[str, ...]) -> tuple[str, ...]:
    return _filled(tuple(part for text in texts for part in text.split("\n\n")))


def check_document(document: PlanDocument) -> None:
    """Raise ``PlanUnreadable`` for the first thing that cannot be stored, with its place."""
    _check_text(document.title, None, Place())
    numbers: dict[int, str] = {}
    for theme in document.themes:
        place = Place(field=f"テーマ{theme.number}")
        if not 0 < theme.number <= _MAX_THEME:
            raise PlanUnreadable("number_too_large", place, found=theme.number)
        if theme.number in numbers:
            raise PlanUnreadable(
                "duplicate_theme",
                place,
                number=theme.number,
                first_name=numbers[theme.number],
                first=place_text(place),
                second_name=theme.name,
                second=place_text(place),
            )
        numbers[theme.number] = theme.name
        _check_text(theme.name, MAX_NAME, place)
        _check_sheets(theme.initiatives)
    if not document.initiatives:
        raise PlanUnreadable("no_sheet")
    years = document.fiscal_years
    if not years:
        raise PlanUnreadable("no_years")
    if years[-1] - years[0] >= _MAX_SPAN:
        raise PlanUnreadable("years_too_far_apart", first=years[0], last=years[-1])


def _check_sheets(sheets: Iterable[Initiative]) -> None:
    seen: set[int] = set()
    for sheet in sheets:
        place = Place(sheet.code)
        if not 0 < sheet.number <= _MAX_NUMBER:
            raise PlanUnreadable("number_too_large", place, found=sheet.code)
        if sheet.number in seen:
            where = place_text(place)
            raise PlanUnreadable(
                "duplicate_initiative", place, code=sheet.code, first=where, second=where
            )
        seen.add(sheet.number)
        _check_sheet(sheet)


def _check_sheet(sheet: Initiative) -> None:
    place = Place(sheet.code, OFFICIAL[Label.NAME])
    if not sheet.name.strip():
        raise PlanUnreadable("name_missing", place)
    _check_text(sheet.name, MAX_NAME, place)
    place = Place(sheet.code, OFFICIAL[Label.DEPARTMENTS])
    previous: tuple[str, ...] = ()
    for written in sheet.departments:
        _check_text(written, MAX_NAME, place)
        previous = department_path(written, previous)
        for name in previous:
            _check_text(name, MAX_DEPARTMENT, place)
    for text in (*sheet.problem, *sheet.content, *sheet.goal):
        _check_text(text, None, Place(sheet.code))
    for moved in sheet.transfers:
        place = Place(sheet.code, "移行")
        _check_text(moved.subject, MAX_SUBJECT, place)
        _check_text(moved.name, MAX_NAME, place)
        if not (0 < moved.theme <= _MAX_THEME and 0 < moved.number <= _MAX_NUMBER):
            raise PlanUnreadable("number_too_large", place, found=f"{moved.theme}-{moved.number}")
    years: set[int] = set()
    for row in sheet.rows:
        _check_row(sheet, row)
        if row.fiscal_year in years:
            place = Place(sheet.code, str(row.fiscal_year))
            raise PlanUnreadable("year_twice", place, found=f"{row.fiscal_year}年度")
        years.add(row.fiscal_year)


def _check_row(sheet: Initiative, row: ScheduleRow) -> None:
    if not _EARLIEST <= row.fiscal_year <= _LATEST:
        place = Place(sheet.code, OFFICIAL[Label.SCHEDULE])
        raise PlanUnreadable("year_unknown", place, found=row.fiscal_year)
    label = fiscal.label(row.fiscal_year, "short")
    if max(len(row.plan), len(row.result)) > MAX_ITEMS:
        raise PlanUnreadable("too_many_items", Place(sheet.code, label), limit=MAX_ITEMS)
    for text in row.plan:
        _check_text(text, MAX_ITEM, Place(sheet.code, f"{label} {OFFICIAL[Label.PLAN]}"))
    for text in row.result:
        _check_text(text, MAX_ITEM, Place(sheet.code, f"{label} {OFFICIAL[Label.RESULT]}"))
    if row.effect is not None and abs(row.effect) > MAX_EFFECT:
        place = Place(sheet.code, f"{label} {OFFICIAL[Label.EFFECT]}")
        raise PlanUnreadable("effect_too_large", place, found=f"{row.effect:,}")


def _check_text(text: str, limit: int | None, place: Place) -> None:
    if limit is not None and len(text) > limit:
        found = _UNSTORABLE.sub("␀", text[:30])
        raise PlanUnreadable("text_too_long", place, limit=limit, found=found)
    if _UNSTORABLE.search(text):
        raise PlanUnreadable("control_character", place, found=_UNSTORABLE.sub("␀", text[:30]))
