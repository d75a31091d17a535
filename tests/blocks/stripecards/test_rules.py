"""Stripe's objects, in the shape that its API reference shows, in our words."""

from datetime import UTC, datetime

import pytest

from madoguchi.blocks.payments.rules.cards import (
    DisputeState,
    IntentState,
    ProviderRecord,
    RefundState,
    SavedMethod,
)
from madoguchi.blocks.stripecards import rules

CREATED = 1_795_000_000
AT = datetime.fromtimestamp(CREATED, UTC)
CARD = {"brand": "visa", "last4": "4242", "exp_month": 4, "exp_year": 2029}


def intent(**more):
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "amount": 3000,
        "amount_received": 3000,
        "currency": "jpy",
        "customer": None,
        "latest_charge": {"id": "ch_1", "created": CREATED},
        "last_payment_error": None,
        "metadata": {"public_id": "a1", "payer": "k1"},
        "payment_method": None,
        "status": "succeeded",
        **more,
    }


def test_a_payment_that_succeeded():
    assert rules.payment_state(intent()) == IntentState(
        "pi_1", "succeeded", 3000, succeeded_at=AT, public_id="a1", payer_key="k1"
    )


@pytest.mark.parametrize(
    ("status", "error", "ours", "code"),
    [
        ("requires_payment_method", None, "open", ""),
        (
            "requires_payment_method",
            {"code": "card_declined", "decline_code": "lost_card"},
            "declined",
            "lost_card",
        ),
        ("requires_payment_method", {"code": "expired_card"}, "declined", "expired_card"),
        ("requires_payment_method", {"message": "?"}, "declined", "generic_decline"),
        ("requires_confirmation", None, "open", ""),
        ("requires_action", {"code": "card_declined"}, "challenge", ""),
        ("processing", None, "open", ""),
        ("requires_capture", None, "open", ""),
        ("canceled", {"code": "card_declined"}, "abandoned", ""),
    ],
)
def test_how_a_payment_stands(status, error, ours, code):
    told = intent(status=status, last_payment_error=error, latest_charge=None, amount_received=0)
    state = rules.payment_state(told)
    assert (state.status, state.decline_code, state.amount) == (ours, code, 3000)
    assert (state.succeeded_at, state.card) == (None, None)


@pytest.mark.parametrize("customer", ["cus_1", {"id": "cus_1", "object": "customer"}])
def test_the_card_that_was_saved_with_a_payment(customer):
    told = intent(customer=customer, payment_method={"id": "pm_1", "card": CARD})
    assert rules.payment_state(told).card == SavedMethod("cus_1", "pm_1", "visa", "4242", "2029-04")


@pytest.mark.parametrize("method", ["pm_1", None, {"id": "pm_1", "type": "konbini"}])
def test_a_method_that_is_named_only_or_no_card(method):
    assert rules.payment_state(intent(customer="cus_1", payment_method=method)).card is None


def test_a_charge_that_is_named_only_was_paid_when_the_message_says_so():
    told = intent(latest_charge="ch_1")
    assert rules.payment_state(told).succeeded_at is None
    assert rules.payment_state(told, paid_at=CREATED).succeeded_at == AT


def test_a_card_that_was_saved():
    told = {
        "id": "seti_1",
        "status": "succeeded",
        "customer": "cus_1",
        "payment_method": {"id": "pm_1", "card": CARD},
        "metadata": {"payer": "k1"},
        "last_setup_error": None,
    }
    assert rules.setup_state(told) == IntentState(
        "seti_1",
        "succeeded",
        card=SavedMethod("cus_1", "pm_1", "visa", "4242", "2029-04"),
        payer_key="k1",
    )


def test_a_card_that_was_not_saved():
    error = {"code": "card_declined", "decline_code": "do_not_honor"}
    told = {"id": "seti_1", "status": "requires_payment_method", "last_setup_error": error}
    state = rules.setup_state(told)
    assert (state.status, state.decline_code) == ("declined", "do_not_honor")


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        ("succeeded", "paid"),
        ("pending", "pending"),
        ("requires_action", "pending"),
        (None, "pending"),
        ("failed", "failed"),
        ("canceled", "failed"),
    ],
)
def test_a_refund(status, ours):
    told = {"id": "re_1", "amount": 5, "status": status, "payment_intent": "pi_1", "metadata": None}
    assert rules.refund_state(told) == RefundState("re_1", ours, 5, "pi_1")


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        ("needs_response", "open"),
        ("under_review", "open"),
        ("warning_closed", "won"),
        ("won", "won"),
        ("lost", "lost"),
    ],
)
def test_a_dispute(status, ours):
    told = {"id": "dp_1", "amount": 5, "status": status, "payment_intent": {"id": "pi_1"}}
    assert rules.dispute_state(told) == DisputeState("dp_1", ours, 5, "pi_1")


CHARGE = {
    "id": "ch_1",
    "amount": 3000,
    "amount_captured": 3000,
    "amount_refunded": 100,
    "captured": True,
    "created": CREATED,
    "payment_intent": {"id": "pi_1", "metadata": {"public_id": "a1"}},
    "status": "succeeded",
}


def test_a_charge_in_the_list_of_a_day():
    assert rules.paid_record(CHARGE) == ProviderRecord("pi_1", 3000, 100, AT, "a1")
    bare = {"id": "pi_1", "metadata": None}
    assert rules.paid_record(CHARGE | {"payment_intent": bare}).public_id == ""


@pytest.mark.parametrize(
    "other",
    [{"status": "failed"}, {"captured": False}, {"payment_intent": None}, {"payment_intent": "pi"}],
)
def test_a_charge_that_took_no_money_for_us(other):
    assert rules.paid_record(CHARGE | other) is None


@pytest.mark.parametrize(
    ("kind", "told", "ours"),
    [
        ("payment_intent.succeeded", intent(), "payment"),
        ("setup_intent.succeeded", {"id": "seti_1", "status": "succeeded"}, "setup"),
        ("refund.failed", {"id": "re_1", "amount": 1, "status": "failed"}, "refund"),
        ("charge.refund.updated", {"id": "re_1", "amount": 1, "status": "succeeded"}, "refund"),
        ("charge.dispute.closed", {"id": "dp_1", "amount": 1, "status": "won"}, "dispute"),
        ("charge.refunded", {"id": "ch_1"}, "other"),
        ("customer.created", {}, "other"),
    ],
)
def test_what_a_message_is_about(kind, told, ours):
    event = {"id": "evt_1", "type": kind, "created": CREATED, "data": {"object": told}}
    read = rules.message(event)
    assert (read.event_id, read.kind, read.reference) == ("evt_1", ours, told.get("id", ""))
    given = [read.state is not None, read.refund is not None, read.dispute is not None]
    assert given == [ours in {"payment", "setup"}, ours == "refund", ours == "dispute"]
