"""The words for what the engine of the document says in codes: errors, remarks, differences."""

from dataclasses import replace
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from madoguchi.plan.document.errors import PlanUnreadable, place_text
from madoguchi.plan.document.model import Place

ERRORS: Final[dict[str, Promise]] = {
    "empty": gettext_lazy("The file is empty."),
    "too_large": gettext_lazy("The file is larger than %(limit)s MB."),
    "binary": gettext_lazy(
        "The file is neither a text nor a spreadsheet or document that can be read."
    ),
    "encoding_unknown": gettext_lazy(
        "The text is in an encoding that cannot be read. Save it as UTF-8, UTF-16 or Shift_JIS."
    ),
    "old_office": gettext_lazy(
        "The file is in an old Office format or is protected by a password. Save it "
        "as .xlsx or .docx without a password."
    ),
    "pdf": gettext_lazy(
        "The file is a PDF. A plan is read from Markdown, HTML, docx, xlsx, CSV or JSON."
    ),
    "zip_broken": gettext_lazy("The file is damaged: its compressed contents cannot be opened."),
    "zip_other": gettext_lazy("The file is a compressed archive, but neither .xlsx nor .docx."),
    "zip_too_many_members": gettext_lazy("The file holds more than %(limit)s parts inside."),
    "zip_too_large": gettext_lazy("The file unpacks to more than %(limit)s MB."),
    "zip_ratio": gettext_lazy("The file is compressed so strongly that it cannot be a plan."),
    "xml_declares_entities": gettext_lazy(
        "The file declares entities in its XML, which no plan needs."
    ),
    "office_broken": gettext_lazy("The file is damaged: it cannot be opened as %(kind)s."),
    "spreadsheet_too_large": gettext_lazy("The spreadsheet has more than %(limit)s cells."),
    "text_too_large": gettext_lazy("The text is longer than %(limit)s characters."),
    "too_many_remarks": gettext_lazy(
        "The file departs from the regular form in more than %(limit)s places: it is no plan."
    ),
    "too_many_initiatives": gettext_lazy("The file holds more than %(limit)s initiatives."),
    "too_many_items": gettext_lazy("One fiscal year has more than %(limit)s items."),
    "nested_too_deeply": gettext_lazy("The markup is nested too deeply to be a plan."),
    "csv_broken": gettext_lazy("The CSV cannot be read: %(reason)s."),
    "json_broken": gettext_lazy("The JSON cannot be read: %(reason)s."),
    "json_not_a_plan": gettext_lazy("The JSON is not a plan of Madoguchi: %(reason)s."),
    "no_sheet": gettext_lazy(
        "No plan was found in the file. Looked for tables with 取組名称 and a schedule "
        "(工程表) of 計画 and 結果 by fiscal year, each with a number such as No.1-1."
    ),
    "number_missing": gettext_lazy("A sheet has no number such as No.1-1."),
    "number_unreadable": gettext_lazy(
        "“%(found)s” is not the number of an initiative, such as No.1-1."
    ),
    "number_too_large": gettext_lazy("The number “%(found)s” is too large."),
    "name_missing": gettext_lazy("The sheet has no name (取組名称)."),
    "duplicate_initiative": gettext_lazy(
        "The number No.%(code)s is there twice: %(first)s and %(second)s."
    ),
    "duplicate_theme": gettext_lazy(
        "Theme %(number)s is there twice with different names: “%(first_name)s” "
        "(%(first)s) and “%(second_name)s” (%(second)s)."
    ),
    "year_unknown": gettext_lazy("“%(found)s” is not a fiscal year."),
    "no_years": gettext_lazy("None of the initiatives has a schedule with a fiscal year."),
    "years_too_far_apart": gettext_lazy(
        "The fiscal years run from %(first)s to %(last)s: one plan is shorter."
    ),
    "year_twice": gettext_lazy("The fiscal year is there twice: %(found)s."),
    "effect_too_large": gettext_lazy("The effect amount is too large: %(found)s thousand yen."),
    "control_character": gettext_lazy("A text has a character that cannot be stored: “%(found)s”."),
    "text_too_long": gettext_lazy("A text is longer than %(limit)s characters: “%(found)s…”."),
    "mapping_needed": gettext_lazy(
        "The columns cannot be told apart. Missing: %(roles)s. Found: %(headers)s."
    ),
    "mapping_column_missing": gettext_lazy(
        "The column “%(header)s” (for %(role)s) is not in the file."
    ),
    "own_columns": gettext_lazy("The first line lacks these headings: %(found)s."),
    "own_kind": gettext_lazy("“%(found)s” is not one of the words that say what a line is (区分)."),
    "own_number": gettext_lazy("“%(found)s” is not a whole number."),
    "own_outcome": gettext_lazy("“%(found)s” is not a way in which an initiative ends."),
    "own_source": gettext_lazy("“%(found)s” is not a text in quotation marks."),
    "own_twice": gettext_lazy("This is already said in line %(first)s."),
}

