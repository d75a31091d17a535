"""How a bill stands for the one who pays it, and which come first."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Protocol

from madoguchi.blocks.payments.rules.balances import BillBalance


class Standing(StrEnum):
    """What a payer is told of a bill; words and colours are the page's."""

    OWED = "owed"
    OVERDUE = "overdue"
    PROVISIONAL = "provisional"
    """Somebody who took the money has told us (速報); it is not here yet."""
    SETTLED = "settled"
    OVERPAID = "overpaid"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    """Nothing is asked for any more, though it was not paid (不納欠損)."""


TO_PAY = frozenset({Standing.OWED, Standing.OVERDUE})


def standing_of(balance: BillBalance, *, due_on: date, is_cancelled: bool, today: date) -> Standing:
    """The one thing that matters most to the payer; money that is to go back goes first."""
    if balance.refund_due > 0:
        return Standing.REFUNDING
    if balance.owed < 0:
        return Standing.OVERPAID
    if balance.owed > 0:
        return Standing.OVERDUE if due_on < today else Standing.OWED
    if is_cancelled:
        return Standing.REFUNDED if balance.refunded > 0 else Standing.CANCELLED
    if balance.provisional > 0:
        return Standing.PROVISIONAL
    return Standing.SETTLED if balance.received > balance.refunded else Standing.CLOSED


class Dated(Protocol):
    """A bill on a payer's list."""

    @property
    def fee_kind(self) -> str: ...

    @property
    def due_on(self) -> date: ...

    @property
    def standing(self) -> Standing: ...


def due_now[B: Dated](bills: Iterable[B]) -> tuple[list[B], list[B]]:
    """What is to be paid now, and what comes later; by due date.

    Now is whatever is overdue, and of each fee kind what is due next.
    """
    to_pay = [bill for bill in bills if bill.standing in TO_PAY]
    to_pay.sort(key=lambda bill: bill.due_on)
    next_on: dict[str, date] = {}
    for bill in to_pay:
        if bill.standing == Standing.OWED:
            next_on.setdefault(bill.fee_kind, bill.due_on)
    now: list[B] = []
    later: list[B] = []
    for bill in to_pay:
        is_now = bill.standing == Standing.OVERDUE or bill.due_on == next_on[bill.fee_kind]
        (now if is_now else later).append(bill)
    return now, later
