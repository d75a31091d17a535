"""The daily close: what was stated beside what was booked, day after day."""

from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madoguchi.blocks.payments.models import (
    DailyClose,
    Demand,
    FactRecord,
    LedgerEntry,
    Payment,
    Refund,
    WorkItem,
)
from madoguchi.blocks.payments.operations.assigning import assign_payment
from madoguchi.blocks.payments.operations.bills import cancel_bill
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.closing import (
    DayClosed,
    DayNotOver,
    EarlierDayOpen,
    close_day,
)
from madoguchi.blocks.payments.operations.demand_states import charge_fees
from madoguchi.blocks.payments.operations.refunds import decide_refund, end_refund
from madoguchi.blocks.payments.operations.write_offs import reverse_write_off, write_off
from madoguchi.blocks.payments.queries.closing import close_of, days_due
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.kernel.clock import TOKYO
from tests.blocks.payments.factories import (
    NOON,
    ONE,
    PROVISIONAL,
    REVERSAL,
    SETTLEMENT,
    TWO,
    bill_fact,
    make_bill,
    make_bills,
    make_slip,
    store_fact,
)
from tests.blocks.payments.operations.test_any_order import make_world, undone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]

MONDAY = date(2026, 6, 1)
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=n) for n in (1, 2, 3))
UNKNOWN = "9192902312345" + "9" * 16 + "0260630" + "0" * 8


def on(day, hour=10):
    return clock.frozen(datetime.combine(day, time(hour), tzinfo=TOKYO))


@contextmanager
def later(day):
    with on(day + timedelta(days=30)):
        yield


def shown(close, *names):
    """The lines of a close by place, with these columns."""
    lines = close.lines.all() if isinstance(close, DailyClose) else close.lines
    return {
        (line.channel, line.fee_kind): tuple(getattr(line, name) for name in names)
        for line in lines
    }


PROVISIONAL_PART = (
    *("opening_provisional", "provisional", "reversed", "to_settled", "moved_provisional"),
    *("closing_provisional", "difference_provisional"),
)
SETTLED_PART = ("settled", "settled_count", "moved_settled", "refunded", "stated", "difference")


def test_provisional_money_is_carried_until_it_is_settled():
    with on(MONDAY):
        one, two, three = make_bills(1000, 2000, 4000)
        slips = [make_slip(bill) for bill in (one, two, three)]
        book([store_fact(slip, PROVISIONAL) for slip in slips], by=None)
    with on(TUESDAY):
        book([store_fact(slips[0], REVERSAL)], by=None)
        book([bill_fact(one, name="x")], by=None)
    with on(WEDNESDAY):
        book([store_fact(slip, SETTLEMENT) for slip in slips[1:2]], by=None)
        closes = [close_day(day=day, by=None) for day in (MONDAY, TUESDAY)]
    with on(THURSDAY):
        closes.append(close_day(day=WEDNESDAY, by=None))
    store, card = ("store", ONE), ("card", ONE)
    assert [close.is_balanced for close in closes] == [True, True, True]
    assert [shown(close, *PROVISIONAL_PART) for close in closes] == [
        {store: (0, 7000, 0, 0, 0, 7000, 0)},
        {store: (7000, 0, 1000, 0, 0, 6000, 0), card: (0, 0, 0, 0, 0, 0, 0)},
        {store: (6000, 0, 0, 2000, 0, 4000, 0)},
    ]
    assert [shown(close, *SETTLED_PART) for close in closes] == [
        {store: (0, 0, 0, 0, 0, 0)},
        {store: (0, 0, 0, 0, 0, 0), card: (1000, 1, 0, 0, 1000, 0)},
        {store: (2000, 1, 0, 0, 2000, 0)},
    ]
    assert closes[2].standing == [
        {
            "fee_kind": ONE,
            "assessed": 7000,
            "received": 7000,
            "refunded": 0,
            "written_off": 0,
            "outstanding": 0,
            "difference": 0,
        }
    ]
    assert len({close.digest for close in closes}) == 3


