"""Procedures and the one-stop window of the sample city, from the first day of the running plan."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from madoguchi.demo.operations.onestop import months, setup, today
from madoguchi.demo.operations.onestop.cases import Stage
from madoguchi.demo.operations.people import Cast
from madoguchi.demo.operations.years import Tick, at
from madoguchi.kernel import clock


def play_onestop(*, on: date, first_day: date, cast: Cast, tick: Tick) -> None:
    """Publish what residents can do, live through the cases until ``on``, leave some for today."""
    with clock.frozen(at(first_day, 0)):
        window = setup.open_window(on=first_day, cast=cast)
    stage = Stage(window, cast, first_day, on)
    firsts = list(_firsts(first_day, on))
    for index, first in enumerate(firsts, start=1):
        months.play_month(stage, first)
        tick(_("The one-stop window"), index, len(firsts))
    today.leave_work(stage)


def _firsts(first_day: date, on: date) -> Iterator[date]:
    month = first_day
    while month < on:
        yield month
        month = months.next_first(month)
