"""Messages of Stripe: as localstripe delivers them, and as others would forge them."""

import json
import time
from itertools import permutations
from urllib.request import Request, urlopen

import pytest
from django.urls import reverse

from madoguchi.blocks.payments.models import CardPayment, Payment, ProviderEvent, Refund, WorkItem
from madoguchi.blocks.payments.operations import cards
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.card_reconciliation import reconcile_cards
from madoguchi.blocks.payments.operations.refunds import decide_refund
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.queries.cards import current_card
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from tests.blocks.payments.conftest import two_kinds  # noqa: F401 # a fixture
from tests.blocks.payments.factories import bill_fact, make_bill
from tests.blocks.stripecards import payers
from tests.blocks.stripecards.conftest import WEBHOOK_SECRET

pytestmark = [pytest.mark.usefixtures("stripe", "two_kinds")]
ADDRESS = "/pay/webhooks/stripe/"


def start(bill, **given):
    attempt, _started = cards.start_card_payment(
        bill_id=bill.pk,
        saves_card=given.pop("saves_card", False),
        return_url_of=lambda public_id: f"/pay/card/{public_id}/",
        **given,
    )
    return attempt


def owed(bill):
    return balances([bill.pk])[bill.pk].owed


def event(kind, told, *, name="evt_1", created=None):
    return {
        "id": name,
        "object": "event",
        "type": kind,
        "created": created or int(time.time()),
        "data": {"object": told},
    }


def intent(attempt, status="succeeded", **more):
    return {
        "id": attempt.reference,
        "object": "payment_intent",
        "amount": attempt.amount,
        "status": status,
        "metadata": {"public_id": attempt.public_id},
        **more,
    }


def send(client, told, *, secret=WEBHOOK_SECRET, at=None):
    body, headers = payers.signed(told, secret, at=at)
    return client.post(ADDRESS, body, content_type="application/json", headers=headers)


class TestDelivered:
    """localstripe sends, over a real connection, a second after it happened."""

    pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]

    @pytest.fixture
    def city(self, live_server, stripe_base):
        """The city as localstripe reaches it; while the test runs all that happens there is sent
        here."""
        tell = f"{stripe_base}/_config/webhooks/city"
        self.register(tell, f"{live_server.url.replace('localhost', '127.0.0.1')}{ADDRESS}")
        yield live_server
        self.register(tell, "http://127.0.0.1:9/nobody/")

    def register(self, tell, address):
        data = json.dumps({"url": address, "secret": WEBHOOK_SECRET}).encode()
        with urlopen(Request(tell, data=data, method="POST")):
            pass

    def await_message(self, reference, outcome):
        """Until the message about a payment is there and came to this."""
        awaited = ProviderEvent.objects.filter(reference=reference, outcome=outcome)
        assert self.comes_true(awaited.exists), f"no message about {reference} was {outcome}"

    def comes_true(self, is_so):
        """Within ten seconds. On SQLite a message is seen before all of it is recorded."""
        for _attempt in range(100):
            if is_so():
                return True
            time.sleep(0.1)
        return False

    def test_a_payment_is_booked(self, stripe_api):
        bill = make_bill(4200)
        attempt = start(bill)
        payers.type_card(stripe_api, attempt.reference, payers.VISA)
        self.await_message(attempt.reference, "booked")
        attempt.refresh_from_db()
        assert (attempt.status, owed(bill)) == ("succeeded", 0)

    def test_a_challenge_that_was_confirmed_is_booked_with_its_card(self, stripe_base, stripe_api):
        bill = make_bill()
        attempt = start(bill, saves_card=True)
        payers.type_card(stripe_api, attempt.reference, payers.ASKS)
        payers.answer_challenge(stripe_base, stripe_api, attempt.reference)
        self.await_message(attempt.reference, "booked")
        assert current_card(bill.payer).last4 == "3155"

    def test_a_refusal_is_recorded_and_the_next_try_pays(self, stripe_api):
        bill = make_bill()
        attempt = start(bill)
        payers.type_card(stripe_api, attempt.reference, payers.DECLINED_WHEN_CHARGED)
        declined = CardPayment.objects.filter(
            pk=attempt.pk, status="declined", decline_code="card_declined"
        )
        assert self.comes_true(declined.exists)
        assert owed(bill) == 1000
        second = start(bill)
        assert stripe_api.v1.payment_intents.retrieve(attempt.reference).status == "canceled"
        payers.type_card(stripe_api, second.reference, payers.VISA)
        self.await_message(second.reference, "booked")
        assert owed(bill) == 0

    def test_what_another_shop_sold_on_the_same_account_is_not_ours(self, stripe_api):
        made = stripe_api.v1.payment_intents.create({"amount": 500, "currency": "jpy"})
        payers.type_card(stripe_api, made.id, payers.VISA)
        self.await_message(made.id, "not_ours")
        assert Payment.objects.count() == 0


