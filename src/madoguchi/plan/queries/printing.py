"""What the PDF of a plan shows, as plain data for ``plan/pdf/plan.typ``.

The form is the official one and in Japanese, whatever language the reader's screen is in.
"""

from typing import Any, Final

from django.utils.translation import gettext as _

from madoguchi.blocks.documents import service as documents
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.city.queries import current_city
from madoguchi.kernel.money import thousands
from madoguchi.plan.document.edition import Edition, shown_text
from madoguchi.plan.document.model import Initiative, ScheduleRow, Theme, Transfer
from madoguchi.plan.document.tabular import OUTCOME_WORDS
from madoguchi.plan.queries.documents import StoredPlan

TEMPLATE: Final = "plan/pdf/plan.typ"


class Unprintable(ValueError):  # named for what could not be done
    """The PDF's font lacks a character. ``initiative`` is ``1-12``, or empty outside the sheets."""

    def __init__(self, character: str, codepoint: str, initiative: str) -> None:
        self.character = character
        self.codepoint = codepoint
        self.initiative = initiative
        super().__init__(character)

    @property
    def message(self) -> str:
        """What it means for whoever wanted the PDF, in their language."""
        params = {
            "character": self.character,
            "codepoint": self.codepoint,
            "initiative": self.initiative,
        }
        if self.initiative:
            return (
                _(
                    "The PDF cannot be made: No.%(initiative)s has the character "
                    "“%(character)s” (%(codepoint)s), which the PDF's font lacks."
                )
                % params
            )
        return (
            _(
                "The PDF cannot be made: the plan's title or a theme has the character "
                "“%(character)s” (%(codepoint)s), which the PDF's font lacks."
            )
            % params
        )


def printed(stored: StoredPlan) -> bytes:
    """The PDF in the official sheet form. Raises Unprintable."""
    data = printed_data(stored)
    try:
        return documents.render_pdf(TEMPLATE, data, title=stored.plan.title, language="ja")
    except documents.MissingGlyph as missing:
        raise Unprintable(
            missing.character, missing.codepoint, _initiative_at(data, missing.place)
        ) from missing


def printed_data(stored: StoredPlan) -> dict[str, Any]:
    """Texts ready to be set, by the names that the template uses."""
    plan, city = stored.plan, current_city()
    day = fiscal.era_date(clock.today())
    themes = stored.document.themes
    only = f"テーマ{stored.theme}　{themes[0].name}" if stored.theme is not None else ""
    return {
        "title": plan.title,
        "subtitle": only,
        "period": f"{fiscal.label(plan.first_year)}～{fiscal.label(plan.last_year)}",
        "city": city.name,
        "colour": city.key_colour,
        "exported": f"{day}　出力",
        "footnote": f"{city.name}　{day}現在の記録から出力",
        "themes": [_theme(theme, stored.edition) for theme in themes],
    }


def _theme(theme: Theme, edition: Edition) -> dict[str, Any]:
    return {
        "label": f"テーマ{theme.number}",
        "name": theme.name,
        "initiatives": [_sheet(sheet, edition) for sheet in theme.initiatives],
    }


def _sheet(sheet: Initiative, edition: Edition) -> dict[str, Any]:
    return {
        "code": sheet.code,
        "name": sheet.name,
        "departments": sheet.departments,
        "problem": sheet.problem,
        "content": sheet.content,
        "goal": sheet.goal,
        "end": _end(sheet),
        "rows": [_row(sheet, row, edition) for row in sheet.rows],
        "transfers": [_transfer(moved) for moved in sheet.transfers],
    }


def _end(sheet: Initiative) -> tuple[str, ...]:
    """How the initiative ended and in which year, as two lines; nothing while it goes on."""
    for row in sheet.rows:
        if row.outcome is not None:
            return OUTCOME_WORDS[row.outcome], fiscal.label(row.fiscal_year, "short")
    return ()


def _row(sheet: Initiative, row: ScheduleRow, edition: Edition) -> dict[str, Any]:
    return {
        "year": fiscal.label(row.fiscal_year, "short"),
        "continues": row.continues,
        "plan": row.plan,
        "result": [shown_text(edition.show(sheet, row, text)) for text in row.result],
        "outcome": "" if row.outcome is None else OUTCOME_WORDS[row.outcome],
        "effect": "" if row.effect is None else f"効果額　{thousands(row.effect)}千円",
    }


def _transfer(moved: Transfer) -> dict[str, str]:
    name = f"「{moved.name}」" if moved.name else ""
    code = f"{moved.theme}-{moved.number}"
    return {"code": code, "text": f"※{moved.subject}は、No.{code}{name}に移行"}


def _initiative_at(data: dict[str, Any], place: documents.Place) -> str:
    match place:
        case ("themes", int(theme), "initiatives", int(sheet), *_):
            return str(data["themes"][theme]["initiatives"][sheet]["code"])
    return ""
