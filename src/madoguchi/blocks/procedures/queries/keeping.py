"""How long a case must be kept."""

from datetime import datetime

from madoguchi.blocks.procedures.models import Case
from madoguchi.blocks.procedures.rules.definition import FINAL
from madoguchi.kernel import clock


def ended_at(case: Case) -> datetime | None:
    """When the last of its applications ended, in Tokyo time; None while one is open."""
    rows = list(case.applications.values_list("state_kind", "entered_at"))
    if any(kind not in FINAL for kind, _at in rows):
        return None
    ended = [at.astimezone(clock.TOKYO) for _kind, at in rows if at is not None]
    return max(ended, default=None)
