"""The steps of the work list: assign, give back, write off, take note."""

from datetime import timedelta

import pytest

from madoguchi.blocks.payments.models import LedgerEntry, Payment, PaymentMove, Refund, WorkItem
from madoguchi.blocks.payments.operations.assigning import (
    NoMoney,
    PaidBack,
    PaymentIdentified,
    assign_payment,
)
from madoguchi.blocks.payments.operations.bills import BillCancelled, cancel_bill
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.refunds import (
    NothingToRefund,
    RefundEnded,
    RefundOpen,
    decide_refund,
    end_refund,
)
from madoguchi.blocks.payments.operations.work import (
    CauseRemains,
    ItemResolved,
    NoteMissing,
    resolve_work_item,
)
from madoguchi.blocks.payments.operations.write_offs import (
    NothingOwed,
    NotWrittenOff,
    reverse_write_off,
    write_off,
)
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel.audit.models import AuditEntry
from tests.blocks.payments.factories import (
    NOON,
    PROVISIONAL,
    REVERSAL,
    SETTLEMENT,
    TWO,
    bill_fact,
    make_bill,
    make_bills,
    make_slip,
    store_fact,
)
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]

UNKNOWN = "9192902312345" + "9" * 16 + "0260630" + "0" * 8


def balance(bill):
    return balances([bill.pk])[bill.pk]


def open_kinds():
    return sorted(WorkItem.objects.filter(resolved_at=None).values_list("kind", flat=True))


def paid_twice(amount=1000):
    bill = make_bill(amount)
    times = ((name, NOON + timedelta(minutes=n)) for n, name in enumerate("ab"))
    book([bill_fact(bill, name=name, at=at) for name, at in times], by=None)
    return bill


def refund(bill, amount=1000, **given):
    values = {"channel": Channel.COUNTER, "reason": "二重納付", "by": None}
    return decide_refund(bill_id=bill.pk, amount=amount, **values | given)


# assigning


def test_unidentified_money_goes_to_the_bill_that_a_person_names():
    clerk, bill = make_user("clerk"), make_bill(1000)
    book([store_fact(UNKNOWN, PROVISIONAL, amount=1000)], by=None)
    payment = Payment.objects.get()
    assign_payment(payment_id=payment.pk, bill_id=bill.pk, by=clerk)
    assert balance(bill).provisional == 1000
    item = WorkItem.objects.get()
    assert (item.resolution, item.resolved_by, item.is_standing) == ("done", clerk, False)
    book([store_fact(UNKNOWN, SETTLEMENT, amount=1000)], by=None)
    assert (balance(bill).settled, balance(bill).owed) == (1000, 0)
    move = PaymentMove.objects.get()
    assert (move.before, move.after, move.by) == (None, bill, clerk)
    unidentified = LedgerEntry.objects.filter(fee_kind="")
    assert [(each.debit, each.credit) for each in unidentified] == [
        ("provisional", "unidentified"),
        ("unidentified", "provisional"),
    ]
    audited = AuditEntry.objects.get(action="payments.payment_assigned")
    assert audited.detail == {"bill": bill.number, "amount": 1000}


def test_what_was_assigned_wrongly_is_assigned_again():
    wrong, right = make_bill(1000), make_bill(1000, kind=TWO)
    book([store_fact(UNKNOWN, amount=1000), bill_fact(wrong)], by=None)
    payment = Payment.objects.get(channel="store")
    assign_payment(payment_id=payment.pk, bill_id=wrong.pk, by=None)
    assert open_kinds() == ["paid_twice"]
    assign_payment(payment_id=payment.pk, bill_id=right.pk, by=None)
    assert (balance(wrong).owed, balance(right).owed, open_kinds()) == (0, 0, [])


@pytest.mark.parametrize(("end", "stays"), [("", True), ("paid", True), ("failed", False)])
def test_a_payment_of_which_money_goes_back_stays_with_its_bill(end, stays):
    wrong, right = make_bills(1000, 1000)
    book([store_fact(UNKNOWN, amount=1000), bill_fact(wrong)], by=None)
    payment = Payment.objects.get(channel="store")
    assign_payment(payment_id=payment.pk, bill_id=wrong.pk, by=None)
    decided = refund(wrong, payment_id=payment.pk)
    if end:
        end_refund(refund_id=decided.pk, status=end, by=None)
    if stays:
        with pytest.raises(PaidBack):
            assign_payment(payment_id=payment.pk, bill_id=right.pk, by=None)
    else:
        assign_payment(payment_id=payment.pk, bill_id=right.pk, by=None)
    assert (balance(wrong).owed, balance(right).owed) == (0, 1000 if stays else 0)


def test_wrong_money_that_is_assigned_leaves_the_rest_owed():
    bill = make_bill(1000)
    book([store_fact(make_slip(bill), amount=900)], by=None)
    assign_payment(payment_id=Payment.objects.get().pk, bill_id=bill.pk, by=None)
    assert (balance(bill).owed, open_kinds()) == (100, [])


