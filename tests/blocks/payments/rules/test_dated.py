"""Which row of a dated table is in force."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.blocks.payments.rules import dated


@dataclass(frozen=True)
class Row:
    fee_kind: str
    from_on: date
    stage: int = 1


def day(n):
    return date(2026, 4, 1) + timedelta(days=n)


ALL_OLD = Row("", day(0))
ALL_NEW = Row("", day(10))
WATER = Row("water", day(5))
WATER_NEW = Row("water", day(20))
ROWS = [WATER, ALL_NEW, WATER_NEW, ALL_OLD]


@pytest.mark.parametrize(
    ("fee_kind", "on", "found"),
    [
        ("water", day(-1), None),
        ("water", day(0), ALL_OLD),
        ("water", day(4), ALL_OLD),
        ("water", day(5), WATER),
        ("water", day(15), WATER),
        ("water", day(20), WATER_NEW),
        ("fees.rent", day(9), ALL_OLD),
        ("fees.rent", day(10), ALL_NEW),
        ("fees.rent", day(99), ALL_NEW),
    ],
)
def test_the_latest_that_has_begun_and_the_own_fee_kind_first(fee_kind, on, found):
    assert dated.in_force(ROWS, fee_kind=fee_kind, on=on) == found


rows = st.lists(
    st.builds(
        Row,
        st.sampled_from(["", "water", "fees.rent"]),
        st.integers(0, 40).map(day),
        st.integers(1, 3),
    ),
    unique_by=lambda row: (row.fee_kind, row.from_on, row.stage),
)


@given(rows, st.integers(-5, 45).map(day), st.sampled_from(["water", "fees.rent", "other"]))
def test_each_stage_has_what_a_search_day_by_day_finds(table, on, fee_kind):
    expected = {}
    for stage in (1, 2, 3):
        for kind in (fee_kind, ""):
            back = on
            while stage not in expected and back >= day(0):
                for row in table:
                    if (row.stage, row.fee_kind, row.from_on) == (stage, kind, back):
                        expected[stage] = row
                back -= timedelta(days=1)
    found = dated.each_in_force(table, key=lambda row: row.stage, fee_kind=fee_kind, on=on)
    assert found == expected


def test_what_comes_is_told_soonest_first():
    assert dated.coming(ROWS, on=day(4)) == [WATER, ALL_NEW, WATER_NEW]
    assert dated.coming(ROWS, on=day(20)) == []
