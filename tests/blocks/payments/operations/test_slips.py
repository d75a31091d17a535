"""Slips: what they bear, reissues, and the paper that is made of them."""

import io
import re
from datetime import date, datetime, timedelta

import pypdf
import pytest

from madoguchi.blocks.payments.models import ElqrProfile, FeeKindOffice, Slip, StoreProfile
from madoguchi.blocks.payments.operations.bills import (
    BillCancelled,
    BillPaid,
    NewBill,
    cancel_bill,
    issue_bills,
)
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.slips import (
    AddresseeUnknown,
    NothingDue,
    PayByPast,
    SlipNotPrintable,
    TooManyReissues,
    make_slips,
    reissue_slip,
    slip_pdf,
)
from madoguchi.blocks.payments.queries.lookup import find_bill
from madoguchi.blocks.payments.queries.payer import access_code
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.blocks.payments.rules.fee_kinds import Addressee, FeeKind, fee_kinds
from madoguchi.blocks.payments.slips import barcode, elqr
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.kernel.city.models import CityProfile
from tests.blocks.payments.factories import DUE, ONE, TWO, bill_fact, make_bill, make_bills
from tests.factories import make_department, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds", "contracts")]

START = date(2026, 4, 1)
MADE = datetime(2026, 6, 1, 9, 0, tzinfo=clock.TOKYO)


@pytest.fixture
def contracts():
    StoreProfile.objects.create(from_on=START, company_code="912345", client_code="54321")
    ElqrProfile.objects.create(
        fee_kind=ONE,
        from_on=START,
        office_code="99999",
        tax_office_code="001",
        item_number="999",
    )
    with clock.frozen(MADE):
        yield


def text_of(pdf):
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return [re.sub(r"\s", "", page.extract_text()) for page in pages]


def test_a_slip_bears_both_codes():
    bill = make_bill(12_300)
    (slip,) = make_slips([bill], by=None)
    assert barcode.parse(slip.barcode) == barcode.BarcodeParts(
        "912345", f"54321{bill.number}", 0, DUE, 12_300
    )
    assert elqr.parse(slip.elqr) == elqr.ElqrParts(
        amount=12_300,
        item_number="999",
        case_key=f"{bill.number}0000",
        confirmation=slip.confirmation,
        office_code="99999",
        tax_office_code="001",
        assessed_year=2026,
        fiscal_year=2026,
        instalment=1,
        due_on=DUE,
        pay_by=DUE,
    )
    assert (slip.issue, slip.amount, slip.pay_by, slip.without_barcode) == (0, 12_300, DUE, "")
    assert find_bill(slip.barcode) == bill
    assert Slip.objects.get() == slip


def test_without_a_contract_neither_code_is_there():
    StoreProfile.objects.all().delete()
    (slip,) = make_slips([make_bill(kind=TWO)], by=None)
    assert (slip.barcode, slip.without_barcode, slip.elqr) == (None, "not_by_store", "")


@pytest.mark.parametrize(
    ("amount", "due_on", "channels", "reason"),
    [
        (300_001, DUE, tuple(Channel), "too_much"),
        (100, date(2026, 5, 31), tuple(Channel), "overdue"),
        (100, DUE, (Channel.COUNTER,), "not_by_store"),
    ],
)
def test_no_barcode_and_why(amount, due_on, channels, reason):
    (bill,) = issue_bills([NewBill(ONE, "test:x", 2026, 1, due_on, amount, channels)], by=None)
    (slip,) = make_slips([bill], by=None)
    assert (slip.barcode, slip.without_barcode) == (None, reason)
    assert elqr.parse(slip.elqr).amount == amount


def test_confirmation_numbers_are_drawn_by_lot():
    slips = make_slips([make_bill() for _ in range(20)], by=None)
    assert len({slip.confirmation for slip in slips}) > 15
    assert {len(slip.confirmation) for slip in slips} == {6}


def test_a_reissue_raises_the_digit_and_keeps_the_old_slip_known():
    clerk = make_user("clerk")
    bill = make_bill(5_000)
    (first,) = make_slips([bill], by=None)
    later = date(2026, 8, 31)
    second = reissue_slip(bill_id=bill.pk, pay_by=later, by=clerk)
    assert barcode.parse(second.barcode) == barcode.BarcodeParts(
        "912345", f"54321{bill.number}", 1, later, 5_000
    )
    assert (second.issue, second.pay_by, second.case_key) == (1, later, f"{bill.number}0001")
    assert elqr.parse(second.elqr).pay_by == later
    assert elqr.parse(second.elqr).due_on == DUE
    assert find_bill(first.barcode) == bill
    entry = AuditEntry.objects.latest("sequence")
    assert (entry.action, entry.subject, entry.actor) == (
        "payments.slip_reissued",
        f"payments.bill:{bill.number}",
        str(clerk.pk),
    )
    assert entry.detail == {"issue": 1, "amount": 5_000, "pay_by": "2026-08-31"}


