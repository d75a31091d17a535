"""Reading what Stripe says: its objects, as plain mappings, in the words of payments."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from madoguchi.blocks.payments.rules.cards import (
    DisputeState,
    DisputeStatus,
    IntentState,
    IntentStatus,
    MessageKind,
    ProviderMessage,
    ProviderRecord,
    RefundState,
    RefundStatus,
    SavedMethod,
)

type Told = Mapping[str, Any]

_INTENT: Final[Mapping[str, IntentStatus]] = MappingProxyType(
    {
        "requires_payment_method": "open",
        "requires_confirmation": "open",
        "requires_action": "challenge",
        "processing": "open",
        "requires_capture": "open",
        "succeeded": "succeeded",
        "canceled": "abandoned",
    }
)
_REFUND: Final[Mapping[str, RefundStatus]] = MappingProxyType(
    {
        "succeeded": "paid",
        "pending": "pending",
        "requires_action": "pending",
        "failed": "failed",
        "canceled": "failed",
    }
)
_DISPUTE: Final[Mapping[str, DisputeStatus]] = MappingProxyType(
    {"won": "won", "warning_closed": "won", "prevented": "won", "lost": "lost"}
)

PAYABLE: Final = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def payment_state(told: Told, *, paid_at: int | None = None) -> IntentState:
    """A PaymentIntent. ``paid_at`` stands in where the charge is only named."""
    error = told.get("last_payment_error") or {}
    return _state(
        told,
        error,
        amount=told.get("amount_received") or told["amount"],
        paid_at=_part(told, "latest_charge").get("created", paid_at),
    )


def setup_state(told: Told) -> IntentState:
    """A SetupIntent."""
    return _state(told, told.get("last_setup_error") or {}, amount=0, paid_at=None)


def _state(told: Told, error: Told, *, amount: int, paid_at: int | None) -> IntentState:
    status = _INTENT[told["status"]]
    # after a refusal an intent waits for another card; to us that attempt is over
    if error and told["status"] == "requires_payment_method":
        status = "declined"
    metadata = told.get("metadata") or {}
    is_paid = status == "succeeded" and paid_at is not None
    return IntentState(
        reference=told["id"],
        status=status,
        amount=amount,
        decline_code=decline_code(error) if status == "declined" else "",
        succeeded_at=at(paid_at) if is_paid and paid_at is not None else None,
        card=_card(told) if status == "succeeded" else None,
        public_id=metadata.get("public_id", ""),
        payer_key=metadata.get("payer", ""),
    )


def decline_code(error: Told) -> str:
    """The bank's reason where it gave one, else Stripe's."""
    return error.get("decline_code") or error.get("code") or "generic_decline"


def _card(told: Told) -> SavedMethod | None:
    method = _part(told, "payment_method")
    card = method.get("card")
    customer = _name(told.get("customer"))
    if not card or not customer:
        return None
    return SavedMethod(
        customer_reference=customer,
        method_reference=method["id"],
        brand=card["brand"],
        last4=card["last4"],
        expires=f"{card['exp_year']:04}-{card['exp_month']:02}",
    )


def _part(told: Told, name: str) -> Told:
    """A related object where it was given in full."""
    part = told.get(name)
    return part if isinstance(part, Mapping) else {}


def _name(related: str | Told | None) -> str:
    """The id of a related object, whether it was given in full or named."""
    if isinstance(related, Mapping):
        return str(related["id"])
    return related or ""


def refund_state(told: Told) -> RefundState:
    return RefundState(
        reference=told["id"],
        status=_REFUND[told.get("status") or "pending"],
        amount=told["amount"],
        payment_reference=_name(told.get("payment_intent")),
        public_id=(told.get("metadata") or {}).get("public_id", ""),
    )


def dispute_state(told: Told) -> DisputeState:
    return DisputeState(
        reference=told["id"],
        status=_DISPUTE.get(told["status"], "open"),
        amount=told["amount"],
        payment_reference=_name(told.get("payment_intent")),
    )


def paid_record(charge: Told) -> ProviderRecord | None:
    """A Charge with its intent in full; None where no money of ours was taken by it."""
    intent = _part(charge, "payment_intent")
    if charge["status"] != "succeeded" or not charge["captured"] or not intent:
        return None
    return ProviderRecord(
        reference=intent["id"],
        amount=charge.get("amount_captured") or charge["amount"],
        refunded=charge["amount_refunded"],
        at=at(charge["created"]),
        public_id=(intent.get("metadata") or {}).get("public_id", ""),
    )


_KINDS: Final[tuple[tuple[str, MessageKind], ...]] = (
    ("payment_intent.", "payment"),
    ("setup_intent.", "setup"),
    ("refund.", "refund"),
    ("charge.refund.", "refund"),
    ("charge.dispute.", "dispute"),
)


def message(event: Told) -> ProviderMessage:
    """An Event. Kinds that do not concern payments are ``other``."""
    told = event["data"]["object"]
    kind = _kind(event["type"])
    return ProviderMessage(
        event_id=event["id"],
        kind=kind,
        reference=str(told.get("id") or "")[:100],
        state=_state_in(kind, told, event["created"]),
        refund=refund_state(told) if kind == "refund" else None,
        dispute=dispute_state(told) if kind == "dispute" else None,
    )


def _kind(event_type: str) -> MessageKind:
    for start, kind in _KINDS:
        if event_type.startswith(start):
            return kind
    return "other"


def _state_in(kind: MessageKind, told: Told, created: int) -> IntentState | None:
    if kind == "payment":
        return payment_state(told, paid_at=created)
    return setup_state(told) if kind == "setup" else None
