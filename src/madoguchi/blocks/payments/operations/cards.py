"""A payer at the card provider: paying a bill, coming back, saving a card and removing it.

The provider is never called inside a transaction. An attempt is committed before the provider
hears of it, and the call carries its ``public_id``: a call whose answer was lost is made again
and gives the same payment.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import Bill, CardPayment, SavedCard
from madoguchi.blocks.payments.operations.card_states import OPEN, keep_card, record_state
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.queries.cards import bill_words, current_card, provider
from madoguchi.blocks.payments.rules.cards import (
    CardOrder,
    CardProvider,
    CardStatus,
    Declined,
    IntentState,
    ProviderUnavailable,
    SavedMethod,
    Started,
    card_providers,
)
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from madoguchi.kernel.audit.operations import record
from madoguchi.kernel.refused import Refused

logger = logging.getLogger(__name__)

KEYS_LAST: Final = timedelta(hours=23)
"""Providers keep an idempotency key for a day at least."""


class NoCardProvider(Refused):
    message = _("Card payments are not set up in this city.")


class NotByCard(Refused):
    message = _("This bill cannot be paid by card.")


class NothingOwed(Refused):
    message = _("Nothing is owed on this bill any more.")


class CardNotSaved(Refused):
    """``code`` in ``values`` is the provider's, as in DECLINES."""

    message = _("The card was not registered.")


def new_id() -> str:
    """Our name for an attempt, and its idempotency key at the provider: nobody can guess it."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a payer asked for."""

    bill: Bill
    amount: int
    saves_card: bool
    card: SavedCard | None

    def is_met_by(self, attempt: CardPayment, code: str) -> bool:
        return (
            attempt.provider == code
            and attempt.amount == self.amount
            and attempt.saves_card == self.saves_card
            and attempt.saved_card_id == (self.card.pk if self.card else None)
            and attempt.return_url != ""
        )


def start_card_payment(
    *,
    bill_id: int,
    saves_card: bool,
    return_url_of: Callable[[str], str],
    with_saved_card: bool = False,
    by: User | None = None,
) -> tuple[CardPayment, Started]:
    """Begin to pay what is owed on a bill, or go on with the attempt that is open.

    Send the payer to ``Started.redirect_url``. Raises NoCardProvider, NotByCard, NothingOwed, and
    ProviderUnavailable, after which the payer may simply try again.
    """
    at = needed_provider()
    _end_earlier(at, bill_id)
    wish = _wish(at, bill_id, saves_card=saves_card, with_saved_card=with_saved_card)
    attempt = _open(wish, at, return_url_of, by)
    if not wish.is_met_by(attempt, at.code) or is_forgotten(attempt):
        end_attempt(attempt)
        wish = _wish(at, bill_id, saves_card=saves_card, with_saved_card=with_saved_card)
        attempt = _open(wish, at, return_url_of, by)
    if not attempt.redirect_url:
        attempt = ask(attempt)
    return attempt, Started(attempt.reference, attempt.redirect_url or attempt.return_url)


def needed_provider() -> CardProvider:
    """The provider of this city. Raises NoCardProvider."""
    found = provider()
    if found is None:
        raise NoCardProvider
    return found


def provider_of(code: str) -> CardProvider:
    """The provider of an earlier payment. Raises NoCardProvider where it is no longer there."""
    found = card_providers.get(code)
    if found is None:
        raise NoCardProvider
    return found


def _wish(at: CardProvider, bill_id: int, *, saves_card: bool, with_saved_card: bool) -> _Wish:
    bill = Bill.objects.get(pk=bill_id)
    if Channel.CARD not in bill.channels:
        raise NotByCard
    owed = balances([bill_id])[bill_id].owed
    if owed <= 0:
        raise NothingOwed
    card = current_card(bill.payer, provider=at.code) if with_saved_card else None
    return _Wish(bill, owed, saves_card and card is None, card)


def _end_earlier(at: CardProvider, bill_id: int) -> None:
    """See that the attempt that was declined last cannot be paid in another window meanwhile."""
    last = CardPayment.objects.filter(bill=bill_id, provider=at.code).first()
    if last is not None and last.status == CardStatus.DECLINED and last.reference:
        record_state(payment_id=last.pk, state=at.abandon(last.reference), source="abandon")


def _open(
    wish: _Wish, at: CardProvider, return_url_of: Callable[[str], str], by: User | None
) -> CardPayment:
    """The open attempt of the bill, or a new one; the constraint decides who opened it."""
    public_id = new_id()
    try:
        with transaction.atomic(durable=True):
            attempt = CardPayment.objects.create(
                public_id=public_id,
                bill=wish.bill,
                amount=wish.amount,
                provider=at.code,
                saves_card=wish.saves_card,
                saved_card=wish.card,
                return_url=return_url_of(public_id),
                status=CardStatus.STARTED,
                started_at=clock.now(),
            )
            record(
                by=by,
                action="payments.card_started",
                subject=f"payments.card_payment:{attempt.pk}",
                detail={"bill": wish.bill.number, "amount": wish.amount},
            )
            return attempt
    except IntegrityError:
        found = CardPayment.objects.filter(bill=wish.bill, status__in=OPEN).first()
        # between our try and our look the other one may have ended: then it is our turn
        return found or _open(wish, at, return_url_of, by)


def end_attempt(attempt: CardPayment) -> CardPayment:
    """Give an open attempt up at its provider. What was paid meanwhile is booked.

    Where no answer to its first call is known, that call is made again, since money may have
    been taken; later than the provider keeps its key, its list of the day will tell.
    """
    if is_forgotten(attempt):
        return _take(attempt, IntentState("", "abandoned"), "forgotten")
    if not attempt.reference:
        attempt = ask(attempt)
    if attempt.status in OPEN:
        state = provider_of(attempt.provider).abandon(attempt.reference)
        attempt, _is_new = record_state(payment_id=attempt.pk, state=state, source="abandon")
    return attempt


