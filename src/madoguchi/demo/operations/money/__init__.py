"""The sample city's money, from its first bill to the morning on which the sample is loaded."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from madoguchi.demo.content.money import money
from madoguchi.demo.operations.money import months, setup, today
from madoguchi.demo.operations.people import Cast
from madoguchi.demo.operations.years import Tick, at
from madoguchi.kernel import clock
from madoguchi.services.water.rules.periods import shifted


def play_money(*, on: date, cast: Cast, tick: Tick) -> None:
    """Lay down the rules, play every month until ``on``, leave something to do for today."""
    sample = money()
    treasury, desk = cast.people["treasury"], cast.people["meter"]
    if not setup.is_laid_down():
        with clock.frozen(at(sample.begins_on, 0)):
            setup.lay_down(by=treasury)
    firsts = list(_firsts(sample.begins_on, on))
    for index, first in enumerate(firsts, start=1):
        months.play_month(months.Month(first, on, sample, treasury, desk))
        tick(_("Bills and payments"), index, len(firsts))
    today.leave_work(on=on, treasury=treasury)


def _firsts(begins_on: date, on: date) -> Iterator[date]:
    first = begins_on
    while first < on:
        yield first
        first = shifted(first, 1)
