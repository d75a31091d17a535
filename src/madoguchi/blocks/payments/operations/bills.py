"""Issuing bills and cancelling them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import Bill, LedgerEntry
from madoguchi.blocks.payments.models.bills import HIGHEST_AMOUNT
from madoguchi.blocks.payments.operations import series
from madoguchi.blocks.payments.operations.work import reconcile_bills
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.queries.debit import bills_with_bank
from madoguchi.blocks.payments.rules import ledger
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused

AT_ONCE = 1000


class BillExists(Refused):
    """``payer``, ``fiscal_year`` and ``instalment`` name the bill that stands already."""

    message = _("A bill for %(payer)s, year %(fiscal_year)s, instalment %(instalment)s exists.")


class AmountDoesNotFit(Refused):
    message = _("%(amount)s yen is no amount that a bill can ask for.")


class BillPaid(Refused):
    message = _("Something was paid for this bill, so it cannot be cancelled.")


class BillCancelled(Refused):
    message = _("This bill was cancelled.")


class BillWithBank(Refused):
    message = _("The bank was asked for this bill and has not answered yet.")


class BillWrittenOff(Refused):
    message = _("This bill was written off. Reverse the write-off first.")


@dataclass(frozen=True)
class NewBill:
    """What a service wants billed. ``details`` are the lines of the slip: label and text."""

    fee_kind: str
    payer: str
    fiscal_year: int
    instalment: int
    due_on: date
    amount: int
    channels: tuple[Channel, ...]
    details: tuple[tuple[str, str], ...] = ()
    assessed_year: int | None = None


type _Place = tuple[str, str, int, int]
"""Fee kind, payer, fiscal year, instalment: for which one bill can stand."""


@transaction.atomic
def issue_bills(bills: Sequence[NewBill], *, by: User | None) -> list[Bill]:
    """Number the bills, write them and assess each in the ledger: all or none, in this order.

    Raises BillExists, AmountDoesNotFit, and NotRegistered for an unknown fee kind.
    """
    if not bills:
        return []
    numbers = _numbers(bills)
    issued: list[Bill] = []
    for chunk in batched(zip(bills, numbers, strict=True), AT_ONCE):
        _refuse_standing([bill for bill, _number in chunk])
        made = Bill.objects.bulk_create([_bill(bill, number) for bill, number in chunk])
        LedgerEntry.objects.bulk_create(_assessments(made, by, clock.now()))
        issued += made
    audit.record(
        by=by,
        action="payments.bills_issued",
        subject=f"payments.bill:{issued[0].number}",
        detail={
            "bills": len(issued),
            "amount": sum(bill.amount for bill in issued),
            "last": issued[-1].number,
        },
    )
    return issued


@transaction.atomic
def cancel_bill(bill_id: int, *, by: User | None, reason: str, although_paid: bool = False) -> None:
    """Take a bill back, with the fees of its demands. Raises BillPaid, BillWithBank,
    BillCancelled and BillWrittenOff.

    ``although_paid``: what was paid, or the bank pays, becomes work for the treasury, which pays
    it back.
    """
    bill = Bill.objects.select_for_update(no_key=True).get(pk=bill_id)
    if bill.cancelled_at is not None:
        raise BillCancelled
    standing = balances([bill.pk])[bill.pk]
    if standing.written_off:
        raise BillWrittenOff
    if standing.owed != standing.assessed and not although_paid:
        raise BillPaid
    if bills_with_bank([bill.pk]) and not although_paid:
        raise BillWithBank
    now = clock.now()
    bill.cancelled_at = now
    bill.save(update_fields=["cancelled_at"])
    LedgerEntry.objects.create(
        key=f"bill:{bill.pk}:cancelled",
        event=LedgerEntry.Event.CANCELLED,
        debit=ledger.ASSESSED,
        credit=ledger.RECEIVABLE,
        amount=standing.assessed,
        bill=bill,
        fee_kind=bill.fee_kind,
        booked_on=now.date(),
        booked_at=now,
        by=by,
    )
    reconcile_bills([bill.pk], by=by)
    audit.record(
        by=by,
        action="payments.bill_cancelled",
        subject=f"payments.bill:{bill.number}",
        detail={"amount": bill.amount, "reason": reason},
    )


def _numbers(bills: Sequence[NewBill]) -> list[str]:
    """A number for each bill. Whoever issues bills of the same fee kinds waits from here on."""
    wanted: dict[str, int] = {}
    for bill in bills:
        wanted[bill.fee_kind] = wanted.get(bill.fee_kind, 0) + 1
    following = {
        code: iter(range(series.take(f"bill:{code}", count), 10**14))
        for code, count in sorted(wanted.items())
    }
    return [
        ledger.bill_number(fee_kinds[bill.fee_kind].number, next(following[bill.fee_kind]))
        for bill in bills
    ]


def _refuse_standing(bills: Sequence[NewBill]) -> None:
    """Only one bill stands for a place; exact, since others who issue the kind wait in line."""
    stand: set[_Place] = set(
        Bill.objects.filter(
            cancelled_at=None,
            payer__in={bill.payer for bill in bills},
            fee_kind__in={bill.fee_kind for bill in bills},
            fiscal_year__in={bill.fiscal_year for bill in bills},
        ).values_list("fee_kind", "payer", "fiscal_year", "instalment")
    )
    for bill in bills:
        if not 0 < bill.amount <= HIGHEST_AMOUNT:
            raise AmountDoesNotFit(amount=f"{bill.amount:,}")
        place = (bill.fee_kind, bill.payer, bill.fiscal_year, bill.instalment)
        if place in stand:
            raise BillExists(
                payer=bill.payer, fiscal_year=bill.fiscal_year, instalment=bill.instalment
            )
        stand.add(place)


def _bill(new: NewBill, number: str) -> Bill:
    return Bill(
        number=number,
        fee_kind=new.fee_kind,
        payer=new.payer,
        fiscal_year=new.fiscal_year,
        assessed_year=new.assessed_year or new.fiscal_year,
        instalment=new.instalment,
        issued_on=clock.today(),
        due_on=new.due_on,
        amount=new.amount,
        channels=[channel.value for channel in new.channels],
        details=[list(line) for line in new.details],
    )


def _assessments(bills: Sequence[Bill], by: User | None, now: datetime) -> Iterator[LedgerEntry]:
    for bill in bills:
        yield LedgerEntry(
            key=f"bill:{bill.pk}:assessed",
            event=LedgerEntry.Event.ASSESSED,
            debit=ledger.RECEIVABLE,
            credit=ledger.ASSESSED,
            amount=bill.amount,
            bill_id=bill.pk,
            fee_kind=bill.fee_kind,
            booked_on=now.date(),
            booked_at=now,
            by=by,
        )
