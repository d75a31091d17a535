"""Why a file could not be read as a plan."""

from typing import Final

from madoguchi.plan.document.model import Place

MESSAGES: Final[dict[str, str]] = {
    "empty": "The file is empty.",
    "too_large": "The file is larger than %(limit)s MB.",
    "binary": "The file is neither a text nor a spreadsheet or document that can be read.",
    "encoding_unknown": (
        "The text is in an encoding that cannot be read. Save it as UTF-8, UTF-16 or Shift_JIS."
    ),
    "old_office": (
        "The file is in an old Office format or is protected by a password. "
        "Save it as .xlsx or .docx without a password."
    ),
    "pdf": "The file is a PDF. A plan is read from Markdown, HTML, docx, xlsx, CSV or JSON.",
    "zip_broken": "The file is damaged: its compressed contents cannot be opened.",
    "zip_other": "The file is a compressed archive, but neither .xlsx nor .docx.",
    "zip_too_many_members": "The file holds more than %(limit)s parts inside.",
    "zip_too_large": "The file unpacks to more than %(limit)s MB.",
    "zip_ratio": "The file is compressed so strongly that it cannot be a plan.",
    "xml_declares_entities": "The file declares entities in its XML, which no plan needs.",
    "office_broken": "The file is damaged: it cannot be opened as %(kind)s.",
    "spreadsheet_too_large": "The spreadsheet has more than %(limit)s cells.",
    "text_too_large": "The text is longer than %(limit)s characters.",
    "too_many_remarks": (
        "The file departs from the regular form in more than %(limit)s places: it is no plan."
    ),
    "too_many_initiatives": "The file holds more than %(limit)s initiatives.",
    "too_many_items": "One fiscal year has more than %(limit)s items.",
    "nested_too_deeply": "The markup is nested too deeply to be a plan.",
    "csv_broken": "The CSV cannot be read: %(reason)s.",
    "json_broken": "The JSON cannot be read: %(reason)s.",
    "json_not_a_plan": "The JSON is not a plan of Madoguchi: %(reason)s.",
    "no_sheet": (
        "No plan was found in the file. Looked for tables with 取組名称 and a schedule "
        "(工程表) of 計画 and 結果 by fiscal year, each with a number such as No.1-1."
    ),
    "number_missing": "A sheet has no number such as No.1-1.",
    "number_unreadable": "“%(found)s” is not the number of an initiative, such as No.1-1.",
    "number_too_large": "The number “%(found)s” is too large.",
    "name_missing": "The sheet has no name (取組名称).",
    "duplicate_initiative": "The number No.%(code)s is there twice: %(first)s and %(second)s.",
    "duplicate_theme": (
        "Theme %(number)s is there twice with different names: “%(first_name)s” (%(first)s) "
        "and “%(second_name)s” (%(second)s)."
    ),
    "year_unknown": "“%(found)s” is not a fiscal year.",
    "no_years": "None of the initiatives has a schedule with a fiscal year.",
    "years_too_far_apart": "The fiscal years run from %(first)s to %(last)s: one plan is shorter.",
    "year_twice": "The fiscal year is there twice: %(found)s.",
    "effect_too_large": "The effect amount is too large: %(found)s thousand yen.",
    "control_character": "A text has a character that cannot be stored: “%(found)s”.",
    "text_too_long": "A text is longer than %(limit)s characters: “%(found)s…”.",
    "mapping_needed": ("The columns cannot be told apart. Missing: %(roles)s. Found: %(headers)s."),
    "mapping_column_missing": "The column “%(header)s” (for %(role)s) is not in the file.",
    "own_columns": "The first line lacks these headings: %(found)s.",
    "own_kind": "“%(found)s” is not one of the words that say what a line is (区分).",
    "own_number": "“%(found)s” is not a whole number.",
    "own_outcome": "“%(found)s” is not a way in which an initiative ends.",
    "own_source": "“%(found)s” is not a text in quotation marks.",
    "own_twice": "This is already said in line %(first)s.",
}


class PlanUnreadable(ValueError):  # named for what could not be done, as the house style asks
    """A file that could not be read as a plan. Nothing of it is used.

    ``code`` is a key of ``MESSAGES`` and ``params`` fill its placeholders, so that a caller
    can say it in another language; ``place`` says where.
    """

    def __init__(self, code: str, place: Place | None = None, /, **params: object) -> None:
        self.code = code
        self.params = params
        self.place = place or Place()
        super().__init__(code)

    @property
    def message(self) -> str:
        """The English message without the place."""
        return MESSAGES[self.code] % self.params

    def __str__(self) -> str:
        where = place_text(self.place)
        return f"{where}: {self.message}" if where else self.message


def place_text(place: Place) -> str:
    """A place in a few words that need no translation: ``No.1-2 H27年度 計画 (12)``."""
    parts = [
        f"[{place.sheet}]" if place.sheet else "",
        f"No.{place.initiative}" if place.initiative else "",
        place.field,
        f"({place.line})" if place.line is not None else "",
    ]
    return " ".join(part for part in parts if part)
