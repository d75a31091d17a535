"""A day at the card provider beside ours: what is missing here is booked, the rest is named."""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import CardPayment, CardReconciliation, Payment, Refund
from madoguchi.blocks.payments.operations.card_refunds import refund_card_payment
from madoguchi.blocks.payments.operations.card_states import (
    OPEN,
    find_attempt,
    payment_key,
    record_state,
)
from madoguchi.blocks.payments.operations.cards import (
    end_attempt,
    forget_removed_cards,
    needed_provider,
    refresh_card_payment,
)
from madoguchi.blocks.payments.rules.cards import (
    CardProvider,
    IntentState,
    ProviderRecord,
    ProviderUnavailable,
)
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from madoguchi.kernel.audit.operations import record
from madoguchi.kernel.refused import Refused

logger = logging.getLogger(__name__)

LEFT_ALONE = timedelta(hours=1)
"""So long before the end of the day, or before now, an attempt must have begun to be ended."""


EARLIEST_DAY = date(2000, 1, 1)


class DayNotThere(Refused):
    message = _("That day has not come yet.")


class DayTooEarly(Refused):
    message = _("Check the year: no card was charged here on that day.")


@dataclass(frozen=True, slots=True)
class Difference:
    """``there`` and ``here`` are yen. ``booked``: it was missing here and is booked now.

    ``unknown``: nobody here knows it. ``missing_there``: the provider does not confirm it.
    ``other_day``: the provider has it on another day. ``amount`` and ``refunded`` differ.
    """

    kind: Literal["booked", "unknown", "missing_there", "other_day", "amount", "refunded"]
    reference: str
    bill: str
    there: int
    here: int


SETTLED = frozenset({"booked", "other_day"})
"""Differences after which nobody has anything to do."""


def reconcile_cards(*, day: date, by: User | None) -> CardReconciliation:
    """Lay the provider's list of a day beside our payments; as often as one likes.

    Before that, what waits for the provider is asked after: refunds, open attempts, cards to be
    deleted. Raises NoCardProvider, ProviderUnavailable, DayNotThere, DayTooEarly.
    """
    if day > clock.today():
        raise DayNotThere
    if day < EARLIEST_DAY:
        raise DayTooEarly
    at = needed_provider()
    _send_refunds_again(by)
    forget_removed_cards()
    listed = at.list_day(day)
    differences = [
        *_book_missing(at, listed),
        *_missing_there(at, listed, day),
        *_other_amounts(at.code, listed),
    ]
    _end_old_attempts(at.code, day)
    ours = _payments(at.code, day)
    made = CardReconciliation.objects.create(
        provider=at.code,
        day=day,
        made_at=clock.now(),
        made_by=by,
        provider_count=len(listed),
        provider_amount=sum(each.amount for each in listed),
        booked_count=ours.count(),
        booked_amount=ours.aggregate(all=Sum("amount", default=0))["all"],
        differences=[asdict(each) for each in differences],
    )
    record(
        by=by,
        action="payments.cards_reconciled",
        subject=f"payments.card_reconciliation:{made.pk}",
        detail={"day": day, "differences": len(differences)},
    )
    return made


def is_settled(made: CardReconciliation) -> bool:
    """Whether nothing is left for a person to look at."""
    return all(each["kind"] in SETTLED for each in made.differences)


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), clock.TOKYO)


def _payments(provider: str, day: date) -> QuerySet[Payment]:
    return Payment.objects.filter(
        channel=Channel.CARD,
        key__startswith=payment_key(provider, ""),
        paid_at__gte=_begins(day),
        paid_at__lt=_begins(day + timedelta(days=1)),
    )


def _by_reference(provider: str, listed: Sequence[ProviderRecord]) -> dict[str, Payment]:
    keys = [payment_key(provider, each.reference) for each in listed]
    found = Payment.objects.filter(key__in=keys).select_related("bill")
    return {payment.reference: payment for payment in found}


def _book_missing(at: CardProvider, listed: Sequence[ProviderRecord]) -> list[Difference]:
    known = _by_reference(at.code, listed)
    differences = []
    for each in listed:
        if each.reference in known:
            continue
        attempt = find_attempt(at.code, public_id=each.public_id, reference=each.reference)
        if attempt is None:
            differences.append(Difference("unknown", each.reference, "", each.amount, 0))
            continue
        # the list does not tell of a card that was saved with the payment
        state = at.look_up(each.reference)
        source = f"list:{each.at:%Y-%m-%d}"
        taken, _is_new = record_state(payment_id=attempt.pk, state=state, source=source)
        bill = taken.bill.number
        differences.append(Difference("booked", each.reference, bill, each.amount, each.amount))
    return differences


def _missing_there(
    at: CardProvider, listed: Sequence[ProviderRecord], day: date
) -> list[Difference]:
    there = {each.reference for each in listed}
    differences = []
    for payment in _payments(at.code, day).select_related("bill"):
        if payment.reference in there:
            continue
        state = at.look_up(payment.reference)
        is_there = state.status == "succeeded" and state.amount == payment.amount
        differences.append(
            Difference(
                "other_day" if is_there else "missing_there",
                payment.reference,
                payment.bill.number if payment.bill is not None else "",
                state.amount if state.status == "succeeded" else 0,
                payment.amount,
            )
        )
    return differences


def _other_amounts(provider: str, listed: Sequence[ProviderRecord]) -> list[Difference]:
    known = _by_reference(provider, listed)
    refunded = dict(
        Refund.objects.filter(payment__in=known.values(), status=Refund.Status.PAID)
        .values_list("payment")
        .annotate(Sum("amount"))
    )
    differences = []
    for each in listed:
        payment = known.get(each.reference)
        if payment is None:
            continue
        bill = payment.bill.number if payment.bill is not None else ""
        given = refunded.get(payment.pk, 0)
        if payment.amount != each.amount:
            differences.append(
                Difference("amount", each.reference, bill, each.amount, payment.amount)
            )
        if given != each.refunded:
            differences.append(Difference("refunded", each.reference, bill, each.refunded, given))
    return differences


def _send_refunds_again(by: User | None) -> None:
    """Ask after refunds whose answer or message did not come."""
    for refund in Refund.objects.filter(channel=Channel.CARD, status=Refund.Status.SENT):
        try:
            refund_card_payment(refund_id=refund.pk, by=by)
        except (ProviderUnavailable, Refused) as failure:
            logger.warning("card refund %s waits: %s", refund.public_id, type(failure).__name__)


def _end_old_attempts(provider: str, day: date) -> None:
    """Give up attempts of the day that nobody finished; what was paid is booked.

    Without any answer of the provider, its list is the answer: the payment is not on it.
    """
    before = min(_begins(day + timedelta(days=1)), clock.now()) - LEFT_ALONE
    old = CardPayment.objects.filter(provider=provider, status__in=OPEN, started_at__lt=before)
    for attempt in old:
        try:
            if not attempt.reference:
                state = IntentState("", "abandoned")
                record_state(payment_id=attempt.pk, state=state, source="list")
            elif refresh_card_payment(public_id=attempt.public_id).status in OPEN:
                end_attempt(attempt)
        except ProviderUnavailable:
            logger.warning("card payment %s stays open", attempt.public_id)
