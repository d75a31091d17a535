"""Facts in any order, in any parts, any number of times: the same ledger, and no yen too many."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise, product

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madoguchi.blocks.payments.models import Account, LedgerEntry, WorkItem
from madoguchi.blocks.payments.operations.bills import cancel_bill
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.write_offs import write_off
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules.channels import FactKind
from tests.blocks.payments.factories import (
    NOON,
    TWO,
    bill_fact,
    make_bill,
    make_slip,
    store_fact,
)
from tests.blocks.payments.oracle import expect

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]


@dataclass
class World:
    bills: list
    slips: list
    written_off: set
    cancelled: set
    pool: list
    """Every fact that may be stated, 3 kinds and 2 amounts of each payment."""

    @property
    def oracle(self):
        return {
            "bills": self.bills,
            "slips": self.slips,
            "written_off": self.written_off,
            "cancelled": self.cancelled,
        }


def make_world():
    """A bill with two slips, one written off, one cancelled, one without a slip."""
    reissued = make_bill(1000)
    lost, gone, plain = make_bill(800), make_bill(500, kind=TWO), make_bill(2000, kind=TWO)
    slips = [
        make_slip(reissued, made_at=NOON - timedelta(days=30)),
        make_slip(reissued, issue=1, made_at=NOON),
        make_slip(lost, made_at=NOON - timedelta(days=30)),
        make_slip(gone, made_at=NOON - timedelta(days=30)),
    ]
    write_off(bill_id=lost.pk, reason="時効", by=None)
    cancel_bill(gone.pk, by=None, reason="賦課替え")
    nobody = "9192902312345" + "9" * 16 + "0260630" + "0" * 8
    payments = [
        (store_fact, slips[0], NOON - timedelta(hours=1)),
        (store_fact, slips[0], NOON + timedelta(hours=1)),
        (store_fact, slips[1], NOON + timedelta(hours=2)),
        (store_fact, slips[2], NOON),
        (store_fact, slips[3], NOON),
        (store_fact, nobody, NOON),
        (store_fact, "91929023" + "54321" + plain.number + nobody[29:], NOON),
    ]
    pool = [
        make(paid, kind, at=at, amount=amount)
        for make, paid, at in payments
        for kind, amount in product(FactKind, (1000, 800))
    ]
    pool += [
        bill_fact(bill, kind, amount=amount, name=name, at=NOON + timedelta(minutes=ord(name)))
        for bill, name in ((plain, "a"), (plain, "b"), (reissued, "c"), ("0" * 16, "d"), ("", "e"))
        for kind, amount in product(FactKind, (2000, 700))
    ]
    return World([reissued, lost, gone, plain], slips, {lost.number}, {gone.number}, pool)


@contextmanager
def undone():
    """What is done inside leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def state(world):
    """The ledger in the oracle's words."""
    accounts = dict.fromkeys(Account.values, 0)
    for debit, credit, total in (
        LedgerEntry.objects.order_by().values_list("debit", "credit").annotate(sum=Sum("amount"))
    ):
        accounts[debit] += total
        accounts[credit] -= total
    assert sum(accounts.values()) == 0
    of = balances([bill.pk for bill in world.bills])
    items = {
        (item.key, item.step, item.bill and item.bill.number, item.amount)
        for item in WorkItem.objects.filter(resolved_at=None).select_related("bill")
    }
    owed = {bill.number: of[bill.pk].owed for bill in world.bills}
    money = {
        "provisional": accounts["provisional"],
        "settled": accounts["settled"],
        "unidentified": -accounts["unidentified"],
    }
    return owed, money, items


def parts(facts, cuts):
    edges = [0, *sorted(cut % (len(facts) + 1) for cut in cuts), len(facts)]
    return [facts[a:b] for a, b in pairwise(edges)]


PLACES = st.lists(st.integers(0, 10**6), min_size=1, max_size=24)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    places=PLACES, order=st.randoms(), cuts=st.lists(st.integers(0, 40), max_size=6), again=PLACES
)
def test_order_parts_and_repetition_do_not_matter(places, order, cuts, again):
    with undone():
        world = make_world()
        facts = list(dict.fromkeys(world.pool[place % len(world.pool)] for place in places))
        expected = expect(facts, **world.oracle)
        with undone():
            booked = book(facts, by=None)
            assert (booked.new, booked.known) == (len(facts), 0)
            assert state(world) == expected
        shuffled = facts + [facts[place % len(facts)] for place in again]
        order.shuffle(shuffled)
        told = [book(part, by=None) for part in parts(shuffled, cuts)]
        assert state(world) == expected
        assert sum(each.new for each in told) == len(facts)
        assert sum(each.known for each in told) == len(again)
        count = LedgerEntry.objects.count()
        assert book(facts, by=None).known == len(facts)
        assert LedgerEntry.objects.count() == count
        assert state(world) == expected


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(places=PLACES)
def test_money_received_is_money_stated(places):
    with undone():
        world = make_world()
        facts = [world.pool[place % len(world.pool)] for place in places]
        book(facts, by=None)
        owed, money, _items = state(world)
        received = money["provisional"] + money["settled"]
        asked = 1000 + 2000
        assert received == money["unidentified"] + asked - sum(owed.values())
        for entry in LedgerEntry.objects.all():
            touched = {entry.debit, entry.credit}
            assert ("unidentified" in touched) <= (entry.fee_kind == "")
            assert ("receivable" in touched) <= (
                entry.bill is not None and entry.fee_kind == entry.bill.fee_kind
            )
