"""The desk: bills found by what somebody says at the counter, and a bill with its whole story."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from madoguchi.blocks.payments.models import (
    Bill,
    BillingRun,
    DebitRun,
    Demand,
    LedgerEntry,
    Payment,
    Refund,
    Slip,
    WorkItem,
)
from madoguchi.blocks.payments.queries.balances import BillBalance, balances
from madoguchi.blocks.payments.queries.bills import BillLine, bills_of
from madoguchi.blocks.payments.queries.lookup import find_bill
from madoguchi.blocks.payments.queries.payer import access_code
from madoguchi.blocks.payments.rules.fee_kinds import Addressee, fee_kinds
from madoguchi.blocks.payments.rules.payer_access import normal_number, payer_directories

SHOWN_MOST = 200


@dataclass(frozen=True, slots=True)
class Found:
    """Bills that fit what was asked for; ``is_cut`` tells that there are more."""

    lines: list[BillLine]
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class BillPage:
    """A bill with everything that happened to it."""

    line: BillLine
    addressee: Addressee | None
    access_code: str
    slips: list[Slip]
    payments: list[Payment]
    entries: list[LedgerEntry]
    refunds: list[Refund]
    demands: list[Demand]
    work: list[WorkItem]

    @property
    def bill(self) -> Bill:
        return self.line.bill

    @property
    def balance(self) -> BillBalance:
        return self.line.balance

    @property
    def can_print(self) -> bool:
        return self.balance.owed > 0 and self.bill.cancelled_at is None

    @property
    def overpaid(self) -> int:
        return max(0, -self.balance.owed)

    @property
    def open_refund(self) -> Refund | None:
        open_states = (Refund.Status.DECIDED, Refund.Status.SENT)
        return next((each for each in self.refunds if each.status in open_states), None)


def find(query: str, kinds: Collection[str]) -> Found:
    """By bill number, barcode or customer number, among the bills of some fee kinds."""
    bill = find_bill(query)
    if bill is not None:
        return Found(_lines([bill] if bill.fee_kind in kinds else []))
    number = normal_number(query)
    payers = [payer for each in payer_directories if (payer := each.find(number))] if number else []
    found = bills_of(*payers, fee_kinds=kinds)[::-1] if payers else []
    return Found(found[:SHOWN_MOST], is_cut=len(found) > SHOWN_MOST)


def bill_page(bill: Bill) -> BillPage:
    kind = fee_kinds.get(bill.fee_kind)
    known = {} if kind is None else kind.addressees([bill.payer])
    return BillPage(
        line=_lines([bill])[0],
        addressee=known.get(bill.payer),
        access_code=access_code(bill.payer),
        slips=list(bill.slips.order_by("-issue")),
        payments=list(bill.payments.order_by("-paid_at")),
        entries=list(bill.entries.select_related("by").order_by("pk")),
        refunds=list(bill.refunds.select_related("decided_by")),
        demands=list(bill.demands.order_by("stage")),
        work=list(WorkItem.objects.filter(Q(bill=bill) | Q(payment__bill=bill)).distinct()),
    )


def waiting_runs(today: date) -> dict[str, int]:
    """What is under way or due: runs that are not finished, requests that the bank should have
    answered, demands that were drawn up and not sent."""
    return {
        "runs": BillingRun.objects.filter(
            status__in=[BillingRun.Status.PREPARING, BillingRun.Status.PRINTING]
        ).count(),
        "debits": DebitRun.objects.filter(status=DebitRun.Status.MADE, debit_on__lt=today).count(),
        "demands": Demand.objects.filter(status=Demand.Status.DRAWN_UP).count(),
    }


def _lines(bills: list[Bill]) -> list[BillLine]:
    of = balances([bill.pk for bill in bills])
    return [BillLine(bill, of[bill.pk]) for bill in bills]
