"""Demands: drawn up, withheld, sent, crossed, printed."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from madoguchi.blocks.payments.models import Demand, DunningRule, LedgerEntry, Slip
from madoguchi.blocks.payments.operations import dunning
from madoguchi.blocks.payments.operations.bills import cancel_bill
from madoguchi.blocks.payments.operations.booking import book, take_at_counter
from madoguchi.blocks.payments.operations.debit import make_debit_run
from madoguchi.blocks.payments.operations.dunning import (
    DrawnUp,
    NothingToSend,
    Sent,
    draw_up_demands,
    letters_pdf,
    send_demands,
)
from madoguchi.blocks.payments.operations.write_offs import reverse_write_off, write_off
from madoguchi.blocks.payments.queries import dunning as queries
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from tests.blocks.payments.debits import make_contract, make_mandate
from tests.blocks.payments.factories import (
    ONE,
    PROVISIONAL,
    REVERSAL,
    SETTLEMENT,
    TWO,
    bill_fact,
    make_bill,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds", "_rules", "_today")]

DUE = date(2026, 6, 30)
DAY = date(2026, 7, 21)  # the 20th is a holiday
SENT_ON = date(2026, 7, 22)
PAY_BY = date(2026, 8, 3)  # ten days later is a Saturday
MORNING = datetime(2026, 7, 22, 9, 0, tzinfo=clock.TOKYO)


@pytest.fixture
def _rules():
    make_rule(1, 20, 10)
    make_rule(2, 60, 14)


@pytest.fixture
def _today():
    with clock.frozen(MORNING):
        yield


def make_rule(stage, days_after_due, days_to_pay, **given):
    values = {"from_on": date(2025, 4, 1), "fee_kind": ""} | given
    return DunningRule.objects.create(
        stage=stage, days_after_due=days_after_due, days_to_pay=days_to_pay, **values
    )


def draw_up(on=DAY):
    return draw_up_demands(on=on, by=None)


def send(fee_kind=ONE, stage=1, on=SENT_ON):
    with clock.frozen(datetime(on.year, on.month, on.day, 9, 0, tzinfo=clock.TOKYO)):
        return send_demands(fee_kind=fee_kind, stage=stage, by=None)


def pay(bill, kind=SETTLEMENT, *, on=SENT_ON, amount=None, name="1"):
    at = datetime(on.year, on.month, on.day, 8, 0, tzinfo=clock.TOKYO)
    book([bill_fact(bill, kind, at=at, amount=amount, name=name)], by=None)


def states(*bills):
    return [Demand.objects.get(bill=bill).status for bill in bills]


# drawing up


def test_what_is_overdue_is_demanded_once():
    bill, _early = make_bill(1000, due_on=DUE), make_bill(500, due_on=date(2026, 7, 10))
    assert draw_up(on=date(2026, 7, 20)) == DrawnUp(0, 0)
    assert draw_up() == DrawnUp(1, 1000)
    assert draw_up() == DrawnUp(0, 0)
    demand = Demand.objects.get()
    assert (demand.bill, demand.stage, demand.amount, demand.fee, demand.status) == (
        bill,
        1,
        1000,
        0,
        "drawn_up",
    )
    assert (demand.drawn_up_on, demand.pay_by) == (DAY, date(2026, 7, 31))
    assert [e.detail for e in AuditEntry.objects.filter(action="payments.demands_drawn_up")] == [
        {"count": 1, "amount": 1000}
    ]


def test_what_is_paid_cancelled_or_with_the_bank_is_not_demanded():
    provisional, partly, cancelled, debited = (make_bill(n, due_on=DUE) for n in (10, 20, 30, 40))
    pay(provisional, PROVISIONAL, name="a")
    pay(partly, amount=5, name="b")
    cancel_bill(cancelled.pk, by=None, reason="")
    make_contract()
    make_mandate(debited.payer)
    run = make_debit_run(fee_kind=ONE, debit_on=date(2026, 7, 31), by=None)
    assert [item.bill for item in run.items.all()] == [debited]
    assert draw_up() == DrawnUp(1, 15)
    run.items.update(result="1")
    assert draw_up() == DrawnUp(1, 40)


def test_each_fee_kind_has_its_own_rules():
    make_rule(1, 5, 10, fee_kind=TWO)
    make_bill(1000, due_on=DUE)
    make_bill(2000, due_on=DUE, kind=TWO)
    assert draw_up(on=date(2026, 7, 6)) == DrawnUp(1, 2000)
    DunningRule.objects.all().delete()
    assert draw_up() == DrawnUp(0, 0)


def test_what_is_due_is_told_before_by_fee_kind_and_stage():
    make_bill(1000, due_on=DUE)
    make_bill(300, due_on=DUE)
    make_bill(2000, due_on=DUE, kind=TWO)
    due = queries.due_demands(DAY)
    assert queries.grouped(due) == [
        queries.DemandGroup(ONE, 1, 2, 1300),
        queries.DemandGroup(TWO, 1, 1, 2000),
    ]
    assert [each.owed for each in queries.due_demands(DAY, kinds=[TWO])] == [2000]
    draw_up()
    assert queries.waiting() == [
        queries.DemandGroup(ONE, 1, 2, 1300, DAY),
        queries.DemandGroup(TWO, 1, 1, 2000, DAY),
    ]


def test_the_next_stage_follows_when_the_date_of_the_last_has_passed():
    make_bill(1000, due_on=DUE)
    later = date(2026, 9, 15)
    draw_up()
    assert draw_up(on=later) == DrawnUp(0, 0)
    send()
    assert draw_up(on=date(2026, 8, 3)) == DrawnUp(0, 0)
    assert draw_up(on=later) == DrawnUp(1, 1000)
    assert list(Demand.objects.order_by("stage").values_list("stage", "status")) == [
        (1, "sent"),
        (2, "drawn_up"),
    ]


# paid before it goes out


def test_a_payment_before_sending_withholds_the_demand():
    paid, provisional, counter, open_ = (make_bill(n, due_on=DUE) for n in (10, 20, 30, 40))
    draw_up()
    pay(paid, name="a")
    pay(provisional, PROVISIONAL, name="b")
    take_at_counter(bill_id=counter.pk, amount=30, by=None)
    assert states(paid, provisional, counter, open_) == ["withheld"] * 3 + ["drawn_up"]
    assert send() == Sent(count=1, amount=40, withheld=0, without_slip=0)
    assert Demand.objects.exclude(sent_on=None).get().bill == open_


def test_a_reversal_draws_it_up_again():
    bill = make_bill(1000, due_on=DUE)
    draw_up()
    pay(bill, PROVISIONAL)
    pay(bill, REVERSAL)
    assert states(bill) == ["drawn_up"]


def test_what_is_paid_in_part_is_demanded_in_part():
    bill = make_bill(1000, due_on=DUE)
    draw_up()
    pay(bill, amount=400)
    assert Demand.objects.get().amount == 600
    assert send().amount == 600
    assert Demand.objects.get().slip.amount == 600


def test_a_cancelled_bill_is_not_demanded():
    bill = make_bill(1000, due_on=DUE)
    draw_up()
    cancel_bill(bill.pk, by=None, reason="")
    assert states(bill) == ["withheld"]
    with pytest.raises(NothingToSend):
        send()


def test_sending_looks_once_more():
    paid, open_ = make_bill(10, due_on=DUE), make_bill(20, due_on=DUE)
    draw_up()
    pay(paid)
    Demand.objects.filter(bill=paid).update(status="drawn_up", amount=10)
    assert send() == Sent(count=1, amount=20, withheld=1, without_slip=0)
    assert states(paid, open_) == ["withheld", "sent"]


# sent


def test_a_demand_goes_out_with_a_new_slip_and_its_date():
    bill = make_bill(1000, due_on=DUE)
    draw_up()
    sent = send()
    demand = Demand.objects.get()
    assert sent == Sent(count=1, amount=1000, withheld=0, without_slip=0)
    assert (demand.status, demand.sent_on, demand.pay_by) == ("sent", SENT_ON, date(2026, 8, 3))
    assert (demand.slip.bill, demand.slip.amount, demand.slip.pay_by) == (bill, 1000, PAY_BY)
    with pytest.raises(NothingToSend):
        send()
    (sending,) = queries.sendings()
    assert sending == queries.Sending(SENT_ON, ONE, 1, 1, 1000, 0)
    assert list(queries.sent_together(sent_on=SENT_ON, fee_kind=ONE, stage=1)) == [demand]


def test_a_slip_that_was_reissued_nine_times_stays_out():
    bill, other = make_bill(1000, due_on=DUE), make_bill(500, due_on=DUE)
    for issue in (0, 9):
        Slip.objects.create(
            bill=bill,
            issue=issue,
            amount=1000,
            pay_by=DUE,
            without_barcode="overdue",
            case_key=f"{bill.pk}-{issue}",
            confirmation="000000",
            made_at=MORNING,
        )
    draw_up()
    assert send() == Sent(count=2, amount=1500, withheld=0, without_slip=1)
    assert Demand.objects.get(bill=bill).slip is None
    assert Demand.objects.get(bill=other).slip.issue == 0


# crossed


@pytest.mark.parametrize(
    ("paid_on", "status"),
    [
        (SENT_ON - timedelta(days=3), "crossed"),
        (SENT_ON, "crossed"),
        (date(2026, 7, 23), "crossed"),
        (date(2026, 7, 24), "sent"),
    ],
)
def test_a_payment_that_could_not_know_of_the_letter_crosses_it(paid_on, status):
    bill = make_bill(1000, due_on=DUE)
    draw_up()
    send()
    pay(bill, PROVISIONAL, on=paid_on)
    assert states(bill) == [status]
    pay(bill, SETTLEMENT, on=paid_on)
    assert states(bill) == [status]


def test_a_reversal_uncrosses_it():
    bill = make_bill(1000, due_on=DUE)
    draw_up()
    send()
    pay(bill, PROVISIONAL)
    assert queries.sendings()[0].crossed == 1
    pay(bill, REVERSAL)
    assert states(bill) == ["sent"]


def test_a_part_does_not_cross():
    bill = make_bill(1000, due_on=DUE)
    draw_up()
    send()
    pay(bill, amount=999)
    assert states(bill) == ["sent"]
    pay(bill, amount=1, name="2")
    assert states(bill) == ["crossed"]


# the fee


def owed(bill):
    return balances([bill.pk])[bill.pk].owed


@pytest.fixture
def _fee():
    make_rule(1, 20, 10, fee=100, from_on=date(2026, 4, 1))


@pytest.mark.usefixtures("_fee")
def test_the_fee_is_owed_from_sending_on():
    bill = make_bill(1000, due_on=DUE)
    draw_up()
    assert owed(bill) == 1000
    assert send().amount == 1100
    assert owed(bill) == 1100
    assert Demand.objects.get().slip.amount == 1100
    pay(bill, on=date(2026, 7, 29), amount=1100)
    assert (owed(bill), states(bill)) == (0, ["sent"])


@pytest.mark.usefixtures("_fee")
def test_who_crossed_owes_no_fee():
    bill = make_bill(1000, due_on=DUE)
    draw_up()
    send()
    pay(bill, PROVISIONAL)
    assert (owed(bill), states(bill)) == (0, ["crossed"])
    pay(bill, REVERSAL)
    assert (owed(bill), states(bill)) == (1100, ["sent"])
    pay(bill, SETTLEMENT)
    assert (owed(bill), states(bill)) == (0, ["crossed"])
    fees = LedgerEntry.objects.filter(key__startswith="demand:").order_by("pk")
    assert (
        list(fees.values_list("event", "debit", "credit", "amount"))
        == [
            ("assessed", "receivable", "assessed", 100),
            ("cancelled", "assessed", "receivable", 100),
        ]
        * 2
    )


@pytest.mark.usefixtures("_fee")
def test_who_paid_late_without_the_fee_still_owes_it():
    bill = make_bill(1000, due_on=DUE)
    draw_up()
    send()
    pay(bill, on=date(2026, 7, 29))
    assert (owed(bill), states(bill)) == (100, ["sent"])


@pytest.mark.usefixtures("_fee")
def test_each_stage_has_its_own_fee():
    make_rule(2, 60, 14, fee=200, from_on=date(2026, 4, 1))
    bill = make_bill(1000, due_on=DUE)
    draw_up()
    send()
    draw_up(on=date(2026, 9, 15))
    assert send(stage=2, on=date(2026, 9, 15)).amount == 1300
    assert (owed(bill), Demand.objects.get(stage=2).slip.amount) == (1300, 1300)
    pay(bill, on=date(2026, 9, 14), amount=1100)
    found = Demand.objects.order_by("stage").values_list("status", flat=True)
    assert (owed(bill), list(found)) == (0, ["sent", "crossed"])


@pytest.mark.usefixtures("_fee")
def test_a_bill_is_cancelled_with_its_fee():
    bill = make_bill(1000, due_on=DUE)
    draw_up()
    send()
    cancel_bill(bill.pk, by=None, reason="")
    assert (owed(bill), states(bill)) == (0, ["sent"])


@pytest.mark.usefixtures("_fee")
def test_what_is_heard_of_a_cancelled_bill_does_not_touch_its_fee():
    """The fee went with the bill: neither is it taken back again, nor owed again."""
    bill = make_bill(1000, due_on=DUE)
    draw_up()
    send()
    cancel_bill(bill.pk, by=None, reason="")
    for kind in (PROVISIONAL, REVERSAL, SETTLEMENT):
        pay(bill, kind)
    standing = balances([bill.pk])[bill.pk]
    assert (standing.assessed, standing.owed, standing.refundable) == (0, -1000, 1000)
    crossed = make_bill(1000, due_on=DUE)
    draw_up()
    send()
    pay(crossed, PROVISIONAL)
    cancel_bill(crossed.pk, by=None, reason="", although_paid=True)
    pay(crossed, REVERSAL)
    assert (balances([crossed.pk])[crossed.pk].assessed, owed(crossed)) == (0, 0)


@pytest.mark.usefixtures("_fee")
def test_what_is_given_up_later_makes_nobody_cross_the_letter():
    bill = make_bill(1000, due_on=DUE)
    draw_up()
    send()
    pay(bill, amount=500)
    with clock.frozen(MORNING + timedelta(days=400)):
        assert write_off(bill_id=bill.pk, reason="", by=None) == 600
    assert (owed(bill), states(bill)) == (0, ["sent"])
    assert reverse_write_off(bill_id=bill.pk, reason="", by=None) == 600
    assert (owed(bill), states(bill)) == (600, ["sent"])
    pay(bill, amount=500, name="2")
    assert (owed(bill), states(bill)) == (0, ["crossed"])


@pytest.mark.usefixtures("_fee")
def test_what_was_given_up_before_is_not_needed_to_cross():
    bill = make_bill(1000, due_on=DUE)
    with clock.frozen(MORNING - timedelta(days=20)):
        pay(bill, PROVISIONAL, on=date(2026, 7, 1), amount=600, name="2")
        write_off(bill_id=bill.pk, reason="", by=None)
        pay(bill, REVERSAL, on=date(2026, 7, 1), amount=600, name="2")
    draw_up()
    assert send().amount == 700
    pay(bill, amount=600)
    assert (owed(bill), states(bill)) == (0, ["crossed"])


# the letters


def text_of(pdf):
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


@pytest.mark.usefixtures("_fee")
def test_a_letter_says_what_is_owed_until_when_and_has_its_slip():
    first, second = make_bill(1000, due_on=DUE), make_bill(2500, due_on=DUE)
    draw_up()
    send()
    demands = list(queries.sent_together(sent_on=SENT_ON, fee_kind=ONE, stage=1))
    pdf = letters_pdf(demands, title="督促状")
    pages = text_of(pdf)
    assert len(pages) == 2
    for page, bill, amount in zip(pages, (first, second), ("1,000", "2,500"), strict=True):
        for words in (
            "試験料督促状",
            "納入花子様",
            bill.number,
            "令和8年8月3日",
            f"納められていない金額{amount}円",
            "督促手数料100円",
            "行き違いに納められた場合",
            "領収証書",
        ):
            assert words in page
    assert letters_pdf(demands, title="督促状") == pdf


def test_a_letter_without_slip_says_so():
    bill = make_bill(1000, due_on=DUE)
    draw_up()
    send()
    Demand.objects.update(slip=None, stage=2)
    (page,) = text_of(letters_pdf([Demand.objects.select_related("bill").get()], title="催告書"))
    assert "試験料催告書" in page
    assert "前に督促状をお送りしました" in page
    assert "この書面には納付書がありません" in page
    assert "領収証書" not in page
    assert bill.number in page


def height_of(words, page):
    """How far above the foot of the page, in points, a line with these words stands."""
    found = []

    def look(text, matrix, place, *_font):
        if words in text:
            found.append(place[4] * matrix[1] + place[5] * matrix[3] + matrix[5])

    page.extract_text(visitor_text=look)
    return found[0]


@pytest.mark.parametrize("stage", [1, 2])
def test_the_words_of_a_letter_end_above_its_table(stage):
    sent_demand(make_bill(1000, due_on=DUE))
    Demand.objects.update(stage=stage, pay_by=date(2026, 12, 31))
    demand = Demand.objects.select_related("bill", "slip").get()
    (page,) = PdfReader(BytesIO(letters_pdf([demand], title="催告書"))).pages
    millimetres = (height_of("一度", page) - height_of("年度・期別", page)) / 72 * 25.4
    assert millimetres > 7


def sent_demand(bill):
    draw_up()
    send(fee_kind=bill.fee_kind)
    return queries.sent_together(sent_on=SENT_ON, fee_kind=bill.fee_kind, stage=1).get()


def test_a_letter_that_the_font_cannot_write_names_its_bill():
    bill = make_bill(1000, due_on=DUE)
    demand = sent_demand(bill)
    kind = fee_kinds[ONE]
    fee_kinds.unregister(ONE)
    fee_kinds.register(replace(kind, label="試験\u0378料"))
    try:
        with pytest.raises(dunning.SlipNotPrintable) as refused:
            letters_pdf([demand], title="督促状")
    finally:
        fee_kinds.unregister(ONE)
        fee_kinds.register(kind)
    assert refused.value.values == {
        "bill": bill.number,
        "character": "\u0378",
        "codepoint": "U+0378",
    }
    with pytest.raises(dunning.SlipNotPrintable) as title:
        letters_pdf([demand], title="\u0378")
    assert title.value.values["bill"] == "–"


def test_a_letter_to_nobody_is_not_printed():
    kind = replace(fee_kinds[ONE], code="test.lost", number="92", addressees=lambda _payers: {})
    fee_kinds.register(kind)
    try:
        bill = make_bill(1000, due_on=DUE, kind="test.lost")
        demand = sent_demand(bill)
        with pytest.raises(dunning.AddresseeUnknown) as unknown:
            letters_pdf([demand], title="督促状")
    finally:
        fee_kinds.unregister("test.lost")
    assert unknown.value.values == {"bill": bill.number}


def test_demands_are_found():
    one, two = make_bill(1000, due_on=DUE), make_bill(2000, due_on=DUE, kind=TWO)
    draw_up()
    send()
    assert [d.bill for d in queries.demand_list()] == [two, one]
    assert [d.bill for d in queries.demand_list(status="sent")] == [one]
    assert [d.bill for d in queries.demand_list(fee_kind=TWO)] == [two]
    assert [d.bill for d in queries.demand_list(search=one.number[:12])] == [one]
    assert [d.bill for d in queries.demand_list(search=two.payer)] == [two]
    pay(one)
    assert queries.paid_at_of([one.pk, two.pk]) == {
        one.pk: datetime(2026, 7, 22, 8, 0, tzinfo=clock.TOKYO)
    }
