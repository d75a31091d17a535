"""Many who book, give back, write off and close at once, each on a real connection."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.db.models import Count, Sum

from madoguchi.blocks.payments.models import (
    DailyClose,
    FactRecord,
    LedgerEntry,
    Payment,
    Refund,
    WorkItem,
)
from madoguchi.blocks.payments.operations.booking import book, take_at_counter
from madoguchi.blocks.payments.operations.closing import close_day
from madoguchi.blocks.payments.operations.refunds import decide_refund
from madoguchi.blocks.payments.operations.write_offs import write_off
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from madoguchi.kernel.audit.queries import verify
from madoguchi.kernel.refused import Refused
from tests.blocks.payments.factories import (
    NOON,
    PROVISIONAL,
    REVERSAL,
    SETTLEMENT,
    bill_fact,
    make_bill,
    make_bills,
    make_slip,
    store_fact,
)

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("two_kinds"),
    pytest.mark.skipif(
        "connection.vendor == 'sqlite'", reason="two connections need PostgreSQL: set DATABASE_URL"
    ),
]

AT_ONCE = 40
"""Connections: below what PostgreSQL lets in as it comes."""


def at_once(*actions):
    """Start together, on as many connections as there are; results, or with what each was
    refused."""
    start = Barrier(min(len(actions), AT_ONCE))

    def run(numbered):
        number, action = numbered
        try:
            if number < start.parties:
                start.wait(timeout=30)
            return action()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(start.parties) as pool:
        return list(pool.map(run, enumerate(actions)))


def kinds(results):
    return sorted(type(result).__name__ for result in results)


def booking(*facts):
    return lambda: book(facts, by=None)


def test_two_hundred_webhooks_and_files_for_the_same_bills_book_once():
    bills = make_bills(*[1000 + n for n in range(20)])
    slips = [make_slip(bill) for bill in bills[:10]]
    cards = [bill_fact(bill, name=str(bill.instalment)) for bill in bills[5:]]
    stores = [
        store_fact(slip, kind) for slip in slips for kind in (PROVISIONAL, SETTLEMENT, PROVISIONAL)
    ]
    chance = random.Random(7)  # noqa: S311 # the order of a test, no secret
    calls = [booking(fact) for fact in cards * 8]
    calls += [booking(*chance.sample(stores, len(stores))) for _ in range(40)]
    calls += [booking(*chance.sample(stores + cards, 20)) for _ in range(40)]
    chance.shuffle(calls)
    results = at_once(*calls)
    assert len(results) == 200
    assert sum(result.new for result in results) == 15 + 20
    assert FactRecord.objects.count() == 15 + 20
    assert Payment.objects.count() == 15 + 10
    of = balances([bill.pk for bill in bills])
    twice = bills[5:10]
    assert {bill.number: of[bill.pk].owed for bill in bills} == {
        bill.number: -bill.amount if bill in twice else 0 for bill in bills
    }
    settled = LedgerEntry.objects.filter(debit="settled")
    by_payment = settled.order_by().values_list("payment").annotate(times=Count("pk"))
    assert set(by_payment.values_list("times", flat=True)) == {1}
    open_items = WorkItem.objects.filter(resolved_at=None)
    assert sorted(open_items.values_list("kind", "bill__number", "amount")) == sorted(
        ("paid_twice", bill.number, bill.amount) for bill in twice
    )
    assert verify().is_sound


@pytest.mark.parametrize("attempt", range(3))
def test_the_facts_of_one_payment_come_from_all_sides(attempt):
    bill = make_bill(1000)
    slip = make_slip(bill)
    facts = [store_fact(slip, kind) for kind in (PROVISIONAL, REVERSAL, SETTLEMENT)]
    results = at_once(*[booking(facts[(n + attempt) % 3]) for n in range(30)])
    assert sum(result.new for result in results) == 3
    assert balances([bill.pk])[bill.pk].owed == 0
    assert [item.kind for item in WorkItem.objects.filter(resolved_at=None)] == ["reversed_settled"]
    money = LedgerEntry.objects.filter(payment__isnull=False)
    settled = sum(
        {"settled": 1}.get(entry.debit, 0) - {"settled": 1}.get(entry.credit, 0) for entry in money
    )
    assert settled == 1


def test_of_two_refunds_of_the_same_money_one_is_refused():
    bill = make_bill(1000)
    payments = [bill_fact(bill, name=name, at=NOON + timedelta(minutes=n))
                for n, name in enumerate("ab")]  # fmt: skip
    book(payments, by=None)

    def refund():
        return decide_refund(
            bill_id=bill.pk, amount=1000, channel=Channel.COUNTER, reason="二重納付", by=None
        )

    assert kinds(at_once(refund, refund, refund)) == ["Refund", "RefundOpen", "RefundOpen"]
    assert Refund.objects.aggregate(sum=Sum("amount"))["sum"] == 1000
    assert balances([bill.pk])[bill.pk].refund_due == 1000


def test_of_two_write_offs_one_finds_nothing_owed():
    bill = make_bill(1000)

    def give_up():
        return write_off(bill_id=bill.pk, reason="時効", by=None)

    assert kinds(at_once(give_up, give_up)) == ["NothingOwed", "int"]
    assert balances([bill.pk])[bill.pk].written_off == 1000


@pytest.mark.parametrize("attempt", range(5))
def test_money_that_comes_while_a_bill_is_written_off_is_never_lost(attempt):
    bill = make_bill(1000)
    fact = bill_fact(bill, name=str(attempt))
    _booked, given_up = at_once(
        booking(fact), lambda: write_off(bill_id=bill.pk, reason="時効", by=None)
    )
    found = balances([bill.pk])[bill.pk]
    waiting = list(WorkItem.objects.filter(resolved_at=None).values_list("kind", flat=True))
    if isinstance(given_up, Refused):
        assert (found.owed, found.written_off, waiting) == (0, 0, [])
    else:
        assert (found.owed, found.written_off, waiting) == (-1000, 1000, ["after_write_off"])


def test_of_two_closes_one_is_told():
    with clock.frozen(NOON):
        book([bill_fact(make_bill(1000))], by=None)

    def close():
        return close_day(day=NOON.date(), by=None)

    assert kinds(at_once(close, close, close)) == ["DailyClose", "DayClosed", "DayClosed"]
    assert DailyClose.objects.get().lines.count() == 1


def test_a_counter_takes_what_is_owed_once():
    bill = make_bill(1000)

    def pay():
        return take_at_counter(bill_id=bill.pk, amount=1000, by=None)

    assert kinds(at_once(pay, pay, pay)) == ["MoreThanOwed", "MoreThanOwed", "Payment"]
    assert balances([bill.pk])[bill.pk].owed == 0
