"""How a bill stands for its payer, and what is to be paid now."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.blocks.payments.rules.balances import BillBalance
from madoguchi.blocks.payments.rules.payer_bills import TO_PAY, Standing, due_now, standing_of

TODAY = date(2026, 6, 10)


def of(*, due=TODAY, is_cancelled=False, **yen):
    return standing_of(
        BillBalance(**{"assessed": 100, **yen}), due_on=due, is_cancelled=is_cancelled, today=TODAY
    )


@pytest.mark.parametrize(
    ("standing", "yen"),
    [
        (Standing.OWED, {"owed": 100}),
        (Standing.OWED, {"owed": 40, "settled": 60}),
        (Standing.PROVISIONAL, {"provisional": 100}),
        (Standing.SETTLED, {"settled": 100}),
        (Standing.PROVISIONAL, {"provisional": 40, "settled": 60}),
        (Standing.OVERPAID, {"settled": 200, "owed": -100}),
        (Standing.REFUNDING, {"settled": 200, "refund_due": 100}),
        (Standing.REFUNDING, {"settled": 300, "refund_due": 100, "owed": -100}),
        (Standing.SETTLED, {"settled": 200, "refunded": 100}),
        (Standing.CLOSED, {"written_off": 100}),
        (Standing.SETTLED, {"settled": 60, "written_off": 40}),
    ],
)
def test_standing(standing, yen):
    assert of(**yen) == standing


def test_a_bill_is_overdue_the_day_after_its_due_date():
    assert of(owed=100, due=TODAY) == Standing.OWED
    assert of(owed=100, due=TODAY - timedelta(days=1)) == Standing.OVERDUE


@pytest.mark.parametrize(
    ("standing", "yen"),
    [
        (Standing.CANCELLED, {}),
        (Standing.OVERPAID, {"settled": 100, "owed": -100}),
        (Standing.REFUNDED, {"settled": 100, "refunded": 100}),
    ],
)
def test_a_cancelled_bill(standing, yen):
    assert of(is_cancelled=True, assessed=0, **yen) == standing


@dataclass(frozen=True)
class Line:
    fee_kind: str
    due_on: date
    standing: Standing
    name: int = 0


def line(kind, days, standing):
    return Line(kind, TODAY + timedelta(days=days), standing)


def test_now_is_what_is_overdue_and_what_is_due_next_of_each_kind():
    bills = [
        line("rent", 30, Standing.OWED),
        line("water", 9, Standing.OWED),
        line("water", 70, Standing.OWED),
        line("water", -50, Standing.OVERDUE),
        line("water", -110, Standing.SETTLED),
        line("rent", 60, Standing.OWED),
    ]
    now, later = due_now(bills)
    assert now == [bills[3], bills[1], bills[0]]
    assert later == [bills[5], bills[2]]


def test_two_that_are_due_on_one_day_belong_together():
    bills = [Line("water", TODAY, Standing.OWED, name) for name in (1, 2)]
    assert due_now(bills) == (bills, [])


def test_nothing_to_pay():
    assert due_now([line("water", 1, Standing.SETTLED)]) == ([], [])


lines = st.builds(
    Line,
    st.sampled_from(["water", "rent", "care"]),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.sampled_from(Standing),
    st.integers(),
)


@given(st.lists(lines))
def test_every_bill_to_pay_stands_once_and_in_order(bills):
    now, later = due_now(bills)
    wanted = [bill for bill in bills if bill.standing in TO_PAY]
    assert sorted(now + later, key=repr) == sorted(wanted, key=repr)
    assert [bill.due_on for bill in now] == sorted(bill.due_on for bill in now)
    assert [bill.due_on for bill in later] == sorted(bill.due_on for bill in later)
    assert all(bill.standing == Standing.OWED for bill in later)
