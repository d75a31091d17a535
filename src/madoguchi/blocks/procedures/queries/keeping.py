"""How long a case must be kept."""

from datetime import datetime

from madoguchi.blocks.procedures.models import Case
from madoguchi.blocks.procedures.rules.definition import FINAL


def ended_at(case: Case) -> datetime | None:
    """When the last of its applications ended; None while one is open."""
    rows = list(case.applications.values_list("state_kind", "entered_at"))
    if any(kind not in FINAL for kind, _at in rows):
        return None
    return max((at for _kind, at in rows if at is not None), default=None)
