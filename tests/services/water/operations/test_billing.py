"""Bills of a period: each reading one bill, whatever is called how often."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi.blocks.payments import service as payments
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.services.water.models import Reading
from madoguchi.services.water.operations import billing
from madoguchi.services.water.operations.billing import NotBilled, make_bills, take_back_bill
from madoguchi.services.water.operations.contracts import end_contract
from madoguchi.services.water.operations.tariffs import add_terms
from madoguchi.services.water.queries.billing import preview, progress
from madoguchi.services.water.rules.meter import Exchange
from madoguchi.services.water.rules.periods import Terms
from tests.services.water.factories import (
    DECEMBER,
    OCTOBER,
    make_contract,
    make_prices,
    make_reading,
    make_tariff,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 20, 9, 0, tzinfo=clock.TOKYO)


@pytest.fixture(autouse=True)
def _at():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def prices():
    make_prices()


def bills():
    return [line.bill for line in payments.bills_of("water:0000001")]


@pytest.mark.usefixtures("prices")
class TestBill:
    def test_what_it_says(self):
        make_contract(started_on=date(2026, 9, 1))
        make_reading(index=160)
        made = make_bills(period=DECEMBER, by=None)
        # water (2,180 + 24 × 130 + 20 × 200) × 1.1 = 10,230; sewer (1,200 + 44 × 100) × 1.1 = 6,160
        assert (made.bills, made.amount, made.left_out) == (1, 16390, ())
        bill = bills()[0]
        assert (bill.amount, bill.fiscal_year, bill.instalment) == (16390, 2026, 9)
        assert (bill.payer, bill.fee_kind, bill.number[:2]) == ("water:0000001", "water", "10")
        assert bill.due_on == date(2027, 2, 1)
        assert sorted(bill.channels) == ["card", "counter", "debit", "store"]
        assert bill.details == [
            ["使用期間", "2026年10月1日～2026年12月5日"],
            ["使用水量", "60 m³"],
            ["メーターの指針（前回→今回）", "100 → 160"],
            ["水道料金", "10,230円"],
            ["下水道使用料", "6,160円"],
            ["うち消費税等", "1,490円"],
        ]
        assert Reading.objects.get().bill_number == bill.number

    def test_without_sewer_and_estimated(self):
        make_contract(has_sewer=False)
        make_reading(index=116, is_estimate=True)
        make_bills(period=DECEMBER, by=None)
        bill = bills()[0]
        assert bill.amount == 2398
        assert [label for label, _ in bill.details] == [
            "使用期間",
            "使用水量",
            "メーターの指針（前回→今回）",
            "水道料金",
            "うち消費税等",
        ]
        assert bill.details[1][1] == "16 m³（推定）"

    def test_after_an_exchange_no_two_meters_are_compared(self):
        make_contract()
        make_reading(index=10, exchange=Exchange(104, 0))
        make_bills(period=DECEMBER, by=None)
        assert "メーターの指針（前回→今回）" not in dict(bills()[0].details)

    def test_no_use_costs_the_base(self):
        make_contract()
        make_reading(index=100)
        assert make_bills(period=DECEMBER, by=None).amount == 2398 + 1320

    def test_a_short_period_costs_one_month(self):
        make_contract(started_on=date(2026, 11, 20))
        make_reading(index=108)
        assert make_bills(period=DECEMBER, by=None).amount == 1199 + 660

    def test_regular_and_final_bill_of_one_month(self):
        contract = make_contract()
        make_reading(index=116)
        end_contract(contract_id=contract.pk, last_day=date(2026, 12, 18), index_m3=118, by=None)
        assert make_bills(period=DECEMBER, by=None).bills == 2
        assert [(bill.instalment, bill.amount) for bill in bills()] == [(9, 3718), (29, 1859)]

    def test_the_terms_of_the_period(self):
        add_terms(
            from_on=DECEMBER,
            terms=Terms(2, 10),
            channels=[payments.Channel.CARD, payments.Channel.COUNTER],
            by=None,
        )
        make_contract()
        make_reading(index=110, read_on=date(2026, 10, 5))
        make_reading(index=120)
        make_bills(period=DECEMBER, by=None)
        make_bills(period=OCTOBER, by=None)
        october, december = bills()
        assert (december.due_on, december.channels) == (date(2027, 2, 10), ["card", "counter"])
        assert (october.due_on, len(october.channels)) == (date(2027, 1, 4), 4)

    def test_the_tariff_that_was_in_force_when_the_period_began(self):
        make_tariff(date(2026, 10, 8), base={20: 9000})
        make_contract()
        make_reading(index=110, read_on=date(2026, 10, 6))
        make_reading(index=110)
        assert make_bills(period=DECEMBER, by=None).amount == 2398 + 1320


@pytest.mark.usefixtures("prices")
class TestOnce:
    def test_called_again_makes_nothing(self):
        make_contract()
        make_reading()
        make_bills(period=DECEMBER, by=None)
        before = AuditEntry.objects.count()
        assert make_bills(period=DECEMBER, by=None).bills == 0
        assert (len(bills()), AuditEntry.objects.count()) == (1, before)

    def test_in_portions_that_go_on_where_they_stopped(self, monkeypatch):
        monkeypatch.setattr(billing, "AT_ONCE", 2)
        for number in range(5):
            make_contract(str(number))
            make_reading(str(number))
        assert make_bills(period=DECEMBER, by=None, most=3).bills == 3
        assert progress(DECEMBER).waiting == 2
        assert make_bills(period=DECEMBER, by=None).bills == 2
        numbers = set(Reading.objects.values_list("bill_number", flat=True))
        assert (len(numbers), "" in numbers) == (5, False)

    def test_queries_do_not_grow(self):
        counts = []
        for number in range(40):
            make_contract(str(number))
            make_reading(str(number))
            if number in {0, 3, 39}:
                with CaptureQueriesContext(connection) as queries:
                    make_bills(period=DECEMBER, by=None)
                counts.append(len(queries))
        assert counts[1] == counts[2]


class TestLeftOut:
    def test_one_that_cannot_be_reckoned_does_not_stop_the_others(self):
        make_prices()
        make_contract("1", pipe_mm=75)
        make_contract("2")
        make_reading("1")
        make_reading("2")
        made = make_bills(period=DECEMBER, by=None)
        assert made.bills == 1
        assert [(each.number, "75" in each.reason) for each in made.left_out] == [("1", True)]
        assert make_bills(period=DECEMBER, by=None).left_out == made.left_out

    def test_without_a_tariff_none_is_made(self):
        make_contract()
        make_reading()
        made = make_bills(period=DECEMBER, by=None)
        assert (made.bills, [each.number for each in made.left_out]) == (0, ["0000001"])
        assert "2026-10-01" in made.left_out[0].reason


@pytest.mark.usefixtures("prices")
class TestPreview:
    def test_what_a_clerk_checks(self):
        make_contract("1")
        make_contract("2")
        make_contract("3", pipe_mm=75)
        make_contract("4", reads_in_even_months=False)
        make_contract("5", started_on=DECEMBER)
        make_reading("1", index=116)
        make_reading("3", index=120)
        found = preview(DECEMBER, today=NOW.date())
        seen = found.progress
        assert (seen.due, seen.read, seen.billed, seen.waiting) == (3, 2, 0, 2)
        assert (found.bills, found.amount, found.used_m3) == (1, 3718, 16)
        assert (found.due_on, seen.unread) == (date(2027, 2, 1), 1)
        assert [each.number for each in found.unread_first] == ["2"]
        assert [each.number for each in found.left_out] == ["3"]
        assert make_bills(period=DECEMBER, by=None).amount == found.amount

    def test_an_ended_contract_is_not_missed(self):
        contract = make_contract()
        end_contract(contract_id=contract.pk, last_day=date(2026, 12, 18), index_m3=140, by=None)
        found = preview(DECEMBER, today=NOW.date())
        assert (found.progress.unread, found.progress.due, found.bills) == (0, 0, 1)


@pytest.mark.usefixtures("prices")
class TestTakingBack:
    def test_the_reading_can_be_put_right_and_billed_again(self):
        make_contract()
        reading = make_reading(index=160)
        make_bills(period=DECEMBER, by=None)
        take_back_bill(reading_id=reading.pk, reason="読み違い", by=None)
        assert bills() == []
        make_reading(index=116)
        assert make_bills(period=DECEMBER, by=None).amount == 3718
        assert [bill.amount for bill in bills()] == [3718]

    def test_not_without_a_bill(self):
        make_contract()
        with pytest.raises(NotBilled):
            take_back_bill(reading_id=make_reading().pk, reason="読み違い", by=None)

    def test_not_once_something_was_paid(self):
        make_contract()
        reading = make_reading()
        make_bills(period=DECEMBER, by=None)
        bill = bills()[0]
        payments.take_at_counter(bill_id=bill.pk, amount=bill.amount, by=None)
        with pytest.raises(payments.BillPaid):
            take_back_bill(reading_id=reading.pk, reason="読み違い", by=None)
        reading.refresh_from_db()
        assert reading.bill_number == bill.number
