"""Bills with what is still owed of them."""

from collections.abc import Collection
from dataclasses import dataclass

from madoguchi.blocks.payments.models import Bill, Payment
from madoguchi.blocks.payments.queries.balances import BillBalance, balances
from madoguchi.blocks.payments.queries.labels import fee_kind_label
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds


@dataclass(frozen=True, slots=True)
class BillLine:
    bill: Bill
    balance: BillBalance

    @property
    def owed(self) -> int:
        """Yen; below zero where more was paid than billed."""
        return self.balance.owed

    @property
    def label(self) -> str:
        """The fee kind in the reader's language."""
        return fee_kind_label(self.bill.fee_kind)

    @property
    def instalment(self) -> str:
        """The instalment as the payer calls it."""
        kind = fee_kinds.get(self.bill.fee_kind)
        if kind is None:
            return str(self.bill.instalment)
        return kind.instalment_label(self.bill.fiscal_year, self.bill.instalment)


def bills_of(
    *payers: str, fee_kinds: Collection[str] | None = None, fiscal_year: int | None = None
) -> list[BillLine]:
    """The bills of payers that stand (not cancelled), oldest due date first. Two queries."""
    found = Bill.objects.filter(payer__in=payers, cancelled_at=None)
    if fee_kinds is not None:
        found = found.filter(fee_kind__in=fee_kinds)
    if fiscal_year is not None:
        found = found.filter(fiscal_year=fiscal_year)
    bills = list(found.order_by("due_on", "fee_kind", "instalment", "pk"))
    of = balances([bill.pk for bill in bills])
    return [BillLine(bill, of[bill.pk]) for bill in bills]


def payments_of(payer: str) -> list[Payment]:
    """What was paid on the bills of a payer, latest first, with the bill of each. One query."""
    found = Payment.objects.filter(bill__payer=payer).select_related("bill")
    return list(found.order_by("-paid_at", "-pk"))
