"""Charging saved cards for recurring bills, while their holders are away."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import Bill, CardPayment, SavedCard
from madoguchi.blocks.payments.operations.card_states import OPEN
from madoguchi.blocks.payments.operations.cards import KEYS_LAST, ask, needed_provider, new_id
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.queries.debit import bills_with_bank, mandates_in_force
from madoguchi.blocks.payments.queries.lookup import open_bills
from madoguchi.blocks.payments.rules.cards import (
    CardStatus,
    DeclineReason,
    ProviderUnavailable,
    is_expired,
    reason_of,
)
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from madoguchi.kernel.audit.operations import record


@dataclass
class Charged:
    """What became of the saved cards of a run, in bills."""

    paid: int = 0
    amount: int = 0
    declined: int = 0
    must_confirm: int = 0
    """The payer has to pay online and confirm; the bill stays open."""
    expired: int = 0
    unclear: int = 0
    """The provider did not answer: the next run asks again, and nothing is charged twice."""


def charge_saved_cards(*, fee_kinds: Collection[str], on: date, by: User | None) -> Charged:
    """Charge what is due by a day to the cards that payers saved; each bill once a card.

    Bills that the bank debits are left to it, and to the payer what was due before the card was
    saved. A refusal leaves the bill open and is kept with the
    attempt, where the payer reads it. Raises NoCardProvider.
    """
    at = needed_provider()
    charged = Charged()
    for attempt in _unanswered(at.code):
        _charge(attempt, charged)
    due = [
        line.bill
        for line in open_bills(fee_kinds=fee_kinds, due_before=on + timedelta(days=1))
        if Channel.CARD in line.bill.channels
    ]
    cards = _cards(at.code, {bill.payer for bill in due}, on)
    for bill in due:
        card = cards.get(bill.payer)
        begun = None if card is None or not _is_coming(bill, card) else _begin(bill, card, on)
        if begun is not None:
            _charge(begun, charged)
    if any(asdict(charged).values()):
        record(
            by=by, action="payments.cards_charged", subject="payments.cards", detail=asdict(charged)
        )
    return charged


def _unanswered(provider: str) -> list[CardPayment]:
    """Charges of an earlier run of which nobody knows how they ended.

    Later than that the provider may have forgotten the key; then its list of the day tells.
    """
    return list(
        CardPayment.objects.filter(
            provider=provider,
            status=CardStatus.STARTED,
            reference="",
            return_url="",
            started_at__gt=clock.now() - KEYS_LAST,
        ).select_related("bill", "saved_card")
    )


def _cards(provider: str, payers: Collection[str], on: date) -> dict[str, SavedCard]:
    """Cards of payers whom no bank debits on that day."""
    cards = SavedCard.objects.filter(provider=provider, payer__in=payers, removed_at=None)
    debited = mandates_in_force(payers, on=on)
    return {card.payer: card for card in cards if card.payer not in debited}


def _is_coming(bill: Bill, card: SavedCard) -> bool:
    """Payers let us charge coming bills; what was due before the card was there is theirs."""
    return bill.due_on >= localtime(card.saved_at, clock.TOKYO).date()


def _begin(bill: Bill, card: SavedCard, on: date) -> CardPayment | None:
    """A new attempt; None where this card was tried for the bill, where somebody is just paying
    it, or where it was paid or given to the bank while other cards were charged."""
    tried = CardPayment.objects.filter(bill=bill, saved_card=card, return_url="")
    if tried.exclude(status=CardStatus.ABANDONED).exists() or _is_under_way(bill):
        return None
    owed = balances([bill.pk])[bill.pk].owed
    if owed <= 0:
        return None
    now = clock.now()
    ends = {"status": CardStatus.DECLINED, "decline_code": "expired_card", "ended_at": now}
    try:
        with transaction.atomic(durable=True):
            return CardPayment.objects.create(
                public_id=new_id(),
                bill=bill,
                amount=owed,
                provider=card.provider,
                saved_card=card,
                started_at=now,
                **(ends if is_expired(card.expires, on) else {"status": CardStatus.STARTED}),
            )
    except IntegrityError:
        return None


def _is_under_way(bill: Bill) -> bool:
    """The payer is paying by card, or the bank has been asked and has not answered."""
    is_open = CardPayment.objects.filter(bill=bill, status__in=OPEN).exists()
    return is_open or bool(bills_with_bank([bill.pk]))


def _charge(attempt: CardPayment, charged: Charged) -> None:
    try:
        if attempt.status == CardStatus.STARTED:
            attempt = ask(attempt)
    except ProviderUnavailable:
        charged.unclear += 1
        return
    reason = reason_of(attempt.decline_code)
    if attempt.status == CardStatus.SUCCEEDED:
        charged.paid += 1
        charged.amount += attempt.amount
    elif reason == DeclineReason.CONFIRMATION_NEEDED:
        charged.must_confirm += 1
    elif reason == DeclineReason.EXPIRED:
        charged.expired += 1
    else:
        charged.declined += 1
