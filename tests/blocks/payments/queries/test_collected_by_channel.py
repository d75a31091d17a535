"""What each channel brought of the bills of a year."""

from datetime import date, datetime, timedelta

import pytest

from madoguchi.blocks.payments.models import Payment
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.refunds import decide_refund, end_refund
from madoguchi.blocks.payments.queries.collected import collected_by_channel, collection_rate
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from madoguchi.kernel.clock import TOKYO
from tests.blocks.payments.factories import ONE, PROVISIONAL, bill_fact, make_bills

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def _at():
    with clock.frozen(NOON):
        yield


def test_bills_of_the_year_by_the_channel_of_their_money(django_assert_num_queries):
    a, b, c, _open = make_bills(1000, 2000, 3000, 4000, due_on=date(2026, 11, 30))
    late = make_bills(500, due_on=date(2026, 12, 31))[0]
    other = make_bills(700, year=2025, due_on=date(2026, 1, 31))[0]
    for number, (bill, channel) in enumerate(
        [(a, "card"), (b, "store"), (late, "card"), (other, "card")]
    ):
        book([bill_fact(bill, name=str(number), at=NOON, channel=Channel(channel))], by=None)
    book([bill_fact(c, name="p", at=NOON, channel=Channel.STORE, kind=PROVISIONAL)], by=None)
    with django_assert_num_queries(2):
        found = collected_by_channel(fee_kinds=[ONE], fiscal_year=2026)
    assert found == {"store": 2000, "card": 1000, "debit": 0, "counter": 0}
    assert collection_rate(fee_kinds=[ONE], fiscal_year=2026).collected == sum(found.values())
    whole = collected_by_channel(fee_kinds=[ONE], fiscal_year=2026, only_due=False)
    assert whole[Channel.CARD] == 1500
    before = collected_by_channel(fee_kinds=[ONE], fiscal_year=2026, on=date(2026, 11, 30))
    assert set(before.values()) == {0}


def test_what_went_back_is_taken_off():
    bill = make_bills(1000, due_on=date(2026, 11, 30))[0]
    for name in ("1", "2"):
        book([bill_fact(bill, name=name, at=NOON, channel=Channel.CARD)], by=None)
    assert collected_by_channel(fee_kinds=[ONE], fiscal_year=2026)[Channel.CARD] == 2000
    refund = decide_refund(
        bill_id=bill.pk, amount=1000, channel=Channel.CARD, reason="二重払い", by=None
    )
    end_refund(refund_id=refund.pk, status="paid", by=None)
    assert collected_by_channel(fee_kinds=[ONE], fiscal_year=2026)[Channel.CARD] == 1000


@pytest.mark.parametrize("is_named", [True, False])
def test_it_is_taken_off_the_channel_through_which_it_had_come(is_named):
    """A payment too many at a store goes back through the bank: nothing was lost at the counter."""
    bill = make_bills(1000, due_on=date(2026, 11, 30))[0]
    for days_ago, channel in ((1, Channel.CARD), (0, Channel.STORE)):
        at = NOON - timedelta(days=days_ago)
        book([bill_fact(bill, at=at, channel=channel)], by=None)
    at_store = Payment.objects.get(channel=Channel.STORE)
    refund = decide_refund(
        bill_id=bill.pk,
        payment_id=at_store.pk if is_named else None,
        amount=1000,
        channel=Channel.COUNTER,
        reason="二重払い",
        by=None,
    )
    end_refund(refund_id=refund.pk, status="paid", by=None)
    found = collected_by_channel(fee_kinds=[ONE], fiscal_year=2026)
    assert found == {"store": 0, "card": 1000, "debit": 0, "counter": 0}
