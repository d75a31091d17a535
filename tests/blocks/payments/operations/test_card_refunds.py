"""Money of card payments that goes back through the provider."""

import pytest

from madoguchi.blocks.cardsandbox.models import SandboxRefund
from madoguchi.blocks.payments.models import Payment
from madoguchi.blocks.payments.operations import card_refunds, cards
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.refunds import decide_refund, end_refund
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules.cards import ProviderUnavailable, card_providers
from madoguchi.blocks.payments.rules.channels import Channel
from tests.blocks.payments.cards import pay
from tests.blocks.payments.factories import bill_fact, make_bill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]


@pytest.fixture
def refund():
    """A bill paid by card and at a store; the card payment goes back."""
    bill = make_bill(3000)
    pay(bill)
    book([bill_fact(bill, channel=Channel.STORE)], by=None)
    return decide(bill, Payment.objects.get(channel="card"))


def decide(bill, payment, channel="card"):
    return decide_refund(
        bill_id=bill.pk,
        payment_id=payment and payment.pk,
        amount=3000,
        channel=channel,
        reason="二重払い",
        by=None,
    )


def send(refund):
    return card_refunds.refund_card_payment(refund_id=refund.pk, by=None)


def test_a_refund_is_sent_and_ends(refund):
    sent = send(refund)
    made = SandboxRefund.objects.get()
    assert (sent.status, sent.provider_reference) == ("paid", made.reference)
    assert (made.amount, made.idempotency_key) == (3000, refund.public_id)
    assert balances([refund.bill_id])[refund.bill_id].owed == 0


@pytest.mark.parametrize("lost", [False, True])
def test_a_refund_whose_answer_was_lost_is_sent_again_and_made_once(refund, bad_line, lost):
    line = bad_line("refund", lost=lost)
    with pytest.raises(ProviderUnavailable):
        send(refund)
    refund.refresh_from_db()
    assert refund.status == "sent"
    line.failing.clear()
    assert send(refund).status == "paid"
    assert SandboxRefund.objects.count() == 1


def test_a_refund_that_has_ended_is_not_sent(refund):
    end_refund(refund_id=refund.pk, status="withdrawn", by=None)
    with pytest.raises(card_refunds.NotRefundable):
        send(refund)
    assert SandboxRefund.objects.count() == 0


def test_a_refund_in_another_way_is_not_sent():
    bill = make_bill(3000)
    pay(bill)
    book([bill_fact(bill, channel=Channel.STORE)], by=None)
    for payment, channel in (
        (None, "card"),
        (Payment.objects.get(channel="store"), "card"),
        (Payment.objects.get(channel="card"), "counter"),
    ):
        made = decide(bill, payment, channel)
        with pytest.raises(card_refunds.NotRefundable):
            send(made)
        end_refund(refund_id=made.pk, status="withdrawn", by=None)


def test_a_refund_at_a_provider_that_is_gone_waits(refund):
    gone = card_providers["sandbox"]
    card_providers.unregister("sandbox")
    try:
        with pytest.raises(cards.NoCardProvider):
            send(refund)
    finally:
        card_providers.register(gone)
    refund.refresh_from_db()
    assert refund.status == "decided"
