"""Where a step may go from where it is."""

import pytest

from madoguchi.services.onestop.rules.states import (
    OPEN,
    SETTLED,
    WHY_NOT_NEEDED,
    WHY_SENT_BACK,
    NotThatWay,
    Reason,
    StepState,
    Way,
    check_move,
    is_sent_back,
    usual_end,
)

S = StepState
ALLOWED = {
    S.TODO: {S.CALLED, S.DONE, S.HANDED_OVER, S.GOES, S.NOT_NEEDED, S.LEFT},
    S.CALLED: {S.AT_WINDOW, S.TODO, S.DONE, S.HANDED_OVER, S.GOES, S.NOT_NEEDED, S.LEFT},
    S.AT_WINDOW: {S.TODO, S.DONE, S.HANDED_OVER, S.GOES, S.NOT_NEEDED, S.LEFT},
    S.DONE: {S.TODO},
    S.HANDED_OVER: {S.TODO, S.LEFT},
    S.GOES: {S.TODO},
    S.NOT_NEEDED: {S.TODO},
    S.LEFT: {S.DONE, S.HANDED_OVER, S.GOES, S.NOT_NEEDED},
}


@pytest.mark.parametrize("source", list(S))
@pytest.mark.parametrize("target", list(S))
def test_moves(source, target):
    if target in ALLOWED[source]:
        check_move(source, target)
    else:
        with pytest.raises(NotThatWay) as refused:
            check_move(source, target)
        assert (refused.value.source, refused.value.target) == (source, target)


def test_every_state_is_open_settled_or_left():
    assert OPEN | SETTLED | {S.LEFT} == set(S)
    assert frozenset() == OPEN & SETTLED


@pytest.mark.parametrize("way", list(Way))
def test_the_usual_end_settles(way):
    assert usual_end(way) in SETTLED


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("reason", ["", *Reason])
def test_sent_back_is_what_waits_for_the_window_with_a_reason_of_the_back_office(state, reason):
    waits = state in {S.TODO, S.LEFT} and reason in WHY_SENT_BACK
    assert is_sent_back(state, reason) == waits


def test_reasons_of_the_window_and_of_the_back_office_are_different_ones():
    assert frozenset(WHY_NOT_NEEDED) & frozenset(WHY_SENT_BACK) == frozenset()
