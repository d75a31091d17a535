"""Issuing bills and cancelling them."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi.blocks.payments.models import Bill, LedgerEntry, WorkItem
from madoguchi.blocks.payments.operations.bills import (
    AmountDoesNotFit,
    BillCancelled,
    BillExists,
    BillPaid,
    BillWrittenOff,
    NewBill,
    cancel_bill,
    issue_bills,
)
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.refunds import decide_refund, end_refund
from madoguchi.blocks.payments.operations.write_offs import reverse_write_off, write_off
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.kernel.clock import TOKYO
from madoguchi.kernel.registries import NotRegistered
from tests.blocks.payments.factories import (
    DUE,
    ONE,
    PROVISIONAL,
    TWO,
    bill_fact,
    make_bill,
    make_bills,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]


def new(payer="test:1", instalment=1, **given):
    values = {
        "fee_kind": ONE,
        "payer": payer,
        "fiscal_year": 2026,
        "instalment": instalment,
        "due_on": DUE,
        "amount": 1000,
        "channels": (Channel.STORE, Channel.CARD),
        "details": (("使用量", "21㎥"),),
    }
    return NewBill(**values | given)


def test_bills_are_numbered_by_fee_kind_and_assessed():
    with clock.frozen(datetime(2026, 6, 1, 9, tzinfo=TOKYO)):
        issued = issue_bills([new(), new(fee_kind=TWO), new(instalment=2)], by=None)
        more = issue_bills([new(instalment=3, assessed_year=2025)], by=None)
    assert [bill.number for bill in [*issued, *more]] == [
        "9000000000000001",
        "9100000000000001",
        "9000000000000002",
        "9000000000000003",
    ]
    kept = Bill.objects.get(pk=issued[0].pk)
    assert (kept.channels, kept.details) == (["store", "card"], [["使用量", "21㎥"]])
    assert (kept.issued_on.isoformat(), kept.assessed_year) == ("2026-06-01", 2026)
    assert more[0].assessed_year == 2025
    entry = LedgerEntry.objects.get(bill=kept)
    assert (entry.event, entry.debit, entry.credit, entry.amount, entry.fee_kind) == (
        "assessed",
        "receivable",
        "assessed",
        1000,
        ONE,
    )
    audited = AuditEntry.objects.filter(action="payments.bills_issued").first()
    assert audited.detail == {"bills": 1, "amount": 1000, "last": "9000000000000003"}


def test_no_bills_are_no_work():
    assert issue_bills([], by=None) == []
    assert AuditEntry.objects.filter(action="payments.bills_issued").count() == 0


def test_as_many_queries_for_fifty_bills_as_for_five():
    def queries(count, payer):
        with CaptureQueriesContext(connection) as captured:
            issue_bills([new(payer, place) for place in range(1, count + 1)], by=None)
        return len(captured)

    queries(1, "test:0")
    assert queries(5, "test:1") == queries(50, "test:2")


@pytest.mark.parametrize("amount", [0, -1, 100_000_000_000])
def test_an_amount_that_no_slip_can_name_is_refused(amount):
    with pytest.raises(AmountDoesNotFit):
        issue_bills([new(), new(instalment=2, amount=amount)], by=None)
    assert Bill.objects.count() == 0


def test_a_fee_kind_that_no_service_offers_is_refused():
    with pytest.raises(NotRegistered):
        issue_bills([new(fee_kind="test.none")], by=None)


def test_one_bill_stands_for_a_payer_year_and_instalment():
    issue_bills([new()], by=None)
    for bills in ([new(instalment=2), new()], [new("test:2"), new("test:2")]):
        with pytest.raises(BillExists) as refused:
            issue_bills(bills, by=None)
        assert refused.value.values["instalment"] == 1
    assert Bill.objects.count() == 1
    cancel_bill(Bill.objects.get().pk, by=None, reason="")
    issue_bills([new()], by=None)
    assert Bill.objects.count() == 2


def test_a_cancelled_bill_owes_nothing():
    bill = make_bill(1000)
    cancel_bill(bill.pk, by=None, reason="賦課替え")
    bill.refresh_from_db()
    assert bill.cancelled_at is not None
    found = balances([bill.pk])[bill.pk]
    assert (found.assessed, found.owed) == (0, 0)
    with pytest.raises(BillCancelled):
        cancel_bill(bill.pk, by=None, reason="")
    assert AuditEntry.objects.get(action="payments.bill_cancelled").detail == {
        "amount": 1000,
        "reason": "賦課替え",
    }


def test_a_bill_that_something_was_paid_for_is_not_cancelled():
    settled, provisional, lost = make_bills(1000, 1000, 1000)
    book([bill_fact(settled, name="a", amount=1)], by=None)
    book([bill_fact(provisional, PROVISIONAL, name="b")], by=None)
    write_off(bill_id=lost.pk, reason="時効", by=None)
    for bill, refusal in (
        (settled, BillPaid),
        (provisional, BillPaid),
        (lost, BillWrittenOff),
    ):
        with pytest.raises(refusal):
            cancel_bill(bill.pk, by=None, reason="")
    reverse_write_off(bill_id=lost.pk, reason="", by=None)
    cancel_bill(lost.pk, by=None, reason="")


def test_a_bill_that_is_cancelled_although_paid_is_work_until_the_money_is_back():
    bill = make_bill(1000)
    book([bill_fact(bill, amount=800)], by=None)
    cancel_bill(bill.pk, by=None, reason="減額", although_paid=True)
    assert balances([bill.pk])[bill.pk].owed == -800
    item = WorkItem.objects.get(resolved_at=None)
    assert (item.kind, item.step, item.amount) == ("paid_cancelled", "refund", 800)
    refund = decide_refund(
        bill_id=bill.pk, amount=800, channel=Channel.COUNTER, reason="減額", by=None
    )
    end_refund(refund_id=refund.pk, status="paid", by=None)
    assert balances([bill.pk])[bill.pk].owed == 0
    assert WorkItem.objects.filter(resolved_at=None).count() == 0
