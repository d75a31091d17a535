"""What came in, by channel and by year."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi.blocks.payments.models import ChannelCost
from madoguchi.blocks.payments.operations.bills import cancel_bill
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.refunds import decide_refund, end_refund
from madoguchi.blocks.payments.queries import collected
from madoguchi.blocks.payments.queries.collected import ChannelCostTotal, ChannelTotal, DailyTotal
from madoguchi.blocks.payments.rules.balances import Collected
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from madoguchi.kernel.clock import TOKYO
from tests.blocks.payments.factories import ONE, PROVISIONAL, TWO, bill_fact, make_bills

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]

KINDS = (ONE, TWO)
NEW_YEARS_EVE = datetime(2027, 3, 31, 23, 59, tzinfo=TOKYO)
APRIL = datetime(2027, 4, 1, 0, 0, tzinfo=TOKYO)


def paid(bill, name, *, at, channel=Channel.CARD, **given):
    book([bill_fact(bill, name=name, at=at, channel=channel, **given)], by=None)


def test_a_payment_counts_in_the_year_in_which_it_was_made_and_once_settled():
    one, two, three, other = make_bills(1000, 2000, 3000, 4000)
    paid(one, "a", at=NEW_YEARS_EVE)
    paid(two, "b", at=APRIL, channel=Channel.DEBIT)
    paid(three, "c", at=NEW_YEARS_EVE, kind=PROVISIONAL)
    paid(make_bills(700, kind=TWO)[0], "d", at=NEW_YEARS_EVE)
    paid(other, "e", at=APRIL)
    nothing = ChannelTotal()
    with CaptureQueriesContext(connection) as queries:
        assert collected.payments_by_channel(fee_kinds=KINDS, fiscal_year=2026) == {
            Channel.STORE: nothing,
            Channel.CARD: ChannelTotal(2, 1700),
            Channel.DEBIT: nothing,
            Channel.COUNTER: nothing,
        }
    assert len(queries) == 1
    assert collected.daily_totals(fee_kinds=KINDS, fiscal_year=2027) == [
        DailyTotal(date(2027, 4, 1), Channel.CARD, 1, 4000),
        DailyTotal(date(2027, 4, 1), Channel.DEBIT, 1, 2000),
    ]
    assert collected.daily_totals(fee_kinds=[TWO], fiscal_year=2026) == [
        DailyTotal(date(2027, 3, 31), Channel.CARD, 1, 700)
    ]


def test_a_payment_costs_what_was_agreed_for_its_day_and_fee_kind():
    for kind, day, each, per_cent in (
        ("", date(2020, 4, 1), "10", "1.5"),
        (TWO, date(2020, 4, 1), "0", "2"),
        ("", date(2027, 3, 31), "20.5", "0"),
    ):
        ChannelCost.objects.create(
            channel=Channel.CARD,
            fee_kind=kind,
            from_on=day,
            yen_each=Decimal(each),
            per_cent=Decimal(per_cent),
        )
    one, two, three = make_bills(1010, 2000, 3000)
    paid(one, "a", at=datetime(2027, 3, 1, 12, tzinfo=TOKYO))
    paid(two, "b", at=NEW_YEARS_EVE)
    paid(make_bills(700, kind=TWO)[0], "c", at=NEW_YEARS_EVE)
    paid(three, "d", at=NEW_YEARS_EVE, channel=Channel.COUNTER)
    found = collected.cost_by_channel(fee_kinds=KINDS, fiscal_year=2026)
    # 10 + 1.5 % of 1,010 = 25.15; 20.5; 2 % of 700 = 14
    assert found[Channel.CARD] == ChannelCostTotal(3, 3710, 60)
    assert found[Channel.COUNTER] == ChannelCostTotal(1, 3000, 0)
    assert found[Channel.STORE] == ChannelCostTotal()


def test_the_rate_counts_settled_money_of_bills_that_are_due():
    with clock.frozen(datetime(2026, 6, 1, tzinfo=TOKYO)):
        full, part, over, waits, gone = make_bills(1000, 1000, 1000, 1000, 1000)
        make_bills(5000, due_on=date(2026, 7, 31))
        cancel_bill(gone.pk, by=None, reason="")
        paid(full, "a", at=clock.now())
        paid(part, "b", at=clock.now(), amount=400)
        paid(over, "c", at=clock.now(), amount=1500)
        paid(waits, "d", at=clock.now(), kind=PROVISIONAL)
    due = date(2026, 7, 1)
    assert collected.collection_rate(fee_kinds=[ONE], fiscal_year=2026, on=due) == Collected(
        assessed=4000, collected=2400, bills=4, bills_paid=2
    )
    everything = collected.collection_rate(
        fee_kinds=[ONE], fiscal_year=2026, on=due, only_due=False
    )
    assert (everything.assessed, everything.bills) == (9000, 5)
    before = collected.collection_rate(
        fee_kinds=[ONE], fiscal_year=2026, on=date(2026, 5, 31), only_due=False
    )
    assert (before.collected, before.bills_paid) == (0, 0)
    assert collected.collection_rate(fee_kinds=[TWO], fiscal_year=2026, on=due).rate is None


def test_what_went_back_is_not_collected():
    with clock.frozen(datetime(2026, 7, 1, tzinfo=TOKYO)):
        bill = make_bills(1000)[0]
        paid(bill, "a", at=clock.now(), amount=1500)
        refund = decide_refund(
            bill_id=bill.pk, amount=500, channel=Channel.COUNTER, reason="過納", by=None
        )
        end_refund(refund_id=refund.pk, status="paid", by=None)
        found = collected.collection_rate(fee_kinds=[ONE], fiscal_year=2026)
    assert (found.assessed, found.collected, found.rate) == (1000, 1000, 1.0)
