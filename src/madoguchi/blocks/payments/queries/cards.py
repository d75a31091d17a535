"""Reading what is known of card payments, and the words for what comes of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.payments.models import Bill, SavedCard
from madoguchi.blocks.payments.rules.cards import (
    CardProvider,
    DeclineReason,
    card_providers,
    reason_of,
)
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def provider() -> CardProvider | None:
    """Who takes card payments for this city; None where nobody does."""
    return card_providers.get(settings.MADOGUCHI_CARD_PROVIDER)


def bill_words(bill: Bill) -> str:
    """What a payer calls a bill: the fee and which part of it."""
    kind = fee_kinds.get(bill.fee_kind)
    if kind is None:
        return bill.number
    return f"{kind.label} {kind.instalment_label(bill.fiscal_year, bill.instalment)}"


def current_card(payer: str, *, provider: str | None = None) -> SavedCard | None:
    """The card that a payer lets us charge for coming bills; only where that provider has it."""
    cards = SavedCard.objects.filter(payer=payer, removed_at=None)
    return (cards if provider is None else cards.filter(provider=provider)).first()


@dataclass(frozen=True, slots=True)
class CardDay:
    """Cards that payers registered and gave up on a day."""

    day: date
    registered: int
    removed: int


def card_registrations(*, payer_prefix: str, until: datetime) -> list[CardDay]:
    """Day by day up to a moment, of payers whose reference begins so (``water:``). One query.

    Registered less removed, over all days, is how many cards are registered at that moment.
    """
    cards = SavedCard.objects.filter(payer__startswith=payer_prefix, saved_at__lt=until)
    came, went = Counter[date](), Counter[date]()
    for saved_at, removed_at in cards.values_list("saved_at", "removed_at"):
        came[localtime(saved_at).date()] += 1
        if removed_at is not None and removed_at < until:
            went[localtime(removed_at).date()] += 1
    return [CardDay(day, came[day], went[day]) for day in sorted(came | went)]


@dataclass(frozen=True, slots=True)
class DeclineWords:
    """What a payer reads of a refusal: what happened, and what to do next."""

    happened: StrOrPromise
    next_step: StrOrPromise


_OTHER_CARD: Final = _("Try another card, or pay in another way.")

_WORDS: Final = {
    DeclineReason.GENERIC: DeclineWords(
        _("The card company declined the card. It does not tell us why."),
        _("Try another card, or ask your card company."),
    ),
    DeclineReason.INSUFFICIENT_FUNDS: DeclineWords(
        _("The card's limit or balance is not enough for this amount."), _OTHER_CARD
    ),
    DeclineReason.LIMIT_EXCEEDED: DeclineWords(
        _("The card has been used up to its limit."),
        _("Wait a day, or try another card."),
    ),
    DeclineReason.EXPIRED: DeclineWords(
        _("The card has expired, or its expiry date does not match."),
        _("Check the expiry date, or use your new card."),
    ),
    DeclineReason.WRONG_SECURITY_CODE: DeclineWords(
        _("The security code does not match."),
        _("Check the three or four digits on the card and try again."),
    ),
    DeclineReason.WRONG_NUMBER: DeclineWords(
        _("The card number does not match any card."), _("Check the number and try again.")
    ),
    DeclineReason.CONFIRMATION_NEEDED: DeclineWords(
        _("The card company wants you to confirm this payment yourself."),
        _("Pay this bill online and confirm when your card company asks."),
    ),
    DeclineReason.CONFIRMATION_FAILED: DeclineWords(
        _("The card company could not confirm that it was you."),
        _("Try again and confirm as your card company asks, or use another card."),
    ),
    DeclineReason.NOT_SUPPORTED: DeclineWords(
        _("The card cannot be used for this kind of payment."), _OTHER_CARD
    ),
    DeclineReason.TRY_AGAIN: DeclineWords(
        _("The card company could not be reached just now."),
        _("Wait a few minutes and try again. Nothing has been charged."),
    ),
    DeclineReason.CALL_ISSUER: DeclineWords(
        _("The card company declined the card."),
        _("Ask your card company by the number on the back of the card, or try another card."),
    ),
    DeclineReason.SAVED_CARD_GONE: DeclineWords(
        _("The registered card can no longer be used."), _("Register a card again.")
    ),
}


def decline_words(code: str) -> DeclineWords:
    """The words for a provider's decline code, whatever it is."""
    return _WORDS[reason_of(code)]