@pytest.mark.django_db
class TestSent:
    """Kinds and orders that localstripe does not send, signed as Stripe signs."""

    def test_replayed(self, client):
        attempt = start(make_bill())
        told = event("payment_intent.succeeded", intent(attempt))
        answers = [send(client, told) for _ in range(3)]
        assert [answer.content for answer in answers] == [b"booked", b"known", b"known"]
        assert (Payment.objects.count(), ProviderEvent.objects.count()) == (1, 1)

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_in_any_order(self, client, order):
        bill = make_bill()
        attempt = start(bill)
        error = {"code": "card_declined", "decline_code": "insufficient_funds"}
        told = [
            event("payment_intent.requires_action", intent(attempt, "requires_action"), name="e1"),
            event(
                "payment_intent.payment_failed",
                intent(attempt, "requires_payment_method", last_payment_error=error),
                name="e2",
            ),
            event("payment_intent.succeeded", intent(attempt), name="e3"),
        ]
        assert [send(client, told[place]).status_code for place in order] == [200, 200, 200]
        attempt.refresh_from_db()
        assert (attempt.status, owed(bill), Payment.objects.count()) == ("succeeded", 0, 1)

    def test_the_banks_reason_is_kept(self, client):
        attempt = start(make_bill())
        error = {"code": "card_declined", "decline_code": "insufficient_funds"}
        told = intent(attempt, "requires_payment_method", last_payment_error=error)
        send(client, event("payment_intent.payment_failed", told))
        attempt.refresh_from_db()
        assert (attempt.status, attempt.decline_code) == ("declined", "insufficient_funds")

    def test_a_dispute_becomes_work(self, client):
        attempt = start(make_bill())
        send(client, event("payment_intent.succeeded", intent(attempt)))
        dispute = {
            "id": "dp_1",
            "amount": 1000,
            "status": "needs_response",
            "payment_intent": attempt.reference,
        }
        assert send(client, event("charge.dispute.created", dispute, name="e2")).status_code == 200
        assert WorkItem.objects.get().kind == "dispute"

    def test_a_refund_that_took_days_ends(self, client):
        refund = _refund_on_its_way()
        told = {
            "id": "re_1",
            "amount": 1000,
            "status": "succeeded",
            "payment_intent": refund.payment.reference,
            "metadata": {"public_id": refund.public_id},
        }
        assert send(client, event("refund.updated", told)).content == b"booked"
        refund.refresh_from_db()
        assert (refund.status, refund.provider_reference) == ("paid", "re_1")

    def test_what_does_not_concern_us_is_noted(self, client):
        assert send(client, event("customer.created", {"id": "cus_1"})).content == b"noted"


def _refund_on_its_way():
    bill = make_bill()
    attempt = start(bill)
    facts = [
        bill_fact(bill, channel=Channel.STORE),
        bill_fact(bill, name=attempt.reference),
    ]
    book(facts, by=None)
    refund = decide_refund(
        bill_id=bill.pk,
        payment_id=Payment.objects.get(channel="card").pk,
        amount=1000,
        channel="card",
        reason="二重払い",
        by=None,
    )
    Refund.objects.update(status="sent")
    return refund


@pytest.mark.django_db
class TestForged:
    @pytest.fixture
    def told(self):
        return event("payment_intent.succeeded", intent(start(make_bill())))

    def refused(self, answer, caplog):
        assert answer.status_code == 400
        assert answer.content == b""
        assert (ProviderEvent.objects.count(), Payment.objects.count()) == (0, 0)
        assert CardPayment.objects.get().status == "started"
        assert CardPayment.objects.get().reference not in caplog.text

    def test_with_another_secret(self, client, told, caplog):
        self.refused(send(client, told, secret="whsec_guessed"), caplog)
        assert "a message that stripe did not sign was refused" in caplog.text

    def test_kept_and_sent_again_later(self, client, told, caplog):
        self.refused(send(client, told, at=int(time.time()) - 301), caplog)

    def test_changed_on_the_way(self, client, told, caplog):
        body, headers = payers.signed(told, WEBHOOK_SECRET)
        changed = body.replace(b"1000", b"9999")
        answer = client.post(ADDRESS, changed, content_type="application/json", headers=headers)
        self.refused(answer, caplog)

    @pytest.mark.parametrize(
        "header", [None, "", "t=1", "t=x,v1=y", "v1=a", "t=1,v1=\u00e9", "t=1=2,v1=3", "\u3042"]
    )
    def test_with_a_header_that_is_none(self, client, told, caplog, header):
        body, _headers = payers.signed(told, WEBHOOK_SECRET)
        headers = {} if header is None else {"Stripe-Signature": header}
        answer = client.post(ADDRESS, body, content_type="application/json", headers=headers)
        self.refused(answer, caplog)

    @pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[]", b"{}", b'{"id": 1}', b"null"])
    def test_without_a_message(self, client, caplog, body):
        start(make_bill())
        header = payers.sdk.WebhookSignature.generate_signature_header(
            body.decode("latin-1"), WEBHOOK_SECRET
        )
        answer = client.post(
            ADDRESS, body, content_type="application/json", headers={"Stripe-Signature": header}
        )
        self.refused(answer, caplog)


@pytest.mark.django_db
class TestAddress:
    def test_it_takes_messages_only(self, client):
        assert reverse("payments:webhook", args=["stripe"]) == ADDRESS
        assert client.get(ADDRESS).status_code == 405

    def test_a_provider_that_is_not_there(self, client):
        assert client.post("/pay/webhooks/nobody/", b"{}", content_type="x/y").status_code == 404

    def test_a_message_that_cannot_be_understood_now_is_sent_again(self, client):
        attempt = start(make_bill(), saves_card=True)
        told = intent(attempt)
        told |= {"id": "pi_gone", "metadata": {**told["metadata"], "saves_card": "1"}}
        assert send(client, event("payment_intent.succeeded", told)).status_code == 503
        assert ProviderEvent.objects.count() == 0


@pytest.mark.django_db
def test_a_day_at_stripe_is_reconciled(stripe_api):
    told, missed = start(make_bill(1000)), start(make_bill(2000))
    for attempt in (told, missed):
        payers.type_card(stripe_api, attempt.reference, payers.VISA)
    cards.refresh_card_payment(public_id=told.public_id)
    made = reconcile_cards(day=clock.today(), by=None)
    ours = [each for each in made.differences if each["kind"] != "unknown"]
    assert [(each["kind"], each["reference"], each["there"]) for each in ours] == [
        ("booked", missed.reference, 2000)
    ]
    assert owed(missed.bill) == 0
    assert (made.booked_count, made.booked_amount) == (2, 3000)