def test_a_day_is_drawn_up_as_it_was_even_when_the_money_was_moved_later():
    with on(MONDAY):
        bill, other = make_bill(1000), make_bill(1000, kind=TWO)
        book([store_fact(UNKNOWN, PROVISIONAL, amount=1000)], by=None)
    with on(TUESDAY):
        assign_payment(payment_id=Payment.objects.get().pk, bill_id=bill.pk, by=None)
    with on(WEDNESDAY):
        book([store_fact(UNKNOWN, SETTLEMENT, amount=1000)], by=None)
        assign_payment(payment_id=Payment.objects.get().pk, bill_id=other.pk, by=None)
    with on(THURSDAY):
        closes = [close_day(day=day, by=None) for day in (MONDAY, TUESDAY, WEDNESDAY)]
    nobody, one, two = (("store", kind) for kind in ("", ONE, TWO))
    assert [close.differences for close in closes] == [[], [], []]
    assert [shown(close, *PROVISIONAL_PART) for close in closes] == [
        {nobody: (0, 1000, 0, 0, 0, 1000, 0)},
        {nobody: (1000, 0, 0, 0, -1000, 0, 0), one: (0, 0, 0, 0, 1000, 1000, 0)},
        {one: (1000, 0, 0, 1000, 0, 0, 0), two: (0, 0, 0, 0, 0, 0, 0)},
    ]
    assert shown(closes[2], *SETTLED_PART) == {
        one: (1000, 1, -1000, 0, 0, 0),
        two: (0, 0, 1000, 0, 1000, 0),
    }
    received = [{each["fee_kind"]: each["received"] for each in close.standing} for close in closes]
    assert received == [
        {"": 1000, ONE: 0, TWO: 0},
        {"": 0, ONE: 1000, TWO: 0},
        {"": 0, ONE: 0, TWO: 1000},
    ]


def test_what_goes_back_is_given_up_or_cancelled_is_in_the_close():
    with on(MONDAY):
        paid, lost, gone = make_bills(1000, 500, 300)
        book([bill_fact(paid, name=name) for name in "ab"], by=None)
        refund = decide_refund(
            bill_id=paid.pk, amount=1000, channel=Channel.COUNTER, reason="二重", by=None
        )
        write_off(bill_id=lost.pk, reason="時効", by=None)
        cancel_bill(gone.pk, by=None, reason="")
    with on(TUESDAY):
        end_refund(refund_id=refund.pk, status="failed", by=None)
        reverse_write_off(bill_id=lost.pk, reason="", by=None)
    with on(WEDNESDAY):
        again = decide_refund(
            bill_id=paid.pk, amount=900, channel=Channel.COUNTER, reason="二重", by=None
        )
        end_refund(refund_id=again.pk, status="paid", by=None)
    with on(THURSDAY):
        closes = [close_day(day=day, by=None) for day in (MONDAY, TUESDAY, WEDNESDAY)]
    assert [close.differences for close in closes] == [[], [], []]
    assert shown(closes[2], "refunded") == {("counter", ONE): (900,)}
    names = ("assessed", "received", "refunded", "written_off", "outstanding")
    assert [tuple(close.standing[0][name] for name in names) for close in closes] == [
        (1500, 2000, 1000, 500, 0),
        (1500, 2000, 0, 0, -500),
        (1500, 2000, 900, 0, 400),
    ]


def test_the_fee_of_a_demand_is_assessed_and_goes_with_a_cancelled_bill():
    with on(MONDAY):
        bills = make_bills(1000, 1000, due_on=MONDAY - timedelta(days=40))
        for bill in bills:
            demand = Demand.objects.create(
                bill=bill,
                stage=1,
                drawn_up_on=MONDAY,
                pay_by=MONDAY + timedelta(days=10),
                amount=1000,
                fee=100,
                status=Demand.Status.SENT,
                sent_on=MONDAY,
            )
            charge_fees([demand])
    with on(TUESDAY):
        cancel_bill(bills[0].pk, by=None, reason="")
        paid_before = datetime.combine(MONDAY, time(8), tzinfo=TOKYO)
        book([bill_fact(bills[1], at=paid_before)], by=None)
    with on(WEDNESDAY):
        closes = [close_day(day=day, by=None) for day in (MONDAY, TUESDAY)]
    assert [close.differences for close in closes] == [[], []]
    assert [close.standing[0]["assessed"] for close in closes] == [2200, 1000]
    assert closes[1].standing[0]["outstanding"] == 0


