"""Money that goes back: decided for what was overpaid, then paid, failed or withdrawn."""

from secrets import token_hex

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import Bill, LedgerEntry, Payment, Refund
from madoguchi.blocks.payments.operations.work import GOES_BACK, reconcile_bills
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules import ledger
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused

OPEN = (Refund.Status.DECIDED, Refund.Status.SENT)


class NothingToRefund(Refused):
    """``refundable`` is what can be given back: overpaid, settled, and of this payment."""

    message = _("At most %(refundable)s yen can be paid back for this bill now.")


class RefundOpen(Refused):
    message = _("A refund for this bill is on its way already.")


class RefundEnded(Refused):
    message = _("This refund has ended already.")


class WithTheProvider(Refused):
    message = _(
        "This refund was sent to the card company, whose answer ends it. Ask after it on the page"
        " of card refunds."
    )


@transaction.atomic
def decide_refund(
    *,
    bill_id: int,
    payment_id: int | None = None,
    amount: int,
    channel: Channel | str,
    reason: str,
    by: User | None,
) -> Refund:
    """Decide that money goes back through a channel; of two at once, one is refused.

    Only what is overpaid and settled can go back, of ``payment_id`` no more than it brought.
    Raises NothingToRefund and RefundOpen.
    """
    payment = _payment(payment_id)
    bill = Bill.objects.select_for_update(no_key=True).get(pk=bill_id)
    if bill.refunds.filter(status__in=OPEN).exists():
        raise RefundOpen
    refundable = balances([bill.pk])[bill.pk].refundable
    if payment is not None:
        refundable = min(refundable, _left(payment, bill))
    if not 0 < amount <= refundable:
        raise NothingToRefund(refundable=f"{refundable:,}")
    refund = Refund.objects.create(
        public_id=token_hex(6),
        bill=bill,
        payment=payment,
        channel=Channel(channel).value,
        amount=amount,
        reason=reason,
        status=Refund.Status.DECIDED,
        decided_at=clock.now(),
        decided_by=by,
    )
    event = LedgerEntry.Event.REFUND_DECIDED
    _enter(refund, event, ledger.RECEIVABLE, ledger.REFUND_DUE, by)
    reconcile_bills([bill.pk], by=by)
    _record(refund, "decided", by)
    return refund


@transaction.atomic
def end_refund(
    *, refund_id: int, status: str, by: User | None, provider_reference: str = ""
) -> Refund:
    """A refund was ``paid``, has ``failed`` or is ``withdrawn``; but for the first, the money is
    overpaid again. Raises RefundEnded."""
    refund = Refund.objects.select_for_update(no_key=True).get(pk=refund_id)
    if refund.status not in OPEN:
        raise RefundEnded
    Bill.objects.select_for_update(no_key=True).get(pk=refund.bill_id)
    ended = Refund.Status(status)
    if ended == Refund.Status.PAID:
        event, against = LedgerEntry.Event.REFUNDED, ledger.SETTLED
    elif ended in (Refund.Status.FAILED, Refund.Status.WITHDRAWN):
        event, against = LedgerEntry.Event.REFUND_WITHDRAWN, ledger.RECEIVABLE
    else:
        raise ValueError(f"no end of a refund: {status}")
    refund.status, refund.ended_at = ended, clock.now()
    refund.provider_reference = provider_reference or refund.provider_reference
    refund.save(update_fields=["status", "ended_at", "provider_reference"])
    _enter(refund, event, ledger.REFUND_DUE, against, by)
    reconcile_bills([refund.bill_id], by=by)
    _record(refund, ended.value, by)
    return refund


@transaction.atomic
def end_by_hand(*, refund_id: int, status: str, by: User | None) -> Refund:
    """`end_refund` by somebody who saw how it ended.

    What was sent to a card may have been paid though no answer came: called failed or withdrawn,
    it would go back twice. Raises RefundEnded, WithTheProvider.
    """
    refund = Refund.objects.select_for_update(no_key=True).get(pk=refund_id)
    if (refund.channel, refund.status) == (Channel.CARD, Refund.Status.SENT):
        raise WithTheProvider
    return end_refund(refund_id=refund_id, status=status, by=by)


def _payment(payment_id: int | None) -> Payment | None:
    if payment_id is None:
        return None
    return Payment.objects.select_for_update(no_key=True).get(pk=payment_id)


def _left(payment: Payment, bill: Bill) -> int:
    """What of a payment is settled for this bill and has not gone back."""
    if payment.bill_id != bill.pk or payment.state != Payment.State.SETTLED:
        return 0
    back = payment.refunds.filter(status__in=GOES_BACK).aggregate(sum=Sum("amount"))["sum"]
    return payment.amount - (back or 0)


def _enter(
    refund: Refund, event: LedgerEntry.Event, debit: str, credit: str, by: User | None
) -> None:
    now = clock.now()
    LedgerEntry.objects.create(
        key=f"refund:{refund.pk}:{event.value}",
        event=event,
        debit=debit,
        credit=credit,
        amount=refund.amount,
        bill=refund.bill,
        channel=refund.channel,
        fee_kind=refund.bill.fee_kind,
        booked_on=now.date(),
        booked_at=now,
        by=by,
    )


def _record(refund: Refund, what: str, by: User | None) -> None:
    audit.record(
        by=by,
        action=f"payments.refund_{what}",
        subject=f"payments.refund:{refund.public_id}",
        detail={
            "bill": refund.bill.number,
            "amount": refund.amount,
            "channel": refund.channel,
            "reason": refund.reason,
        },
    )
