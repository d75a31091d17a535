"""Readings are recorded once, chained, and refused with what is wrong."""

from datetime import date, datetime

import pytest

from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.services.water.models import Reading
from madoguchi.services.water.operations import readings
from madoguchi.services.water.operations.billing import make_bills
from madoguchi.services.water.operations.contracts import end_contract
from madoguchi.services.water.operations.readings import (
    ContractUnknown,
    Entry,
    IndexMissing,
    LaterReading,
    MeterImpossible,
    MeterLowered,
    NotItsMonth,
    NotUnderContract,
    PeriodMissing,
    ReadBefore,
    ReadInFuture,
    ReadingBilled,
    ReadingsRefused,
    Recorded,
    Unusual,
    record_readings,
)
from madoguchi.services.water.rules.meter import Exchange
from tests.services.water.factories import make_contract, make_prices, make_reading

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 20, 9, 0, tzinfo=clock.TOKYO)
N = "0000001"


@pytest.fixture(autouse=True)
def _at():
    with clock.frozen(NOW):
        yield


def values(reading):
    return (reading.previous_index_m3, reading.index_m3, reading.used_m3)


class TestChain:
    def test_the_first_reading_starts_from_the_contract(self):
        make_contract(started_on=date(2026, 10, 20))
        found = make_reading(index=140)
        assert values(found) == (100, 140, 40)
        assert (found.from_on, found.read_on, found.period) == (
            date(2026, 10, 20),
            date(2026, 12, 5),
            date(2026, 12, 1),
        )
        assert (found.recorded_at, found.recorded_by, found.bill_number) == (NOW, None, "")

    def test_of_a_contract_taken_over_it_starts_two_months_before_the_period(self):
        make_contract(started_on=date(2010, 4, 1))
        assert make_reading().from_on == date(2026, 10, 1)

    def test_the_next_starts_the_day_after(self):
        make_contract()
        make_reading(index=140, read_on=date(2026, 10, 6))
        found = make_reading(index=175, read_on=date(2026, 12, 5))
        assert (*values(found), found.from_on) == (140, 175, 35, date(2026, 10, 7))

    def test_an_exchange(self):
        contract = make_contract()
        make_reading(index=140, read_on=date(2026, 10, 6))
        found = make_reading(index=12, exchange=Exchange(150, 2), meter_number="新7")
        contract.refresh_from_db()
        assert (*values(found), contract.meter_number) == (140, 12, 20, "新7")
        assert (found.removed_at_m3, found.installed_at_m3) == (150, 2)

    @pytest.mark.parametrize("index", [None, 12])
    def test_an_exchanged_meter_is_not_estimated(self, index):
        make_contract()
        make_reading(index=140, read_on=date(2026, 10, 6))
        with pytest.raises(readings.ExchangedUnread):
            make_reading(index=index, is_estimate=True, exchange=Exchange(150))

    def test_an_exchange_may_leave_the_number_of_the_meter_open(self):
        contract = make_contract()
        make_reading(index=12, exchange=Exchange(150, 2))
        contract.refresh_from_db()
        assert contract.meter_number == "M0000001"

    def test_an_estimate_is_the_use_of_a_year_before(self):
        make_contract()
        for month, index in ((12, 150), (2, 180), (4, 190), (6, 200), (8, 210), (10, 230)):
            year = 2025 if month == 12 else 2026
            make_reading(index=index, read_on=date(year, month, 5))
        found = make_reading(index=None, is_estimate=True)
        assert (*values(found), found.seen_m3, found.is_estimate) == (230, 280, 50, 230, True)
        with clock.frozen(NOW.replace(year=2027, month=2)):
            late = make_reading(index=250, read_on=date(2027, 2, 5))
            assert (*values(late), late.ahead_m3) == (280, 250, 0, 30)
        with clock.frozen(NOW.replace(year=2027, month=4)):
            assert values(make_reading(index=300, read_on=date(2027, 4, 5))) == (280, 300, 20)

    def test_an_estimate_may_be_given(self):
        make_contract()
        assert values(make_reading(index=133, is_estimate=True)) == (100, 133, 33)

    def test_the_meter_turns(self):
        make_contract(start_index_m3=99_990)
        found = make_reading(index=15, rolled_over=True)
        assert (*values(found), found.rolled_over) == (99_990, 15, 25, True)
        with clock.frozen(NOW.replace(year=2027, month=2)):
            assert values(make_reading(index=20, read_on=date(2027, 2, 5))) == (15, 20, 5)