def test_a_settlement_that_is_contradicted_leaves_its_fee():
    with on(MONDAY):
        slip = make_slip(make_bill(1000))
        book([store_fact(slip)], by=None)
    with on(TUESDAY):
        book([store_fact(slip, amount=800)], by=None)
    with on(WEDNESDAY):
        closes = [close_day(day=day, by=None) for day in (MONDAY, TUESDAY)]
    assert [close.differences for close in closes] == [[], []]
    assert shown(closes[1], *SETTLED_PART) == {
        ("store", ""): (800, 1, 0, 0, 800, 0),
        ("store", ONE): (-1000, -1, 0, 0, -1000, 0),
    }


def test_days_are_closed_once_over_and_in_order():
    with on(MONDAY):
        bill = make_bill(1000)
    with on(WEDNESDAY):
        book([bill_fact(bill)], by=None)
        with pytest.raises(DayNotOver):
            close_day(day=WEDNESDAY, by=None)
        assert days_due() == [MONDAY]
    with on(THURSDAY):
        assert days_due() == [MONDAY, WEDNESDAY]
        with pytest.raises(EarlierDayOpen) as refused:
            close_day(day=WEDNESDAY, by=None)
        assert refused.value.values == {"day": "2026-06-01"}
        close_day(day=MONDAY, by=None)
        with pytest.raises(DayClosed):
            close_day(day=MONDAY, by=None)
        # nothing moved on Tuesday: it needs no close, and may have one
        close_day(day=WEDNESDAY, by=None)
        with pytest.raises(DayClosed):
            close_day(day=TUESDAY, by=None)
        assert days_due() == []
    assert AuditEntry.objects.filter(action="payments.day_closed").count() == 2


def entry(payment, **given):
    values = {
        "key": f"wrong:{LedgerEntry.objects.count()}",
        "event": "settled",
        "debit": "settled",
        "credit": "receivable",
        "amount": 1000,
        "bill_id": payment.bill_id,
        "payment": payment,
        "channel": payment.channel,
        "fee_kind": ONE,
        "booked_on": clock.today(),
        "booked_at": clock.now(),
    }
    return LedgerEntry.objects.create(**values | given)


def test_a_payment_that_was_booked_and_never_stated_is_named():
    with on(MONDAY):
        bill = make_bill(1000)
        book([bill_fact(bill)], by=None)
        payment = Payment.objects.get()
        entry(payment, amount=70)
    with later(MONDAY):
        close = close_day(day=MONDAY, by=None)
    assert not close.is_balanced
    place = {"channel": "card", "fee_kind": ONE}
    assert close.differences == [
        {
            "of": "payment",
            "payment": payment.pk,
            "key": "card:test:1",
            **place,
            "stated_provisional": 0,
            "stated": 1000,
            "booked_provisional": 0,
            "booked": 1070,
        },
        {"of": "line", **place, "provisional": 0, "settled": 70},
        {"of": "fee_kind", "fee_kind": ONE, "amount": -70},
    ]
    line = close.lines.get()
    assert (line.settled, line.stated, line.difference) == (1070, 1000, 70)


def test_two_faults_that_cancel_out_are_both_named():
    with on(MONDAY):
        bills = make_bills(1000, 1000)
        book([bill_fact(bill, name=str(bill.instalment)) for bill in bills], by=None)
        first, second = Payment.objects.order_by("pk")
        entry(first, amount=5)
        entry(second, amount=5, debit="receivable", credit="settled")
    with later(MONDAY):
        close = close_day(day=MONDAY, by=None)
    assert [(each["of"], each["key"], each["booked"]) for each in close.differences] == [
        ("payment", "card:test:1", 1005),
        ("payment", "card:test:2", 995),
    ]
    assert close.lines.get().difference == 0
    assert not close.is_balanced


def test_a_fact_that_was_never_booked_is_named():
    with on(MONDAY):
        bill = make_bill(1000)
        book([bill_fact(bill, PROVISIONAL)], by=None)
        payment = Payment.objects.get()
    with on(TUESDAY):
        FactRecord.objects.create(
            payment=payment, kind=SETTLEMENT, amount=1000, stated_on=clock.today()
        )
    with later(MONDAY):
        assert close_day(day=MONDAY, by=None).is_balanced
        close = close_day(day=TUESDAY, by=None)
    kinds = [each["of"] for each in close.differences]
    assert kinds == ["payment", "line"]
    assert close.differences[1] == {
        "of": "line",
        "channel": "card",
        "fee_kind": ONE,
        "provisional": 1000,
        "settled": -1000,
    }


