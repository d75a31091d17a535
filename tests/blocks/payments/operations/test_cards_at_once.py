"""Card payments on many real connections: nothing is taken, booked or given back twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from madoguchi.blocks.cardsandbox.models import SandboxIntent, SandboxRefund
from madoguchi.blocks.payments.models import (
    CardPayment,
    LedgerEntry,
    Payment,
    ProviderEvent,
    SavedCard,
    WorkItem,
)
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.card_charges import charge_saved_cards
from madoguchi.blocks.payments.operations.card_events import take_message
from madoguchi.blocks.payments.operations.card_refunds import refund_card_payment
from madoguchi.blocks.payments.operations.card_states import keep_card
from madoguchi.blocks.payments.operations.refunds import decide_refund
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules.cards import SavedMethod, card_providers
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from tests.blocks.payments.cards import choose, confirm, message, pay, save_card, start
from tests.blocks.payments.factories import (
    ONE,
    PROVISIONAL,
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

AT_ONCE = 64
"""Connections at a time: what a small PostgreSQL allows, and more than any city's workers."""


def at_once(*actions):
    """Start all together, each on its own connection."""
    start_line = Barrier(len(actions))

    def run(action):
        try:
            start_line.wait(timeout=20)
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_of_many_windows_all_go_on_with_one_attempt():
    for bill in make_bills(*[1000] * 5):
        begun = at_once(*[lambda bill=bill: start(bill)] * 8)
        assert len({each.pk for each in begun}) == 1
        assert len({each.redirect_url for each in begun} - {""}) == 1
    assert (CardPayment.objects.count(), SandboxIntent.objects.count()) == (5, 5)


def test_one_message_that_comes_many_times_at_once_is_booked_once():
    at = card_providers["sandbox"]
    for bill in make_bills(*[1000] * 5):
        begun = start(bill)
        choose(begun)
        body, headers = message(begun.reference)

        def take(body=body, headers=headers):
            return take_message(provider=at, body=body, headers=headers)

        assert Counter(at_once(*[take] * 16)) == {"booked": 1, "known": 15}
        assert balances([bill.pk])[bill.pk].owed == 0
    assert (Payment.objects.count(), ProviderEvent.objects.count()) == (5, 5)


def test_two_runs_charge_a_card_once():
    bills = make_bills(*[1000] * 6, due_on=clock.today())
    save_card(bills[0].payer)
    runs = at_once(*[lambda: charge_saved_cards(fee_kinds=[ONE], on=clock.today(), by=None)] * 4)
    assert sum(run.paid for run in runs) >= 6
    assert CardPayment.objects.filter(status="succeeded").count() == 6
    assert SandboxIntent.objects.filter(is_setup=False).count() == 6
    assert {balances([bill.pk])[bill.pk].owed for bill in bills} == {0}


def test_of_two_cards_saved_at_once_one_stays():
    methods = [SavedMethod("cus_1", f"pm_{number}", "visa", "4242") for number in range(8)]
    kept = at_once(
        *[
            lambda method=method: keep_card(payer="test:1", provider="sandbox", method=method)
            for method in methods
        ]
    )
    assert len(kept) == 8
    assert SavedCard.objects.filter(payer="test:1", removed_at=None).count() == 1


def test_a_refund_that_is_sent_twice_at_once_is_paid_once():
    bill = make_bill()
    pay(bill)
    book([bill_fact(bill, channel=Channel.STORE)], by=None)
    refund = decide_refund(
        bill_id=bill.pk,
        payment_id=Payment.objects.get(channel="card").pk,
        amount=1000,
        channel="card",
        reason="二重払い",
        by=None,
    )

    def send():
        try:
            return refund_card_payment(refund_id=refund.pk, by=None).status
        except Exception as refused:  # its name is compared below
            return type(refused).__name__

    assert set(at_once(*[send] * 6)) <= {"paid", "NotRefundable"}
    assert SandboxRefund.objects.count() == 1
    assert balances([bill.pk])[bill.pk].owed == 0


def _deliver(body, headers):
    answer = Client().post(
        "/pay/webhooks/sandbox/", body, content_type="application/json", headers=headers
    )
    return answer.status_code, answer.content.decode()


def test_two_hundred_webhooks_and_file_imports_for_the_same_bills():
    """Forty bills, each paid by card (four messages, one of them twice) and, half of them, at a
    store too, whose files come in parts, twice, and out of order: each act of paying is booked
    once, whatever waits for whatever."""
    bills = [make_bill(1000 + number) for number in range(40)]
    slips = [make_slip(bill) for bill in bills]
    said = []
    for bill in bills:
        begun = start(bill)
        said.append(message(begun.reference))
        choose(begun, "asks")
        said += [message(begun.reference)]
        confirm(begun)
        said += [message(begun.reference)] * 3
    assert len(said) == 200
    facts = [store_fact(slip, kind) for slip in slips[::2] for kind in (SETTLEMENT, PROVISIONAL)]
    parts = [
        facts,
        facts[::-1],
        *(facts[at::4] for at in range(4)),
        *(facts[at::4] for at in range(4)),
    ]
    works = [lambda told=told: _deliver(*told) for told in said]
    for place, part in enumerate(parts):
        works.insert(place * 20, lambda part=part: book(part, by=None))

    def run(work):
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(pool.map(run, works))
    answers = Counter(answer for answer in done if isinstance(answer, tuple))
    assert {status for status, _words in answers} == {200}
    assert answers[200, "booked"] == 40
    assert sum(answers.values()) == 200
    assert Payment.objects.filter(channel="card").count() == 40
    assert Payment.objects.filter(channel="store").count() == 20
    settled = LedgerEntry.objects.filter(event="settled", debit="settled")
    assert Counter(settled.values_list("payment", flat=True)).most_common(1)[0][1] == 1
    of = balances([bill.pk for bill in bills])
    paid_twice = [bill.amount for bill in bills[::2]]
    assert [of[bill.pk].owed for bill in bills[::2]] == [-amount for amount in paid_twice]
    assert [of[bill.pk].owed for bill in bills[1::2]] == [0] * 20
    assert WorkItem.objects.filter(kind="paid_twice", resolved_at=None).count() == 20
