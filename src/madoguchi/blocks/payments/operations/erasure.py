"""What payments holds on a person, and how it goes when the person asks for that."""

from django.db import transaction

from madoguchi.blocks.payments.models import SavedCard
from madoguchi.blocks.payments.operations.cards import remove_saved_card
from madoguchi.blocks.payments.operations.mandates import erase_mandates
from madoguchi.blocks.payments.operations.payer import erase_receipts
from madoguchi.kernel import clock
from madoguchi.kernel.audit.operations import record


def erase_payer(payer: str) -> int:
    """Erasure hook: bank accounts, cards and receipts of a payer reference go; how many went.

    Bills and payments stay: they hold numbers only, and the books must add up. Not one
    transaction, since the card provider is told on the way; what is left is erased by repeating
    it. Raises WithTheBank while a bank still has to answer for an account.
    """
    mandates = erase_mandates(payer=payer, on=clock.today())
    remove_saved_card(payer=payer, by=None)
    return mandates + _erase_cards(payer) + erase_receipts(payer=payer)


@transaction.atomic
def _erase_cards(payer: str) -> int:
    """What a person would know a card by; the provider's names stay until it has deleted them."""
    cards = SavedCard.objects.select_for_update().filter(payer=payer).exclude(last4="")
    pks = list(cards.values_list("pk", flat=True))
    SavedCard.objects.filter(pk__in=pks).update(brand="", last4="", expires="")
    for pk in pks:
        record(by=None, action="payments.card_erased", subject=f"payments.saved_card:{pk}")
    return len(pks)
