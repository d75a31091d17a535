"""Money comes in: whatever is said of it, in whatever order."""

from contextlib import ExitStack
from datetime import date, timedelta
from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi.blocks.payments.models import FactRecord, LedgerEntry, Payment, PaymentMove, WorkItem
from madoguchi.blocks.payments.operations.bills import BillCancelled, cancel_bill
from madoguchi.blocks.payments.operations.booking import (
    BadFact,
    Booked,
    MoreThanOwed,
    TakenAlready,
    book,
    take_at_counter,
)
from madoguchi.blocks.payments.operations.rows import insert
from madoguchi.blocks.payments.operations.write_offs import write_off
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules.balances import BillBalance
from madoguchi.blocks.payments.rules.channels import Channel, Fact
from madoguchi.blocks.payments.slips.barcode import check_digit
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from tests.blocks.payments.factories import (
    NOON,
    ONE,
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
from tests.blocks.payments.operations.test_any_order import undone
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]


def balance(bill):
    return balances([bill.pk])[bill.pk]


def open_items():
    return sorted(
        (item.kind, item.step, item.amount) for item in WorkItem.objects.filter(resolved_at=None)
    )


def entries():
    return [
        (each.event, each.debit, each.credit, each.amount, each.fee_kind)
        for each in LedgerEntry.objects.filter(payment__isnull=False)
    ]


def test_a_bill_is_owed_until_it_is_paid():
    bill = make_bill(1000)
    slip = make_slip(bill)
    assert balance(bill) == BillBalance(assessed=1000, owed=1000)
    assert book([store_fact(slip, PROVISIONAL)], by=None) == Booked(1, 0, 1000, 0)
    assert balance(bill) == BillBalance(assessed=1000, provisional=1000, owed=0)
    assert book([store_fact(slip, SETTLEMENT)], by=None) == Booked(1, 0, 1000, 0)
    assert balance(bill) == BillBalance(assessed=1000, settled=1000, owed=0)
    assert book([store_fact(slip, PROVISIONAL)], by=None) == Booked(0, 1, 0, 0)
    payment = Payment.objects.get()
    assert (payment.state, payment.bill, payment.slip) == ("settled", bill, slip)
    assert entries() == [
        ("provisional", "provisional", "receivable", 1000, ONE),
        ("settled", "settled", "provisional", 1000, ONE),
    ]
    assert open_items() == []


def test_a_reversal_takes_a_provisional_receipt_back():
    bill = make_bill(1000)
    slip = make_slip(bill)
    book([store_fact(slip, PROVISIONAL)], by=None)
    assert book([store_fact(slip, REVERSAL)], by=None) == Booked(1, 0, 0, 0)
    assert balance(bill) == BillBalance(assessed=1000, owed=1000)
    assert Payment.objects.get().state == "reversed"
    assert entries()[1] == ("reversed", "receivable", "provisional", 1000, ONE)
    book([store_fact(slip, SETTLEMENT)], by=None)
    assert balance(bill) == BillBalance(assessed=1000, settled=1000, owed=0)
    assert open_items() == [("reversed_settled", "ask_collector", 1000)]


def test_a_reversal_that_comes_first_waits_for_what_it_reverses():
    slip = make_slip(make_bill(1000))
    book([store_fact(slip, REVERSAL)], by=None)
    assert Payment.objects.get().state == "announced"
    assert entries() == []
    book([store_fact(slip, PROVISIONAL)], by=None)
    assert Payment.objects.get().state == "reversed"
    assert entries() == []


def test_one_call_is_one_audit_entry_and_none_where_nothing_is_new():
    clerk = make_user("clerk")
    facts = [bill_fact(bill, name=str(bill.instalment)) for bill in make_bills(1000, 2000)]
    book(facts, by=clerk)
    book(facts, by=clerk)
    entry = AuditEntry.objects.get(action="payments.booked")
    assert (entry.actor, entry.detail) == (
        str(clerk.pk),
        {"new": 2, "known": 0, "amount": 3000, "entries": 2, "work_items": 0},
    )