def test_an_overdue_bill_gets_a_barcode_again_with_its_new_day():
    bill = make_bill(due_on=date(2026, 4, 30))
    (slip,) = make_slips([bill], by=None)
    assert slip.without_barcode == "overdue"
    new = reissue_slip(bill_id=bill.pk, pay_by=DUE, by=None)
    assert (new.without_barcode, barcode.parse(new.barcode).pay_by) == ("", DUE)


def test_a_reissue_asks_for_what_is_still_due():
    bill = make_bill(5_000)
    make_slips([bill], by=None)
    book([bill_fact(bill, amount=2_000)], by=None)
    assert reissue_slip(bill_id=bill.pk, pay_by=DUE, by=None).amount == 3_000


def test_the_tenth_reissue_does_not_fit():
    bill = make_bill()
    for issue in range(10):
        assert reissue_slip(bill_id=bill.pk, pay_by=DUE, by=None).issue == issue
    with pytest.raises(TooManyReissues, match=bill.number):
        reissue_slip(bill_id=bill.pk, pay_by=DUE, by=None)
    assert bill.slips.count() == 10


def test_what_cannot_be_reissued():
    paid, cancelled, past = make_bill(), make_bill(), make_bill()
    book([bill_fact(paid)], by=None)
    cancel_bill(cancelled.pk, by=None, reason="誤り")
    with pytest.raises(BillPaid, match=paid.number):
        reissue_slip(bill_id=paid.pk, pay_by=DUE, by=None)
    with pytest.raises(BillCancelled):
        reissue_slip(bill_id=cancelled.pk, pay_by=DUE, by=None)
    with pytest.raises(PayByPast):
        reissue_slip(bill_id=past.pk, pay_by=date(2026, 5, 31), by=None)
    with pytest.raises(NothingDue):
        make_slips([past, paid], by=None)
    assert Slip.objects.count() == 0


def test_making_slips_is_audited_once():
    bills = make_bills(100, 200)
    make_slips(bills, by=None)
    make_slips([], by=None)
    entries = AuditEntry.objects.filter(action="payments.slips_made")
    assert [(entry.subject, entry.detail) for entry in entries] == [
        (f"payments.bill:{bills[0].number}", {"slips": 2, "amount": 300})
    ]


def test_a_hundred_slips_take_as_many_queries_as_three(django_assert_num_queries):
    def queries(bills):
        with django_assert_num_queries(13):
            make_slips(bills, by=None)

    queries(make_bills(100, 200, 300))
    queries([make_bill() for _ in range(100)])


def describe(kind, **changes):
    """Register a fee kind whose only addressee is as told."""
    values = {
        "name": "見本 太郎",
        "postal_code": "950-0001",
        "address": "見本市中央一丁目1番",
        "number": "0001234",
    }
    addressee = Addressee(**values | changes)
    return fee_kinds.register(
        FeeKind(
            kind,
            "介護保険料",
            "95",
            lambda payers: dict.fromkeys(payers, addressee),
            lambda _year, instalment: f"第{instalment}期",
        )
    )


@pytest.fixture
def care():
    yield describe("test.care")
    fee_kinds.unregister("test.care")


@pytest.mark.usefixtures("care")
def test_the_page_says_all_that_the_payer_needs(settings):
    settings.BASE_URL = "https://city.example.jp"
    CityProfile.objects.create(name="見本市", contact="電話 000-000-0000")
    FeeKindOffice.objects.create(
        fee_kind="test.care", from_on=START, department=make_department("福祉部", "介護保険課")
    )
    (bill,) = issue_bills(
        [
            NewBill(
                "test.care",
                "test:1",
                2026,
                3,
                DUE,
                12_300,
                (Channel.STORE, Channel.CARD),
                (("所得段階", "第5段階"),),
            )
        ],
        by=None,
    )
    (slip,) = make_slips([bill], by=None)
    (page,) = text_of(slip_pdf([slip], title="納付書"))
    upper, lower = barcode.human_readable(slip.barcode)
    for words in (
        "〒950-0001",
        "見本市中央一丁目1番",
        "見本太郎様",
        "令和8年6月1日",
        "見本市",
        "福祉部介護保険課",
        "電話000-000-0000",
        "令和8年度介護保険料納入通知書",
        "第3期",
        bill.number,
        "令和8年6月30日",
        "12,300円",
        "所得段階第5段階",
        "コンビニエンスストア",
        "クレジットカード",
        "https://city.example.jp/pay/",
        "0001234",
        access_code("test:1"),
        "領収証書",
        "納入済通知書",
        "原符",
        upper,
        lower,
    ):
        assert words in page, words
    assert "口座振替" not in page
    assert "取り扱えません" not in page
    assert "使えます" not in page


