"""What follows from the word of a card provider on an attempt: one way for all who hear it."""

from typing import Final

from django.db import IntegrityError, transaction

from madoguchi.blocks.payments.models import CardPayment, SavedCard
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.rules.cards import CardStatus, IntentState, SavedMethod, next_status
from madoguchi.blocks.payments.rules.channels import Channel, Fact, FactKind
from madoguchi.kernel import clock
from madoguchi.kernel.audit.operations import record

OPEN: Final = (CardStatus.STARTED, CardStatus.CHALLENGE)


def payment_key(provider: str, reference: str) -> str:
    """The key of a card payment in the ledger."""
    return f"card:{provider}:{reference}"


def find_attempt(provider: str, *, public_id: str, reference: str) -> CardPayment | None:
    """The attempt of which a provider speaks: by our name for it, or else by the provider's."""
    ours = CardPayment.objects.filter(provider=provider)
    found = ours.filter(public_id=public_id).first() if public_id else None
    if found is None and reference:
        found = ours.filter(reference=reference).first()
    return found


@transaction.atomic
def record_state(*, payment_id: int, state: IntentState, source: str) -> tuple[CardPayment, bool]:
    """Take in how an attempt stands; money that was taken is booked, whatever was known before.

    Gives the attempt, and whether money was booked that was not. May be repeated, in any order.
    Locks the attempt first, then what `book` locks.
    """
    payment = CardPayment.objects.select_for_update().get(pk=payment_id)
    before = CardStatus(payment.status)
    after = next_status(before, state.status)
    payment.status = after
    payment.reference = payment.reference or state.reference
    if after != before and after == CardStatus.DECLINED:
        payment.decline_code = state.decline_code[:60]
    if after not in OPEN:
        payment.ended_at = payment.ended_at or clock.now()
    payment.save()
    is_new = False
    if state.status == "succeeded":
        if payment.saves_card and state.card is not None and before != CardStatus.SUCCEEDED:
            keep_card(payer=payment.bill.payer, provider=payment.provider, method=state.card)
        is_new = _book(payment, state, source)
    if after != before:
        record(
            by=None,
            action=f"payments.card_{after}",
            subject=f"payments.card_payment:{payment.pk}",
            detail={"source": source, "decline_code": payment.decline_code},
        )
    return payment, is_new


def _book(payment: CardPayment, state: IntentState, source: str) -> bool:
    """The provider's word counts: its amount, and its name for the money."""
    fact = Fact(
        kind=FactKind.SETTLEMENT,
        channel=Channel.CARD,
        payment_key=payment_key(payment.provider, state.reference),
        amount=state.amount,
        paid_at=state.succeeded_at or clock.now(),
        bill_number=payment.bill.number,
        reference=state.reference,
        source=f"card:{source}"[:80],
    )
    return book([fact], by=None).new > 0


@transaction.atomic
def keep_card(*, payer: str, provider: str, method: SavedMethod) -> SavedCard:
    """Remember a card for coming bills, in place of the one before."""
    now = clock.now()
    held = SavedCard.objects.select_for_update().filter(payer=payer, removed_at=None).first()
    if held is not None:
        if (held.provider, held.method_reference) == (provider, method.method_reference):
            return held
        held.removed_at = now
        held.save(update_fields=["removed_at"])
    try:
        with transaction.atomic():
            return SavedCard.objects.create(
                payer=payer,
                provider=provider,
                customer_reference=method.customer_reference,
                method_reference=method.method_reference,
                brand=method.brand[:20],
                last4=method.last4[-4:],
                expires=method.expires[:7],
                saved_at=now,
            )
    except IntegrityError:  # another one was saved this very moment: that one stays
        return SavedCard.objects.get(payer=payer, removed_at=None)
