"""Reading back the plans that we wrote ourselves, without loss.

``write_csv``, ``write_xlsx``, ``write_html`` and ``write_json`` each have their exact inverse
here; a file is one of ours where ``is_own_…`` says so. All raise ``PlanUnreadable`` and name the
place. Lines of a table may be in any order, and columns too; a line without a position goes
behind those that have one.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from lxml import html
from lxml.etree import _Element as Element
from pydantic import ValidationError

from madoguchi.plan.document.errors import PlanUnreadable
from madoguchi.plan.document.json_format import SCHEMA, InitiativePart, PlanPart, outcome_of
from madoguchi.plan.document.model import (
    Initiative,
    Outcome,
    Place,
    PlanDocument,
    ScheduleRow,
    Theme,
    Transfer,
)
from madoguchi.plan.document.own_tables import read_table
from madoguchi.plan.document.tabular import REQUIRED, undo_neutralise, unescape_controls


def is_own_header(cells: Iterable[object]) -> bool:
    """Whether this first row of a table is that of our own CSV or workbook."""
    heads = {str(cell or "").strip() for cell in cells}
    return all(column.value in heads for column in REQUIRED)


def is_own_html(root: Element) -> bool:
    """Whether this parsed page is our own."""
    return root.get("data-madoguchi-plan") == "1"


def is_own_json(data: object) -> bool:
    """Whether this parsed JSON says that it is our own."""
    return isinstance(data, dict) and data.get("schema") == SCHEMA


def read_own_csv(text: str) -> PlanDocument:
    """The plan in the text of our own CSV (decoded, without BOM, any line ends)."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise PlanUnreadable("csv_broken", reason=str(error)) from error
    return read_table(rows, undo=lambda text: unescape_controls(undo_neutralise(text)))


def read_own_xlsx(rows: Iterable[Sequence[object]], *, sheet: str = "") -> PlanDocument:
    """The plan in the rows of values of our own worksheet, the row of headings first."""
    return read_table(rows, undo=unescape_controls, sheet=sheet)


def read_own_json(data: object) -> PlanDocument:
    """The plan in our own JSON, parsed. The error names the path, such as ``themes.0.name``."""
    try:
        plan = PlanPart.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(step) for step in first["loc"])
        raise PlanUnreadable("json_not_a_plan", reason=f"{path}: {first['msg']}") from error
    themes = tuple(
        Theme(
            number=theme.number,
            name=theme.name,
            initiatives=tuple(_initiative(theme.number, part) for part in theme.initiatives),
        )
        for theme in plan.themes
    )
    return PlanDocument(themes=themes, title=plan.title)


def _initiative(theme: int, part: InitiativePart) -> Initiative:
    return Initiative(
        theme=theme,
        number=part.number,
        name=part.name,
        departments=tuple(part.departments),
        problem=tuple(part.problem),
        content=tuple(part.content),
        goal=tuple(part.goal),
        rows=tuple(
            ScheduleRow(
                fiscal_year=row.fiscal_year,
                plan=tuple(row.plan),
                result=tuple(line.text for line in row.result),
                continues=row.continues,
                outcome=outcome_of(row.outcome),
                effect=row.effect,
            )
            for row in part.rows
        ),
        transfers=tuple(
            Transfer(moved.subject, moved.theme, moved.number, moved.name)
            for moved in part.transfers
        ),
    )


def read_own_html(page: str) -> PlanDocument:
    """The plan in the text of our own page."""
    root = html.document_fromstring(page)
    themes = tuple(
        Theme(
            number=_number(section, "data-theme"),
            name=_first(section, "theme"),
            initiatives=tuple(
                _html_initiative(_number(section, "data-theme"), article)
                for article in section.iter("article")
            ),
        )
        for section in root.iter("section")
    )
    return PlanDocument(themes=themes, title=_first(root, "title"))


def _html_initiative(theme: int, article: Element) -> Initiative:
    return Initiative(
        theme=theme,
        number=_number(article, "data-initiative"),
        name=_first(article, "name"),
        departments=_texts(article, "departments"),
        problem=_texts(article, "problem"),
        content=_texts(article, "content"),
        goal=_texts(article, "goal"),
        rows=tuple(
            ScheduleRow(
                fiscal_year=_number(row, "data-fiscal-year"),
                plan=_texts(row, "plan"),
                result=_texts(row, "result"),
                continues=row.get("data-continues") == "1",
                outcome=_outcome(row),
                effect=_number(row, "data-effect") if row.get("data-effect") else None,
            )
            for row in article.iter("tr")
            if row.get("data-fiscal-year")
        ),
        transfers=tuple(
            Transfer(
                subject=_first(entry, "subject"),
                theme=_number(entry, "data-to-theme"),
                number=_number(entry, "data-to-number"),
                name=_first(entry, "to-name"),
            )
            for entry in article.iter("li")
            if entry.get("data-to-theme")
        ),
    )


def _outcome(row: Element) -> Outcome | None:
    code = row.get("data-outcome")
    if code is None:
        return None
    try:
        return Outcome(code)
    except ValueError as error:
        place = Place(field="data-outcome", line=_line(row))
        raise PlanUnreadable("own_outcome", place, found=code[:40]) from error


def _number(element: Element, attribute: str) -> int:
    found = element.get(attribute) or ""
    if not found.removeprefix("-").isdecimal() or len(found) > 18:
        place = Place(field=attribute, line=_line(element))
        raise PlanUnreadable("own_number", place, found=found[:40])
    return int(found)


def _first(element: Element, item: str) -> str:
    return next(iter(_texts(element, item)), "")


def _texts(element: Element, item: str) -> tuple[str, ...]:
    return tuple(_text(found) for found in element.iter() if found.get("data-item") == item)


def _text(element: Element) -> str:
    """What the element says, with figures as they were written."""
    source = element.get("data-source")
    if source is not None:
        return _json_text(source, element)
    parts = [element.text or ""]
    for child in element:
        written = child.get("value") if child.tag == "data" else None
        parts.append("".join(map(str, child.itertext())) if written is None else written)
        parts.append(child.tail or "")
    return "".join(parts)


def _line(element: Element) -> int | None:
    line: int | None = element.sourceline  # type: ignore[assignment] # the stubs leave it open
    return line


def _json_text(source: str, element: Element) -> str:
    try:
        text: Any = json.loads(source)
    except ValueError:
        text = None
    if not isinstance(text, str):
        place = Place(field="data-source", line=_line(element))
        raise PlanUnreadable("own_source", place, found=source[:40])
    return text
