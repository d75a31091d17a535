"""How long what people sent is kept."""

from datetime import date, datetime
from typing import Final

DRAFT_DAYS: Final = 30
"""A set that was begun and never sent is removed so many days after it was begun."""
YEARS_KEPT: Final = 5
"""So many fiscal years an ended case is kept, as the city's rules for documents say of them
(文書管理規程); counted from the April after its end."""


def kept_until(ended_on: date) -> date:
    """The first day on which a case that ended then may be erased."""
    first = ended_on.year if ended_on.month < 4 else ended_on.year + 1
    return date(first + YEARS_KEPT, 4, 1)


def may_be_erased(ended_at: datetime | None, today: date) -> bool:
    """Whether nothing obliges the city any more to keep it; None: it is still open."""
    return ended_at is not None and kept_until(ended_at.date()) <= today