def test_a_thousand_facts_take_as_many_queries_as_ten():
    def queries(count, kind):
        with CaptureQueriesContext(connection) as captured:
            book([store_fact(slip, kind) for slip in slips[:count]], by=None)
        return len(captured)

    slips = [make_slip(make_bill(1000)) for _ in range(60)]
    queries(1, PROVISIONAL)
    with undone():
        few = queries(5, PROVISIONAL), queries(5, SETTLEMENT)
    with undone():
        many = queries(60, PROVISIONAL), queries(60, SETTLEMENT)
    assert many == few


@pytest.mark.parametrize(
    "given",
    [
        {"amount": 0},
        {"amount": -1},
        {"amount": 100_000_000_000},
        {"payment_key": "card:1"},
        {"channel": Channel.DEBIT},
    ],
)
def test_a_fact_that_cannot_be_is_refused_with_all_others(given):
    values = {
        "kind": SETTLEMENT,
        "channel": Channel.STORE,
        "payment_key": "store:1",
        "amount": 5,
        "paid_at": NOON,
    }
    right = bill_fact(make_bill(1000))
    with pytest.raises(BadFact):
        book([right, Fact(**values | given)], by=None)
    assert (FactRecord.objects.count(), Payment.objects.count()) == (0, 0)


def test_the_highest_amount_can_be_booked():
    book([bill_fact("", amount=99_999_999_999)], by=None)
    assert Payment.objects.get().amount == 99_999_999_999


# money that fits nothing


def test_an_unknown_barcode_waits_with_the_bill_that_it_names():
    bill = make_bill(1000)
    barcode = make_slip(make_bill(500)).barcode
    assert book([store_fact(f"91929023{'9' * 36}", amount=1000)], by=None).work_items == 1
    inside = f"91929023{'54321'}{bill.number}{barcode[29:]}"
    book([store_fact(inside, amount=1000)], by=None)
    found = WorkItem.objects.order_by("pk").values_list("kind", "step", "amount", "bill")
    assert list(found) == [
        ("unknown_barcode", "assign", 1000, None),
        ("unknown_barcode", "assign", 1000, bill.pk),
    ]
    assert balance(bill).owed == 1000
    assert {entry[1:3] for entry in entries()} == {("settled", "unidentified")}


def test_another_amount_than_on_the_slip_is_nobodys_until_someone_says():
    bill = make_bill(1000)
    slip = make_slip(bill)
    book([store_fact(slip, amount=900)], by=None)
    item = WorkItem.objects.get()
    assert (item.kind, item.step, item.amount, item.bill) == ("wrong_amount", "assign", 900, bill)
    assert balance(bill).owed == 1000
    payment = Payment.objects.get()
    assert (payment.bill, payment.slip) == (None, slip)


def test_a_barcode_that_differs_from_the_slip_in_its_amount_is_another_amount():
    bill = make_bill(1000)
    slip = make_slip(bill)
    facts = [
        store_fact(f"{body}{check_digit(body)}", amount=amount)
        for amount in (900, 1100)
        for body in [f"{slip.barcode[:37]}{amount:06}"]
    ]
    book(facts, by=None)
    found = WorkItem.objects.order_by("amount").values_list("kind", "step", "amount", "bill")
    assert list(found) == [
        ("wrong_amount", "assign", 900, bill.pk),
        ("wrong_amount", "assign", 1100, bill.pk),
    ]
    assert set(Payment.objects.values_list("bill", "slip")) == {(None, slip.pk)}
    assert balance(bill).owed == 1000


def test_an_unidentified_payment_that_is_reversed_needs_nobody():
    fact = store_fact(f"91929023{'9' * 36}", PROVISIONAL, amount=1000)
    book([fact], by=None)
    assert open_items() == [("unknown_barcode", "assign", 1000)]
    reversal = store_fact(f"91929023{'9' * 36}", REVERSAL, amount=1000)
    book([reversal], by=None)
    item = WorkItem.objects.get()
    assert (item.resolution, item.is_standing, item.resolved_by) == ("gone", False, None)


