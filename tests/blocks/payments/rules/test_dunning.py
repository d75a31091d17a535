"""When a demand is due, and what a payment makes of it."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.blocks.payments.rules import dunning
from madoguchi.blocks.payments.rules.dunning import Last, Standing
from madoguchi.kernel.calendar import is_business_day


@dataclass(frozen=True)
class Rule:
    stage: int
    days_after_due: int
    days_to_pay: int


FIRST, SECOND = Rule(1, 20, 10), Rule(2, 60, 14)
BOTH = [SECOND, FIRST]
DUE = date(2026, 10, 30)  # a Friday


def test_a_due_date_on_a_day_off_moves():
    assert dunning.payable_until(date(2026, 10, 31)) == date(2026, 11, 2)
    assert dunning.payable_until(DUE) == DUE


@pytest.mark.parametrize(
    ("due_on", "days", "day"),
    [
        (DUE, 20, date(2026, 11, 19)),
        (DUE, 22, date(2026, 11, 24)),  # Saturday, Sunday, then Labour Thanksgiving
        (date(2026, 10, 31), 20, date(2026, 11, 24)),  # counted from Monday the 2nd: a Sunday
        (date(2026, 12, 28), 1, date(2027, 1, 4)),  # the hall is closed from the 29th
        (DUE, 0, date(2026, 11, 2)),  # never on the due date itself
    ],
)
def test_a_demand_is_drawn_up_on_a_working_day(due_on, days, day):
    assert dunning.demand_day(Rule(1, days, 10), due_on) == day


def test_the_date_to_pay_by_is_a_working_day():
    assert dunning.pay_by(FIRST, date(2026, 11, 19)) == date(2026, 11, 30)  # the 29th is a Sunday
    assert dunning.pay_by(FIRST, date(2026, 11, 20)) == date(2026, 11, 30)


LAST_DAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("on", "last", "found"),
    [
        (date(2026, 11, 18), None, None),
        (date(2026, 11, 19), None, FIRST),
        (date(2027, 3, 1), None, FIRST),
        (date(2027, 3, 1), Last(1, "drawn_up", LAST_DAY), None),
        (date(2027, 3, 1), Last(1, "withheld", LAST_DAY), None),
        (date(2026, 11, 30), Last(1, "sent", LAST_DAY), None),
        (date(2026, 12, 28), Last(1, "sent", LAST_DAY), None),
        (date(2027, 1, 4), Last(1, "sent", LAST_DAY), SECOND),
        (date(2027, 1, 4), Last(1, "crossed", LAST_DAY), SECOND),
        (date(2027, 1, 4), Last(1, "sent", date(2027, 1, 4)), None),
        (date(2027, 3, 1), Last(2, "sent", date(2027, 2, 1)), None),
    ],
)
def test_stages_follow_one_another(on, last, found):
    assert dunning.stage_due(BOTH, due_on=DUE, on=on, last=last) == found


def test_a_stage_that_gives_no_days_is_not_used():
    rules = [Rule(1, 20, 0), SECOND]
    assert dunning.stage_due(rules, due_on=DUE, on=date(2026, 11, 19), last=None) is None
    assert dunning.stage_due(rules, due_on=DUE, on=date(2027, 1, 4), last=None) == SECOND


def test_without_rules_nothing_is_demanded():
    assert dunning.stage_due([], due_on=DUE, on=date(2030, 1, 1), last=None) is None


days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(days, st.integers(0, 400), st.integers(1, 400))
def test_no_day_is_a_day_off_and_none_is_too_early(day, after, to_pay):
    rule = Rule(1, after, to_pay)
    demanded, pay_by = dunning.demand_day(rule, day), dunning.pay_by(rule, day)
    assert is_business_day(demanded)
    assert is_business_day(pay_by)
    assert demanded > dunning.payable_until(day)
    assert demanded - day >= timedelta(days=after)
    assert pay_by - day >= timedelta(days=to_pay)


@pytest.mark.parametrize(
    ("payments", "needed", "day"),
    [
        ([], 100, None),
        ([(date(2026, 11, 2), 99)], 100, None),
        ([(date(2026, 11, 5), 60), (date(2026, 11, 2), 40)], 100, date(2026, 11, 5)),
        ([(date(2026, 11, 2), 100), (date(2026, 12, 5), 100)], 100, date(2026, 11, 2)),
    ],
)
def test_a_bill_is_paid_up_on_the_day_on_which_the_sum_is_reached(payments, needed, day):
    assert dunning.paid_up_on(payments, needed) == day


SENT = date(2026, 11, 19)  # a Thursday


@pytest.mark.parametrize(
    ("owed", "sent_on", "paid_on", "standing"),
    [
        (1, None, None, Standing.DRAWN_UP),
        (0, None, SENT, Standing.WITHHELD),
        (-5, None, SENT, Standing.WITHHELD),
        (0, None, None, Standing.WITHHELD),  # cancelled or written off
        (1, SENT, None, Standing.SENT),
        (1, SENT, SENT, Standing.SENT),
        (0, SENT, date(2026, 11, 18), Standing.CROSSED),
        (0, SENT, SENT, Standing.CROSSED),
        (0, SENT, date(2026, 11, 20), Standing.CROSSED),
        (0, SENT, date(2026, 11, 21), Standing.SENT),  # paid because of the letter
        (0, SENT, None, Standing.SENT),
        (0, date(2026, 11, 20), date(2026, 11, 24), Standing.CROSSED),  # over the long weekend
    ],
)
def test_what_a_payment_makes_of_a_demand(owed, sent_on, paid_on, standing):
    assert dunning.standing(owed=owed, sent_on=sent_on, paid_on=paid_on) == standing
