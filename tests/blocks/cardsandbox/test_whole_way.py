"""The sandbox tells the city by real HTTP, so that money is booked though nobody came back."""

from datetime import date

import pytest

from madoguchi.blocks.cardsandbox import operations
from madoguchi.blocks.payments.models import Payment, ProviderEvent
from madoguchi.blocks.payments.operations.bills import NewBill, issue_bills
from madoguchi.blocks.payments.operations.cards import start_card_payment
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.blocks.payments.rules.fee_kinds import FeeKind, fee_kinds


@pytest.fixture
def kind():
    made = FeeKind("test.sandbox", "試験料", "93", lambda _payers: {}, lambda _year, _part: "")
    fee_kinds.register(made)
    yield made.code
    fee_kinds.unregister(made.code)


@pytest.mark.django_db(transaction=True)
def test_the_window_was_closed_after_paying(live_server, settings, kind):
    settings.BASE_URL = live_server.url
    new = NewBill(kind, "test:1", 2026, 1, date(2026, 6, 30), 6250, (Channel.CARD,))
    [bill] = issue_bills([new], by=None)
    attempt, _started = start_card_payment(
        bill_id=bill.pk, saves_card=False, return_url_of=lambda name: f"http://x/{name}"
    )
    operations.choose_card(reference=attempt.reference, card="pays")
    payment = Payment.objects.get()
    assert (payment.bill_id, payment.amount, payment.state) == (bill.pk, 6250, "settled")
    attempt.refresh_from_db()
    assert attempt.status == "succeeded"
    [event] = ProviderEvent.objects.all()
    assert event.event == f"evt_{attempt.reference}_succeeded"