def test_a_slip_that_is_known_later_gets_its_money_when_it_is_stated_again():
    bill = make_bill(1000)
    slip = make_slip(bill)
    fact = store_fact(slip)
    slip.delete()
    book([fact], by=None)
    assert open_items() == [("unknown_barcode", "assign", 1000)]
    make_slip(bill)
    assert book([fact], by=None) == Booked(0, 1, 0, 0)
    assert balance(bill).owed == 0
    assert open_items() == []
    move = PaymentMove.objects.get()
    assert (move.before, move.after, move.moved_on) == (None, bill, clock.today())


def test_a_channel_that_names_the_bill_is_believed():
    bill = make_bill(1000)
    paid = {"channel": Channel.COUNTER, "paid_at": NOON, "kind": SETTLEMENT}
    both = Fact(
        **paid,
        payment_key="counter:1",
        amount=400,
        barcode=make_slip(bill).barcode,
        bill_number=bill.number,
    )
    strange = Fact(
        **paid,
        payment_key="counter:2",
        amount=100,
        barcode="9" * 44,
        bill_number=bill.number,
    )
    book([both, strange], by=None)
    assert balance(bill) == BillBalance(assessed=1000, settled=500, owed=500)
    assert open_items() == []


def test_a_barcode_and_a_number_of_different_bills_are_a_contradiction():
    one, two = make_bills(1000, 2000)
    fact = Fact(
        kind=SETTLEMENT,
        channel=Channel.COUNTER,
        payment_key="counter:1",
        amount=1000,
        paid_at=NOON,
        barcode=make_slip(one).barcode,
        bill_number=two.number,
    )
    book([fact], by=None)
    assert open_items() == [("conflict", "ask_collector", 1000)]
    assert WorkItem.objects.get().bill == one
    assert (balance(one).owed, balance(two).owed) == (1000, 2000)


# statements that contradict each other


def test_of_contradicting_settlements_the_lower_is_booked_whatever_comes_first():
    bill = make_bill(1000)
    facts = [bill_fact(bill, amount=amount) for amount in (1000, 1200)]
    facts.append(bill_fact(bill, PROVISIONAL, amount=1100))
    seen = set()
    for order in permutations(facts):
        with undone():
            for fact in order:
                book([fact], by=None)
            seen.add((balance(bill), tuple(open_items()), Payment.objects.get().amount))
    settled = BillBalance(assessed=1000, settled=1000, owed=0)
    assert seen == {(settled, (("conflict", "ask_collector", 1000),), 1000)}


def test_a_payment_that_names_two_bills_is_nobodys_whatever_comes_first():
    one, two = make_bills(1000, 1000)
    facts = [bill_fact(one), bill_fact(two), bill_fact("", PROVISIONAL, amount=1000)]
    seen = set()
    for order in permutations(facts):
        with undone():
            for fact in order:
                book([fact], by=None)
            payment, item = Payment.objects.get(), WorkItem.objects.get(resolved_at=None)
            assert (payment.bill, payment.is_contradicted) == (None, True)
            assert (item.kind, item.step, item.amount) == ("conflict", "ask_collector", 1000)
            unidentified = LedgerEntry.objects.filter(fee_kind="").values_list("amount", flat=True)
            assert set(unidentified) == {1000}
            seen.add((balance(one).owed, balance(two).owed, payment.bill_number, item.bill))
    assert seen == {(1000, 1000, two.number, two)}


def test_a_payment_that_learns_its_bill_moves_there():
    bill = make_bill(1000, kind=TWO)
    book([bill_fact("", PROVISIONAL, amount=1000)], by=None)
    book([bill_fact(bill, SETTLEMENT)], by=None)
    assert balance(bill).owed == 0
    assert entries() == [
        ("provisional", "provisional", "unidentified", 1000, ""),
        ("assigned", "unidentified", "provisional", 1000, ""),
        ("assigned", "provisional", "receivable", 1000, TWO),
        ("settled", "settled", "provisional", 1000, TWO),
    ]


