"""The adapter against localstripe: what it asks for and what it understands."""

import socket
from datetime import timedelta

import pytest

from madoguchi.blocks.payments.rules.cards import (
    CardOrder,
    Declined,
    IntentState,
    ProviderUnavailable,
    SavedMethod,
)
from madoguchi.blocks.stripecards.service import StripeProvider
from madoguchi.kernel import clock
from tests.blocks.stripecards import payers


def order(public_id, amount=3000, **given):
    return CardOrder(
        public_id=public_id,
        amount=amount,
        description="水道料金 第1期",
        payer_key="k1",
        return_url=f"/pay/{public_id}/",
        **given,
    )


@pytest.fixture
def saved(stripe, stripe_base, stripe_api):
    """Saves a card and gives it as payments would keep it."""

    def save(number, public_id):
        started = stripe.start_saving(order(public_id, 0, saves_card=True))
        payers.type_card_to_save(stripe_base, stripe_api, started.reference, number)
        return stripe.look_up(started.reference).card

    return save


def test_a_payment_goes_from_the_typing_of_a_card_to_success(stripe, stripe_api):
    started = stripe.start(order("pay-1"))
    assert started.redirect_url == "/card/pay-1/"
    assert stripe.look_up(started.reference) == IntentState(
        started.reference, "open", 3000, public_id="pay-1", payer_key="k1"
    )
    payers.type_card(stripe_api, started.reference, payers.VISA)
    state = stripe.look_up(started.reference)
    assert (state.status, state.amount, state.card) == ("succeeded", 3000, None)
    assert abs(clock.now() - state.succeeded_at) < timedelta(minutes=1)


@pytest.mark.parametrize("number", [payers.ASKS, payers.ASKS_ALWAYS])
def test_a_challenge_is_waited_for_and_ends_with_the_holders_word(
    stripe, stripe_base, stripe_api, number
):
    started = stripe.start(order(f"challenge-{number}"))
    payers.type_card(stripe_api, started.reference, number)
    assert stripe.look_up(started.reference).status == "challenge"
    payers.answer_challenge(stripe_base, stripe_api, started.reference)
    assert stripe.look_up(started.reference).status == "succeeded"


def test_a_challenge_that_is_not_confirmed_declines(stripe, stripe_base, stripe_api):
    started = stripe.start(order("unconfirmed"))
    payers.type_card(stripe_api, started.reference, payers.ASKS)
    payers.answer_challenge(stripe_base, stripe_api, started.reference, is_confirmed=False)
    state = stripe.look_up(started.reference)
    assert (state.status, state.decline_code) == (
        "declined",
        "payment_intent_authentication_failure",
    )


def test_a_refused_card_declines(stripe, stripe_api):
    started = stripe.start(order("refused"))
    payers.type_card(stripe_api, started.reference, payers.DECLINED_WHEN_CHARGED)
    state = stripe.look_up(started.reference)
    assert (state.status, state.decline_code) == ("declined", "card_declined")


def test_an_attempt_given_up_cannot_be_paid(stripe):
    started = stripe.start(order("given-up"))
    assert stripe.abandon(started.reference).status == "abandoned"
    assert stripe.abandon(started.reference).status == "abandoned"


def test_giving_up_what_was_paid_says_so(stripe, stripe_api):
    started = stripe.start(order("paid-before"))
    payers.type_card(stripe_api, started.reference, payers.VISA)
    assert stripe.abandon(started.reference).status == "succeeded"


def test_a_card_that_was_asked_to_be_saved_comes_with_the_payment(stripe, stripe_api):
    started = stripe.start(order("saves", saves_card=True))
    payers.type_card(stripe_api, started.reference, payers.VISA)
    kept = stripe.look_up(started.reference).card
    assert (kept.brand, kept.last4, kept.expires) == ("visa", "4242", "2034-12")
    assert kept.customer_reference.startswith("cus_")
    charged = stripe.charge_saved(order("later", 500), kept)
    assert (charged.status, charged.amount, charged.public_id) == ("succeeded", 500, "later")


def test_a_card_is_saved_after_a_challenge_and_charged_while_nobody_is_there(stripe, saved):
    card = saved(payers.VISA, "save-1")
    assert (card.last4, card.expires) == ("4242", "2034-12")
    assert stripe.charge_saved(order("away-1"), card).status == "succeeded"


def test_a_refused_card_is_not_saved(saved):
    assert saved(payers.DECLINED_WHEN_SAVED, "save-2") is None


