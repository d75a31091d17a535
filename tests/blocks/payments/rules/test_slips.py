"""What a slip bears, and which slips lie in one file."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.blocks.payments.rules.slips import (
    Batch,
    batches,
    case_key,
    free_field,
    left_out,
    without_barcode,
)

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"amount": 300_000}, ""),
        ({"amount": 300_001}, "too_much"),
        ({"pay_by": TODAY}, ""),
        ({"pay_by": TODAY - timedelta(1)}, "overdue"),
        ({"pay_by": TODAY - timedelta(1), "amount": 300_001}, "overdue"),
        ({"channels": ["card", "counter"]}, "not_by_store"),
        ({"highest": None}, "not_by_store"),
        ({"highest": 500_000, "amount": 500_000}, ""),
        ({"highest": 2_000_000, "amount": 999_999}, ""),
        ({"highest": 2_000_000, "amount": 1_000_000}, "too_much"),
    ],
)
def test_why_a_store_cannot_take_a_slip(changes, reason):
    given_values = {
        "amount": 1,
        "pay_by": TODAY + timedelta(30),
        "channels": ["store", "card"],
        "highest": 300_000,
        "today": TODAY,
    }
    assert without_barcode(**given_values | changes) == reason


def test_the_digits_that_name_a_slip():
    assert free_field("54321", "2100000000000007") == "543212100000000000007"
    assert case_key("2100000000000007", 3) == "21000000000000070003"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"owed": 0}, "paid"),
        ({"owed": -1}, "paid"),
        ({"has_slip": True}, "has_slip"),
        ({"has_slip": True, "owed": 0}, "paid"),
        ({"has_mandate": True}, "by_debit"),
        ({"has_mandate": True, "channels": ["store"]}, ""),
        ({"has_saved_card": True}, "by_card"),
        ({"has_saved_card": True, "channels": ["store", "debit"]}, ""),
        ({"has_mandate": True, "has_saved_card": True}, "by_debit"),
    ],
)
def test_which_bills_a_run_leaves_out(changes, reason):
    given_values = {
        "owed": 1,
        "channels": ["store", "card", "debit"],
        "has_slip": False,
        "has_mandate": False,
        "has_saved_card": False,
    }
    assert left_out(**given_values | changes) == reason


@pytest.mark.parametrize(
    ("payers", "size", "expected"),
    [
        ("", 2, []),
        ("a", 2, [Batch(1, 0, 1)]),
        ("abcd", 2, [Batch(1, 0, 2), Batch(2, 2, 4)]),
        ("abbbc", 2, [Batch(1, 0, 4), Batch(2, 4, 5)]),
        ("aaaa", 1, [Batch(1, 0, 4)]),
    ],
)
def test_a_file_grows_until_the_payer_changes(payers, size, expected):
    assert list(batches(payers, size)) == expected


@given(st.lists(st.integers(1, 4), max_size=30), st.integers(1, 7))
def test_files_hold_every_slip_once_and_every_payer_whole(counts, size):
    payers = [str(payer) for payer, count in enumerate(counts) for _ in range(count)]
    made = list(batches(payers, size))
    assert [place for each in made for place in range(each.start, each.stop)] == list(
        range(len(payers))
    )
    assert [each.number for each in made] == list(range(1, len(made) + 1))
    in_files = [set(payers[each.start : each.stop]) for each in made]
    assert sum(map(len, in_files)) == len(set(payers))
    assert all(each.stop - each.start >= size for each in made[:-1])