def test_what_is_said_beside_the_amount_does_not_depend_on_order():
    bill = make_bill(1000)
    early, late = NOON - timedelta(hours=2), NOON

    def fact(kind, at, transfer_on, reference):
        return Fact(
            kind=kind,
            channel=Channel.CARD,
            payment_key="card:1",
            amount=1000,
            paid_at=at,
            bill_number=bill.number,
            transfer_on=transfer_on,
            reference=reference,
        )

    facts = [
        fact(PROVISIONAL, late, date(2026, 7, 9), "b"),
        fact(PROVISIONAL, early, None, ""),
        fact(SETTLEMENT, late, date(2026, 7, 1), "a" * 200),
        fact(SETTLEMENT, late, date(2026, 7, 2), "a"),
    ]
    seen = set()
    for order in permutations(facts):
        with undone():
            for one in order:
                book([one], by=None)
            payment = Payment.objects.get()
            seen.add((payment.paid_at, payment.transfer_on, payment.reference))
    assert seen == {(early, date(2026, 7, 2), "b")}


# paid more than was owed


def test_what_is_paid_twice_is_laid_to_the_later_payment():
    bill = make_bill(1000)
    later = bill_fact(bill, name="later", at=NOON + timedelta(hours=1))
    book([later], by=None)
    assert open_items() == []
    book([bill_fact(bill, name="earlier", amount=700)], by=None)
    item = WorkItem.objects.get(resolved_at=None)
    assert (item.kind, item.step, item.amount) == ("paid_twice", "refund", 700)
    assert item.payment.key == later.payment_key
    assert balance(bill) == BillBalance(assessed=1000, settled=1700, owed=-700)


def test_a_replaced_slip_that_is_paid_is_noted_and_when_too_much_goes_back():
    bill = make_bill(1000)
    old = make_slip(bill, made_at=NOON - timedelta(days=9))
    new = make_slip(bill, issue=1, made_at=NOON)
    book([store_fact(old, at=NOON - timedelta(minutes=1))], by=None)
    assert open_items() == []
    book([store_fact(old, at=NOON + timedelta(minutes=1), store="0000002")], by=None)
    assert open_items() == [("after_reissue", "refund", 1000)]
    with undone():
        book([store_fact(new, at=NOON + timedelta(minutes=2))], by=None)
        assert open_items() == [
            ("after_reissue", "refund", 1000),
            ("paid_twice", "refund", 1000),
        ]


def test_an_old_slip_that_was_paid_in_place_of_the_new_is_only_noted():
    bill = make_bill(1000)
    old = make_slip(bill, made_at=NOON - timedelta(days=9))
    make_slip(bill, issue=1, made_at=NOON)
    book([store_fact(old, at=NOON + timedelta(minutes=1))], by=None)
    assert open_items() == [("after_reissue", "acknowledge", 1000)]


def test_money_for_a_bill_written_off_or_cancelled():
    lost, gone = make_bills(1000, 500)
    write_off(bill_id=lost.pk, reason="時効", by=None)
    cancel_bill(gone.pk, by=None, reason="")
    book([bill_fact(lost, name="a"), bill_fact(gone, name="b")], by=None)
    assert open_items() == [
        ("after_write_off", "reverse_write_off", 1000),
        ("paid_cancelled", "refund", 500),
    ]


def test_a_reversal_ends_what_was_paid_twice():
    bill = make_bill(1000)
    slip = make_slip(bill)
    second = {"at": NOON + timedelta(hours=1)}
    book([store_fact(slip), store_fact(slip, PROVISIONAL, **second)], by=None)
    assert open_items() == [("paid_twice", "refund", 1000)]
    book([store_fact(slip, REVERSAL, **second)], by=None)
    assert open_items() == []
    assert WorkItem.objects.get().resolution == "gone"


