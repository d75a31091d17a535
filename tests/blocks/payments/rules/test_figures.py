"""Shares, parts of the collection rate, and what a move of payers comes to."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.blocks.payments.rules.figures import Move, Rate, each, move, parts_of_rate, per_cent

D = Decimal
STORE = Rate(D(62), D(0))
CARD = Rate(D(0), D("0.99"))


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(1, 3, D("33.3")), (2, 3, D("66.7")), (0, 5, D("0.0")), (1, 0, None), (1, 16, D("6.3"))],
)
def test_per_cent(part, whole, expected):
    assert per_cent(part, whole) == expected


@pytest.mark.parametrize(
    ("cost", "count", "expected"), [(D(100), 3, D("33.3")), (D(0), 4, D("0.0")), (D(5), 0, None)]
)
def test_each(cost, count, expected):
    assert each(cost, count) == expected


def test_parts_of_the_rate():
    paid = {"store": 600, "card": 300}
    assert parts_of_rate(paid, assessed=1000, collected=900) == {
        "store": D("60.0"),
        "card": D("30.0"),
    }
    refunded = parts_of_rate(paid, assessed=1000, collected=450)
    assert refunded == {"store": D("30.0"), "card": D("15.0")}


@pytest.mark.parametrize(("assessed", "expected"), [(1000, D("0.0")), (0, None)])
def test_nothing_paid_yet(assessed, expected):
    assert parts_of_rate({"store": 0}, assessed=assessed, collected=0) == {"store": expected}


amounts = st.integers(0, 10**9)


@given(st.dictionaries(st.text(max_size=3), amounts, max_size=4), amounts, amounts)
def test_the_parts_come_to_the_rate(paid, assessed, collected):
    parts = parts_of_rate(paid, assessed=assessed, collected=collected)
    if sum(paid.values()) and assessed:
        rate = D(100) * collected / assessed
        assert abs(sum(parts.values()) - rate) <= D("0.05") * len(parts) + D("1e-12") * rate


def test_from_stores_to_cards():
    moved = move(count=1000, amount=8_000_000, share=D(10), old=STORE, new=CARD)
    # 100 payments of 8,000 yen: 62 yen each, or 79.2 yen each
    assert moved == Move(100, 6200, 7920)
    assert moved.change == 1720


def test_of_no_payments_nothing_moves():
    assert move(count=0, amount=0, share=D(50), old=STORE, new=CARD) == Move(0, 0, 0)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 100))
def test_there_and_back_costs_nothing(count, average, share):
    there = move(count=count, amount=count * average, share=D(share), old=STORE, new=CARD)
    back = move(count=count, amount=count * average, share=D(share), old=CARD, new=STORE)
    assert there.change == -back.change
