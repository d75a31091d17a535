"""Water's indicators, with the day totals behind them."""

from decimal import Decimal

import pytest
from django.utils import translation

from madoguchi.kernel import clock
from madoguchi.kernel.evidence import EvidenceRow, indicators, measure
from tests.services.water.paying import NOW, at, make_two_years, save_card

pytestmark = pytest.mark.django_db
D = Decimal
CODES = [
    "water.card_payments",
    "water.card_share",
    "water.collection_rate",
    "water.cost_card",
    "water.cost_counter",
    "water.cost_debit",
    "water.cost_store",
    "water.counter_payments",
    "water.counter_share",
    "water.debit_payments",
    "water.debit_share",
    "water.registered_cards",
    "water.store_payments",
    "water.store_share",
]


@pytest.fixture(autouse=True)
def _at():
    with clock.frozen(NOW), translation.override("ja"):
        yield


def test_all_are_registered():
    assert [each.code for each in indicators if each.code.startswith("water.")] == CODES


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_zero_without_records(code):
    found = measure(code, 2026)
    assert (found.value, found.rows, found.source_url) == (0, (), "/water/figures/")


class TestPaid:
    @pytest.fixture(autouse=True)
    def _paid(self):
        make_two_years()

    @pytest.mark.parametrize(
        ("code", "before", "now"),
        [
            ("water.card_payments", 0, 2),
            ("water.card_share", D("0.0"), D("50.0")),
            ("water.store_payments", 2, 1),
            ("water.store_share", D("66.7"), D("25.0")),
            ("water.debit_payments", 0, 1),
            ("water.counter_share", D("33.3"), D("0.0")),
            ("water.collection_rate", D("75.0"), D("100.0")),
            ("water.cost_store", D("62.0"), D("62.0")),
            ("water.cost_card", D("0.0"), D("37.0")),
            ("water.cost_debit", D("0.0"), D("11.0")),
            ("water.cost_counter", D("0.0"), D("0.0")),
        ],
    )
    def test_values(self, code, before, now):
        assert (measure(code, 2025).value, measure(code, 2026).value) == (before, now)

    def test_rows_are_days_without_anything_personal(self):
        day = at(2026, 5, 10).date()
        assert measure("water.card_payments", 2026).rows == (
            EvidenceRow("クレジットカード：2件、7,436円", on=day),
        )
        assert [row.text for row in measure("water.card_share", 2026).rows] == [
            "クレジットカード：2件、7,436円",
            "口座振替：1件、3,718円",
            "コンビニエンスストア：1件、3,718円",
        ]
        rate = [row.text for row in measure("water.collection_rate", 2025).rows]
        assert rate[:2] == [
            "納期限を過ぎた請求 4件、14,872円",
            "うち完納 3件、収納額 11,154円",
        ]
        assert measure("water.cost_store", 2025).rows[0].text == "納付 2件、手数料 124円"


def test_registered_cards_are_those_of_water_at_the_end_of_the_year():
    save_card("water:1", at(2025, 5, 1))
    save_card("water:2", at(2026, 3, 31), removed_at=at(2026, 4, 1))
    save_card("water:3", at(2026, 12, 1))
    save_card("fees:1", at(2025, 5, 1))
    before, now = measure("water.registered_cards", 2025), measure("water.registered_cards", 2026)
    assert (before.value, now.value) == (2, 2)
    assert [row.text for row in now.rows] == [
        "カードの登録 1枚、解除 0枚",
        "カードの登録 1枚、解除 0枚",
        "カードの登録 0枚、解除 1枚",
        "カードの登録 1枚、解除 0枚",
    ]
