"""Messages of card providers: whoever sent them, however often, in whatever order they come."""

from collections.abc import Mapping
from typing import Final

from django.db import IntegrityError, transaction

from madoguchi.blocks.payments.models import Payment, ProviderEvent, WorkItem
from madoguchi.blocks.payments.operations.card_refunds import find_refund, take_refund
from madoguchi.blocks.payments.operations.card_states import (
    find_attempt,
    payment_key,
    record_state,
)
from madoguchi.blocks.payments.operations.work import open_told_item
from madoguchi.blocks.payments.rules.cards import (
    CardProvider,
    DisputeState,
    IntentState,
    ProviderMessage,
    RefundState,
)
from madoguchi.kernel import clock

BOOKED: Final = "booked"
KNOWN: Final = "known"
NOTED: Final = "noted"
NOT_OURS: Final = "not_ours"


def take_message(*, provider: CardProvider, body: bytes, headers: Mapping[str, str]) -> str:
    """Take a message in once: ``booked``, ``known``, ``noted`` or ``not_ours``.

    The message and all that follows from it are one transaction: what fails is sent again by the
    provider and finds nothing half done. Raises Forged, after which nothing was stored.
    """
    message = provider.read_message(body, headers)
    if ProviderEvent.objects.filter(provider=provider.code, event=message.event_id).exists():
        return KNOWN
    with transaction.atomic():
        try:
            with transaction.atomic():
                event = ProviderEvent.objects.create(
                    provider=provider.code,
                    event=message.event_id,
                    kind=message.kind,
                    reference=message.reference,
                    received_at=clock.now(),
                    outcome=NOTED,
                )
        except IntegrityError:  # the same message came at the same moment, and is taken in there
            return KNOWN
        event.outcome = _take(provider.code, message)
        event.save(update_fields=["outcome"])
    return event.outcome


def _take(provider: str, message: ProviderMessage) -> str:
    source = message.event_id
    if message.kind == "payment" and message.state is not None:
        return _take_payment(provider, message.state, source)
    if message.kind == "refund" and message.refund is not None:
        return _take_refund(message.refund)
    if message.kind == "dispute" and message.dispute is not None:
        return _take_dispute(provider, message.dispute)
    return NOTED


def _take_payment(provider: str, state: IntentState, source: str) -> str:
    attempt = find_attempt(provider, public_id=state.public_id, reference=state.reference)
    if attempt is None:
        return NOT_OURS
    _attempt, is_new = record_state(payment_id=attempt.pk, state=state, source=source)
    return BOOKED if is_new else NOTED


def _take_refund(state: RefundState) -> str:
    refund = find_refund(state)
    if refund is None:
        return NOT_OURS
    was = refund.status
    return NOTED if take_refund(refund_id=refund.pk, state=state, by=None).status == was else BOOKED


def _take_dispute(provider: str, state: DisputeState) -> str:
    """A dispute is work for a person until it is won; one that is lost has to be dealt with."""
    attempt = find_attempt(provider, public_id="", reference=state.payment_reference)
    if attempt is None:
        return NOT_OURS
    key = payment_key(provider, state.payment_reference)
    item = open_told_item(
        WorkItem.Kind.DISPUTE,
        f"{provider}:{state.reference}",
        payment=Payment.objects.filter(key=key).first(),
        bill=attempt.bill,
        amount=state.amount,
        action="payments.card_disputed",
    )
    if state.status == "won" and item.resolved_at is None:
        item.resolved_at, item.resolution = clock.now(), WorkItem.Resolution.GONE
        item.is_standing = False
        item.save(update_fields=["resolved_at", "resolution", "is_standing"])
    return NOTED
