"""Sending refunds (還付) of card payments back through the provider."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import Payment, Refund, WorkItem
from madoguchi.blocks.payments.operations.cards import provider_of
from madoguchi.blocks.payments.operations.refunds import end_refund
from madoguchi.blocks.payments.operations.work import open_told_item
from madoguchi.blocks.payments.rules.cards import ProviderUnavailable, RefundState
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel.audit.operations import record
from madoguchi.kernel.refused import Refused

WAITING = (Refund.Status.DECIDED, Refund.Status.SENT)


class NotRefundable(Refused):
    message = _("This refund cannot be sent to the card provider.")


def refund_card_payment(*, refund_id: int, by: User | None) -> Refund:
    """Send a decided refund to the provider, or send it again where no answer came.

    It ends with the provider's answer, now or by a message; one that the provider does not make
    is decided as before, so that it can be withdrawn. Raises NotRefundable, ProviderUnavailable,
    NoCardProvider.
    """
    refund, payment = _mark_sent(refund_id, by)
    at = provider_of(payment.key.split(":", 2)[1])
    try:
        state = at.refund(payment.reference, refund.amount, refund.public_id)
    except ProviderUnavailable as failure:
        if not failure.may_retry:
            sent = Refund.objects.filter(pk=refund_id, status=Refund.Status.SENT)
            sent.update(status=Refund.Status.DECIDED)
        raise
    return take_refund(refund_id=refund_id, state=state, by=by)


@transaction.atomic(durable=True)
def _mark_sent(refund_id: int, by: User | None) -> tuple[Refund, Payment]:
    refund = Refund.objects.select_for_update().get(pk=refund_id)
    payment = refund.payment
    is_card = payment is not None and payment.channel == refund.channel == Channel.CARD
    if payment is None or not is_card or refund.status not in WAITING:
        raise NotRefundable
    provider_of(payment.key.split(":", 2)[1])
    if refund.status != Refund.Status.SENT:
        refund.status = Refund.Status.SENT
        refund.save(update_fields=["status"])
        record(by=by, action="payments.card_refund_sent", subject=f"payments.refund:{refund.pk}")
    return refund, payment


@transaction.atomic
def take_refund(*, refund_id: int, state: RefundState, by: User | None) -> Refund:
    """Take in how a refund stands at the provider; harmless to repeat.

    One that was paid and failed afterwards, since the card's bank did not take it, is work.
    """
    refund = Refund.objects.select_for_update().get(pk=refund_id)
    if (refund.status, state.status) == (Refund.Status.PAID, "failed"):
        _open_returned(refund)
        return refund
    if refund.status not in WAITING:
        return refund
    if state.status == "pending":
        if refund.provider_reference != state.reference:
            refund.provider_reference = state.reference
            refund.save(update_fields=["provider_reference"])
        return refund
    return end_refund(
        refund_id=refund.pk, status=state.status, by=by, provider_reference=state.reference
    )


def _open_returned(refund: Refund) -> None:
    """Somebody pays the money in another way; until then the books say that it is paid back."""
    open_told_item(
        WorkItem.Kind.REFUND_RETURNED,
        refund.public_id,
        payment=refund.payment,
        bill=refund.bill,
        amount=refund.amount,
        action="payments.card_refund_returned",
    )


def find_refund(state: RefundState) -> Refund | None:
    """The refund of which a provider speaks."""
    ours = Refund.objects.filter(channel=Channel.CARD)
    found = ours.filter(public_id=state.public_id).first() if state.public_id else None
    if found is None and state.reference:
        found = ours.filter(provider_reference=state.reference).first()
    return found
