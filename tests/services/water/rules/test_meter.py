"""What a meter says was used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.services.water.rules.meter import (
    METER_TURNS_AT,
    Before,
    Exchange,
    IndexImpossible,
    IndexLowered,
    Used,
    estimated_m3,
    is_unusual,
    next_before,
    used,
)


def at(index):
    return Before(index, index)


@pytest.mark.parametrize(
    ("before", "index", "expected"),
    [(0, 0, 0), (1200, 1242, 42), (1200, 1200, 0), (99_990, 99_999, 9)],
)
def test_an_ordinary_reading(before, index, expected):
    assert used(at(before), index) == Used(expected)


@pytest.mark.parametrize(("before", "index", "expected"), [(99_999, 0, 1), (99_980, 15, 35)])
def test_the_meter_turns(before, index, expected):
    assert used(at(before), index, rolled_over=True) == Used(expected)


def test_a_lower_index_is_refused_unless_the_meter_turned_or_was_exchanged():
    with pytest.raises(IndexLowered) as refused:
        used(at(99_980), 15)
    assert (refused.value.index, refused.value.floor) == (15, 99_980)


@pytest.mark.parametrize("index", [100_000, 123_456, -1])
def test_five_digits_only(index):
    with pytest.raises(IndexImpossible):
        used(at(0), index)


@pytest.mark.parametrize("index", [500, 600])
def test_no_turn_where_the_index_rose(index):
    with pytest.raises(IndexImpossible):
        used(at(500), index, rolled_over=True)


class TestExchange:
    def test_both_meters_count(self):
        assert used(at(880), 12, exchange=Exchange(900)) == Used(32)
        assert used(at(880), 112, exchange=Exchange(900, 100)) == Used(32)

    def test_the_old_one_may_have_turned(self):
        assert used(at(99_990), 5, rolled_over=True, exchange=Exchange(10)) == Used(25)

    def test_the_old_one_cannot_have_gone_back(self):
        with pytest.raises(IndexLowered):
            used(at(880), 12, exchange=Exchange(879))

    @pytest.mark.parametrize("exchange", [Exchange(100_000), Exchange(900, 100_000)])
    def test_five_digits_only(self, exchange):
        with pytest.raises(IndexImpossible):
            used(at(880), 12, exchange=exchange)

    def test_the_new_one_cannot_show_less_than_at_first(self):
        with pytest.raises(IndexImpossible):
            used(at(880), 12, exchange=Exchange(900, 13))


class TestAfterAnEstimate:
    def test_what_was_billed_too_much_is_not_billed_again(self):
        estimated = Before(120, 100)  # 100 was seen, 20 were estimated
        first = used(estimated, 110)
        assert first == Used(0, 10)
        assert used(next_before(110, first), 130) == Used(10)

    def test_nothing_below_what_was_seen(self):
        with pytest.raises(IndexLowered) as refused:
            used(Before(120, 100), 99)
        assert refused.value.floor == 100

    def test_over_the_turn_of_the_meter(self):
        estimated = Before(99_990 + 20, 99_990)
        late = used(estimated, 99_995)
        assert late == Used(0, 15)
        assert used(next_before(99_995, late), 30, rolled_over=True) == Used(20)
        early = used(estimated, 5, rolled_over=True)
        assert early == Used(0, 5)
        assert used(next_before(5, early), 30) == Used(20)

    def test_over_an_exchange(self):
        first = used(Before(120, 100), 3, exchange=Exchange(105))
        assert first == Used(0, 12)
        assert used(next_before(3, first), 40) == Used(25)


@given(
    st.integers(0, METER_TURNS_AT - 1),
    st.lists(st.tuples(st.integers(0, 3000), st.none() | st.integers(0, 3000)), max_size=12),
)
def test_what_ran_through_the_meter_is_billed_once(start, periods):
    """Each period: what was really used, and an estimate in place of reading it, or None."""
    before, really, billed = at(start), start, 0
    for amount, estimate in periods:
        really += amount
        if estimate is not None:
            billed += estimate
            before = Before(before.billed_up_to + estimate, before.shown)
            continue
        shown = really % METER_TURNS_AT
        taken = used(before, shown, rolled_over=shown < before.shown)
        billed += taken.m3
        assert billed - taken.ahead_m3 == really - start
        before = next_before(shown, taken)


@pytest.mark.parametrize(
    ("year_before", "last", "expected"),
    [(30, 50, 30), (0, 50, 0), (None, 50, 50), (None, None, 0)],
)
def test_an_estimate_follows_the_year_before(year_before, last, expected):
    assert estimated_m3(year_before=year_before, last=last) == expected


@pytest.mark.parametrize(
    ("m3", "year_before", "last", "expected"),
    [
        (41, 20, None, True),
        (40, 20, 5, False),
        (41, None, 20, True),
        (40, None, 20, False),
        (9, 1, None, False),
        (10, 1, None, True),
        (10, 0, 40, True),
        (500, None, None, False),
    ],
)
def test_more_than_twice_as_much_is_asked_about(m3, year_before, last, expected):
    assert is_unusual(m3, year_before=year_before, last=last) is expected
