"""Giving up what is owed (不納欠損), and taking that back."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import Bill, LedgerEntry
from madoguchi.blocks.payments.operations.bills import BillCancelled
from madoguchi.blocks.payments.operations.work import reconcile_bills
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules import ledger
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused


class NothingOwed(Refused):
    message = _("Nothing is owed for this bill.")


class NotWrittenOff(Refused):
    message = _("This bill is not written off.")


@transaction.atomic
def write_off(*, bill_id: int, reason: str, by: User | None) -> int:
    """Give up all that is owed; gives the yen. Of two at once, the second finds nothing owed.

    Raises NothingOwed, BillCancelled.
    """
    bill = Bill.objects.select_for_update(no_key=True).get(pk=bill_id)
    if bill.cancelled_at is not None:
        raise BillCancelled
    amount = balances([bill.pk])[bill.pk].owed
    if amount <= 0:
        raise NothingOwed
    _enter(LedgerEntry.Event.WRITTEN_OFF, bill, amount, by)
    reconcile_bills([bill.pk], by=by)
    _record(bill, "written_off", amount, reason, by)
    return amount


@transaction.atomic
def reverse_write_off(*, bill_id: int, reason: str, by: User | None) -> int:
    """Let all that was given up be owed again; gives the yen. Raises NotWrittenOff."""
    bill = Bill.objects.select_for_update(no_key=True).get(pk=bill_id)
    amount = balances([bill.pk])[bill.pk].written_off
    if amount <= 0:
        raise NotWrittenOff
    _enter(LedgerEntry.Event.WRITE_OFF_REVERSED, bill, amount, by)
    reconcile_bills([bill.pk], by=by)
    _record(bill, "write_off_reversed", amount, reason, by)
    return amount


ACCOUNTS = {
    LedgerEntry.Event.WRITTEN_OFF: (ledger.WRITTEN_OFF, ledger.RECEIVABLE),
    LedgerEntry.Event.WRITE_OFF_REVERSED: (ledger.RECEIVABLE, ledger.WRITTEN_OFF),
}
"""Debit and credit."""


def _enter(event: LedgerEntry.Event, bill: Bill, amount: int, by: User | None) -> None:
    debit, credit = ACCOUNTS[event]
    now = clock.now()
    earlier = bill.entries.filter(event=event).count()
    LedgerEntry.objects.create(
        key=f"bill:{bill.pk}:{event.value}:{earlier}",
        event=event,
        debit=debit,
        credit=credit,
        amount=amount,
        bill=bill,
        fee_kind=bill.fee_kind,
        booked_on=now.date(),
        booked_at=now,
        by=by,
    )


def _record(bill: Bill, what: str, amount: int, reason: str, by: User | None) -> None:
    audit.record(
        by=by,
        action=f"payments.{what}",
        subject=f"payments.bill:{bill.number}",
        detail={"amount": amount, "reason": reason},
    )
