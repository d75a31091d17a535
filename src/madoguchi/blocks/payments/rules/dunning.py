"""Demands (督促): when one is due, until when it gives, and what a payment makes of it.

Local Autonomy Act art. 231-3 (1): what is not paid by its due date is demanded, with a date to pay
by. Art. 231-3 (2): a fee for the demand may be charged where an ordinance says so. How many days
after the due date, how long the date gives and the fee are the city's own (`DunningRule`; twenty
days is what ordinances usually allow). A due date or a date to pay by on a day off moves to the
next working day (Civil Code art. 142).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from madoguchi.kernel.calendar import add_business_days, next_business_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


class Standing(StrEnum):
    """Stored codes; ``models.Demand.Status`` labels them."""

    DRAWN_UP = "drawn_up"
    SENT = "sent"
    WITHHELD = "withheld"
    CROSSED = "crossed"


class Rule(Protocol):
    """A stage: 1 is the 督促状, later ones are reminders (催告書). A stage that gives no days to
    pay is not used."""

    @property
    def stage(self) -> int: ...

    @property
    def days_after_due(self) -> int: ...

    @property
    def days_to_pay(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Last:
    """The demand of the highest stage that a bill has."""

    stage: int
    standing: str
    pay_by: date


def payable_until(due_on: date) -> date:
    """The last day on which a bill is paid in time."""
    return add_business_days(due_on, 0)


def demand_day(rule: Rule, due_on: date) -> date:
    """The first day on which a bill is demanded at a stage: a working day after its due date."""
    counted = payable_until(due_on) + timedelta(days=max(1, rule.days_after_due))
    return add_business_days(counted, 0)


def pay_by(rule: Rule, sent_on: date) -> date:
    """The date that a demand gives."""
    return add_business_days(sent_on + timedelta(days=rule.days_to_pay), 0)


def stage_due[R: Rule](
    rules: Iterable[R], *, due_on: date, on: date, last: Last | None
) -> R | None:
    """The rule of the demand that is to be drawn up for an unpaid bill on a day; None: none.

    Stages follow one another: the next one waits until the last was sent and its date has passed.
    """
    if last is not None and (last.standing in _NOT_SENT or last.pay_by >= on):
        return None
    after = 0 if last is None else last.stage
    coming = [rule for rule in rules if rule.stage > after and rule.days_to_pay > 0]
    following = min(coming, key=lambda rule: rule.stage, default=None)
    if following is None or demand_day(following, due_on) > on:
        return None
    return following


_NOT_SENT = frozenset({Standing.DRAWN_UP, Standing.WITHHELD})


def last_crossing_day(sent_on: date) -> date:
    """Who pays until then cannot have read the letter: post takes until the next working day."""
    return next_business_day(sent_on)


def paid_up_on(payments: Iterable[tuple[date, int]], needed: int) -> date | None:
    """The day on which payments, by the day of paying, came to what is needed."""
    total = 0
    for day, amount in sorted(payments):
        total += amount
        if total >= needed:
            return day
    return None


def standing(*, owed: int, sent_on: date | None, paid_on: date | None) -> Standing:
    """What a demand is, by what is owed of its bill now.

    It depends on nothing else: a payment that is known before sending withholds it, one that was
    made before the letter can have come crosses it, and either is undone when the payment is.
    """
    if sent_on is None:
        return Standing.WITHHELD if owed <= 0 else Standing.DRAWN_UP
    is_crossed = owed <= 0 and paid_on is not None and paid_on <= last_crossing_day(sent_on)
    return Standing.CROSSED if is_crossed else Standing.SENT
