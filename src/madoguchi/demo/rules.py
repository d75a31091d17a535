"""When what happened in the sample city: the days of a plan's years, told from the calendar."""

from dataclasses import dataclass
from datetime import date, timedelta

from madoguchi.kernel.calendar import add_business_days


@dataclass(frozen=True, slots=True)
class YearDays:
    """The days of one year of the cycle, in order; ``closed_on`` is None while it is open."""

    opened_on: date
    due_on: date
    decided_on: date
    scored_on: date | None = None
    closed_on: date | None = None
    published_on: date | None = None

    def handed_in_on(self, index: int, count: int, *, is_late: bool) -> date:
        """The day of the ``index``-th of ``count`` reports: spread until the due date."""
        if is_late:
            return add_business_days(self.due_on, 2)
        first = add_business_days(self.opened_on, 2)
        day = first + timedelta(days=(self.due_on - first).days * index // count)
        return min(add_business_days(day, 0), self.due_on)


def finished_year(fiscal_year: int) -> YearDays:
    """A year of the finished plan: reported in spring, published in August."""

    def day(month: int, number: int) -> date:
        return add_business_days(date(fiscal_year + 1, month, number), 0)

    due_on = day(5, 15)
    return YearDays(
        opened_on=day(4, 6),
        due_on=due_on,
        decided_on=add_business_days(due_on, 5),
        scored_on=day(6, 25),
        closed_on=day(7, 10),
        published_on=day(8, 3),
    )


def published_year(on: date) -> YearDays:
    """The first year of the running plan, seen from the day on which the sample is loaded."""
    return YearDays(
        opened_on=add_business_days(on, -110),
        due_on=add_business_days(on, -85),
        decided_on=add_business_days(on, -80),
        scored_on=add_business_days(on, -70),
        closed_on=add_business_days(on, -62),
        published_on=add_business_days(on, -58),
    )


def corrected_on(on: date) -> date:
    """When a figure of that year was corrected."""
    return add_business_days(on, -40)


def open_year(on: date) -> YearDays:
    """The year that is open: due two business days ago, so that something is overdue."""
    return YearDays(
        opened_on=add_business_days(on, -25),
        due_on=add_business_days(on, -2),
        decided_on=add_business_days(on, -1),
    )
