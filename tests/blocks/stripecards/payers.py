"""What a payer's browser does at Stripe, done through its API.

localstripe's own script cannot type a card into a payment: its ``confirmCardPayment`` sends no
card, and its API refuses a card with the confirmation. The card is therefore laid on the intent
first, which Stripe allows too.
"""

import json
from contextlib import suppress
from urllib.request import Request, urlopen

import stripe as sdk

VISA = "4242424242424242"
ASKS = "4000002500003155"
ASKS_ALWAYS = "4000000000003220"
DECLINED_WHEN_SAVED = "4000000000009995"
DECLINED_WHEN_CHARGED = "4000000000000341"
ASKS_THEN_DECLINED = "4000008260003178"


def card(api, number, *, year=2034):
    return api.v1.payment_methods.create(
        {
            "type": "card",
            "card": {"number": number, "exp_month": 12, "exp_year": year, "cvc": "123"},
        }
    ).id


def type_card(api, reference, number):
    """Type a card and press the button; what the browser is told is left to the webhook."""
    api.v1.payment_intents.update(reference, {"payment_method": card(api, number)})
    with suppress(sdk.CardError):
        api.v1.payment_intents.confirm(reference)


def answer_challenge(base, api, reference, *, is_confirmed=True):
    """The holder's word at the card company, as localstripe's script sends it."""
    secret = api.v1.payment_intents.retrieve(reference).client_secret
    return _send(
        f"{base}/v1/payment_intents/{reference}/_authenticate"
        f"?success={'true' if is_confirmed else 'false'}",
        {"key": "pk_test_12345", "client_secret": secret},
    )


def type_card_to_save(base, api, reference, number):
    """Type a card that is to be saved, and confirm where that is asked for."""
    secret = api.v1.setup_intents.retrieve(reference).client_secret
    address = f"{base}/v1/setup_intents/{reference}/confirm"
    known = {"key": "pk_test_12345", "client_secret": secret}
    data = {"number": number, "exp_month": "12", "exp_year": "2034", "cvc": "123"}
    with suppress(OSError):
        told = _send(address, {**known, "payment_method_data": {"type": "card", "card": data}})
        if told["status"] == "requires_action":
            _send(address, known)


def _send(address, data):
    request = Request(address, data=json.dumps(data).encode(), method="POST")
    with urlopen(request) as answer:
        return json.load(answer)


def signed(event, secret, *, at=None):
    """Body and header of a message as Stripe would send it."""
    body = json.dumps(event)
    header = sdk.WebhookSignature.generate_signature_header(body, secret, timestamp=at)
    return body.encode(), {"Stripe-Signature": header}
