"""Contracts are added, changed, ended with a final reading, and erased when nothing is owed."""

from datetime import date, datetime

import pytest

from madoguchi.blocks.payments import service as payments
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.kernel.registries import erasure_hooks
from madoguchi.services.water.models import Contract, Reading
from madoguchi.services.water.operations.billing import make_bills
from madoguchi.services.water.operations.contracts import (
    ContractActive,
    ContractEnded,
    EndsTooEarly,
    NumberTaken,
    StillOwed,
    add_contracts,
    change_contract,
    end_contract,
    erase_contract,
)
from madoguchi.services.water.operations.readings import MeterLowered, Unusual
from madoguchi.services.water.queries.contracts import addressees, find_payer
from tests.services.water.factories import (
    make_contract,
    make_prices,
    make_reading,
    new_contract,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 20, 9, 0, tzinfo=clock.TOKYO)


@pytest.fixture(autouse=True)
def _at():
    with clock.frozen(NOW):
        yield


class TestAdding:
    def test_numbers_follow_one_another(self):
        made = add_contracts(contracts=[new_contract(""), new_contract("")], by=None)
        assert [each.number for each in made] == ["0000001", "0000002"]
        make_contract("0000077")
        make_contract("9-1")  # a number of an older kind
        assert make_contract("").number == "0000078"

    def test_the_log_keeps_how_many_and_no_names(self):
        add_contracts(contracts=[new_contract("1"), new_contract("2")], by=None)
        entry = AuditEntry.objects.first()
        assert (entry.action, entry.subject) == ("water.contracts_added", "water.contracts")
        assert entry.detail == {"contracts": 2, "first": "1", "last": "2"}

    def test_a_number_is_given_once(self):
        make_contract("1")
        with pytest.raises(NumberTaken) as refused:
            add_contracts(contracts=[new_contract("2"), new_contract("1")], by=None)
        assert refused.value.values == {"number": "1"}
        assert Contract.objects.count() == 1

    def test_also_within_one_call(self):
        with pytest.raises(NumberTaken) as refused:
            add_contracts(contracts=[new_contract("1"), new_contract("1")], by=None)
        assert refused.value.values == {"number": "1"}


class TestChanging:
    def test_what_is_given_changes(self):
        contract = make_contract()
        change_contract(contract_id=contract.pk, by=None, name="山田 花子", pipe_mm=20)
        contract.refresh_from_db()
        assert (contract.name, contract.pipe_mm) == ("山田 花子", 20)
        assert "花子" in contract.search_text
        entry = AuditEntry.objects.first()
        assert (entry.action, entry.detail) == ("water.contract_changed", {"fields": ["name"]})

    def test_nothing_changed_is_not_logged(self):
        contract = make_contract()
        before = AuditEntry.objects.count()
        change_contract(contract_id=contract.pk, by=None, name=contract.name)
        assert AuditEntry.objects.count() == before


class TestEnding:
    def test_with_a_final_reading(self):
        contract = make_contract()
        make_reading(index=140)
        with clock.frozen(NOW):
            final = end_contract(
                contract_id=contract.pk, last_day=date(2026, 12, 18), index_m3=145, by=None
            )
        contract.refresh_from_db()
        assert contract.ended_on == date(2026, 12, 19)
        assert (final.is_final, final.used_m3, final.from_on, final.read_on) == (
            True,
            5,
            date(2026, 12, 6),
            date(2026, 12, 18),
        )

    def test_before_anything_was_read(self):
        contract = make_contract(started_on=date(2026, 12, 1))
        final = end_contract(
            contract_id=contract.pk, last_day=date(2026, 12, 1), index_m3=100, by=None
        )
        assert (final.used_m3, final.from_on) == (0, date(2026, 12, 1))

    def test_on_the_day_of_a_reading_that_one_is_the_last(self):
        contract = make_contract()
        make_reading()
        day = date(2026, 12, 5)
        assert end_contract(contract_id=contract.pk, last_day=day, index_m3=None, by=None) is None
        contract.refresh_from_db()
        assert (contract.ended_on, Reading.objects.count()) == (date(2026, 12, 6), 1)

    def test_an_estimate_where_nobody_could_read_it(self):
        contract = make_contract()
        make_reading(index=120)
        final = end_contract(
            contract_id=contract.pk, last_day=date(2026, 12, 18), index_m3=None, by=None
        )
        assert (final.is_estimate, final.used_m3) == (True, 20)

    @pytest.mark.parametrize("day", [date(2026, 12, 4), date(2024, 3, 31)])
    def test_not_before_the_last_reading_or_the_start(self, day):
        contract = make_contract()
        if day.year == 2026:
            make_reading()
        with pytest.raises(EndsTooEarly):
            end_contract(contract_id=contract.pk, last_day=day, index_m3=150, by=None)

    def test_only_once(self):
        contract = make_contract()
        end_contract(contract_id=contract.pk, last_day=date(2026, 12, 1), index_m3=110, by=None)
        with pytest.raises(ContractEnded):
            end_contract(contract_id=contract.pk, last_day=date(2026, 12, 2), index_m3=110, by=None)

    @pytest.mark.parametrize(("index", "kind"), [(99, MeterLowered), (400, Unusual)])
    def test_a_reading_that_is_refused_ends_nothing(self, index, kind):
        contract = make_contract()
        make_reading(index=120, read_on=date(2026, 10, 5))
        with pytest.raises(kind):
            end_contract(
                contract_id=contract.pk, last_day=date(2026, 12, 1), index_m3=index, by=None
            )
        contract.refresh_from_db()
        assert contract.ended_on is None


class TestErasing:
    def ended(self, *, bill=False):
        contract = make_contract()
        make_prices()
        make_reading(index=140, note="犬がいます")
        end_contract(contract_id=contract.pk, last_day=date(2026, 12, 18), index_m3=142, by=None)
        if bill:
            make_bills(period=date(2026, 12, 1), by=None)
        return contract

    def test_name_address_and_notes_go(self):
        contract = self.ended()
        assert erasure_hooks["water"].erase("0000001") == 1
        contract.refresh_from_db()
        kept = (contract.name, contract.name_kana, contract.address, contract.postal_code)
        assert (*kept, contract.meter_number, contract.search_text) == ("",) * 6
        assert (contract.number, contract.erased_at) == ("0000001", NOW)
        assert [each.note for each in Reading.objects.all()] == ["", ""]
        assert addressees(["water:0000001"]) == {}
        assert find_payer("0000001") is None
        assert AuditEntry.objects.first().action == "water.contract_erased"

    @pytest.mark.parametrize("number", ["0000001", "9999999"])
    def test_nothing_is_erased_twice_or_where_nothing_is(self, number):
        self.ended()
        erase_contract("0000001")
        assert erase_contract(number) == 0

    def test_not_while_it_is_in_force(self):
        make_contract()
        with pytest.raises(ContractActive):
            erase_contract("0000001")

    def test_not_while_its_end_lies_ahead(self):
        contract = self.ended()
        with clock.frozen(NOW.replace(day=18)), pytest.raises(ContractActive):
            erase_contract(contract.number)

    def test_not_while_something_is_owed(self):
        contract = self.ended(bill=True)
        with pytest.raises(StillOwed) as refused:
            erase_contract(contract.number)
        owed = sum(each.owed for each in payments.open_bills(fee_kinds=["water"]))
        assert refused.value.values == {"number": "0000001", "amount": f"{owed:,}"}
