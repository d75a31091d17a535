"""Who may do what at the window."""

from dataclasses import dataclass, field

import pytest

from madoguchi.services.onestop.rules import access
from madoguchi.services.onestop.rules.states import StepState

WINDOW, CALLED, ELSEWHERE = 1, 2, 3


@dataclass(frozen=True)
class Actor:
    held: dict = field(default_factory=dict)
    """Departments by role."""

    @property
    def roles(self):
        return frozenset(self.held)

    def departments_as(self, *codes):
        return frozenset().union(*(self.held.get(code, ()) for code in codes))


CLERK = Actor({access.CLERK: {WINDOW}})
VISITOR = Actor({access.CLERK: {CALLED}})
STRANGER = Actor({access.DECIDER: {ELSEWHERE}})
OPERATOR = Actor({access.OPERATOR: {WINDOW}})
COMPOSER = Actor({access.COMPOSER: ()})
AUDITOR = Actor({access.AUDITOR: ()})
NOBODY = Actor()
ALL = (CLERK, VISITOR, STRANGER, OPERATOR, COMPOSER, AUDITOR, NOBODY)


def those_who(test):
    return [actor for actor in ALL if test(actor)]


def test_windows_are_served_by_their_own():
    assert those_who(lambda actor: access.may_serve(actor, WINDOW)) == [CLERK, OPERATOR]


def test_calls_are_answered_by_the_city_s_staff_of_that_department():
    assert those_who(lambda actor: access.may_answer(actor, CALLED)) == [VISITOR]
    assert those_who(lambda actor: access.may_answer(actor, WINDOW)) == [CLERK]
    assert those_who(lambda actor: access.may_answer(actor, None)) == []


@pytest.mark.parametrize(
    ("contract", "own", "readers"),
    [
        (None, {7}, [CLERK, VISITOR, AUDITOR]),
        (7, {7}, [CLERK, VISITOR, OPERATOR, AUDITOR]),
        (7, {8}, [CLERK, VISITOR, AUDITOR]),
        (7, set(), [CLERK, VISITOR, AUDITOR]),
    ],
)
def test_an_operator_sees_only_what_was_taken_in_under_the_own_contract(contract, own, readers):
    assert (
        those_who(
            lambda actor: access.may_read_visit(
                actor,
                window=WINDOW,
                steps=frozenset({CALLED}),
                contract=contract,
                own=frozenset(own),
            )
        )
        == readers
    )


@pytest.mark.parametrize("target", list(StepState))
def test_an_operator_takes_in_and_finishes_nothing(target):
    may = access.may_move(OPERATOR, target, window=WINDOW, department=CALLED)
    assert may == (target in {"called", "handed_over", "goes", "todo"})
    assert access.may_move(CLERK, target, window=WINDOW, department=CALLED)
    assert access.may_move(VISITOR, target, window=WINDOW, department=CALLED)
    assert not access.may_move(VISITOR, target, window=WINDOW, department=ELSEWHERE)
    assert not access.may_move(STRANGER, target, window=WINDOW, department=CALLED)


def test_contracts():
    decider = Actor({access.DECIDER: {WINDOW}})
    assert access.may_make_contracts(decider, WINDOW)
    assert those_who(lambda actor: access.may_make_contracts(actor, WINDOW)) == []
    assert those_who(lambda a: access.may_read_contract(a, WINDOW, is_member=False)) == [
        CLERK,
        AUDITOR,
    ]
    assert those_who(lambda a: access.may_read_contract(a, WINDOW, is_member=True)) == [
        CLERK,
        OPERATOR,
        AUDITOR,
    ]
    assert those_who(lambda actor: access.may_record_errors(actor, CALLED)) == [VISITOR]


def test_windows_are_laid_down_by_those_who_compose():
    assert those_who(access.may_lay_down) == [COMPOSER]


def test_who_is_of_the_city():
    assert those_who(access.is_city) == [CLERK, VISITOR, STRANGER]
    assert those_who(access.is_operator_only) == [OPERATOR]
