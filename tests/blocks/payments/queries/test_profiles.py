"""What is in force for a fee kind on a day, from the tables."""

from datetime import date
from decimal import Decimal

import pytest

from madoguchi.blocks.payments.models import (
    ChannelCost,
    DebitProfile,
    DunningRule,
    ElqrProfile,
    FeeKindOffice,
    StoreProfile,
)
from madoguchi.blocks.payments.queries import profiles
from tests.factories import make_department

pytestmark = pytest.mark.django_db

OLD, NEW = date(2025, 4, 1), date(2026, 4, 1)


def test_each_table_answers_for_a_fee_kind_and_a_day():
    store = StoreProfile.objects.create(from_on=OLD, company_code="912345", client_code="00001")
    own = StoreProfile.objects.create(
        fee_kind="water", from_on=NEW, company_code="912345", client_code="00002"
    )
    elqr = ElqrProfile.objects.create(
        from_on=OLD, office_code="11101", tax_office_code="111", item_number="001"
    )
    debit = DebitProfile.objects.create(
        from_on=NEW,
        client_code="0000000001",
        client_name_kana="ﾐﾅﾄｼ",
        bank_code="0001",
        branch_code="001",
        account_number="1234567",
    )
    water = make_department("上下水道部")
    FeeKindOffice.objects.create(fee_kind="water", from_on=OLD, department=water)

    assert profiles.store_profile("water", OLD) == store
    assert profiles.store_profile("water", NEW) == own
    assert profiles.store_profile("fees.rent", NEW) == store
    assert profiles.elqr_profile("water", NEW) == elqr
    assert profiles.debit_profile("water", OLD) is None
    assert profiles.debit_profile("water", NEW) == debit
    assert profiles.responsible_department("water", NEW) == water.pk
    assert profiles.responsible_department("fees.rent", NEW) is None


def test_dunning_has_the_rule_in_force_of_each_stage_in_order():
    def rule(stage, from_on, days, fee_kind=""):
        return DunningRule.objects.create(
            stage=stage, from_on=from_on, days_after_due=days, days_to_pay=10, fee_kind=fee_kind
        )

    second, first = rule(2, OLD, 60), rule(1, OLD, 20)
    own = rule(1, OLD, 14, "water")
    rule(2, date(2027, 4, 1), 90)
    assert profiles.dunning_rules("fees.rent", NEW) == [first, second]
    assert profiles.dunning_rules("water", NEW) == [own, second]


def test_costs_follow_channel_fee_kind_and_day():
    def cost(channel, from_on, yen, fee_kind=""):
        return ChannelCost.objects.create(
            channel=channel,
            fee_kind=fee_kind,
            from_on=from_on,
            yen_each=Decimal(yen),
            per_cent=Decimal(0),
        )

    store, dearer, own = cost("store", OLD, 60), cost("store", NEW, 66), cost("card", OLD, 1, "a")
    rows = profiles.channel_costs()

    def found(channel, fee_kind, on):
        return profiles.cost_in_force(rows, channel=channel, fee_kind=fee_kind, on=on)

    assert rows == [own, store, dearer]
    assert found("store", "a", OLD) == store
    assert found("store", "a", NEW) == dearer
    assert found("card", "a", NEW) == own
    assert found("card", "b", NEW) is None
