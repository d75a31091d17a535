"""Booking what channels state of payments: the one way in for money.

Locks are taken in one order: payments by key, then bills by primary key, then the audit log. A
call with several facts first stands in line behind other such calls, since its facts come in no
order. A bill is locked only when all entries are written, to look at what they come to.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import Bill, Payment
from madoguchi.blocks.payments.operations import series
from madoguchi.blocks.payments.operations.bills import BillCancelled
from madoguchi.blocks.payments.operations.portions import BadFact, Tally, book_portion
from madoguchi.blocks.payments.operations.work import reconcile_bills
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules.channels import Channel, Fact, FactKind
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused

__all__ = ["BadFact", "Booked", "MoreThanOwed", "book", "take_at_counter"]

AT_ONCE = 2000
LINE = "payments.booking"


class MoreThanOwed(Refused):
    message = _("Only %(owed)s yen are owed for this bill.")


class TakenAlready(Refused):
    message = _("This was sent before, with another amount. Open the page anew.")


@dataclass(frozen=True, slots=True)
class Booked:
    """``new`` facts were not known before, ``known`` ones were; ``amount`` is the yen that the
    new ones name, without reversals; ``work_items`` were opened."""

    new: int = 0
    known: int = 0
    amount: int = 0
    work_items: int = 0


@transaction.atomic
def book(facts: Iterable[Fact], *, by: User | None) -> Booked:
    """Take facts in any order, in parts or twice: what the ledger comes to is the same.

    The facts may be a stream of any length: memory grows by some fifty bytes a fact. All are
    booked or none. Raises BadFact.
    """
    stream = iter(facts)
    first = list(islice(stream, 2))
    if len(first) > 1:
        series.stand_in_line(LINE)
    # the day is that on which our turn comes: the one on which we began to wait may be closed
    tally = Tally(by, clock.now())
    stream = chain(first, stream)
    while chunk := list(islice(stream, AT_ONCE)):
        book_portion(chunk, tally)
    tally.work_items += reconcile_bills(tally.each_bill_once())
    if tally.new or tally.entries:
        _record(tally)
    return Booked(tally.new, tally.known, tally.amount, tally.work_items)


@transaction.atomic
def take_at_counter(*, bill_id: int, amount: int, by: User | None, act: str = "") -> Payment:
    """Money over the counter, settled at once.

    ``act`` names the act of paying, where whoever asks may ask twice: the same money is taken
    once. Raises BillCancelled, MoreThanOwed, TakenAlready.
    """
    bill = Bill.objects.select_for_update(no_key=True).get(pk=bill_id)
    key = f"{Channel.COUNTER}:{act or uuid4().hex}"
    known = Payment.objects.filter(key=key).first()
    if known is not None:
        if (known.bill_id, known.amount) != (bill.pk, amount):
            raise TakenAlready
        return known
    if bill.cancelled_at is not None:
        raise BillCancelled
    owed = balances([bill.pk])[bill.pk].owed
    if not 0 < amount <= owed:
        raise MoreThanOwed(owed=f"{max(0, owed):,}")
    fact = Fact(
        kind=FactKind.SETTLEMENT,
        channel=Channel.COUNTER,
        payment_key=key,
        amount=amount,
        paid_at=clock.now(),
        bill_number=bill.number,
        transfer_on=clock.today(),
        source="counter",
    )
    book([fact], by=by)
    return Payment.objects.get(key=key)


def _record(tally: Tally) -> None:
    audit.record(
        by=tally.by,
        action="payments.booked",
        subject="payments.ledger",
        detail={
            "new": tally.new,
            "known": tally.known,
            "amount": tally.amount,
            "entries": tally.entries,
            "work_items": tally.work_items,
        },
    )
