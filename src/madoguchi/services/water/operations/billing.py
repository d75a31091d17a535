"""Bills of a period: each reading makes one, however often and by however many it is asked for."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments import service as payments
from madoguchi.blocks.payments.service import NewBill
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused
from madoguchi.services.water.models import Reading
from madoguchi.services.water.queries.billing import (
    LeftOut,
    charge_or_reason,
    details,
    waiting,
)
from madoguchi.services.water.queries.contracts import FEE_KIND, payer_of
from madoguchi.services.water.queries.tariffs import Prices, prices, terms_for
from madoguchi.services.water.rules import periods

AT_ONCE = 500
"""Bills that are made in one transaction: what a run that is cut off loses at most."""


class NotBilled(Refused):
    message = _("No bill was made of this reading.")


@dataclass(frozen=True, slots=True)
class Made:
    """Bills made now, what they come to, and readings of which none can be made."""

    bills: int
    amount: int
    left_out: tuple[LeftOut, ...]


def make_bills(*, period: date, by: User | None, most: int | None = None) -> Made:
    """Make the bills of a period from its readings, at most ``most`` where given.

    Works in portions of 500, each in a transaction of its own: cut off, it is simply called
    again. Readings are locked, so that two who call it at once make each bill once.
    """
    known, after, bills, amount = prices(), 0, 0, 0
    left_out: list[LeftOut] = []
    while most is None or bills < most:
        wanted = AT_ONCE if most is None else min(AT_ONCE, most - bills)
        portion = _make_portion(period, known, after=after, wanted=wanted, by=by)
        if portion is None:
            break
        after, made, refused = portion
        bills, amount = bills + made.bills, amount + made.amount
        left_out += refused
    return Made(bills, amount, tuple(left_out))


@transaction.atomic
def _make_portion(
    period: date, known: Prices, *, after: int, wanted: int, by: User | None
) -> tuple[int, Made, list[LeftOut]] | None:
    """The next readings by their key; None where there are no more."""
    readings = list(
        waiting(period)
        .filter(pk__gt=after)
        .select_related("contract")
        .select_for_update(of=("self",))
        .order_by("pk")[:wanted]
    )
    if not readings:
        return None
    billed, new, left_out = _bills_of(readings, known, period)
    if new:
        issued = payments.issue_bills(new, by=by)
        for reading, bill in zip(billed, issued, strict=True):
            reading.bill_number = bill.number
        Reading.objects.bulk_update(billed, ["bill_number"], batch_size=500)
        audit.record(
            by=by,
            action="water.bills_made",
            subject=f"water.bills:{periods.text_of(period)}",
            detail={"bills": len(new), "amount": sum(bill.amount for bill in new)},
        )
    return readings[-1].pk, Made(len(new), sum(bill.amount for bill in new), ()), left_out


def _bills_of(
    readings: list[Reading], known: Prices, period: date
) -> tuple[list[Reading], list[NewBill], list[LeftOut]]:
    terms, channels = terms_for(period)
    due_on = periods.due_on(period, terms, made_on=clock.today())
    billed, new, left_out = [], [], []
    for reading in readings:
        charge = charge_or_reason(reading, known)
        if isinstance(charge, LeftOut):
            left_out.append(charge)
            continue
        fiscal_year, instalment = periods.instalment_of(period, is_final=reading.is_final)
        billed.append(reading)
        new.append(
            NewBill(
                fee_kind=FEE_KIND,
                payer=payer_of(reading.contract.number),
                fiscal_year=fiscal_year,
                instalment=instalment,
                due_on=due_on,
                amount=charge.total,
                channels=channels,
                details=details(reading, charge),
            )
        )
    return billed, new, left_out


@transaction.atomic
def take_back_bill(*, reading_id: int, reason: str, by: User | None) -> Reading:
    """Cancel the bill of a reading, so that the reading can be put right and billed again.

    Raises NotBilled, and BillPaid (of payments) where money came for it already.
    """
    reading = Reading.objects.select_for_update().get(pk=reading_id)
    bill = payments.find_bill(reading.bill_number)
    if bill is None:
        raise NotBilled
    payments.cancel_bill(bill.pk, by=by, reason=reason)
    number, reading.bill_number = reading.bill_number, ""
    reading.save(update_fields=["bill_number"])
    audit.record(
        by=by,
        action="water.bill_taken_back",
        subject=f"water.reading:{reading.pk}",
        detail={"bill": number, "reason": reason},
    )
    return reading
