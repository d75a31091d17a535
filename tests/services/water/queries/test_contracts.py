"""Contracts as payments and searchers know them."""

import pytest
from django.utils import translation

from madoguchi.blocks.payments import service as payments
from madoguchi.blocks.payments.service import Addressee
from madoguchi.services.water.queries.contracts import search_contracts
from madoguchi.services.water.queries.search import search_pages
from tests.services.water.factories import make_contract

pytestmark = pytest.mark.django_db


def test_payments_learns_whom_a_slip_is_sent_to(django_assert_num_queries):
    for number in ("1", "2", "3"):
        make_contract(number)
    kind = payments.fee_kinds["water"]
    assert kind.number == "10"
    with django_assert_num_queries(1):
        found = kind.addressees(["water:1", "water:3", "water:9", "fees:2"])
    assert set(found) == {"water:1", "water:3"}
    assert found["water:3"] == Addressee("山田 太郎", "999-0001", "見本市本町1-2-3", "3")


@pytest.mark.parametrize(
    ("instalment", "expected"),
    [(9, "10・11月分"), (10, "11・12月分"), (11, "12・1月分"), (29, "12月精算分")],
)
def test_what_a_bill_is_called(instalment, expected):
    with translation.override("ja"):
        assert payments.fee_kinds["water"].instalment_label(2026, instalment) == expected


def test_payers_are_looked_up_by_their_customer_number():
    make_contract("0000007")
    directory = payments.payer_directories["water"]
    assert (directory.find("0000007"), directory.find("7")) == ("water:0000007", None)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", ["1", "2"]),
        ("ヤマダ", ["1"]),
        ("やまだ", ["1"]),
        ("鈴木", ["2"]),
        ("緑町 鈴木", ["2"]),
        ("緑町 山田", []),
        ("５－１", ["2"]),
        ("M1", ["1"]),
        ("－ 鈴木", ["2"]),
    ],
)
def test_search(words, expected):
    make_contract("1", meter_number="M1")
    make_contract(
        "2", name="鈴木 一郎", name_kana="スズキ", address="見本市緑町5-1", meter_number="X2"
    )
    assert [each.number for each in search_contracts(words)] == expected


@pytest.mark.parametrize(
    ("query", "urls"),
    [
        ("口径", ["/water/charges/"]),
        ("水道料金", ["/water/charges/", "/water/payment/", "/water/figures/"]),
        ("口座振替", ["/water/payment/"]),
        ("収納率", ["/water/figures/"]),
        ("水道 カード 登録", ["/water/payment/"]),
        ("図書館", []),
        (" ", []),
    ],
)
def test_the_pages_are_found(query, urls):
    with translation.override("ja"):
        assert [hit.url for hit in search_pages(query, 10)] == urls


def test_no_more_than_asked_for():
    with translation.override("ja"):
        assert len(search_pages("水道料金", 2)) == 2
