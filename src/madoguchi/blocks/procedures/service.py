"""The front door of procedures: what services may use."""

from madoguchi.blocks.procedures.models import Application, Case
from madoguchi.blocks.procedures.operations.applications import resend, take_step, withdraw
from madoguchi.blocks.procedures.operations.attachments import attach
from madoguchi.blocks.procedures.operations.cases import (
    Begun,
    begin_case,
    leave_out,
    save_values,
    send_case,
)
from madoguchi.blocks.procedures.operations.shipping import install_procedures, install_shipped
from madoguchi.blocks.procedures.queries.cases import (
    ApplicationBrief,
    CaseBrief,
    ChecklistItem,
    applications_of,
    applications_of_cases,
    begun_at_window,
    case_brief,
    case_names,
    checklist_of,
    guide_titles,
)
from madoguchi.blocks.procedures.queries.codes import case_for_code, case_for_number
from madoguchi.blocks.procedures.queries.definitions import (
    Published,
    definition_of,
    open_procedures,
)
from madoguchi.blocks.procedures.queries.sheets import (
    ApplicationSheet,
    CaseSheet,
    application_sheet,
    case_sheet,
)
from madoguchi.blocks.procedures.queries.volumes import DayOfCases, cases_sent, first_sent_at
from madoguchi.blocks.procedures.rules.codes import QR_PREFIX, scanned, shown

__all__ = [
    "QR_PREFIX",
    "Application",
    "ApplicationBrief",
    "ApplicationSheet",
    "Begun",
    "Case",
    "CaseBrief",
    "CaseSheet",
    "ChecklistItem",
    "DayOfCases",
    "Published",
    "application_sheet",
    "applications_of",
    "applications_of_cases",
    "attach",
    "begin_case",
    "begun_at_window",
    "case_brief",
    "case_for_code",
    "case_for_number",
    "case_names",
    "case_sheet",
    "cases_sent",
    "checklist_of",
    "definition_of",
    "first_sent_at",
    "guide_titles",
    "install_procedures",
    "install_shipped",
    "leave_out",
    "open_procedures",
    "resend",
    "save_values",
    "scanned",
    "send_case",
    "shown",
    "take_step",
    "withdraw",
]