def test_facts_are_booked_on_the_day_on_which_their_turn_comes():
    """Whoever waits over midnight must not book into a day that was closed meanwhile."""
    one, two = make_bills(1000, 1000)
    after_midnight = ExitStack()

    def facts():
        yield bill_fact(one, name="1")
        after_midnight.enter_context(clock.frozen(NOON + timedelta(days=1)))
        yield bill_fact(two, name="2")

    with clock.frozen(NOON), after_midnight:
        book(facts(), by=None)
    entries = LedgerEntry.objects.exclude(payment=None)
    assert {entry.booked_on for entry in entries} == {(NOON + timedelta(days=1)).date()}


# over the counter


def test_the_counter_takes_what_is_owed_and_no_more():
    bill = make_bill(1000)
    clerk = make_user("clerk")
    payment = take_at_counter(bill_id=bill.pk, amount=400, by=clerk)
    assert (payment.channel, payment.state, payment.bill) == ("counter", "settled", bill)
    for amount in (601, 0, -5):
        with pytest.raises(MoreThanOwed) as refused:
            take_at_counter(bill_id=bill.pk, amount=amount, by=clerk)
        assert refused.value.values == {"owed": "600"}
    take_at_counter(bill_id=bill.pk, amount=600, by=clerk)
    assert balance(bill).owed == 0
    with pytest.raises(MoreThanOwed):
        take_at_counter(bill_id=bill.pk, amount=1, by=clerk)
    assert {entry.by for entry in LedgerEntry.objects.filter(payment=payment)} == {clerk}


def test_an_act_of_paying_at_the_counter_is_booked_once():
    bill, other = make_bill(1000), make_bill(1000)
    first = take_at_counter(bill_id=bill.pk, amount=400, act="f" * 32, by=None)
    assert take_at_counter(bill_id=bill.pk, amount=400, act="f" * 32, by=None) == first
    for wrong, amount in ((bill, 300), (other, 400)):
        with pytest.raises(TakenAlready):
            take_at_counter(bill_id=wrong.pk, amount=amount, act="f" * 32, by=None)
    assert (balance(bill).owed, balance(other).owed) == (600, 1000)


def test_the_counter_takes_nothing_for_a_cancelled_bill():
    bill = make_bill(1000)
    cancel_bill(bill.pk, by=None, reason="")
    with pytest.raises(BillCancelled):
        take_at_counter(bill_id=bill.pk, amount=1, by=None)


# rows


def test_a_ledger_that_somebody_meddled_with_is_put_right_by_stating_the_fact_again():
    bill = make_bill(1000)
    fact = bill_fact(bill)
    book([fact], by=None)
    payment = Payment.objects.get()
    for debit, credit, amount in (("receivable", "settled", 300), ("provisional", "receivable", 7)):
        LedgerEntry.objects.create(
            key=f"meddled:{amount}",
            event="settled",
            debit=debit,
            credit=credit,
            amount=amount,
            bill=bill,
            payment=payment,
            channel="card",
            fee_kind=ONE,
            booked_on=clock.today(),
            booked_at=clock.now(),
        )
    assert balance(bill).owed == 293
    assert book([fact], by=None) == Booked(0, 1, 0, 0)
    assert balance(bill) == BillBalance(assessed=1000, settled=1000, owed=0)


def test_rows_are_inserted_as_the_framework_inserts_them():
    fact = bill_fact(make_bill(1000))
    book([fact], by=None)
    model = {name: value for name, value in vars(Payment.objects.get()).items() if name != "_state"}
    insert(Payment, [model], skip_known=True)
    assert Payment.objects.count() == 1
    insert(Payment, [model | {"key": "card:other"}])
    insert(Payment, [])
    again = vars(Payment.objects.get(key="card:other"))
    assert {name: again[name] for name in model if name not in ("id", "key")} == {
        name: value for name, value in model.items() if name not in ("id", "key")
    }