@pytest.mark.parametrize(
    ("amount", "due_on", "channels", "words"),
    [
        (300_001, DUE, tuple(Channel), "取扱いの上限を超えるため"),
        (100, date(2026, 5, 31), tuple(Channel), "納期限を過ぎているため"),
        (100, DUE, (Channel.COUNTER,), "納める料金ではないため"),
    ],
)
def test_the_page_says_why_there_is_no_barcode(amount, due_on, channels, words):
    (bill,) = issue_bills([NewBill(ONE, "test:x", 2026, 1, due_on, amount, channels)], by=None)
    (page,) = text_of(slip_pdf(make_slips([bill], by=None), title="納付書"))
    assert "コンビニエンスストアでは取り扱えません" in page
    assert words in page
    assert "レジへ" not in page
    assert "(91)" not in page


def test_the_page_of_a_reissue_says_so():
    bill = make_bill()
    make_slips([bill], by=None)
    slip = reissue_slip(bill_id=bill.pk, pay_by=date(2026, 8, 31), by=None)
    (page,) = text_of(slip_pdf([slip], title="納付書"))
    assert "再発行1回目" in page
    assert "この納付書は令和8年8月31日まで使えます。" in page
    assert "前にお送りした納付書は使わないでください。" in page


def test_the_elqr_is_there_only_where_it_is_agreed():
    slips = make_slips([make_bill(), make_bill(kind=TWO)], by=None)
    with_code, without = text_of(slip_pdf(slips, title="納付書"))
    assert "eL番号" in with_code
    assert slips[0].case_key in with_code
    assert "eL" not in without


def test_pages_stand_in_the_order_of_the_slips():
    slips = make_slips(make_bills(100, 200, 300), by=None)
    pages = text_of(slip_pdf(slips[::-1], title="納付書"))
    assert [f"第{n}期" in page for n, page in zip((3, 2, 1), pages, strict=True)] == [True] * 3


def test_the_same_slips_make_the_same_bytes():
    slips = make_slips([make_bill()], by=None)
    first = slip_pdf(slips, title="納付書", made_at=MADE)
    with clock.frozen(MADE + timedelta(days=3)):
        again = Slip.objects.select_related("bill").filter(pk=slips[0].pk)
        assert slip_pdf(again, title="納付書", made_at=MADE) == first


def test_a_character_that_the_font_lacks_is_named_with_its_bill():
    describe("test.rare", name="見本 \U00013000")
    try:
        bills = [make_bill(), make_bill(kind="test.rare")]
        slips = make_slips(bills, by=None)
        with pytest.raises(SlipNotPrintable) as refused:
            slip_pdf(slips, title="納付書")
    finally:
        fee_kinds.unregister("test.rare")
    assert refused.value.values == {
        "bill": bills[1].number,
        "character": "\U00013000",
        "codepoint": "U+13000",
    }


def test_a_character_of_the_city_s_own_name_belongs_to_no_bill():
    CityProfile.objects.create(name="\U00013000市")
    with pytest.raises(SlipNotPrintable) as refused:
        slip_pdf(make_slips([make_bill()], by=None), title="納付書")
    assert refused.value.values["bill"] == "–"


def test_a_slip_goes_to_somebody():
    nobody = FeeKind("test.nobody", "試験料", "96", lambda _payers: {}, lambda _y, n: f"第{n}期")
    fee_kinds.register(nobody)
    try:
        bill = make_bill(kind="test.nobody")
        slips = make_slips([bill], by=None)
        with pytest.raises(AddresseeUnknown, match=bill.number):
            slip_pdf(slips, title="納付書")
    finally:
        fee_kinds.unregister("test.nobody")


def test_long_names_and_many_lines_stay_on_one_page():
    describe("test.long", name="株式会社" + "見本" * 40, address="東京都" + "見本" * 60)
    try:
        details = tuple((f"内訳{n}", f"{n},000円") for n in range(12))
        (bill,) = issue_bills(
            [NewBill("test.long", "test:1", 2026, 1, DUE, 300_001, tuple(Channel), details)],
            by=None,
        )
        pages = text_of(slip_pdf(make_slips([bill], by=None), title="納付書"))
    finally:
        fee_kinds.unregister("test.long")
    assert len(pages) == 1
    assert "内訳1111,000円" in pages[0]