def is_forgotten(attempt: CardPayment) -> bool:
    """Whether a call without an answer would no longer be known for the same at the provider."""
    return not attempt.reference and attempt.started_at <= clock.now() - KEYS_LAST


def ask(attempt: CardPayment) -> CardPayment:
    """Tell the provider of an attempt. Harmless to repeat. Raises ProviderUnavailable."""
    at = provider_of(attempt.provider)
    order = _order(attempt)
    try:
        if not attempt.return_url and order.method is not None:
            return _take(attempt, at.charge_saved(order, order.method), "charge")
        return _note_start(attempt, at.start(order))
    except Declined as refused:
        state = IntentState(refused.reference, "declined", decline_code=refused.code)
        return _take(attempt, state, "start")
    except ProviderUnavailable as failure:
        if not failure.may_retry:
            _take(attempt, IntentState("", "abandoned"), "start")
        raise


def _take(attempt: CardPayment, state: IntentState, source: str) -> CardPayment:
    taken, _is_new = record_state(payment_id=attempt.pk, state=state, source=source)
    return taken


@transaction.atomic(durable=True)
def _note_start(attempt: CardPayment, started: Started) -> CardPayment:
    held = CardPayment.objects.select_for_update().get(pk=attempt.pk)
    if held.reference in {"", started.reference}:
        held.reference, held.redirect_url = started.reference, started.redirect_url
        held.save(update_fields=["reference", "redirect_url"])
    return held


def _order(attempt: CardPayment) -> CardOrder:
    """The same order whenever it is made again: the provider refuses a key with other content."""
    bill = attempt.bill
    card = attempt.saved_card
    with override(settings.LANGUAGE_CODE):
        description = bill_words(bill)
    known = card or current_card(bill.payer, provider=attempt.provider)
    return CardOrder(
        public_id=attempt.public_id,
        amount=attempt.amount,
        description=description,
        payer_key=payer_key(bill.payer),
        return_url=attempt.return_url,
        saves_card=attempt.saves_card,
        customer_reference="" if known is None else known.customer_reference,
        method=None if card is None else method_of(card),
    )


def payer_key(payer: str) -> str:
    """A payer's name at providers, from which nobody else can tell who it is."""
    return salted_hmac("madoguchi.payments.cards", payer, algorithm="sha256").hexdigest()[:32]


def method_of(card: SavedCard) -> SavedMethod:
    return SavedMethod(
        customer_reference=card.customer_reference,
        method_reference=card.method_reference,
        brand=card.brand,
        last4=card.last4,
        expires=card.expires,
    )


def refresh_card_payment(*, public_id: str) -> CardPayment:
    """Ask the provider how an attempt stands, and book what was paid; as often as one likes.

    Raises CardPayment.DoesNotExist, ProviderUnavailable, NoCardProvider.
    """
    attempt = CardPayment.objects.get(public_id=public_id)
    if attempt.status == CardStatus.SUCCEEDED or not attempt.reference:
        return attempt
    state = provider_of(attempt.provider).look_up(attempt.reference)
    return _take(attempt, state, "look_up")


def start_saving_card(*, payer: str, return_url: str) -> Started:
    """Begin to save a card for coming bills. Keep ``reference`` for `finish_saving_card`."""
    at = needed_provider()
    held = current_card(payer, provider=at.code)
    return at.start_saving(
        CardOrder(
            public_id=new_id(),
            amount=0,
            description="",
            payer_key=payer_key(payer),
            return_url=return_url,
            saves_card=True,
            customer_reference="" if held is None else held.customer_reference,
        )
    )


def finish_saving_card(*, payer: str, reference: str) -> SavedCard:
    """Keep the card that the payer saved at the provider, in place of the one before.

    Raises CardNotSaved (``values["code"]`` says why), ProviderUnavailable, NoCardProvider.
    """
    at = needed_provider()
    state = at.look_up(reference)
    if state.status != "succeeded" or state.card is None or state.payer_key != payer_key(payer):
        raise CardNotSaved(code=state.decline_code)
    with transaction.atomic():
        card = keep_card(payer=payer, provider=at.code, method=state.card)
        record(by=None, action="payments.card_saved", subject=f"payments.saved_card:{card.pk}")
    forget_removed_cards(payer=payer)
    return card


def remove_saved_card(*, payer: str, by: User | None) -> None:
    """Charge the payer's saved card no more, and let the provider delete it.

    Where the provider does not answer now, the daily reconciliation asks it again.
    """
    with transaction.atomic():
        card = SavedCard.objects.select_for_update().filter(payer=payer, removed_at=None).first()
        if card is None:
            return
        card.removed_at = clock.now()
        card.save(update_fields=["removed_at"])
        record(by=by, action="payments.card_removed", subject=f"payments.saved_card:{card.pk}")
    forget_removed_cards(payer=payer)


def forget_removed_cards(*, payer: str | None = None) -> int:
    """Let providers delete the cards that were removed here; how many were."""
    cards = SavedCard.objects.filter(removed_at__isnull=False, forgotten_at=None)
    forgotten = 0
    for card in cards.filter(payer=payer) if payer is not None else cards:
        at = card_providers.get(card.provider)
        try:
            if at is not None:
                at.forget(method_of(card))
        except ProviderUnavailable:
            logger.warning("saved card %s is still at its provider", card.pk)
            continue
        SavedCard.objects.filter(pk=card.pk).update(forgotten_at=clock.now())
        forgotten += 1
    return forgotten
