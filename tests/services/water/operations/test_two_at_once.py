"""Two clerks at once, on two real connections: each reading one bill, each meter one reading."""

from datetime import date, datetime

import pytest

from madoguchi.blocks.payments import service as payments
from madoguchi.kernel import clock
from madoguchi.services.water.models import Contract, Reading
from madoguchi.services.water.operations import billing
from madoguchi.services.water.operations.billing import make_bills
from madoguchi.services.water.operations.contracts import add_contract, end_contract
from madoguchi.services.water.operations.readings import Entry, record_readings
from tests import connections
from tests.connections import SEVERAL_CONNECTIONS
from tests.services.water.factories import (
    DECEMBER,
    make_contract,
    make_prices,
    make_reading,
    new_contract,
)

pytestmark = SEVERAL_CONNECTIONS
NOW = datetime(2026, 12, 20, 9, 0, tzinfo=clock.TOKYO)


@pytest.fixture(autouse=True)
def _at():
    with clock.frozen(NOW):
        yield


def at_once(*actions):
    return connections.at_once(*actions, at=NOW)


def all_bills(numbers):
    return payments.bills_of(*(f"water:{number}" for number in numbers))


@pytest.mark.parametrize("portion", [3, 500])
def test_four_clerks_make_the_bills_of_one_period(monkeypatch, portion):
    monkeypatch.setattr(billing, "AT_ONCE", portion)
    make_prices()
    numbers = [str(number) for number in range(20)]
    for number in numbers:
        make_contract(number)
        make_reading(number)
    made = at_once(*[lambda: make_bills(period=DECEMBER, by=None)] * 4)
    assert sum(each.bills for each in made) == 20
    bills = all_bills(numbers)
    assert sorted(line.bill.payer for line in bills) == sorted(f"water:{n}" for n in numbers)
    assert {line.bill.number for line in bills} == set(
        Reading.objects.values_list("bill_number", flat=True)
    )


def test_two_clerks_record_one_meter():
    make_contract()

    def record(index):
        entry = Entry(number="0000001", read_on=date(2026, 12, 5), index_m3=index)
        return lambda: record_readings(entries=[entry], by=None)

    results = at_once(record(140), record(141))
    assert sorted((each.new, each.changed) for each in results) == [(0, 1), (1, 0)]
    assert Reading.objects.get().index_m3 in {140, 141}


def test_a_contract_ends_once():
    contract = make_contract()

    def end():
        return end_contract(
            contract_id=contract.pk, last_day=date(2026, 12, 18), index_m3=140, by=None
        )

    results = at_once(end, end)
    assert sorted(type(each).__name__ for each in results) == ["ContractEnded", "Reading"]
    assert Reading.objects.count() == 1


def test_a_number_is_given_once():
    def add():
        return add_contract(contract=new_contract(""), by=None)

    results = at_once(add, add, add)
    made = [each for each in results if isinstance(each, Contract)]
    assert len({each.number for each in made}) == len(made) == Contract.objects.count()


@pytest.mark.parametrize("_attempt", range(4))
def test_a_reading_is_billed_as_it_was_or_as_it_was_put_right(_attempt):
    make_prices()
    make_contract()
    make_reading(index=116)
    results = at_once(
        lambda: make_bills(period=DECEMBER, by=None),
        lambda: record_readings(
            entries=[Entry(number="0000001", read_on=date(2026, 12, 5), index_m3=126)], by=None
        ),
    )
    bill = all_bills(["0000001"])[0].bill
    used = Reading.objects.get().used_m3
    assert bill.amount == {16: 3718, 26: 3718 + 1430 + 1100}[used]
    assert results[0].bills == 1
