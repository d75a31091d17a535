"""A plan as JSON in the documented form (``json_format``)."""

import json
from typing import Any

from madoguchi.kernel import fiscal
from madoguchi.plan.document.edition import Edition, shown_text
from madoguchi.plan.document.json_format import SCHEMA
from madoguchi.plan.document.model import Initiative, PlanDocument, ScheduleRow


def plan_data(document: PlanDocument, edition: Edition | None = None) -> dict[str, Any]:
    """The plan as plain lists, dicts, texts and numbers."""
    edition = edition or Edition()
    return {
        "schema": SCHEMA,
        "title": document.title,
        "city": edition.city,
        "exported_on": None if edition.exported_on is None else edition.exported_on.isoformat(),
        "themes": [
            {
                "number": theme.number,
                "name": theme.name,
                "initiatives": [initiative_data(sheet, edition) for sheet in theme.initiatives],
            }
            for theme in document.themes
        ],
    }


def initiative_data(sheet: Initiative, edition: Edition) -> dict[str, Any]:
    """One sheet in the same form."""
    return {
        "number": sheet.number,
        "code": sheet.code,
        "name": sheet.name,
        "departments": list(sheet.departments),
        "problem": list(sheet.problem),
        "content": list(sheet.content),
        "goal": list(sheet.goal),
        "rows": [_row_data(sheet, row, edition) for row in sheet.rows],
        "transfers": [
            {
                "subject": moved.subject,
                "theme": moved.theme,
                "number": moved.number,
                "name": moved.name,
            }
            for moved in sheet.transfers
        ],
    }


def _row_data(sheet: Initiative, row: ScheduleRow, edition: Edition) -> dict[str, Any]:
    return {
        "fiscal_year": row.fiscal_year,
        "label": fiscal.label(row.fiscal_year),
        "continues": row.continues,
        "plan": list(row.plan),
        "result": [
            {"text": text, "shown": shown_text(edition.show(sheet, row, text))}
            for text in row.result
        ],
        "outcome": None if row.outcome is None else row.outcome.value,
        "effect": row.effect,
    }


def write_json(document: PlanDocument, edition: Edition | None = None) -> bytes:
    """The bytes of the file: UTF-8, indented, with Japanese left readable."""
    text = json.dumps(plan_data(document, edition), ensure_ascii=False, indent=2)
    return f"{text}\n".encode()
