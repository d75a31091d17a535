"""A month of the sample city's counters.

A month is played in one transaction and marked in the audit log, so that a load that was cut off
goes on with the first that is missing.
"""

from datetime import date, timedelta
from random import Random

from django.db import transaction

from madoguchi.demo.content.onestop import SampleYear, one_of, onestop
from madoguchi.demo.operations.onestop import visiting
from madoguchi.demo.operations.onestop.cases import Stage, course_of, fill_in, send, work_off
from madoguchi.demo.operations.years import at
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.audit.queries import entries
from madoguchi.kernel.calendar import is_business_day

PLAYED = "demo.month_played"
ERRORS = 15
"""Of a hundred visits that operators take in, how many come back."""
EVENING = timedelta(hours=14)
"""Before coming to the window, somebody fills in at home."""


@transaction.atomic
def play_month(stage: Stage, first: date) -> None:
    """Everybody who came or sent something in a month, until the day before today."""
    subject = f"demo.counters:{first:%Y-%m}"
    if entries(action=PLAYED, subject=subject, limit=1):
        return
    years = onestop().years
    passed = fiscal.fiscal_year_of(first) - fiscal.fiscal_year_of(stage.begins_on)
    year = years[min(passed, len(years) - 1)]
    place = (first.month - 4) % 12
    chance = Random(first.toordinal())  # noqa: S311 # nobody guards anything with it
    for day in _days(stage, first, year.visits[place]):
        _come(stage, day, year, chance)
    for day in _days(stage, first, year.online[place]):
        _apply_from_home(stage, day, chance)
    audit.record(by=None, action=PLAYED, subject=subject)


def next_first(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _days(stage: Stage, first: date, count: int) -> list[date]:
    """So many working days of the month, spread evenly; those that are not over are left out."""
    length = (next_first(first) - first).days
    days = [first + timedelta(days=number) for number in range(1, length)]
    open_days = [day for day in days if is_business_day(day)]
    spread = [open_days[index * len(open_days) // count] for index in range(count)]
    return [day for day in spread if day < stage.until]


def _come(stage: Stage, day: date, year: SampleYear, chance: Random) -> None:
    """From filling in to the last counter."""
    begins = at(day, chance.randint(0, 26))
    is_home = chance.randint(1, 100) <= year.from_home
    by = stage.operator if chance.randint(1, 100) <= year.by_operator else stage.clerk
    story = one_of(onestop().stories, chance)
    with clock.frozen(begins - (EVENING if is_home else timedelta(minutes=8))):
        begun = fill_in(story, comes_on=day, chance=chance, by=None if is_home else stage.clerk)
    with clock.frozen(begins - timedelta(minutes=1)):
        case = send(begun, by=stage.clerk)
    ends = begins + timedelta(minutes=chance.randint(14, 52))
    visit = visiting.visit(stage, case, visiting.Plan(by, begins, ends, year.otherwise), chance)
    has_error = by == stage.operator and chance.randint(1, 100) <= ERRORS
    visiting.take_over(stage, visit, ends, has_error=has_error)
    for application in case.applications.all():
        work_off(stage, application, course_of(chance), ends)


def _apply_from_home(stage: Stage, day: date, chance: Random) -> None:
    """Sent in the evening, never at a window."""
    story = one_of(onestop().online, chance)
    evening = at(day, chance.randint(38, 50))
    with clock.frozen(evening):
        case = send(fill_in(story, comes_on=day, chance=chance))
    for application in case.applications.all():
        work_off(stage, application, course_of(chance), evening - timedelta(hours=10))
