"""What a payer sees of the own bills, and nothing of anybody else's."""

import stat
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi.blocks.documents import service as documents
from madoguchi.blocks.payments.models import (
    ChannelChoice,
    FeeKindOffice,
    Payment,
    Receipt,
    SavedCard,
)
from madoguchi.blocks.payments.operations.bills import NewBill, cancel_bill, issue_bills
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.card_charges import charge_saved_cards
from madoguchi.blocks.payments.operations.payer import erase_receipts
from madoguchi.blocks.payments.operations.refunds import decide_refund, end_refund
from madoguchi.blocks.payments.operations.write_offs import write_off
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from tests.blocks.payments.cards import save_card
from tests.blocks.payments.debits import make_mandate
from tests.blocks.payments.factories import (
    ONE,
    PROVISIONAL,
    SETTLEMENT,
    TWO,
    bill_fact,
    make_bill,
    make_bills,
    make_slip,
    store_fact,
)
from tests.blocks.payments.views.payers import ask_bank, let_in
from tests.factories import make_department

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]
NOW = datetime(2026, 6, 10, 12, 0, tzinfo=clock.TOKYO)
ME, OTHER = "test:0001234", "test:0009999"


@pytest.fixture(autouse=True)
def _noon():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def mine(client):
    return let_in(client, ME)


def words(response):
    return response.content.decode()


def page_of(client, bill):
    return words(client.get(f"/pay/bills/{bill.number}/"))


def pay(bill, kind=SETTLEMENT, channel=Channel.CARD, name="", **given):
    book([bill_fact(bill, kind, channel=channel, name=name or bill.number, **given)], by=None)


class TestList:
    def test_what_is_owed_now_stands_first(self, mine):
        late, soon, later = (
            make_bill(amount, payer=ME, kind=kind, year=year, due_on=date(2026, month, 30))
            for amount, month, kind, year in (
                (700, 5, ONE, 2025),
                (800, 6, TWO, 2026),
                (900, 7, TWO, 2027),
            )
        )
        page = words(mine.get("/pay/bills/"))
        now, rest = page.split('id="later"')
        assert "1,500円" in now
        assert now.index(late.number) < now.index(soon.number)
        assert later.number not in now
        assert later.number in rest
        assert "納期限切れ" in now

    def test_nothing_of_other_payers(self, mine):
        bill = make_bill(payer=OTHER)
        assert bill.number not in words(mine.get("/pay/bills/"))
        assert "まだありません" in words(mine.get("/pay/bills/"))

    def test_all_is_paid(self, mine):
        bill = make_bill(payer=ME)
        pay(bill)
        page = words(mine.get("/pay/bills/"))
        assert "今、お支払いが必要なものはありません" in page
        assert "支払い済み" in page

    def test_a_cancelled_bill_goes_unless_money_came_in(self, mine):
        gone, paid = make_bills(100, 200, payer=ME)
        cancel_bill(gone.pk, by=None, reason="誤り")
        cancel_bill(paid.pk, by=None, reason="誤り")
        pay(paid)
        page = words(mine.get("/pay/bills/"))
        assert gone.number not in page
        assert paid.number in page

    def test_history_by_fee_and_year(self, mine):
        make_bill(100, payer=ME, kind=ONE, year=2025)
        make_bill(200, payer=ME, kind=ONE, year=2026)
        make_bill(300, payer=ME, kind=TWO, year=2026)
        page = words(mine.get("/pay/bills/")).split('id="history"')[1]
        heads = [part.split("</summary>")[0] for part in page.split("<summary>")[1:]]
        assert [head.split(" ")[0] for head in heads] == ["試験料", "検査料", "試験料"]
        assert "2025" in heads[2]

    def test_how_it_will_be_paid(self, mine):
        bill = make_bill(payer=ME)
        assert "コンビニエンスストア・クレジットカード・口座振替・窓口" in words(
            mine.get("/pay/bills/")
        )
        card = save_card(ME)
        assert "登録したカードで支払います" in words(mine.get("/pay/bills/"))
        make_mandate(ME)
        assert "口座から引き落とします" in words(mine.get("/pay/bills/"))
        ask_bank(bill)
        page = words(mine.get("/pay/bills/"))
        assert "銀行に引き落としを依頼しています" in page
        assert f"/pay/bills/{bill.number}/card/" not in page
        assert f"•••• {card.last4}" in page

    def test_one_query_count_for_one_and_for_three(self, mine):
        make_bill(payer=ME)
        with CaptureQueriesContext(
            connection,
        ) as few:
            mine.get("/pay/bills/")
        make_bills(1, 2, 3, payer=ME, kind=TWO)
        with CaptureQueriesContext(connection) as many:
            mine.get("/pay/bills/")
        assert len(many) == len(few)

    def test_it_is_read_only(self, mine):
        assert mine.post("/pay/bills/").status_code == 405

    def test_no_card_where_nobody_takes_them(self, mine, settings):
        make_bill(payer=ME)
        settings.MADOGUCHI_CARD_PROVIDER = ""
        page = words(mine.get("/pay/bills/"))
        assert "カードで支払う" not in page
        assert "/pay/saved-card/" not in page