def test_a_saved_card_whose_holder_must_confirm_takes_nothing_while_nobody_is_there(
    stripe, stripe_api, saved
):
    card = saved(payers.ASKS, "save-3")
    state = stripe.charge_saved(order("away-3"), card)
    assert (state.status, state.decline_code) == ("declined", "authentication_required")
    assert stripe_api.v1.payment_intents.retrieve(state.reference).status == "canceled"


def test_a_saved_card_is_paid_with_by_a_payer_who_confirms(stripe, stripe_base, stripe_api, saved):
    card = saved(payers.ASKS, "save-4")
    started = stripe.start(order("present-4", method=card))
    assert stripe.look_up(started.reference).status == "challenge"
    payers.answer_challenge(stripe_base, stripe_api, started.reference)
    assert stripe.look_up(started.reference).status == "succeeded"


def test_a_saved_card_that_is_refused_says_why(stripe, saved):
    card = saved(payers.DECLINED_WHEN_CHARGED, "save-5")
    with pytest.raises(Declined) as away:
        stripe.charge_saved(order("away-5"), card)
    with pytest.raises(Declined) as present:
        stripe.start(order("present-5", method=card))
    assert (away.value.code, present.value.code) == ("card_declined", "card_declined")


def test_a_card_is_forgotten_once_and_again(stripe, stripe_api, saved):
    card = saved(payers.VISA, "save-6")
    stripe_api.v1.payment_methods.attach(
        card.method_reference, {"customer": card.customer_reference}
    )
    stripe.forget(card)
    assert stripe_api.v1.payment_methods.retrieve(card.method_reference).customer is None
    stripe.forget(card)
    stripe.forget(SavedMethod("cus_gone", "pm_gone"))


def test_a_refund_is_made_once_however_often_it_is_asked_for(stripe, stripe_api):
    started = stripe.start(order("refunded"))
    payers.type_card(stripe_api, started.reference, payers.VISA)
    first = stripe.refund(started.reference, 1000, "R1")
    again = stripe.refund(started.reference, 1000, "R1")
    other = stripe.refund(started.reference, 200, "R2")
    assert first == again
    assert (first.status, first.amount, first.public_id) == ("paid", 1000, "R1")
    assert first.payment_reference == started.reference
    assert other.reference != first.reference
    made = stripe_api.v1.refunds.list({"payment_intent": started.reference})
    assert sorted(refund.amount for refund in made.data) == [200, 1000]


def test_a_refund_of_what_was_not_paid_is_not_tried_again(stripe, stripe_api):
    started = stripe.start(order("unpaid"))
    payers.type_card(stripe_api, started.reference, payers.DECLINED_WHEN_CHARGED)
    with pytest.raises(ProviderUnavailable) as failure:
        stripe.refund(started.reference, 1000, "R3")
    assert failure.value.may_retry is False


def test_a_day_lists_what_was_paid_on_it_over_all_pages(stripe, stripe_api):
    today = clock.today()
    before = {record.reference for record in stripe.list_day(today)}
    paid = [stripe.start(order(f"listed-{number}", 100 + number)) for number in range(12)]
    for started in paid:
        payers.type_card(stripe_api, started.reference, payers.VISA)
    refused = stripe.start(order("listed-not"))
    payers.type_card(stripe_api, refused.reference, payers.DECLINED_WHEN_CHARGED)
    stripe.refund(paid[3].reference, 3, "R4")
    found = {r.public_id: r for r in stripe.list_day(today) if r.reference not in before}
    assert {key: record.amount for key, record in found.items()} == {
        f"listed-{number}": 100 + number for number in range(12)
    }
    assert found["listed-3"].refunded == 3
    assert found["listed-4"].refunded == 0
    assert stripe.list_day(today - timedelta(days=1)) == []


def test_what_is_not_there_is_not_asked_for_again(stripe):
    with pytest.raises(ProviderUnavailable) as failure:
        stripe.look_up("pi_unknown")
    assert failure.value.may_retry is False


def test_a_stripe_that_does_not_answer_may_be_asked_again():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{closed.getsockname()[1]}"
    nobody = StripeProvider(
        secret_key="sk_test_x", publishable_key="", webhook_secret="", api_base=base, js_url=""
    )
    with pytest.raises(ProviderUnavailable) as failure:
        nobody.look_up("pi_1")
    nobody.close()
    assert failure.value.may_retry is True
    assert str(failure.value) == "Stripe: APIConnectionError"
