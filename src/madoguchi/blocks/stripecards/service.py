"""Stripe as payments sees it: a card provider, through Stripe's own client.

The payer types the card into Stripe's own field on our page (``views``), so that it goes from the
browser to Stripe. Intents carry our ``public_id`` and an opaque name of the payer as metadata.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import stripe
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.payments.rules.cards import (
    CardOrder,
    Declined,
    Forged,
    IntentState,
    ProviderMessage,
    ProviderRecord,
    ProviderUnavailable,
    RefundState,
    SavedMethod,
    Started,
)
from madoguchi.blocks.stripecards import rules
from madoguchi.kernel import clock

API_VERSION: Final = "2026-10-28.endive"
TIMEOUT_SECONDS: Final = 20
RETRIES: Final = 2
"""Made by Stripe's client, under the same idempotency key."""
TOLERANCE_SECONDS: Final = 300
"""Messages signed longer ago are not believed."""

CURRENCY: Final = "jpy"  # has no smaller unit: amounts are yen
MAY_RETRY: Final = (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError)
UNREADABLE: Final = (
    stripe.SignatureVerificationError,
    *(ValueError, TypeError, LookupError, AttributeError),  # of what is no message at all
)
EXPANDED: Final = ["latest_charge", "payment_method"]


class StripeProvider:
    """``payments.rules.cards.CardProvider``; settings are arguments, so that tests have theirs."""

    code: Final = "stripe"
    label: Final = _("Stripe")
    is_sandbox: Final = False

    def __init__(
        self,
        *,
        secret_key: str,
        publishable_key: str,
        webhook_secret: str,
        api_base: str,
        js_url: str,
    ) -> None:
        self.publishable_key = publishable_key
        self.api_base = api_base
        self.js_url = js_url
        self._webhook_secret = webhook_secret
        self._http = stripe.RequestsClient(timeout=TIMEOUT_SECONDS)
        self._client = stripe.StripeClient(
            secret_key,
            stripe_version=API_VERSION,
            base_addresses={"api": api_base},
            max_network_retries=RETRIES,
            http_client=self._http,
        )

    def close(self) -> None:
        """End the connections to Stripe."""
        self._http.close()  # type: ignore[no-untyped-call] # Stripe leaves it untyped

    def start(self, order: CardOrder) -> Started:
        wanted: dict[str, Any] = {
            **self._payment(order),
            # card companies in Japan require it of whoever takes cards online
            "payment_method_options": {
                "card": {
                    "request_three_d_secure": "any",
                    **({"setup_future_usage": "off_session"} if order.saves_card else {}),
                }
            },
        }
        if order.method is not None:
            wanted |= {
                "customer": order.method.customer_reference,
                "payment_method": order.method.method_reference,
                "confirm": True,
            }
        elif order.saves_card:
            wanted["customer"] = self._customer(order)
        with _asking():
            try:
                made = self._client.v1.payment_intents.create(wanted, _once("start", order))  # type: ignore[arg-type] # a plain dict of these parameters
            except stripe.CardError as refused:
                raise _declined(refused) from refused
        return Started(made.id, reverse("stripecards:pay", args=[order.public_id]))

    def start_saving(self, order: CardOrder) -> Started:
        wanted: dict[str, Any] = {
            "customer": self._customer(order),
            "usage": "off_session",
            "payment_method_types": ["card"],
            "metadata": {**_metadata(order), "return_url": order.return_url},
        }
        with _asking():
            made = self._client.v1.setup_intents.create(wanted, _once("save", order))  # type: ignore[arg-type] # a plain dict of these parameters
        return Started(made.id, reverse("stripecards:save", args=[made.id]))

    def look_up(self, reference: str) -> IntentState:
        if reference.startswith("seti_"):
            return rules.setup_state(self.find_setup(reference))
        return rules.payment_state(self.find_payment(reference))

    def find_payment(self, reference: str) -> rules.Told:
        """The intent as Stripe has it, with the secret that the payer's browser needs."""
        with _asking():
            found = self._client.v1.payment_intents.retrieve(reference, {"expand": EXPANDED})
        return found.to_dict()

    def find_setup(self, reference: str) -> rules.Told:
        with _asking():
            found = self._client.v1.setup_intents.retrieve(
                reference, {"expand": ["payment_method"]}
            )
        return found.to_dict()

    def abandon(self, reference: str) -> IntentState:
        # one that has ended cannot be cancelled: then it is looked at all the same
        with _asking(), suppress(stripe.InvalidRequestError):
            self._client.v1.payment_intents.cancel(reference)
        return self.look_up(reference)

    def charge_saved(self, order: CardOrder, method: SavedMethod) -> IntentState:
        wanted: dict[str, Any] = {
            **self._payment(order),
            "customer": method.customer_reference,
            "payment_method": method.method_reference,
            "confirm": True,
            "off_session": True,
        }
        with _asking():
            try:
                made = self._client.v1.payment_intents.create(wanted, _once("charge", order))  # type: ignore[arg-type] # a plain dict of these parameters
            except stripe.CardError as refused:
                raise _declined(refused) from refused
        state = self.look_up(made.id)
        if state.status != "challenge":
            return state
        # nobody is there to confirm: end it, so that it is not confirmed beside a later payment
        ended = self.abandon(made.id)
        if ended.status == "succeeded":
            return ended
        return replace(ended, status="declined", decline_code="authentication_required")

    def forget(self, method: SavedMethod) -> None:
        with _asking(), suppress(stripe.InvalidRequestError):  # it was gone before
            self._client.v1.payment_methods.detach(method.method_reference)

    def refund(self, reference: str, amount: int, idempotency_key: str) -> RefundState:
        """Stripe forgets idempotency keys after a day: what was sent is looked for first."""
        with _asking():
            made = self._client.v1.refunds.list({"payment_intent": reference, "limit": 100})
            for earlier in made.auto_paging_iter():
                state = rules.refund_state(earlier.to_dict())
                if state.public_id == idempotency_key:
                    return state
            refund = self._client.v1.refunds.create(
                {
                    "payment_intent": reference,
                    "amount": amount,
                    "metadata": {"public_id": idempotency_key},
                },
                {"idempotency_key": f"refund:{idempotency_key}"},
            )
        return rules.refund_state(refund.to_dict())

    def read_message(self, body: bytes, headers: Mapping[str, str]) -> ProviderMessage:
        signature = headers.get("Stripe-Signature", "")
        try:
            event = self._client.construct_event(
                body, signature, self._webhook_secret, TOLERANCE_SECONDS
            )
            message = rules.message(event.to_dict())
        except UNREADABLE:
            # without the cause, which holds the body
            raise Forged from None
        return self._with_card(message, event.to_dict())

    def _with_card(self, message: ProviderMessage, event: rules.Told) -> ProviderMessage:
        """Messages only name a card that is to be saved: look it up."""
        state = message.state
        metadata = event["data"]["object"].get("metadata") or {}
        if message.kind != "payment" or state is None or state.status != "succeeded":
            return message
        if not metadata.get("saves_card") or state.card is not None:
            return message
        return replace(message, state=self.look_up(state.reference))

    def list_day(self, day: date) -> Sequence[ProviderRecord]:
        begins = datetime.combine(day, time(), clock.TOKYO)
        ends = begins + timedelta(days=1)
        with _asking():
            charges = self._client.v1.charges.list(
                {
                    "created": {"gt": int(begins.timestamp()) - 1},
                    "expand": ["data.payment_intent"],
                    "limit": 100,
                }
            )
            told = [charge.to_dict() for charge in charges.auto_paging_iter()]
        records = (rules.paid_record(charge) for charge in told)
        return [each for each in records if each is not None and each.at < ends]

    def _payment(self, order: CardOrder) -> dict[str, Any]:
        return {
            "amount": order.amount,
            "currency": CURRENCY,
            "payment_method_types": ["card"],
            "metadata": _metadata(order),
        }

    def _customer(self, order: CardOrder) -> str:
        """Stripe's name for the payer, under which it keeps the card."""
        if order.customer_reference:
            return order.customer_reference
        with _asking():
            made = self._client.v1.customers.create(
                {"metadata": {"payer": order.payer_key}}, _once("customer", order)
            )
        return made.id


