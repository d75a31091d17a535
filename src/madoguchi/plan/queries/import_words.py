"""The words for what the engine of the document says in codes: errors, remarks, differences."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.plan.document.errors import PlanUnreadable, place_text

ERRORS: Final[dict[str, Promise]] = {
    "empty": _("The file is empty."),
    "too_large": _("The file is larger than %(limit)s MB."),
    "binary": _("The file is neither a text nor a spreadsheet or document that can be read."),
    "encoding_unknown": _(
        "The text is in an encoding that cannot be read. Save it as UTF-8, UTF-16 or Shift_JIS."
    ),
    "old_office": _(
        "The file is in an old Office format or is protected by a password. Save it "
        "as .xlsx or .docx without a password."
    ),
    "pdf": _("The file is a PDF. A plan is read from Markdown, HTML, docx, xlsx, CSV or JSON."),
    "zip_broken": _("The file is damaged: its compressed contents cannot be opened."),
    "zip_other": _("The file is a compressed archive, but neither .xlsx nor .docx."),
    "zip_too_many_members": _("The file holds more than %(limit)s parts inside."),
    "zip_too_large": _("The file unpacks to more than %(limit)s MB."),
    "zip_ratio": _("The file is compressed so strongly that it cannot be a plan."),
    "xml_declares_entities": _("The file declares entities in its XML, which no plan needs."),
    "office_broken": _("The file is damaged: it cannot be opened as %(kind)s."),
    "spreadsheet_too_large": _("The spreadsheet has more than %(limit)s cells."),
    "too_many_initiatives": _("The file holds more than %(limit)s initiatives."),
    "nested_too_deeply": _("The markup is nested too deeply to be a plan."),
    "csv_broken": _("The CSV cannot be read: %(reason)s."),
    "json_broken": _("The JSON cannot be read: %(reason)s."),
    "json_not_a_plan": _("The JSON is not a plan of Madoguchi: %(reason)s."),
    "no_sheet": _(
        "No plan was found in the file. Looked for tables with 取組名称 and a schedule "
        "(工程表) of 計画 and 結果 by fiscal year, each with a number such as No.1-1."
    ),
    "number_missing": _("A sheet has no number such as No.1-1."),
    "number_unreadable": _("“%(found)s” is not the number of an initiative, such as No.1-1."),
    "number_too_large": _("The number “%(found)s” is too large."),
    "name_missing": _("The sheet has no name (取組名称)."),
    "duplicate_initiative": _("The number No.%(code)s is there twice: %(first)s and %(second)s."),
    "duplicate_theme": _(
        "Theme %(number)s is there twice with different names: “%(first_name)s” "
        "(%(first)s) and “%(second_name)s” (%(second)s)."
    ),
    "year_unknown": _("“%(found)s” is not a fiscal year."),
    "no_years": _("None of the initiatives has a schedule with a fiscal year."),
    "years_too_far_apart": _(
        "The fiscal years run from %(first)s to %(last)s: one plan is shorter."
    ),
    "year_twice": _("The fiscal year is there twice: %(found)s."),
    "effect_too_large": _("The effect amount is too large: %(found)s thousand yen."),
    "control_character": _("A text has a character that cannot be stored: “%(found)s”."),
    "text_too_long": _("A text is longer than %(limit)s characters: “%(found)s…”."),
    "mapping_needed": _(
        "The columns cannot be told apart. Missing: %(roles)s. Found: %(headers)s."
    ),
    "mapping_column_missing": _("The column “%(header)s” (for %(role)s) is not in the file."),
    "own_columns": _("The first line lacks these headings: %(found)s."),
    "own_kind": _("“%(found)s” is not one of the words that say what a line is (区分)."),
    "own_number": _("“%(found)s” is not a whole number."),
    "own_outcome": _("“%(found)s” is not a way in which an initiative ends."),
    "own_source": _("“%(found)s” is not a text in quotation marks."),
    "own_twice": _("This is already said in line %(first)s."),
}

REMARKS: Final[dict[str, Promise]] = {
    "arrow_in_result": _("An arrow stands in the result"),
    "arrow_without_plan": _("An arrow has no plan above it"),
    "blanks_in_words": _("Blanks inside words"),
    "bullet": _("A bullet before an item"),
    "cell_unknown": _("A cell outside the form"),
    "column_absent": _("The list has no such column"),
    "department_collective": _("A collective name of departments"),
    "department_incomplete": _("A department without the one above it"),
    "ditto": _("“Same as above” instead of an arrow"),
    "effect_not_a_number": _("The effect amount is not a number"),
    "effect_twice": _("A second effect amount for the year"),
    "field_missing": _("A field of the form is missing"),
    "field_twice": _("A field of the form is there twice"),
    "formula_without_value": _("A formula whose result is not in the file"),
    "heading_missing": _("The schedule has no headings"),
    "heading_spaced": _("Blanks inside headings"),
    "item_in_brackets": _("An item in brackets"),
    "items_by_break": _("Items parted by line breaks"),
    "items_numbered": _("Items numbered ①②…"),
    "list_in_prose": _("A numbered list in the text"),
    "markup_removed": _("Markup was taken out"),
    "name_differs": _("Two names for the initiative"),
    "number_from_sheet_name": _("The number was taken from the worksheet’s name"),
    "number_spaced": _("Blanks inside the number"),
    "number_spelled": _("The number is spelled otherwise"),
    "number_without_sheet": _("A number that no sheet follows"),
    "outcome_after_break": _("The end of the initiative stands after a line break"),
    "outcome_alone": _("The end of the initiative stands alone in its cell"),
    "outcome_elsewhere": _("The end of the initiative stands in another cell"),
    "outcome_glued": _("The end of the initiative follows without a blank"),
    "outcome_in_bold": _("The end of the initiative is in bold"),
    "outcome_in_line": _("The end of the initiative stands behind the text"),
    "outcome_in_span": _("The end of the initiative stands in a box"),
    "outcome_twice": _("The initiative ends twice"),
    "plan_after_end": _("A plan after the end of the initiative"),
    "plan_continues": _("An arrow continues the plan above"),
    "plan_merged": _("The plan’s cell is merged with the one above"),
    "plan_without_result": _("A plan without a result"),
    "result_after_end": _("A result after the end of the initiative"),
    "result_without_plan": _("A result without a plan"),
    "row_broken": _("A row of the table is broken into lines"),
    "row_unknown": _("A row outside the form"),
    "row_without_heading": _("A row without a heading goes on with the field above"),
    "row_without_year": _("A row without a year belongs to the year above"),
    "schedule_missing": _("The sheet has no schedule"),
    "separator_halfwidth": _("A half-width slash parts the items"),
    "sheet_hidden": _("A hidden worksheet was not read"),
    "text_not_understood": _("Text outside the tables"),
    "theme_differs": _("The number belongs to another theme than its heading"),
    "theme_missing": _("No heading of a theme above the sheet"),
    "theme_spaced": _("Blanks inside the theme’s number"),
    "theme_unnamed": _("The theme has no name"),
    "theme_without_initiatives": _("The theme has no initiatives"),
    "transfer": _("A part moved to another initiative"),
    "transfer_name_differs": _("The name does not fit the initiative it names"),
    "transfer_target_missing": _("The initiative it moved to is not in the file"),
    "year_era_ended": _("A year of an era that had ended"),
    "year_missing": _("A year that other sheets have is missing"),
    "year_out_of_order": _("The years are out of order"),
    "year_spaced": _("Blanks inside the year"),
    "year_spelled": _("The year is spelled otherwise"),
    "year_twice": _("The year is there twice"),
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


def say(error: PlanUnreadable) -> str:
    """The error in the reader's language, with its place first."""
    text = str(ERRORS[error.code]) % error.params
    where = place_text(error.place)
    if not where:
        return text
    return _("%(place)s: %(error)s") % {"place": where, "error": text}
