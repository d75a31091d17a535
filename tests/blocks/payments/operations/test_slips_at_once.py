"""Two who reissue, print or start at once, each on a real connection."""

from datetime import date, timedelta

import pytest

from madoguchi.blocks.payments.models import BillingRun, Slip, StoreProfile
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.runs import RunOpen, start_run
from madoguchi.blocks.payments.operations.slips import NothingDue, make_slips, reissue_slip
from madoguchi.kernel import clock
from tests.blocks.payments.factories import ONE, bill_fact, make_bill
from tests.connections import SEVERAL_CONNECTIONS, at_once

pytestmark = [
    *SEVERAL_CONNECTIONS,
    pytest.mark.usefixtures("two_kinds", "contract"),
]


@pytest.fixture
def contract(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    StoreProfile.objects.create(
        from_on=date(2026, 4, 1), company_code="912345", client_code="54321"
    )


def due():
    return clock.today() + timedelta(days=30)


def begin():
    return start_run(fee_kind=ONE, title="試験料", fiscal_year=2026, by=None)


def test_two_reissues_get_two_digits():
    bill = make_bill(due_on=due())
    make_slips([bill], by=None)
    reissue = [lambda: reissue_slip(bill_id=bill.pk, pay_by=due(), by=None)] * 8
    assert sorted(slip.issue for slip in at_once(*reissue)) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert sorted(bill.slips.values_list("issue", flat=True)) == [*range(9)]


def test_a_payment_and_a_reissue_take_turns():
    bills = [make_bill(due_on=due()) for _ in range(6)]
    actions = [
        action
        for bill in bills
        for action in (
            lambda bill=bill: book([bill_fact(bill, name=bill.number)], by=None),
            lambda bill=bill: reissue_slip(bill_id=bill.pk, pay_by=due(), by=None),
        )
    ]
    results = at_once(*actions)
    for outcome in results[1::2]:
        assert isinstance(outcome, Slip | NothingDue)
    made = [outcome for outcome in results[1::2] if isinstance(outcome, Slip)]
    assert Slip.objects.count() == len(made)


def test_one_of_two_starts_is_refused():
    make_bill(due_on=due())
    outcomes = at_once(begin, begin)
    assert sum(isinstance(outcome, RunOpen) for outcome in outcomes) == 1
    assert BillingRun.objects.count() == 1
