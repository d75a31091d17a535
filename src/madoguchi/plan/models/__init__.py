"""The reform plan's tables: sheets, the yearly cycle, evidence, comments, imports."""

from madoguchi.plan.models.cycle import (
    Attachment,
    CouncilScore,
    OutcomeChoice,
    PlanYear,
    Reminder,
    Report,
    ReportNote,
    ResultItem,
)
from madoguchi.plan.models.evidence import (
    FrozenFigure,
    ItemMatch,
    Milestone,
)
from madoguchi.plan.models.imports import (
    ColumnMappingRecord,
    ImportDraft,
    ImportRecord,
)
from madoguchi.plan.models.residents import (
    ResidentComment,
)
from madoguchi.plan.models.sheets import (
    Initiative,
    InitiativeDepartment,
    Plan,
    PlanItem,
    ScheduleRow,
    Theme,
    Transfer,
)

__all__ = [
    "Attachment",
    "ColumnMappingRecord",
    "CouncilScore",
    "FrozenFigure",
    "ImportDraft",
    "ImportRecord",
    "Initiative",
    "InitiativeDepartment",
    "ItemMatch",
    "Milestone",
    "OutcomeChoice",
    "Plan",
    "PlanItem",
    "PlanYear",
    "Reminder",
    "Report",
    "ReportNote",
    "ResidentComment",
    "ResultItem",
    "ScheduleRow",
    "Theme",
    "Transfer",
]
