"""Who may begin, fill in and correct for a resident."""

from dataclasses import dataclass

import pytest

from madoguchi.blocks.procedures.rules.access import (
    AUDITOR,
    CLERK,
    COMPOSER,
    DECIDER,
    OPERATOR,
    fills_all,
    may_begin,
    may_correct,
    may_enter,
)

HERE, THERE = 1, 2


@dataclass(frozen=True)
class Person:
    """Holds roles for department 1, or none."""

    roles: frozenset[str]

    def departments_as(self, *roles):
        return frozenset({HERE}) if self.roles & set(roles) else frozenset()


def person(*roles):
    return Person(frozenset(roles))


@pytest.mark.parametrize(
    ("role", "here", "there"),
    [
        (CLERK, True, True),
        (DECIDER, True, True),
        (OPERATOR, True, False),
        (COMPOSER, False, False),
        (AUDITOR, False, False),
    ],
)
def test_one_window_begins_for_every_department_but_not_under_a_contract(role, here, there):
    assert (may_begin(person(role), HERE), may_begin(person(role), THERE)) == (here, there)


@pytest.mark.parametrize(
    ("role", "departments", "began", "may", "sees_all"),
    [
        (CLERK, {HERE, THERE}, False, True, True),
        (CLERK, {THERE}, False, False, False),
        (CLERK, {THERE}, True, True, True),
        (OPERATOR, {HERE, THERE}, False, True, False),
        (OPERATOR, {THERE}, False, False, False),
        (OPERATOR, {HERE}, True, True, False),
        (COMPOSER, {HERE}, True, False, False),
        (AUDITOR, {HERE}, True, False, False),
    ],
)
def test_who_goes_on_with_a_draft_and_sees_all_of_it(role, departments, began, may, sees_all):
    actor = person(role)
    assert may_enter(actor, departments, began=began) is may
    assert fills_all(actor, departments, began=began) is sees_all


@pytest.mark.parametrize(
    ("role", "may"), [(CLERK, True), (DECIDER, True), (OPERATOR, False), (AUDITOR, False)]
)
def test_only_the_citys_own_correct_what_was_sent(role, may):
    assert may_correct(person(role), HERE) is may
    assert may_correct(person(role), THERE) is False