REMARKS: Final[dict[str, Promise]] = {
    "arrow_in_result": gettext_lazy("An arrow stands in the result"),
    "arrow_without_plan": gettext_lazy("An arrow has no plan above it"),
    "blanks_in_words": gettext_lazy("Blanks inside words"),
    "bullet": gettext_lazy("A bullet before an item"),
    "cell_unknown": gettext_lazy("A cell outside the form"),
    "column_absent": gettext_lazy("The list has no such column"),
    "department_collective": gettext_lazy("A collective name of departments"),
    "department_incomplete": gettext_lazy("A department without the one above it"),
    "ditto": gettext_lazy("“Same as above” instead of an arrow"),
    "effect_not_a_number": gettext_lazy("The effect amount is not a number"),
    "effect_twice": gettext_lazy("A second effect amount for the year"),
    "field_missing": gettext_lazy("A field of the form is missing"),
    "field_twice": gettext_lazy("A field of the form is there twice"),
    "formula_without_value": gettext_lazy("A formula whose result is not in the file"),
    "heading_missing": gettext_lazy("The schedule has no headings"),
    "heading_spaced": gettext_lazy("Blanks inside headings"),
    "item_in_brackets": gettext_lazy("An item in brackets"),
    "items_by_break": gettext_lazy("Items parted by line breaks"),
    "items_numbered": gettext_lazy("Items numbered ①②…"),
    "list_in_prose": gettext_lazy("A numbered list in the text"),
    "markup_removed": gettext_lazy("Markup was taken out"),
    "name_differs": gettext_lazy("Two names for the initiative"),
    "number_from_sheet_name": gettext_lazy("The number was taken from the worksheet’s name"),
    "number_spaced": gettext_lazy("Blanks inside the number"),
    "number_spelled": gettext_lazy("The number is spelled otherwise"),
    "number_without_sheet": gettext_lazy("A number that no sheet follows"),
    "outcome_after_break": gettext_lazy("The end of the initiative stands after a line break"),
    "outcome_alone": gettext_lazy("The end of the initiative stands alone in its cell"),
    "outcome_elsewhere": gettext_lazy("The end of the initiative stands in another cell"),
    "outcome_glued": gettext_lazy("The end of the initiative follows without a blank"),
    "outcome_in_bold": gettext_lazy("The end of the initiative is in bold"),
    "outcome_in_line": gettext_lazy("The end of the initiative stands behind the text"),
    "outcome_in_span": gettext_lazy("The end of the initiative stands in a box"),
    "outcome_twice": gettext_lazy("The initiative ends twice"),
    "plan_after_end": gettext_lazy("A plan after the end of the initiative"),
    "plan_continues": gettext_lazy("An arrow continues the plan above"),
    "plan_merged": gettext_lazy("The plan’s cell is merged with the one above"),
    "plan_without_result": gettext_lazy("A plan without a result"),
    "result_after_end": gettext_lazy("A result after the end of the initiative"),
    "result_without_plan": gettext_lazy("A result without a plan"),
    "row_broken": gettext_lazy("A row of the table is broken into lines"),
    "row_unknown": gettext_lazy("A row outside the form"),
    "row_without_heading": gettext_lazy("A row without a heading goes on with the field above"),
    "row_without_year": gettext_lazy("A row without a year belongs to the year above"),
    "schedule_missing": gettext_lazy("The sheet has no schedule"),
    "separator_halfwidth": gettext_lazy("A half-width slash parts the items"),
    "sheet_hidden": gettext_lazy("A hidden worksheet was not read"),
    "text_not_understood": gettext_lazy("Text outside the tables"),
    "theme_differs": gettext_lazy("The number belongs to another theme than its heading"),
    "theme_missing": gettext_lazy("No heading of a theme above the sheet"),
    "theme_spaced": gettext_lazy("Blanks inside the theme’s number"),
    "theme_unnamed": gettext_lazy("The theme has no name"),
    "theme_without_initiatives": gettext_lazy("The theme has no initiatives"),
    "transfer": gettext_lazy("A part moved to another initiative"),
    "transfer_name_differs": gettext_lazy("The name does not fit the initiative it names"),
    "transfer_target_missing": gettext_lazy("The initiative it moved to is not in the file"),
    "year_era_ended": gettext_lazy("A year of an era that had ended"),
    "year_missing": gettext_lazy("A year that other sheets have is missing"),
    "year_out_of_order": gettext_lazy("The years are out of order"),
    "year_spaced": gettext_lazy("Blanks inside the year"),
    "year_spelled": gettext_lazy("The year is spelled otherwise"),
    "year_twice": gettext_lazy("The year is there twice"),
}