class TestOneBill:
    def test_what_it_is_made_of(self, mine):
        lines = (("使用水量", "38 m³"), ("基本料金", "2,640円"))
        new = NewBill(ONE, ME, 2026, 1, date(2026, 6, 30), 9567, (Channel.STORE,), lines)
        [bill] = issue_bills([new], by=None)
        page = page_of(mine, bill)
        for text in ("使用水量", "38 m³", "2,640円", "9,567円", "2026年6月30日（火）", bill.number):
            assert text in page
        assert "カードで支払う" not in page

    def test_somebody_elses_is_not_found(self, mine):
        bill = make_bill(payer=OTHER)
        for path in ("", "card/"):
            assert mine.get(f"/pay/bills/{bill.number}/{path}").status_code == 404
        assert mine.post(f"/pay/bills/{bill.number}/card/").status_code == 404
        pay(bill)
        payment = Payment.objects.get()
        path = f"/pay/bills/{bill.number}/payments/{payment.pk}/receipt/"
        assert mine.post(path).status_code == 404
        own = make_bill(payer=ME)
        path = f"/pay/bills/{own.number}/payments/{payment.pk}/receipt/"
        assert mine.post(path).status_code == 404

    @pytest.mark.parametrize("number", ["0000000000000000", "x"])
    def test_missing(self, mine, number):
        assert mine.get(f"/pay/bills/{number}/").status_code == 404

    def test_provisional_then_settled(self, mine):
        bill = make_bill(payer=ME)
        slip = make_slip(bill)
        book([store_fact(slip, PROVISIONAL)], by=None)
        assert "入金の確認中" in page_of(mine, bill)
        assert "領収書を保存する" not in page_of(mine, bill)
        book([store_fact(slip)], by=None)
        page = page_of(mine, bill)
        assert "お支払い済みです" in page
        assert "お支払いのときに受け取った領収書" in page

    def test_paid_too_much_and_paid_back(self, mine):
        bill = make_bill(1000, payer=ME)
        pay(bill, name="1")
        pay(bill, name="2", channel=Channel.COUNTER)
        assert "多く支払われています" in page_of(mine, bill)
        refund = decide_refund(
            bill_id=bill.pk, amount=1000, channel=Channel.COUNTER, reason="二重", by=None
        )
        assert "お返しの手続き" in page_of(mine, bill)
        end_refund(refund_id=refund.pk, status="paid", by=None)
        page = page_of(mine, bill)
        assert "お返し済み" in page
        assert "−1,000円" in page
        assert "支払い済み" in page

    def test_a_refund_that_was_withdrawn_is_not_spoken_of(self, mine):
        bill = make_bill(1000, payer=ME)
        pay(bill, amount=2000)
        refund = decide_refund(
            bill_id=bill.pk, amount=1000, channel=Channel.COUNTER, reason="二重", by=None
        )
        end_refund(refund_id=refund.pk, status="withdrawn", by=None)
        assert "−1,000円" not in page_of(mine, bill)

    def test_part_of_it_is_paid(self, mine):
        bill = make_bill(1000, payer=ME)
        pay(bill, amount=300)
        page = page_of(mine, bill)
        assert "残りの額" in page
        assert "700円" in page

    def test_withdrawn_and_closed(self, mine):
        cancelled, closed = make_bills(100, 200, payer=ME)
        cancel_bill(cancelled.pk, by=None, reason="誤り")
        write_off(bill_id=closed.pk, reason="時効", by=None)
        assert "取り消されました" in page_of(mine, cancelled)
        assert "お支払いの必要はありません" in page_of(mine, closed)
        assert "時効" not in page_of(mine, closed)

    def test_where_to_ask(self, mine):
        FeeKindOffice.objects.create(
            fee_kind=ONE,
            from_on=date(2026, 4, 1),
            department=make_department("上下水道部", "料金課"),
        )
        assert "上下水道部料金課で新しい納付書をお出しします" in page_of(mine, make_bill(payer=ME))
        other = make_bill(payer=ME, kind=TWO)
        assert "市役所で新しい納付書をお出しします" in page_of(mine, other)


