"""Instalments: sums, due dates, and what a later decision does to them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.kernel.calendar import is_business_day
from madoguchi.services.fees import rules
from madoguchi.services.fees.rules import Instalment, Owed, Rule

CARE = Rule(2015, (7, 8, 9, 10, 11, 12, 1, 2), at_stores=True)
MONTHLY = Rule(2016, rules.MONTHS, at_stores=True)


@pytest.mark.parametrize(
    ("fiscal_year", "month", "day"),
    [
        (2026, 7, date(2026, 7, 31)),
        (2026, 10, date(2026, 11, 2)),  # 31 October 2026 is a Saturday
        (2026, 12, date(2027, 1, 4)),  # the end of the year is closed until 3 January
        (2026, 2, date(2027, 3, 1)),  # 28 February 2027 is a Sunday
    ],
)
def test_an_instalment_is_due_on_the_last_day_of_its_month_or_the_next_business_day(
    fiscal_year, month, day
):
    assert rules.due_on(fiscal_year, month) == day


@pytest.mark.parametrize(
    ("amount", "count", "parts"),
    [
        (72_000, 8, (9_000,) * 8),
        (72_350, 8, (9_350, *(9_000,) * 7)),
        (790, 8, (790, *(0,) * 7)),
        (0, 3, (0, 0, 0)),
    ],
)
def test_a_year_is_split_with_the_odd_yen_in_the_first(amount, count, parts):
    assert rules.split_year(amount, count) == parts


@given(st.integers(0, 10_000_000), st.integers(1, 12))
def test_nothing_is_lost_in_splitting(amount, count):
    first, *others = rules.split_year(amount, count)
    assert first + sum(others) == amount
    assert {part % 100 for part in others} <= {0}
    assert [part for part in others if part > first] == []


def test_a_premium_of_part_of_the_year_falls_on_the_instalments_left():
    found = rules.instalments(2026, CARE, Owed(20_500, by_year=True, first_month=12))
    assert [(each.number, each.month, each.amount) for each in found] == [
        (6, 12, 6_900),
        (7, 1, 6_800),
        (8, 2, 6_800),
    ]


def test_a_monthly_fee_is_owed_for_each_month_of_the_span():
    found = rules.instalments(
        2026, MONTHLY, Owed(12_000, by_year=False, first_month=2, last_month=3)
    )
    assert [(each.number, each.amount) for each in found] == [(11, 12_000), (12, 12_000)]


def test_nothing_is_due_where_the_span_has_no_instalment():
    assert rules.instalments(2026, CARE, Owed(500, by_year=True, last_month=6)) == ()


def test_a_span_that_ends_before_it_begins_is_refused():
    with pytest.raises(rules.NoSuchSpan):
        rules.months_between(3, 4)


@given(
    st.integers(2000, 2060),
    st.integers(1, 500_000),
    st.sampled_from(rules.MONTHS),
    st.sampled_from(rules.MONTHS),
    st.booleans(),
)
def test_due_dates_are_open_days_in_order_and_amounts_positive(year, amount, first, last, by_year):
    try:
        found = rules.instalments(year, MONTHLY, Owed(amount, by_year, first, last))
    except rules.NoSuchSpan:
        assert rules.MONTHS.index(first) > rules.MONTHS.index(last)
        return
    assert all(is_business_day(each.due_on) for each in found)
    assert [each.due_on for each in found] == sorted({each.due_on for each in found})
    span = len(rules.months_between(first, last))
    assert sum(each.amount for each in found) == (amount if by_year else amount * span)


def test_the_rule_of_a_year_is_the_latest_that_has_begun():
    old, new = Rule(2015, (7,), at_stores=False), Rule(2018, (8,), at_stores=True)
    assert rules.rule_in_force([new, old], 2017) == old
    assert rules.rule_in_force([new, old], 2018) == new
    assert rules.rule_in_force([new, old], 2014) is None


@pytest.mark.parametrize(
    ("at_stores", "since"),
    [
        ([False, True, True], 2016),
        ([True, False, True], 2017),
        ([True, False], None),
        ([], None),
    ],
)
def test_stores_take_a_kind_since_the_last_time_they_began(at_stores, since):
    dated = [Rule(2015 + index, (7,), at_stores=each) for index, each in enumerate(at_stores)]
    assert rules.first_year_at_stores(dated[::-1]) == since


def plan(*amounts):
    return [
        Instalment(number, month, rules.due_on(2026, month), amount)
        for number, (month, amount) in enumerate(zip(CARE.due_months, amounts, strict=False), 1)
    ]


def test_a_rise_is_spread_over_what_is_left_first_instalment_first():
    change = rules.revise(plan(9_000, 9_000, 9_000), {1: 6_000, 2: 6_000, 3: 6_000}, {1})
    assert change.cancel == (2, 3)
    assert [(each.number, each.amount) for each in change.issue] == [(2, 12_000), (3, 9_000)]
    assert change.excess == 0


def test_a_cut_is_taken_from_what_is_left_and_the_rest_is_excess():
    change = rules.revise(plan(1_000, 1_000, 1_000), {1: 9_000, 2: 9_000, 3: 9_000}, {1})
    assert change.cancel == (2, 3)
    assert change.issue == ()
    assert change.excess == 6_000


def test_a_decision_that_changes_nothing_leaves_every_bill():
    same = rules.revise(plan(500, 400), {1: 500, 2: 400}, set())
    assert same == rules.Change((), ())


def test_an_instalment_that_is_no_longer_owed_is_taken_back():
    change = rules.revise(plan(500), {1: 500, 2: 400}, set())
    assert change == rules.Change((2,), ())


def test_a_rise_with_nothing_left_to_bill_is_told():
    assert rules.revise(plan(900), {1: 500}, {1}) == rules.Change((), (), shortfall=400)


def test_a_premium_without_an_instalment_in_its_span_is_told():
    assert rules.revise((), {}, set(), unplanned=500) == rules.Change((), (), shortfall=500)
    assert rules.revise((), {1: 900, 2: 100}, {1}, unplanned=500) == rules.Change(
        (2,), (), excess=400
    )


@pytest.mark.parametrize(
    ("made_on", "due_on"),
    [
        (date(2026, 7, 21), date(2026, 7, 31)),
        (date(2026, 7, 22), date(2026, 8, 3)),
        (date(2026, 10, 5), date(2026, 10, 15)),
    ],
)
def test_a_bill_that_is_made_late_leaves_ten_days(made_on, due_on):
    assert rules.due_on_if_made(rules.due_on(2026, 7), made_on) == due_on


@given(
    st.lists(st.integers(0, 30_000), min_size=1, max_size=8),
    st.lists(st.integers(1, 30_000), min_size=8, max_size=8),
    st.integers(0, 7),
)
def test_after_a_change_the_bills_come_to_the_decision(amounts, before, kept_count):
    planned = [each for each in plan(*amounts) if each.amount]
    billed = dict(enumerate(before, 1))
    kept = set(range(1, kept_count + 1))
    change = rules.revise(planned, billed, kept)
    standing = {n: amount for n, amount in billed.items() if n not in change.cancel}
    standing |= {each.number: each.amount for each in change.issue}
    owed = sum(each.amount for each in planned)
    assert kept <= set(standing)
    assert sum(standing.values()) == owed + change.excess - change.shortfall
    assert min(change.excess, change.shortfall) == 0