def test_a_payment_that_says_itself_what_it_is_for_is_not_assigned():
    one, two = make_bills(1000, 1000)
    book([bill_fact(one)], by=None)
    with pytest.raises(PaymentIdentified):
        assign_payment(payment_id=Payment.objects.get().pk, bill_id=two.pk, by=None)


def test_only_money_that_is_there_is_assigned_and_only_to_a_bill_that_stands():
    bill, gone = make_bills(1000, 1000)
    cancel_bill(gone.pk, by=None, reason="")
    book([store_fact(UNKNOWN, PROVISIONAL, amount=1000)], by=None)
    payment = Payment.objects.get()
    with pytest.raises(BillCancelled):
        assign_payment(payment_id=payment.pk, bill_id=gone.pk, by=None)
    book([store_fact(UNKNOWN, REVERSAL, amount=1000)], by=None)
    with pytest.raises(NoMoney):
        assign_payment(payment_id=payment.pk, bill_id=bill.pk, by=None)


# giving back


def test_a_refund_takes_what_was_overpaid_and_ends_the_matter():
    clerk, bill = make_user("clerk"), paid_twice()
    assert open_kinds() == ["paid_twice"]
    decided = refund(bill, by=clerk)
    found = balance(bill)
    assert (found.owed, found.refund_due, found.refunded, found.refundable) == (0, 1000, 0, 0)
    item = WorkItem.objects.get()
    assert (item.resolution, item.resolved_by) == ("done", clerk)
    with pytest.raises(RefundOpen):
        refund(bill)
    ended = end_refund(refund_id=decided.pk, status="paid", by=clerk, provider_reference="re_1")
    assert (ended.status, ended.provider_reference) == ("paid", "re_1")
    found = balance(bill)
    assert (found.owed, found.refund_due, found.refunded, found.settled) == (0, 0, 1000, 2000)
    with pytest.raises(RefundEnded):
        end_refund(refund_id=decided.pk, status="failed", by=None)
    actions = AuditEntry.objects.filter(action__startswith="payments.refund_")
    assert [entry.action for entry in actions] == [
        "payments.refund_paid",
        "payments.refund_decided",
    ]


@pytest.mark.parametrize("status", ["failed", "withdrawn"])
def test_a_refund_that_came_to_nothing_is_work_again(status):
    bill = paid_twice()
    decided = refund(bill)
    assert open_kinds() == []
    end_refund(refund_id=decided.pk, status=status, by=None)
    assert (balance(bill).owed, open_kinds()) == (-1000, ["paid_twice"])
    assert refund(bill).status == "decided"


def test_a_refund_ends_in_one_of_three_ways():
    decided = refund(paid_twice())
    with pytest.raises(ValueError, match="no end of a refund: sent"):
        end_refund(refund_id=decided.pk, status="sent", by=None)
    Refund.objects.filter(pk=decided.pk).update(status="sent")
    assert end_refund(refund_id=decided.pk, status="paid", by=None).status == "paid"


@pytest.mark.parametrize("amount", [1001, 0, -1])
def test_no_more_goes_back_than_was_overpaid(amount):
    with pytest.raises(NothingToRefund) as refused:
        refund(paid_twice(), amount)
    assert refused.value.values == {"refundable": "1,000"}


def test_provisional_money_does_not_go_back():
    bill = make_bill(1000)
    facts = [bill_fact(bill, kind, name=kind) for kind in (PROVISIONAL, SETTLEMENT)]
    book([*facts, bill_fact(bill, PROVISIONAL, name="c")], by=None)
    with pytest.raises(NothingToRefund) as refused:
        refund(bill, 1500)
    assert refused.value.values == {"refundable": "1,000"}
    with pytest.raises(NothingToRefund):
        refund(make_bill(1000), 1)


def test_of_a_payment_no_more_goes_back_than_it_brought():
    bill = make_bill(1000)
    book([bill_fact(bill, name="a"), bill_fact(bill, name="b", amount=300)], by=None)
    small = Payment.objects.get(amount=300)
    for payment, message in ((small, "300"), (_of_another_bill(), "0")):
        with pytest.raises(NothingToRefund) as refused:
            refund(bill, 301, payment_id=payment.pk)
        assert refused.value.values == {"refundable": message}
    decided = refund(bill, 200, payment_id=small.pk)
    end_refund(refund_id=decided.pk, status="paid", by=None)
    with pytest.raises(NothingToRefund) as refused:
        refund(bill, 101, payment_id=small.pk)
    assert refused.value.values == {"refundable": "100"}
    # what went back of the small one is not laid to it any more
    waiting = WorkItem.objects.get(resolved_at=None)
    assert waiting.amount == 100


def _of_another_bill():
    other = make_bill(700)
    book([bill_fact(other, name="other")], by=None)
    return Payment.objects.get(bill=other)


# giving up