class TestRefused:
    def refused(self, kind, **given):
        with pytest.raises(kind) as refused:
            make_reading(**given)
        assert not Reading.objects.filter(period=date(2026, 12, 1)).exists()
        return refused.value

    def test_an_unknown_number(self):
        assert "9999999" in str(self.refused(ContractUnknown, number="9999999"))

    def test_a_day_ahead(self):
        make_contract()
        assert "2026-12-21" in str(self.refused(ReadInFuture, read_on=date(2026, 12, 21)))

    def test_before_the_contract(self):
        make_contract(started_on=date(2026, 12, 6))
        self.refused(NotUnderContract)

    def test_after_its_end(self):
        contract = make_contract()
        end_contract(contract_id=contract.pk, last_day=date(2026, 11, 30), index_m3=140, by=None)
        self.refused(NotUnderContract)

    def test_the_other_group(self):
        make_contract(reads_in_even_months=False)
        self.refused(NotItsMonth)

    @pytest.mark.parametrize("day", [date(2026, 10, 31), date(2026, 9, 1)])
    def test_too_far_from_its_month(self, day):
        make_contract()
        self.refused(NotItsMonth, read_on=day, period=date(2026, 12, 1))

    def test_a_few_days_beside_its_month_are_fine(self):
        make_contract()
        early = make_reading(read_on=date(2026, 11, 28), period=date(2026, 12, 1))
        assert (early.period, early.read_on) == (date(2026, 12, 1), date(2026, 11, 28))

    def test_not_after_the_last_reading(self):
        make_contract()
        make_reading(read_on=date(2026, 11, 5), period=date(2026, 10, 1))
        same = {"index": 150, "read_on": date(2026, 11, 5), "period": date(2026, 12, 1)}
        assert "2026-11-05" in str(self.refused(ReadBefore, **same))

    def test_a_period_left_out(self):
        make_contract()
        make_reading(read_on=date(2026, 8, 5))
        self.refused(PeriodMissing, index=150)

    def test_a_lower_index(self):
        make_contract()
        words = str(self.refused(MeterLowered, index=99))
        assert "99" in words
        assert "100" in words

    def test_no_meter_shows_that(self):
        make_contract()
        self.refused(MeterImpossible, index=100_000)

    def test_neither_index_nor_estimate(self):
        make_contract()
        self.refused(IndexMissing, index=None)

    def test_unusual_use_until_somebody_looked_again(self):
        make_contract()
        make_reading(index=120, read_on=date(2026, 10, 5))
        words = str(self.refused(Unusual, index=161, confirmed=False))
        assert "41" in words
        assert "20" in words
        assert make_reading(index=161).used_m3 == 41


class TestAgain:
    def test_the_same_is_left_alone(self):
        make_contract()
        first = make_reading()
        entry = Entry(number=N, read_on=date(2026, 12, 5), index_m3=140)
        with clock.frozen(NOW.replace(hour=10)):
            assert record_readings(entries=[entry], by=None) == Recorded(0, 0, 1)
        first.refresh_from_db()
        assert first.recorded_at == NOW

    def test_it_is_put_right_while_no_bill_is_made(self):
        make_contract()
        first = make_reading()
        second = make_reading(index=139, note="読み直し")
        assert (first.pk, values(second), second.note) == (second.pk, (100, 139, 39), "読み直し")

    def test_not_once_it_is_billed(self):
        make_contract()
        make_prices()
        bill = make_reading()
        make_bills(period=date(2026, 12, 1), by=None)
        bill.refresh_from_db()
        with pytest.raises(ReadingBilled) as refused:
            make_reading(index=139)
        assert bill.bill_number in str(refused.value)
        assert make_reading(index=140).pk == bill.pk

    def test_not_once_the_next_starts_from_it(self):
        make_contract()
        make_reading(index=120, read_on=date(2026, 10, 5))
        make_reading()
        with pytest.raises(LaterReading):
            make_reading(index=121, read_on=date(2026, 10, 5))

    def test_none_is_put_in_before_a_later_one(self):
        make_contract()
        make_reading()
        with pytest.raises(LaterReading):
            make_reading(index=120, read_on=date(2026, 10, 5))


class TestMany:
    def entries(self, *numbers, **changes):
        return [
            Entry(**{"number": n, "read_on": date(2026, 12, 5), "index_m3": 140, **changes})
            for n in numbers
        ]

    def test_all_at_once_under_one_entry_of_the_log(self):
        for number in ("1", "2", "3"):
            make_contract(number)
        before = AuditEntry.objects.count()
        found = record_readings(entries=self.entries("1", "2", "3"), by=None)
        assert found == Recorded(3, 0, 0)
        entry = AuditEntry.objects.first()
        assert AuditEntry.objects.count() == before + 1
        assert (entry.action, entry.subject, entry.detail) == (
            "water.readings_recorded",
            "water.readings:2026-12",
            {"new": 3, "changed": 0},
        )

    def test_all_or_none(self):
        make_contract("1")
        with pytest.raises(ReadingsRefused) as refused:
            record_readings(entries=self.entries("1", "2", "3"), by=None)
        assert [(place, type(fault)) for place, fault in refused.value.faults] == [
            (1, ContractUnknown),
            (2, ContractUnknown),
        ]
        assert not refused.value.is_unusual_only
        assert "2" in str(refused.value)
        assert not Reading.objects.exists()

    def test_a_confirmation_may_be_all_that_is_missing(self):
        make_contract("1")
        make_reading("1", index=110, read_on=date(2026, 10, 5))
        with pytest.raises(ReadingsRefused) as refused:
            record_readings(entries=self.entries("1"), by=None)
        assert refused.value.is_unusual_only

    def test_several_of_one_contract_follow_one_another(self):
        make_contract("1")
        october = self.entries("1", read_on=date(2026, 10, 5), index_m3=120)
        record_readings(entries=[*october, *self.entries("1")], by=None)
        found = list(Reading.objects.order_by("period"))
        assert [values(each) for each in found] == [(100, 120, 20), (120, 140, 20)]

    def test_nothing_is_nothing(self):
        assert record_readings(entries=[], by=None) == Recorded(0, 0, 0)
        assert not AuditEntry.objects.exists()

    def test_old_readings_are_remembered(self):
        make_contract("1")
        make_reading("1", index=120, read_on=date(2024, 6, 5))
        with pytest.raises(PeriodMissing):
            make_reading("1")

    def test_queries_do_not_grow(self, django_assert_num_queries):
        for number in range(40):
            make_contract(str(number))
        few = self.entries(*map(str, range(3)))
        many = self.entries(*map(str, range(3, 40)))
        for entries in (few, many):
            with django_assert_num_queries(12):
                readings.record_readings(entries=entries, by=None)
