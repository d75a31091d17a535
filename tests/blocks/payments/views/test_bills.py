"""The desk: a bill is found, paid at the counter, printed again, refunded, written off."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from madoguchi.blocks.payments.models import FeeKindOffice, Refund, Slip
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.slips import make_slips
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules.access import AUDITOR, COLLECTOR, TREASURY
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from tests.blocks.payments.cards import pay
from tests.blocks.payments.factories import ONE, TWO, bill_fact, make_bill, make_bills, make_slip
from tests.factories import make_department, make_user, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]

JUNE = datetime(2026, 6, 15, 10, tzinfo=clock.TOKYO)


@pytest.fixture(autouse=True)
def june():
    with clock.frozen(JUNE):
        yield


@pytest.fixture
def treasury(client):
    return sign_in(client, make_user("treasury", TREASURY))


@pytest.fixture
def collector(client):
    """Collects ``test.one`` and nothing else."""
    housing, other = make_department("住宅課"), make_department("他課")
    for kind, department in ((ONE, housing), (TWO, other)):
        FeeKindOffice.objects.create(fee_kind=kind, from_on=date(2020, 4, 1), department=department)
    return sign_in(client, make_user("collector", COLLECTOR, department=housing))


def desk(name, *args):
    return reverse(f"payments_staff:{name}", args=args)


def words(answer):
    return " ".join(html.fromstring(answer.content).text_content().split())


def owed(bill):
    return balances([bill.pk])[bill.pk].owed


def test_a_number_that_names_one_bill_leads_to_it(treasury):
    bill = make_bill()
    slip = make_slip(bill)
    for typed in (bill.number, f" {bill.number[:8]} {bill.number[8:]} ", slip.barcode):
        found = treasury.get(desk("bills"), {"q": typed})
        assert found["Location"] == desk("bill", bill.number)


def test_what_names_no_bill_says_what_to_type(treasury):
    assert "請求番号は16桁" in words(treasury.get(desk("bills"), {"q": "123"}))
    assert "読み取るか" in words(treasury.get(desk("bills")))
    assert treasury.get(desk("bills"), {"q": "1" * 121}).status_code == 422


def test_a_bill_tells_its_story(treasury):
    bill = make_bill(1_000)
    book([bill_fact(bill, amount=1_500)], by=None)
    told = words(treasury.get(desk("bill", bill.number)))
    assert "試験料 令和8年度 第1期" in told
    assert "過納" in told
    assert "過納500円" in told
    assert "納入 花子" in told
    assert "クレジットカード1,500円確報" in told
    assert treasury.get(desk("bill", "404")).status_code == 404


def test_the_page_asks_as_often_for_three_payments_as_for_one(treasury):
    one, many = make_bills(9_000, 9_000)
    book([bill_fact(one, amount=1)], by=None)
    book([bill_fact(many, amount=1, name=f"m{n}") for n in range(3)], by=None)
    treasury.get(desk("bill", one.number))
    counts = []
    for bill in (one, many):
        with CaptureQueriesContext(connection) as counted:
            treasury.get(desk("bill", bill.number))
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_money_at_the_counter_is_booked_at_once(treasury):
    bill = make_bill(1_000)
    page = treasury.get(desk("bill_take", bill.number))
    assert page.context["form"].initial["amount"] == 1_000

    def take(amount):
        act = page.context["form"].initial["act"]
        return treasury.post(desk("bill_take", bill.number), {"amount": amount, "act": act})

    assert take("1001").status_code == 422
    assert owed(bill) == 1_000
    for _pressed_twice in range(2):
        assert take("400")["Location"] == desk("bill", bill.number)
        assert owed(bill) == 600
    for amount in ("0", "300"):
        assert take(amount).status_code == 422
    page = treasury.get(desk("bill_take", bill.number))
    assert take("400").status_code == 302
    assert owed(bill) == 200


def test_a_new_slip_has_a_day_that_can_be_kept(treasury):
    bill = make_bill()
    make_slips([bill], by=None)
    past = treasury.post(desk("bill_reissue", bill.number), {"pay_by": "2026-06-14"})
    assert past.status_code == 422
    made = treasury.post(desk("bill_reissue", bill.number), {"pay_by": "2026-06-30"})
    assert made.status_code == 302
    assert [slip.issue for slip in Slip.objects.filter(bill=bill)] == [0, 1]
    pdf = treasury.get(desk("bill_slip", bill.number, 1))
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert treasury.get(desk("bill_slip", bill.number, 7)).status_code == 404


def test_a_bill_is_taken_back_unless_something_was_paid(treasury):
    paid, open_ = make_bills(1_000, 1_000)
    book([bill_fact(paid, amount=1)], by=None)
    refused = treasury.post(desk("bill_cancel", paid.number), {"reason": "誤り"})
    assert refused.status_code == 422
    assert treasury.post(desk("bill_cancel", open_.number), {"reason": ""}).status_code == 422
    assert treasury.post(desk("bill_cancel", open_.number), {"reason": "誤り"}).status_code == 302
    assert "取消済み" in words(treasury.get(desk("bill", open_.number)))


def test_a_write_off_is_made_and_taken_back_on_one_page(treasury):
    bill = make_bill(1_000)
    page = desk("bill_write_off", bill.number)
    given = {"reason": "時効", **treasury.get(page).context["form"].initial}
    assert treasury.post(page, given).status_code == 302
    assert treasury.post(page, given).status_code == 422
    assert owed(bill) == 0
    assert "不納欠損を取り消す" in words(treasury.get(desk("bill", bill.number)))
    given = {"reason": "誤り", **treasury.get(page).context["form"].initial}
    assert treasury.post(page, given).status_code == 302
    assert treasury.post(page, given).status_code == 422
    assert owed(bill) == 1_000


def test_what_was_paid_too_much_goes_back(treasury):
    bill = make_bill(1_000)
    book([bill_fact(bill, amount=1_500)], by=None)
    ask = treasury.get(desk("bill_refund", bill.number))
    assert ask.context["form"].initial["amount"] == 500
    given = {"amount": "501", "channel": "counter", "reason": "過納"}
    assert treasury.post(desk("bill_refund", bill.number), given).status_code == 422
    given["amount"] = "500"
    assert treasury.post(desk("bill_refund", bill.number), given).status_code == 302
    refund = Refund.objects.get()
    assert "還付の結果を記録する" in words(treasury.get(desk("bill", bill.number)))
    end = desk("refund_end", refund.public_id)
    assert treasury.post(end, {"status": "paid"}).status_code == 302
    assert treasury.post(end, {"status": "paid"}).status_code == 422
    assert treasury.post(end, {"status": "nonsense"}).status_code == 422
    assert owed(bill) == 0


def test_a_refund_to_a_card_stands_even_where_the_provider_does_not_answer(treasury, bad_line):
    bill = make_bill(1_000)
    pay(bill)
    book([bill_fact(bill, amount=500, channel=Channel.COUNTER)], by=None)
    bad_line("refund")
    given = {"amount": "500", "channel": "card", "reason": "過納"}
    page = treasury.post(desk("bill_refund", bill.number), given, follow=True)
    assert page.redirect_chain == [(desk("bill", bill.number), 302)]
    assert "決済事業者につながりません" in words(page)
    refund = Refund.objects.get()
    assert (refund.channel, refund.status) == ("card", "sent")
    for status in ("failed", "withdrawn", "paid"):
        ended = treasury.post(desk("refund_end", refund.public_id), {"status": status})
        assert ended.status_code == 422
    assert Refund.objects.get().status == "sent"


def test_a_refund_that_the_provider_does_not_make_can_be_withdrawn(treasury, bad_line):
    bill = make_bill(1_000)
    pay(bill)
    book([bill_fact(bill, amount=500, channel=Channel.COUNTER)], by=None)
    bad_line("refund", may_retry=False)
    given = {"amount": "500", "channel": "card", "reason": "過納"}
    assert treasury.post(desk("bill_refund", bill.number), given).status_code == 302
    refund = Refund.objects.get()
    assert refund.status == "decided"
    end = desk("refund_end", refund.public_id)
    assert treasury.post(end, {"status": "withdrawn"}).status_code == 302
    assert Refund.objects.get().status == "withdrawn"


def test_collecting_staff_serve_their_own_fee_and_decide_nothing(collector):
    mine, other = make_bill(kind=ONE), make_bill(kind=TWO)
    assert collector.get(desk("bill", mine.number)).status_code == 200
    given = {"amount": "1", "act": "0" * 32}
    assert collector.post(desk("bill_take", mine.number), given).status_code == 302
    for name in ("bill", "bill_take", "bill_reissue"):
        assert collector.get(desk(name, other.number)).status_code == 403
    for name in ("bill_cancel", "bill_write_off", "bill_refund"):
        assert collector.post(desk(name, mine.number)).status_code == 403
    assert "請求番号は16桁" in words(collector.get(desk("bills"), {"q": other.number}))


def test_the_access_code_is_not_printed_with_the_bill(treasury):
    """Print styles open what is folded; a code on paper beside the number opens the pages."""
    page = html.fromstring(treasury.get(desk("bill", make_bill().number)).content)
    (folded,) = page.xpath("//details[contains(., '納付者の照会コード')]")
    assert "u-screen-only" in folded.get("class")


def test_an_auditor_looks_and_touches_nothing(client):
    auditor = sign_in(client, make_user("auditor", AUDITOR))
    bill = make_bill()
    page = auditor.get(desk("bill", bill.number))
    assert page.status_code == 200
    assert "照会コード" not in words(page)
    assert auditor.post(desk("bill_take", bill.number), {"amount": "1"}).status_code == 403
