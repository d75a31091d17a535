"""Which matters wait for a person: derived from how payments and bills stand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from madoguchi.blocks.payments.rules import ledger

UNKNOWN_BARCODE: Final = ledger.UNKNOWN_BARCODE
WRONG_AMOUNT: Final = ledger.WRONG_AMOUNT
CONFLICT: Final = ledger.CONFLICT
REVERSED_SETTLEMENT: Final = "reversed_settled"
PROVISIONAL_TOO_LONG: Final = "provisional_long"
PAID_TWICE: Final = "paid_twice"
PAID_AFTER_REISSUE: Final = "after_reissue"
PAID_AFTER_WRITE_OFF: Final = "after_write_off"
PAID_CANCELLED: Final = "paid_cancelled"

ASSIGN: Final = "assign"
REFUND: Final = "refund"
REVERSE_WRITE_OFF: Final = "reverse_write_off"
ACKNOWLEDGE: Final = "acknowledge"
ASK_COLLECTOR: Final = "ask_collector"

OF_A_PAYMENT: Final = frozenset(
    {UNKNOWN_BARCODE, WRONG_AMOUNT, CONFLICT, REVERSED_SETTLEMENT, PROVISIONAL_TOO_LONG}
)
"""Kinds that follow from a payment alone."""
OF_A_BILL: Final = frozenset({PAID_TWICE, PAID_AFTER_REISSUE, PAID_AFTER_WRITE_OFF, PAID_CANCELLED})
"""Kinds that follow from all that was paid for a bill."""
ENDED_BY_DOING: Final = frozenset({ASSIGN, REFUND, REVERSE_WRITE_OFF})
"""Steps after which the money is where it belongs: such a matter is over then, and not before."""

PROVISIONAL_DAYS: Final = 14
"""Days after which a settlement should have followed: collectors send it within about a week."""


class Cause(NamedTuple):
    """A matter as it stands. ``key`` is kind and payment, so that one matter is one item."""

    key: str
    kind: str
    step: str
    payment: int
    bill: int | None
    amount: int


class OfPayment(NamedTuple):
    """A payment as its facts leave it, for `payment_causes`."""

    id: int
    key: str
    standing: ledger.Standing
    payee: ledger.Payee
    is_named_twice: bool
    is_too_long: bool


def payment_causes(payment: OfPayment) -> list[Cause]:
    """What a person must look at in one payment."""
    standing, payee = payment.standing, payment.payee
    found: list[tuple[str, str]] = []
    if standing.account and payee.problem in (UNKNOWN_BARCODE, WRONG_AMOUNT):
        found.append((payee.problem, ASSIGN))
    if standing.is_contradicted or payment.is_named_twice or payee.problem == CONFLICT:
        found.append((CONFLICT, ASK_COLLECTOR))
    if standing.is_reversed_though_settled:
        found.append((REVERSED_SETTLEMENT, ASK_COLLECTOR))
    if payment.is_too_long and standing.state == ledger.PROVISIONAL:
        found.append((PROVISIONAL_TOO_LONG, ASK_COLLECTOR))
    bill = payee.bill or payee.proposed
    return [
        Cause(_key(kind, payment.key), kind, step, payment.id, bill, standing.amount)
        for kind, step in found
    ]


class Paid(NamedTuple):
    """A payment that a bill has, for `bill_causes`. ``amount`` is without what went back of it."""

    id: int
    key: str
    amount: int
    paid_at: datetime
    is_by_old_slip: bool


class OfBill(NamedTuple):
    """A bill as its entries leave it. ``overpaid`` is what was received beyond what is owed."""

    id: int
    overpaid: int
    is_cancelled: bool
    is_written_off: bool
    payments: Sequence[Paid]


def bill_causes(bill: OfBill) -> list[Cause]:
    """What a person must look at in what was paid for one bill.

    What was overpaid is laid to the latest payments, by the time of paying and then by key: which
    payment was the one too many does not depend on the order in which we heard of them.
    """
    causes = []
    left = bill.overpaid
    for paid in sorted(bill.payments, key=lambda each: (each.paid_at, each.key), reverse=True):
        excess = max(0, min(left, paid.amount))
        left -= excess
        matter = _matter(bill, paid, excess)
        if matter is not None:
            kind, step = matter
            amount = excess or paid.amount
            causes.append(Cause(_key(kind, paid.key), kind, step, paid.id, bill.id, amount))
    return causes


def _matter(bill: OfBill, paid: Paid, excess: int) -> tuple[str, str] | None:
    if not excess:
        return (PAID_AFTER_REISSUE, ACKNOWLEDGE) if paid.is_by_old_slip else None
    if bill.is_cancelled:
        return PAID_CANCELLED, REFUND
    if bill.is_written_off:
        return PAID_AFTER_WRITE_OFF, REVERSE_WRITE_OFF
    return (PAID_AFTER_REISSUE if paid.is_by_old_slip else PAID_TWICE), REFUND


def is_replaced(issue: int, paid_at: datetime, issues: Sequence[tuple[int, datetime]]) -> bool:
    """Whether a slip had been replaced when it was paid: a later issue was made before."""
    return any(other > issue and made_at < paid_at for other, made_at in issues)


def _key(kind: str, payment: str) -> str:
    return f"{kind}:{payment}"


class Item(NamedTuple):
    """A work item as it is kept, for `next_step`."""

    is_open: bool
    is_standing: bool
    amount: int


def reopens(item: Item, amount: int) -> bool:
    """Whether a matter that somebody dealt with is open again: its cause went and came back, or
    there is more money in it than was looked at."""
    return not item.is_open and (not item.is_standing or amount > item.amount)