def _metadata(order: CardOrder) -> dict[str, str]:
    return {
        "public_id": order.public_id,
        "payer": order.payer_key,
        "bill": order.description,
        "saves_card": "1" if order.saves_card else "",
    }


def _once(step: str, order: CardOrder) -> stripe.RequestOptions:
    return {"idempotency_key": f"{step}:{order.public_id}"}


def _declined(refused: stripe.CardError) -> Declined:
    told = refused.error.to_dict() if refused.error is not None else {}
    intent = told.get("payment_intent") or {}
    return Declined(rules.decline_code({"code": refused.code, **told}), intent.get("id", ""))


@contextmanager
def _asking() -> Iterator[None]:
    """Stripe's errors as payments knows them; messages name no card and no person."""
    try:
        yield
    except stripe.StripeError as failure:
        kind = type(failure).__name__
        raise ProviderUnavailable(
            f"Stripe: {kind} {failure.http_status or ''} {failure.code or ''}".strip(),
            may_retry=isinstance(failure, MAY_RETRY),
        ) from failure


def from_settings() -> StripeProvider:
    return StripeProvider(
        secret_key=settings.STRIPE_SECRET_KEY,
        publishable_key=settings.STRIPE_PUBLISHABLE_KEY,
        webhook_secret=settings.STRIPE_WEBHOOK_SECRET,
        api_base=settings.STRIPE_API_BASE,
        js_url=settings.STRIPE_JS_URL,
    )
