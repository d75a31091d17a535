"""The sandbox as payments sees it: a card provider like any other, only that no money moves."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Literal

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.cardsandbox import operations, queries, rules
from madoguchi.blocks.cardsandbox.models import SandboxIntent
from madoguchi.blocks.cardsandbox.operations import NotChargeable, Wanted
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
from madoguchi.kernel import clock


class SandboxProvider:
    """``payments.rules.cards.CardProvider`` over the sandbox's own tables."""

    code: Final = "sandbox"
    label: Final = _("Sandbox (no money moves)")
    is_sandbox: Final = True

    def start(self, order: CardOrder) -> Started:
        if order.method is None:
            return _started(operations.begin(_wanted(order)))
        card = _card_of(order.method)
        intent = operations.begin_with_saved(_wanted(order), card=card)
        if intent.status == rules.Status.DECLINED:
            raise Declined(intent.decline_code, intent.reference)
        return _started(intent)

    def start_saving(self, order: CardOrder) -> Started:
        return _started(operations.begin(_wanted(order), is_setup=True))

    def look_up(self, reference: str) -> IntentState:
        return _state(queries.described(_found(reference)))

    def abandon(self, reference: str) -> IntentState:
        _found(reference)
        return _state(queries.described(operations.give_up(reference=reference)))

    def charge_saved(self, order: CardOrder, method: SavedMethod) -> IntentState:
        card = _card_of(method)
        return _state(queries.described(operations.charge_away(_wanted(order), card=card)))

    def forget(self, method: SavedMethod) -> None:
        """Nothing to delete: the invented cards belong to nobody."""

    def refund(self, reference: str, amount: int, idempotency_key: str) -> RefundState:
        _found(reference)
        try:
            made = operations.pay_back(reference=reference, amount=amount, key=idempotency_key)
        except NotChargeable as refused:
            raise ProviderUnavailable(str(refused), may_retry=False) from refused
        return RefundState(made.reference, "paid", made.amount, reference, made.idempotency_key)

    def read_message(self, body: bytes, headers: Mapping[str, str]) -> ProviderMessage:
        header = next(
            (value for name, value in headers.items() if _is_signature(name)),
            "",
        )
        now = int(clock.now().timestamp())
        if not rules.is_genuine(body, header, now=now, secret=queries.message_secret()):
            raise Forged
        return _message(json.loads(body))

    def list_day(self, day: date) -> Sequence[ProviderRecord]:
        return [
            ProviderRecord(paid.reference, paid.amount, paid.refunded, paid.at, paid.key)
            for paid in queries.paid_on(day)
        ]


def _wanted(order: CardOrder) -> Wanted:
    return Wanted(
        key=order.public_id,
        payer=order.payer_key,
        amount=order.amount,
        description=order.description,
        return_url=order.return_url,
        customer=order.customer_reference,
        saves_card=order.saves_card,
    )


def _started(intent: SandboxIntent) -> Started:
    return Started(intent.reference, reverse("cardsandbox:pay", args=[intent.reference]))


def _found(reference: str) -> SandboxIntent:
    intent = queries.intent(reference)
    if intent is None:
        raise ProviderUnavailable(f"nothing is called {reference}", may_retry=False)
    return intent


def _card_of(method: SavedMethod) -> str:
    if method.method_reference not in rules.CARDS:
        raise Declined("payment_method_gone")
    return method.method_reference


def _is_signature(name: str) -> bool:
    return name.lower() == rules.SIGNATURE_HEADER.lower()


def _state(told: Mapping[str, Any]) -> IntentState:
    card, at = told["card"], told["succeeded_at"]
    is_kept = card is not None and told["status"] == rules.Status.SUCCEEDED
    return IntentState(
        reference=told["reference"],
        status=_status(told["status"]),
        amount=told["amount"],
        decline_code=told["decline_code"],
        succeeded_at=datetime.fromisoformat(at) if at else None,
        card=_method(card, told["customer"]) if is_kept else None,
        public_id=told["key"],
        payer_key=told["payer"],
    )


def _status(told: str) -> Literal["open", "challenge", "succeeded", "declined", "abandoned"]:
    return rules.Status(told).value


def _method(card: Mapping[str, str], customer: str) -> SavedMethod:
    return SavedMethod(customer, card["code"], card["brand"], card["last4"], card["expires"])


def _message(told: Mapping[str, Any]) -> ProviderMessage:
    if told["type"] == "refund":
        refund = RefundState(told["refund"], "paid", told["amount"], told["intent"], told["key"])
        return ProviderMessage(told["id"], "refund", told["intent"], refund=refund)
    state = _state(told["intent"])
    kind: Literal["payment", "setup"] = "setup" if told["type"] == "setup" else "payment"
    return ProviderMessage(told["id"], kind, state.reference, state=state)
