"""What payments holds on a person goes through its erasure hook."""

from datetime import date

import pytest

from madoguchi.blocks.payments.models import Bill, Mandate, SavedCard
from madoguchi.blocks.payments.operations.erasure import erase_payer
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.kernel.registries import erasure_hooks
from tests.blocks.payments.cards import save_card
from tests.blocks.payments.factories import make_bill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]


def mandate(payer):
    return Mandate.objects.create(
        payer=payer,
        bank_code="0001",
        branch_code="001",
        account_kind="1",
        account_number="1234567",
        holder_kana="ﾉｳﾆﾕｳ ﾊﾅｺ",
        from_on=date(2026, 4, 1),
    )


def test_accounts_and_cards_go_and_bills_stay():
    make_bill(payer="test:1")
    mandate("test:1")
    save_card("test:1")
    mandate("test:2")
    save_card("test:2")
    assert erase_payer("test:1") == 2
    card = SavedCard.objects.get(payer="test:1")
    assert (card.brand, card.last4, card.expires) == ("", "", "")
    assert card.removed_at is not None
    assert card.forgotten_at is not None
    assert not Mandate.objects.filter(payer="test:1").exists()
    assert Mandate.objects.get(payer="test:2").account_number == "1234567"
    assert SavedCard.objects.get(payer="test:2").removed_at is None
    assert Bill.objects.filter(payer="test:1").count() == 1
    assert AuditEntry.objects.filter(action="payments.card_erased").count() == 1


def test_again_there_is_nothing_left():
    save_card("test:1")
    erase_payer("test:1")
    assert erase_payer("test:1") == 0


def test_it_is_registered():
    assert erasure_hooks["payments"].erase == erase_payer
