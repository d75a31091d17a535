"""Deciding who is reminded of what, once a person, year, occasion and day."""

from datetime import date
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.plan import tasks
from madoguchi.plan.models import PlanYear, Reminder
from madoguchi.plan.queries.cycle import due_rows, open_years
from madoguchi.plan.rules import access, cycle


@transaction.atomic
def remind(*, today: date) -> int:
    """Queue the mails that are due today and those that were never sent; how many.

    Safe to run at any time and as often as one likes.
    """
    for year in open_years():
        if year.due_on is None:
            continue
        notice = cycle.overdue_notice_on(year.due_on, today)
        if notice is not None:
            _plan(year, Reminder.Occasion.OVERDUE, on=notice, today=today)
        elif cycle.due_soon_on(year.due_on) <= today:
            soon = cycle.due_soon_on(year.due_on)
            _plan(year, Reminder.Occasion.DUE_SOON, on=soon, today=today)
    return _queue(Reminder.objects.filter(sent_at=None, year__status=cycle.YearStatus.OPEN))


@transaction.atomic
def tell_opened(*, year: PlanYear, today: date) -> int:
    """Queue the mail to every reporter of a year that was opened; how many."""
    _plan(year, Reminder.Occasion.OPENED, on=today, today=today)
    opened = Reminder.Occasion.OPENED
    return _queue(Reminder.objects.filter(year=year, occasion=opened, sent_at=None))


def _plan(year: PlanYear, occasion: Reminder.Occasion, *, on: date, today: date) -> None:
    Reminder.objects.bulk_create(
        [
            Reminder(year=year, user=person, occasion=occasion, on=on)
            for person in _who_owes(year, today)
        ],
        ignore_conflicts=True,
    )


def _who_owes(year: PlanYear, today: date) -> list[User]:
    """Reporters with a mail address and an outstanding report."""
    rows = [row for row in due_rows([year], today=today) if row.is_outstanding]
    owing = frozenset[int]().union(*(row.in_charge for row in rows))
    return [
        person
        for person in identity.people_in_role(access.REPORTER)
        if person.email and not identity.acting_as(person).departments.isdisjoint(owing)
    ]


def _queue(reminders: QuerySet[Reminder]) -> int:
    ids = list(reminders.values_list("pk", flat=True))
    for pk in ids:
        transaction.on_commit(partial(tasks.send_reminder.enqueue, pk))
    return len(ids)