def test_money_booked_into_a_closed_day_shows_in_the_next():
    with on(MONDAY):
        bill = make_bill(1000)
        book([bill_fact(bill, PROVISIONAL)], by=None)
    with on(TUESDAY):
        close_day(day=MONDAY, by=None)
        book([bill_fact(bill, PROVISIONAL, name="2")], by=None)
        entry(Payment.objects.first(), debit="provisional", amount=30, booked_on=MONDAY)
    with later(MONDAY):
        close = close_day(day=TUESDAY, by=None)
    assert {"of": "carried", "channel": "card", "fee_kind": ONE, "amount": 30} in close.differences
    assert close.lines.get().opening_provisional == 1000
    assert close.lines.get().closing_provisional == 2030


def test_a_refund_that_was_paid_and_not_booked_shows():
    with on(MONDAY):
        bill = make_bill(1000)
        book([bill_fact(bill, name=name) for name in "ab"], by=None)
        refund = decide_refund(
            bill_id=bill.pk, amount=1000, channel=Channel.CARD, reason="二重", by=None
        )
        Refund.objects.filter(pk=refund.pk).update(status="paid", ended_at=clock.now())
    with later(MONDAY):
        close = close_day(day=MONDAY, by=None)
    assert close.differences == [
        {"of": "refund", "channel": "card", "fee_kind": ONE, "amount": -1000}
    ]


def test_money_that_stays_provisional_becomes_work_until_it_is_settled():
    with on(MONDAY):
        bills = make_bills(1000, 2000)
        book([bill_fact(bill, PROVISIONAL, name=str(bill.instalment)) for bill in bills], by=None)
    with on(MONDAY + timedelta(days=13)):
        close_day(day=MONDAY, by=None)
        assert WorkItem.objects.count() == 0
        make_bill(1)
    with on(MONDAY + timedelta(days=14)):
        close_day(day=MONDAY + timedelta(days=13), by=None)
        waiting = WorkItem.objects.filter(resolved_at=None, kind="provisional_long")
        assert sorted(waiting.values_list("amount", flat=True)) == [1000, 2000]
        book([bill_fact(bills[0], PROVISIONAL, name="1")], by=None)
        assert waiting.count() == 2
        book([bill_fact(bills[0], name="1")], by=None)
        assert waiting.get().bill == bills[1]
    with on(MONDAY + timedelta(days=15)):
        close_day(day=MONDAY + timedelta(days=14), by=None)
        assert WorkItem.objects.filter(kind="provisional_long").count() == 2


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    days=st.lists(st.lists(st.integers(0, 10**6), min_size=1, max_size=8), min_size=1, max_size=4),
    assigned=st.lists(st.integers(0, 10**6), max_size=3),
)
def test_whatever_is_stated_on_whatever_day_comes_to_zero(days, assigned):
    with undone():
        with on(NOON.date() - timedelta(days=1)):
            world = make_world()
        for number, places in enumerate(days):
            with on(NOON.date() + timedelta(days=number)):
                book([world.pool[place % len(world.pool)] for place in places], by=None)
                loose = Payment.objects.filter(bill=None, state__in=["provisional", "settled"])
                for place in assigned[number : number + 1]:
                    if loose.exists():
                        payment = loose[place % loose.count()]
                        assign_payment(payment_id=payment.pk, bill_id=world.bills[0].pk, by=None)
        with on(NOON.date() + timedelta(days=9)):
            closes = [close_day(day=day, by=None) for day in days_due()]
        assert [close.differences for close in closes] == [[] for _ in closes]
        last = closes[-1]
        states = Payment.objects.order_by().values_list("state").annotate(sum=Sum("amount"))
        received = {state: total for state, total in states if state in ("provisional", "settled")}
        assert sum(each["received"] for each in last.standing) == sum(received.values())
        carried = sum(line.closing_provisional for line in last.lines.all())
        assert carried == received.get("provisional", 0)
        settled = sum(line.settled + line.moved_settled for c in closes for line in c.lines.all())
        assert settled == received.get("settled", 0)


def test_a_preview_writes_nothing():
    with on(MONDAY):
        book([bill_fact(make_bill(1000))], by=None)
    with later(MONDAY):
        assert close_of(MONDAY).is_balanced
    assert DailyClose.objects.count() == 0