def test_what_is_written_off_is_not_owed_until_that_is_reversed():
    clerk, bill = make_user("clerk"), make_bill(1000)
    book([bill_fact(bill, amount=400)], by=None)
    assert write_off(bill_id=bill.pk, reason="時効", by=clerk) == 600
    assert (balance(bill).owed, balance(bill).written_off) == (0, 600)
    with pytest.raises(NothingOwed):
        write_off(bill_id=bill.pk, reason="", by=clerk)
    assert reverse_write_off(bill_id=bill.pk, reason="財産判明", by=clerk) == 600
    assert (balance(bill).owed, balance(bill).written_off) == (600, 0)
    with pytest.raises(NotWrittenOff):
        reverse_write_off(bill_id=bill.pk, reason="", by=clerk)
    assert write_off(bill_id=bill.pk, reason="時効", by=clerk) == 600
    keys = bill.entries.filter(event="written_off").values_list("key", flat=True)
    assert list(keys) == [f"bill:{bill.pk}:written_off:{n}" for n in (0, 1)]


def test_a_cancelled_bill_is_not_written_off():
    bill = make_bill(1000)
    cancel_bill(bill.pk, by=None, reason="")
    with pytest.raises(BillCancelled):
        write_off(bill_id=bill.pk, reason="", by=None)


def test_reversing_the_write_off_ends_the_matter_of_a_late_payment():
    clerk, bill = make_user("clerk"), make_bill(1000)
    write_off(bill_id=bill.pk, reason="時効", by=None)
    book([bill_fact(bill, name=name) for name in "ab"], by=None)
    assert open_kinds() == ["after_write_off", "after_write_off"]
    reverse_write_off(bill_id=bill.pk, reason="納付あり", by=clerk)
    assert open_kinds() == ["paid_twice"]
    done = WorkItem.objects.filter(kind="after_write_off", resolved_by=clerk, resolution="done")
    assert done.count() == 2


# dealing with items


def test_a_person_takes_note_with_a_reason():
    clerk = make_user("clerk")
    bill = make_bill(1000)
    old = make_slip(bill, made_at=NOON - timedelta(days=9))
    make_slip(bill, issue=1, made_at=NOON - timedelta(days=1))
    book([store_fact(old)], by=None)
    item = WorkItem.objects.get()
    with pytest.raises(NoteMissing):
        resolve_work_item(item_id=item.pk, resolution="noted", note=" ", by=clerk)
    done = resolve_work_item(item_id=item.pk, resolution="done", note="", by=clerk)
    assert (done.resolution, done.resolved_by) == ("done", clerk)
    with pytest.raises(ItemResolved):
        resolve_work_item(item_id=item.pk, resolution="done", note="", by=clerk)
    book([store_fact(old, PROVISIONAL)], by=None)
    assert open_kinds() == []
    audited = AuditEntry.objects.get(action="payments.work_item_resolved")
    assert audited.detail == {"kind": "after_reissue", "resolution": "done"}


def test_money_that_is_still_there_is_not_done_by_saying_so():
    bill = paid_twice()
    item = WorkItem.objects.get()
    with pytest.raises(CauseRemains):
        resolve_work_item(item_id=item.pk, resolution="done", note="", by=None)
    noted = resolve_work_item(item_id=item.pk, resolution="noted", note=" 充当する ", by=None)
    assert (noted.resolution, noted.note) == ("noted", "充当する")
    # the same matter stays closed, another payment is another matter
    latest = NOON + timedelta(days=1)
    book([bill_fact(bill, name="c", at=latest)], by=None)
    assert [each.payment.key for each in WorkItem.objects.filter(resolved_at=None)] == [
        "card:test:c"
    ]


def test_a_matter_with_more_money_in_it_than_was_looked_at_is_open_again():
    bill = make_bill(1000)
    book([bill_fact(bill, amount=600, name="a", at=NOON + timedelta(days=1))], by=None)
    book([bill_fact(bill, amount=500, name="b")], by=None)
    item = WorkItem.objects.get()
    assert item.amount == 100
    resolve_work_item(item_id=item.pk, resolution="noted", note="少額", by=None)
    book([bill_fact(bill, amount=200, name="c")], by=None)
    item.refresh_from_db()
    assert (item.amount, item.resolved_at, item.note) == (300, None, "少額")


def test_a_noted_matter_whose_cause_went_and_came_back_is_open_again():
    bill = paid_twice()
    item = WorkItem.objects.get()
    resolve_work_item(item_id=item.pk, resolution="noted", note="確認中", by=None)
    decided = refund(bill)
    item.refresh_from_db()
    assert (item.resolution, item.is_standing) == ("noted", False)
    end_refund(refund_id=decided.pk, status="failed", by=None)
    item.refresh_from_db()
    assert (item.resolved_at, item.is_standing) == (None, True)


def test_a_matter_that_no_balance_shows_is_left_alone():
    bill = make_bill(1000)
    book([bill_fact(bill)], by=None)
    dispute = WorkItem.objects.create(
        key="dispute:1",
        kind="dispute",
        step="acknowledge",
        payment=Payment.objects.get(),
        bill=bill,
        amount=1000,
        opened_at=NOON,
    )
    book([bill_fact(bill, PROVISIONAL)], by=None)
    assert open_kinds() == ["dispute"]
    resolve_work_item(item_id=dispute.pk, resolution="done", note="", by=None)
    assert open_kinds() == []
