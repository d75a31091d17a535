"""Holes in texts, deadlines, keeping, days as people write them."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.blocks.procedures.forms.dates import DayField
from madoguchi.blocks.procedures.rules import access, codes, filling, keeping
from madoguchi.blocks.procedures.rules.access import Right
from madoguchi.blocks.procedures.rules.deadlines import due_on
from madoguchi.blocks.procedures.rules.definition import State
from madoguchi.kernel import calendar, fiscal
from madoguchi.kernel.clock import TOKYO


def test_holes_are_filled_once_and_braces_stay():
    text = "{number}の{title}、{{そのまま}}、{unknown}。"
    assert filling.holes(text) == ("number", "title", "unknown")
    values = {"number": "{title}", "title": "転入届"}
    assert filling.filled(text, values) == "{title}の転入届、{そのまま}、。"


def test_a_stray_brace_is_named():
    assert filling.holes("a { b } c") == (" b ",)
    assert filling.holes("a } b") == ("}",)


@given(st.text(alphabet="ab{}", max_size=20))
def test_filling_never_fails(text):
    filling.filled(text, dict.fromkeys(filling.holes(text), "x"))


@given(
    st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1)),
    st.integers(min_value=1, max_value=60),
)
def test_a_deadline_is_a_business_day_never_too_early(day, days):
    found = due_on(State("x", "x", days=days), day)
    assert found is not None
    assert calendar.is_business_day(found)
    assert (found - day).days >= days
    assert due_on(State("x", "x"), day) is None


def test_a_case_is_kept_for_five_fiscal_years():
    march, april = date(2027, 3, 31), date(2027, 4, 1)
    assert keeping.kept_until(march) == date(2032, 4, 1)
    assert keeping.kept_until(april) == date(2033, 4, 1)
    ended = datetime(2027, 3, 31, 12, 0, tzinfo=TOKYO)
    assert not keeping.may_be_erased(ended, date(2032, 3, 31))
    assert keeping.may_be_erased(ended, date(2032, 4, 1))
    assert not keeping.may_be_erased(None, date(2099, 1, 1))


@given(st.dates(min_value=date(1868, 1, 25), max_value=date(2099, 12, 31)))
def test_a_day_is_read_in_its_era_and_in_western_years(day):
    field = DayField()
    western = ["", str(day.year), str(day.month), str(day.day)]
    assert field.clean(western) == day.isoformat()
    era = next(era for era in reversed(fiscal.ERAS) if era.first_day <= day)
    number = day.year - era.first_day.year + 1
    written = "元" if number == 1 else str(number)
    assert field.clean([era.letter, written, f"{day.month:02d}", str(day.day)]) == day.isoformat()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (["", "33", "4", "5"], "year"),
        (["S", "33", "", "5"], "whole"),
        (["", "2026", "2", "30"], "date"),
        (["", "x", "1", "1"], "date"),
        (["R", "9999999", "1", "1"], "date"),
        (["", "", "", ""], "required"),
    ],
)
def test_what_is_no_day_is_said(given, code):
    with pytest.raises(ValidationError) as wrong:
        DayField().clean(given)
    assert wrong.value.code == code


def test_wide_digits_are_read():
    assert DayField().clean(["S", "３３", "４", "５"]) == "1958-04-05"


@given(st.text(alphabet=codes.SIGNS, min_size=8, max_size=8))
def test_a_number_is_found_however_it_is_written(number):
    for text in (number, codes.shown(number), f"madoguchi:{number.lower()}", f" {number} "):
        assert codes.scanned(text) == number


class Actor:
    """Somebody who holds roles for departments."""

    def __init__(self, **held):
        self.held = held

    @property
    def roles(self):
        return frozenset(self.held)

    def departments_as(self, *roles):
        return frozenset(d for role in roles for d in self.held.get(role, ()))


@given(
    st.fixed_dictionaries(
        {
            role: st.sets(st.integers(min_value=1, max_value=3))
            for role in (access.CLERK, access.DECIDER, access.OPERATOR)
        }
    ),
    st.integers(min_value=1, max_value=3),
)
def test_rights_follow_the_department_in_which_a_role_is_held(held, department):
    actor = Actor(**{role: ids for role, ids in held.items() if ids})
    has = {role: department in ids for role, ids in held.items()}
    assert access.may_take(actor, Right.DECIDE, department) == has[access.DECIDER]
    assert access.may_take(actor, Right.PREPARE, department) == any(has.values())
    assert access.reads_all(actor, department) == (has[access.CLERK] or has[access.DECIDER])
    assert access.may_read(actor, department) == any(has.values())
    assert not access.may_take(actor, Right.APPLICANT, department)
