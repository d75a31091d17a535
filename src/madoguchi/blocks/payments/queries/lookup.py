"""Finding bills."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, Case, F, OuterRef, Subquery, Sum, When
from django.db.models.functions import Coalesce

from madoguchi.blocks.payments.models import Account, Bill, LedgerEntry

_SEPARATORS = re.compile(r"[\s()\-‐－ー―]+")


def find_bill(code: str) -> Bill | None:
    """The bill of a bill number (16 digits) or of a slip's barcode (44), however it was typed:
    full-width, with blanks, brackets or hyphens. None where there is none."""
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", code))
    if len(digits) == 44:
        return Bill.objects.filter(slips__barcode=digits).first()
    return Bill.objects.filter(number=digits).first()


@dataclass(frozen=True, slots=True)
class OpenBill:
    """A bill with what is still due, always above zero."""

    bill: Bill
    owed: int


def open_bills(
    *,
    fee_kinds: Collection[str],
    payer: str | None = None,
    due_before: date | None = None,
) -> list[OpenBill]:
    """Bills that something is still due of, oldest due date first. One query."""
    found = Bill.objects.filter(fee_kind__in=fee_kinds, cancelled_at=None)
    if payer is not None:
        found = found.filter(payer=payer)
    if due_before is not None:
        found = found.filter(due_on__lt=due_before)
    found = found.annotate(owed=owed_of("pk")).filter(owed__gt=0)
    return [OpenBill(bill, bill.owed) for bill in found.order_by("due_on", "pk")]


def owed_of(bill: str) -> Coalesce:
    """The receivable of the bill whose primary key is in the field ``bill``, for a query."""
    movement = Case(
        When(debit=Account.RECEIVABLE, then=F("amount")),
        When(credit=Account.RECEIVABLE, then=-F("amount")),
        default=0,
        output_field=BigIntegerField(),
    )
    of_bill = LedgerEntry.objects.filter(bill_id=OuterRef(bill)).order_by()
    total = of_bill.values("bill_id").annotate(owed=Sum(movement)).values("owed")
    return Coalesce(Subquery(total), 0, output_field=BigIntegerField())
