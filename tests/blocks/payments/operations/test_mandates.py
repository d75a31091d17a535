"""Mandates: one in force a payer, names that banks take, and forgetting them."""

from datetime import date

import pytest

from madoguchi.blocks.payments.models import Mandate
from madoguchi.blocks.payments.operations.mandates import (
    EndsTooEarly,
    MandateEnded,
    MandateInForce,
    NameTooLong,
    NotForBanks,
    end_mandate,
    end_refused_mandates,
    erase_mandates,
)
from madoguchi.blocks.payments.queries.debit import kinds_of_payer, mandates, mandates_in_force
from madoguchi.kernel.audit.models import AuditEntry
from tests.blocks.payments.debits import LONG_AGO, make_mandate

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)


def test_a_name_is_kept_as_banks_write_it():
    mandate = make_mandate("test:1", holder="きゃっと　サービス")
    assert mandate.holder_kana == "ｷﾔﾂﾄ ｻ-ﾋﾞｽ"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == (
        "payments.mandate_registered",
        f"payments.mandate:{mandate.pk}",
    )
    assert "ｷﾔﾂﾄ" not in str(entry.detail)


def test_a_name_that_banks_do_not_take_is_refused_with_its_character():
    with pytest.raises(NotForBanks) as refused:
        make_mandate("test:1", holder="納入 花子")
    assert refused.value.values == {"character": "納"}
    with pytest.raises(NameTooLong):
        make_mandate("test:1", holder="ガ" * 16)
    assert make_mandate("test:1", holder="ガ" * 15).holder_kana == "ｶﾞ" * 15


def test_one_mandate_is_in_force_at_a_time():
    first = make_mandate("test:1")
    with pytest.raises(MandateInForce):
        make_mandate("test:1", from_on=DAY)
    end_mandate(mandate_id=first.pk, on=DAY, by=None)
    with pytest.raises(MandateInForce):
        make_mandate("test:1", from_on=date(2026, 5, 31))
    second = make_mandate("test:1", from_on=DAY)
    make_mandate("test:2", from_on=DAY)
    assert mandates_in_force(["test:1"], on=date(2026, 5, 31)) == {"test:1": first}
    assert mandates_in_force(["test:1", "test:1"], on=DAY) == {"test:1": second}
    assert mandates_in_force(["test:1"], on=date(2025, 3, 31)) == {}


def test_a_mandate_ends_once_and_not_before_it_began():
    mandate = make_mandate("test:1", from_on=DAY)
    with pytest.raises(EndsTooEarly):
        end_mandate(mandate_id=mandate.pk, on=date(2026, 5, 31), by=None)
    assert end_mandate(mandate_id=mandate.pk, on=DAY, by=None).until_on == DAY
    with pytest.raises(MandateEnded):
        end_mandate(mandate_id=mandate.pk, on=DAY, by=None)


def test_the_bank_ends_only_what_is_in_force():
    one, two = make_mandate("test:1"), make_mandate("test:2", from_on=date(2026, 7, 1))
    gone = end_mandate(mandate_id=make_mandate("test:3").pk, on=DAY, by=None)
    results = {one.pk: "2", two.pk: "3", gone.pk: "4"}
    assert end_refused_mandates(results=results, on=DAY, by=None) == 2
    found = list(Mandate.objects.order_by("pk").values_list("until_on", "ended_by_result"))
    assert found == [(DAY, "2"), (date(2026, 7, 1), "3"), (DAY, "")]


def test_erasing_leaves_an_empty_row():
    mandate = make_mandate("test:1")
    old = end_mandate(mandate_id=make_mandate("test:2").pk, on=DAY, by=None)
    assert erase_mandates(payer="test:1", on=DAY) == 1
    assert erase_mandates(payer="test:2", on=date(2027, 1, 1)) == 1
    assert erase_mandates(payer="test:3", on=DAY) == 0
    for kept in (mandate, old):
        kept.refresh_from_db()
        assert (kept.payer, kept.holder_kana, kept.account_number) == ("", "", "0000000")
        assert kept.until_on == DAY
    assert list(mandates()) == []


def test_a_payer_belongs_to_the_fees_of_a_service():
    assert kinds_of_payer("water:0001234") == ["water"]
    assert "fees.rent" in kinds_of_payer("fees:000001")
    assert kinds_of_payer("nobody:1") == []


def test_mandates_are_found_by_payer_and_service():
    water, fees = make_mandate("water:0000001"), make_mandate("fees:000002")
    ended = end_mandate(mandate_id=make_mandate("fees:000001").pk, on=LONG_AGO, by=None)
    assert list(mandates(payer="00002")) == [fees]
    assert list(mandates(fee_kinds=["water"])) == [water]
    assert set(mandates(fee_kinds=["fees.care", "fees.rent"])) == {fees, ended}
    assert list(mandates(fee_kinds=[])) == []
    assert set(mandates()) == {water, fees, ended}
