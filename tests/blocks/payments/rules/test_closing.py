"""Drawing up a day, without rows."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.blocks.payments.rules import closing
from madoguchi.blocks.payments.rules.closing import Change, Close, Line, Standing, Told

DAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("told", "money"),
    [
        (Told(None, None, None), (0, 0)),
        (Told(5, None, None), (5, 0)),
        (Told(None, 5, None), (0, 0)),
        (Told(5, 5, None), (0, 0)),
        (Told(5, None, 5), (0, 5)),
        (Told(5, 5, 4), (0, 4)),
    ],
)
def test_what_was_known_at_the_end_of_a_day(told, money):
    assert told.money == money


def test_a_payment_that_was_moved_leaves_one_fee_and_comes_to_another():
    before, after = Told(5, None, None), Told(5, None, 5)
    assert list(closing.changes(1, "store", ("a", before), ("a", after))) == [
        Change(1, "store", "a", -5, 5)
    ]
    assert list(closing.changes(1, "store", ("", before), ("a", after))) == [
        Change(1, "store", "", -5, 0),
        Change(1, "store", "a", 0, 5),
    ]
    assert list(closing.changes(1, "store", ("a", before), ("a", before))) == []


CHANGES = st.lists(
    st.builds(
        Change,
        st.integers(1, 4),
        st.sampled_from(["store", "card"]),
        st.sampled_from(["", "a"]),
        st.integers(-2, 2),
        st.integers(-2, 2),
    ),
    max_size=8,
).map(lambda changes: sorted(changes, key=lambda change: change.payment))


@given(CHANGES, CHANGES)
def test_a_payment_is_named_where_its_sides_differ_and_nowhere_else(stated, booked):
    def sums(changes):
        found = {}
        for payment, *place, provisional, settled in changes:
            before = found.get((payment, *place), (0, 0))
            found[payment, *place] = (before[0] + provisional, before[1] + settled)
        return {key: value for key, value in found.items() if value != (0, 0)}

    left, right = sums(stated), sums(booked)
    expected = {key for key in {*left, *right} if left.get(key) != right.get(key)}
    named = closing.misfits(stated, booked)
    assert {(each["payment"], each["channel"], each["fee_kind"]) for each in named} == expected


def test_of_very_many_misfits_the_rest_is_counted():
    stated = (Change(n, "store", "a", 0, 1) for n in range(closing.NAMED_AT_MOST + 3))
    named = closing.misfits(stated, [])
    assert len(named) == closing.NAMED_AT_MOST + 1
    assert named[-1] == {"of": "more", "count": 3}


def close(**given):
    values = {
        "day": DAY,
        "lines": (Line("store", "a", settled=5),),
        "standing": (Standing("a", received=5),),
        "differences": (),
    }
    return Close(**values | given)


def test_the_digest_covers_the_day_and_the_one_before():
    digests = {
        closing.digest(each, previous)
        for each in (close(), close(lines=()), close(standing=()), close(differences=({},)))
        for previous in ("", "a")
    }
    assert len(digests) == 8
    assert closing.digest(close(), "") == closing.digest(close(), "")


def test_a_day_without_anything_has_no_lines():
    empty = closing.Day(DAY, [], {("store", "a"): (0, 0)}, {}, {}, {}, {}, {}, {}, [])
    assert closing.draw_up(empty) == Close(DAY, (), (), ())