class TestWays:
    """How a bill may be paid, in words for the one who pays it."""

    def test_with_the_slip_at_hand(self, mine):
        bill = make_bill(payer=ME)
        assert "納付書をお送りします" in page_of(mine, bill)
        slip = make_slip(bill)
        assert "お持ちになるか" in page_of(mine, bill)
        slip.barcode, slip.without_barcode = None, "too_much"
        slip.save()
        assert "バーコードがないため" in page_of(mine, bill)

    def test_a_slip_that_stores_no_longer_take(self, mine):
        bill = make_bill(payer=ME, due_on=date(2026, 6, 9))
        assert "期限を過ぎているため" in page_of(mine, bill)
        make_slip(bill, pay_by=date(2026, 6, 9))
        assert "期限を過ぎているため" in page_of(mine, bill)
        make_slip(bill, issue=1, pay_by=date(2026, 6, 20))
        assert "お持ちになるか" in page_of(mine, bill)

    def test_with_a_registered_card(self, mine):
        bill = make_bill(payer=ME)
        assert "このページで支払えます" in page_of(mine, bill)
        save_card(ME)
        assert "納期限の日に、登録したカードで支払います" in page_of(mine, bill)
        SavedCard.objects.update(expires="2026-05")
        assert "有効期限が切れています" in page_of(mine, bill)

    def test_by_the_bank(self, mine):
        bill = make_bill(payer=ME)
        assert "口座のお届けがありません" in page_of(mine, bill)
        make_mandate(ME)
        assert "お届けの口座から" in page_of(mine, bill)
        ask_bank(bill)
        page = page_of(mine, bill)
        assert "ほかの方法で支払わないでください" in page
        assert "カードで支払う" not in page

    def test_every_channel_has_its_words(self, mine):
        page = page_of(mine, make_bill(payer=ME))
        for label in dict(ChannelChoice.choices).values():
            assert f"<dt>{label}</dt>" in page

    def test_why_the_registered_card_was_not_charged(self, mine):
        bill = make_bill(payer=ME)
        save_card(ME, "away")
        with clock.frozen(NOW + timedelta(days=20)):
            charge_saved_cards(fee_kinds=[ONE], on=clock.today(), by=None)
        assert "登録したカードで支払えませんでした" in page_of(mine, bill)
        pay(bill)
        assert "登録したカードで支払えませんでした" not in page_of(mine, bill)


class TestReceipt:
    @pytest.fixture(autouse=True)
    def own_files(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path / "files"

    @pytest.fixture
    def address(self):
        bill = make_bill(payer=ME)
        pay(bill)
        return f"/pay/bills/{bill.number}/payments/{Payment.objects.get().pk}/receipt/"

    @pytest.mark.usefixtures("signing_key")
    def test_saved_twice_it_is_the_same(self, mine, address):
        first, second = mine.post(address), mine.post(address)
        assert first.status_code == 200
        assert first["Content-Type"] == "application/pdf"
        assert first.content.startswith(b"%PDF")
        assert first.content == second.content
        code = Receipt.objects.get().code
        assert first["Content-Disposition"] == f'attachment; filename="receipt-{code}.pdf"'
        assert "no-store" in first["Cache-Control"]
        assert documents.check(code).status == "genuine"

    def test_it_is_sent_for_not_followed(self, mine, address):
        assert mine.get(address).status_code == 405

    def test_a_city_that_cannot_sign_says_so(self, mine, address, settings):
        settings.MADOGUCHI_SIGNING_KEY = None
        answer = mine.post(address)
        assert answer.status_code == 503
        assert "領収書をお出しできません" in words(answer)

    @pytest.mark.usefixtures("signing_key")
    def test_one_that_was_erased(self, mine, address):
        mine.post(address)
        erase_receipts(payer=ME)
        assert "領収書をお出しできません" in words(mine.post(address))

    @pytest.mark.usefixtures("signing_key")
    def test_its_file_is_for_the_service_only_and_may_be_lost(self, mine, address):
        assert mine.post(address).status_code == 200
        file = Path(Receipt.objects.get().file.path)
        assert [stat.S_IMODE(each.stat().st_mode) for each in (file, file.parent)] == [0o600, 0o700]
        file.unlink()
        answer = mine.post(address)
        assert answer.status_code == 503
        assert answer.context["has_no_receipt"]

    def test_none_for_what_was_paid_at_a_store(self, mine):
        bill = make_bill(payer=ME)
        book([store_fact(make_slip(bill))], by=None)
        path = f"/pay/bills/{bill.number}/payments/{Payment.objects.get().pk}/receipt/"
        assert mine.post(path).status_code == 404
        assert mine.post(f"/pay/bills/{bill.number}/payments/0/receipt/").status_code == 404
