"""Debits and demands from two connections at once."""

from datetime import date, datetime

import pytest

from madoguchi.blocks.payments.models import (
    DebitItem,
    DebitRun,
    Demand,
    DunningRule,
    LedgerEntry,
    Mandate,
    Payment,
)
from madoguchi.blocks.payments.operations import debit
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.dunning import draw_up_demands, send_demands
from madoguchi.blocks.payments.operations.mandates import MandateInForce
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.kernel import clock
from madoguchi.kernel.refused import Refused
from tests.blocks.payments.debits import answer_to, make_contract, make_mandate
from tests.blocks.payments.factories import ONE, PROVISIONAL, bill_fact, make_bill
from tests.connections import SEVERAL_CONNECTIONS, at_once

pytestmark = [
    *SEVERAL_CONNECTIONS,
    pytest.mark.usefixtures("two_kinds"),
]

DUE = date(2026, 6, 30)
BEFORE = datetime(2026, 6, 10, 9, 0, tzinfo=clock.TOKYO)
AFTER = datetime(2026, 7, 22, 9, 0, tzinfo=clock.TOKYO)
ATTEMPTS = range(3)


def make_payers(count):
    make_contract()
    bills = [make_bill(1000) for _ in range(count)]
    for bill in bills:
        make_mandate(bill.payer)
    return bills


def make_run(**given):
    return debit.make_debit_run(fee_kind=ONE, debit_on=DUE, by=None, **given)


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_two_runs_ask_for_each_bill_once(_attempt):
    with clock.frozen(BEFORE):
        bills = make_payers(20)
    at_once(make_run, make_run, at=BEFORE)
    asked = DebitItem.objects.values_list("bill", flat=True)
    assert sorted(asked) == sorted(bill.pk for bill in bills)
    assert DebitRun.objects.count() == 1


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_one_answer_read_twice_is_booked_once(_attempt):
    with clock.frozen(BEFORE):
        make_payers(10)
        run = make_run()
    content = answer_to(run, *"0001002000")

    def read():
        return debit.read_debit_result(content, by=None)

    told = at_once(read, read, at=AFTER)
    assert sorted(each.is_known for each in told) == [False, True]
    assert Payment.objects.count() == 8
    assert LedgerEntry.objects.filter(event="settled").count() == 8
    assert Mandate.objects.exclude(until_on=None).count() == 1


def test_of_two_mandates_one_is_refused():
    results = at_once(lambda: make_mandate("test:1"), lambda: make_mandate("test:1"), at=BEFORE)
    assert sorted(type(each).__name__ for each in results) == ["Mandate", MandateInForce.__name__]


def overdue(count):
    DunningRule.objects.create(stage=1, from_on=date(2025, 4, 1), days_after_due=20, days_to_pay=10)
    with clock.frozen(BEFORE):
        return [make_bill(1000, due_on=DUE) for _ in range(count)]


def pay(bill, number):
    return book([bill_fact(bill, PROVISIONAL, at=AFTER, name=str(number))], by=None)


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_a_bill_that_is_paid_while_demands_go_out_is_withheld_or_crossed(_attempt):
    bills = overdue(12)
    draw_up_demands(on=AFTER.date(), by=None)
    payments = [lambda n=n, bill=bill: pay(bill, n) for n, bill in enumerate(bills[:6])]
    results = at_once(
        *payments[:3],
        lambda: send_demands(fee_kind=ONE, stage=1, by=None),
        *payments[3:],
        at=AFTER,
    )
    assert [each for each in results if isinstance(each, Refused)] == []
    states = {demand.bill_id: demand.status for demand in Demand.objects.all()}
    owed = balances([bill.pk for bill in bills])
    assert [owed[bill.pk].owed for bill in bills] == [0] * 6 + [1000] * 6
    assert {states[bill.pk] for bill in bills[:6]} <= {"withheld", "crossed"}
    assert {states[bill.pk] for bill in bills[6:]} == {"sent"}


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_demands_are_drawn_up_and_sent_once(_attempt):
    bills = overdue(8)

    def draw():
        return draw_up_demands(on=AFTER.date(), by=None)

    drawn = at_once(draw, draw, at=AFTER)
    assert sorted(each.count for each in drawn) == [0, 8]

    def send():
        return send_demands(fee_kind=ONE, stage=1, by=None)

    sent = at_once(send, send, at=AFTER)
    assert sorted(type(each).__name__ for each in sent) == ["NothingToSend", "Sent"]
    assert [bill.slips.count() for bill in bills] == [1] * 8


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_a_bill_that_is_paid_while_demands_are_drawn_up_is_not_sent_one(_attempt):
    bills = overdue(6)
    payments = [lambda n=n, bill=bill: pay(bill, n) for n, bill in enumerate(bills[:3])]
    at_once(*payments, lambda: draw_up_demands(on=AFTER.date(), by=None), at=AFTER)
    paid = Demand.objects.filter(bill__in=bills[:3])
    assert set(paid.values_list("status", flat=True)) <= {"withheld"}
    assert Demand.objects.filter(bill__in=bills[3:], status="drawn_up").count() == 3
