"""By when a state is to be left."""

from datetime import date, timedelta

from madoguchi.blocks.procedures.rules.definition import State
from madoguchi.kernel import calendar


def due_on(state: State, today: date) -> date | None:
    """Its days counted from the day after ``today``; one that ends on a day off ends on the next
    business day (Civil Code art. 140, 142). None: no limit."""
    if state.days is None:
        return None
    return calendar.add_business_days(today + timedelta(days=state.days), 0)