DIFFERENCES: Final[dict[str, Promise]] = {
    "theme": pgettext_lazy("difference", "Theme"),
    "theme_name": pgettext_lazy("difference", "Name of the theme"),
    "initiative": pgettext_lazy("difference", "Initiative"),
    "name": pgettext_lazy("difference", "Name of the initiative"),
    "departments": pgettext_lazy("difference", "Departments in charge"),
    "problem": pgettext_lazy("difference", "Present state and problem"),
    "content": pgettext_lazy("difference", "What will be done"),
    "goal": pgettext_lazy("difference", "Goal"),
    "transfers": pgettext_lazy("difference", "Parts that moved"),
    "row": pgettext_lazy("difference", "Year of the schedule"),
    "plan": pgettext_lazy("difference", "Plan of a year"),
    "result": pgettext_lazy("difference", "Result of a year"),
    "outcome": pgettext_lazy("difference", "End of the initiative"),
    "effect": pgettext_lazy("difference", "Effect amount of a year"),
}


ROLE_WORDS: Final[dict[str, Promise]] = {
    "theme": pgettext_lazy("column", "Theme’s number"),
    "theme_name": pgettext_lazy("column", "Theme’s name"),
    "number": pgettext_lazy("column", "Number of the initiative"),
    "name": pgettext_lazy("column", "Name of the initiative"),
    "departments": pgettext_lazy("column", "Departments in charge"),
    "problem": pgettext_lazy("column", "Present state and problem"),
    "content": pgettext_lazy("column", "What will be done"),
    "goal": pgettext_lazy("column", "Goal"),
    "year": pgettext_lazy("column", "Fiscal year"),
    "plan": pgettext_lazy("column", "Plan"),
    "result": pgettext_lazy("column", "Result"),
    "result_source": pgettext_lazy("column", "Result with its references"),
    "outcome": pgettext_lazy("column", "End of the initiative"),
    "effect": pgettext_lazy("column", "Effect amount (thousand yen)"),
}


def place_words(place: Place) -> str:
    """A place as a person says it: ``No.1-2 H27年度 計画（37行目）``."""
    text = place_text(replace(place, line=None))
    if place.line is None:
        return text
    if not text:
        return _("line %(line)d") % {"line": place.line}
    return _("%(place)s (line %(line)d)") % {"place": text, "line": place.line}


def say(error: PlanUnreadable) -> str:
    """The error in the reader's language, with its place first."""
    text = str(ERRORS[error.code]) % error.params
    where = place_words(error.place)
    if not where:
        return text
    return _("%(place)s: %(error)s") % {"place": where, "error": text}


def unknown_figure_words(place: Place, code: str) -> str:
    """A reference to a figure that this city does not have."""
    said = {"place": place_words(place), "code": code}
    return _("%(place)s: there is no figure “%(code)s”. It is kept and shown as text.") % said
