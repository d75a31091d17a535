"""The pages of fees: residents look, collecting staff decide and bill their own fees."""

from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from madoguchi.blocks.payments import service as payments
from madoguchi.blocks.payments.models import FeeKindOffice
from madoguchi.blocks.payments.rules.access import AUDITOR, COLLECTOR, TREASURY
from madoguchi.kernel import clock
from madoguchi.services.fees.models import Assessment, KindRule, Payer
from madoguchi.services.fees.operations.assessments import bill_assessments
from tests.factories import make_department, make_user, sign_in
from tests.services.fees.factories import decide, make_payer, make_rules

pytestmark = pytest.mark.django_db

NOVEMBER = datetime(2026, 11, 23, 10, tzinfo=clock.TOKYO)
NEW = {
    "number": "77",
    "name": "見本 太郎",
    "name_kana": "",
    "postal_code": "999-0001",
    "address": "窓口市1",
}
DECISION = {
    "kind": "care",
    "fiscal_year": "2026",
    "amount": "72000",
    "first_month": "4",
    "last_month": "3",
}


@pytest.fixture(autouse=True)
def november():
    with clock.frozen(NOVEMBER):
        yield


@pytest.fixture
def housing():
    return make_department("都市建設部", "住宅課")


@pytest.fixture
def rent_desk(client, housing):
    """Somebody who collects rent and nothing else."""
    for kind in ("fees.care", "fees.nursery"):
        FeeKindOffice.objects.create(
            fee_kind=kind, from_on=date(2020, 4, 1), department=make_department("福祉部")
        )
    FeeKindOffice.objects.create(fee_kind="fees.rent", from_on=date(2020, 4, 1), department=housing)
    return sign_in(client, make_user("housing", COLLECTOR, department=housing))


@pytest.fixture
def treasury(client):
    return sign_in(client, make_user("treasury", TREASURY))


def words(answer):
    return " ".join(html.fromstring(answer.content).text_content().split())


def links_of_form(answer):
    return html.fromstring(answer.content).xpath("//form[@class='m-form']//a/@href")


def staff(name, *args):
    return reverse(f"fees_staff:{name}", args=args)


def test_residents_see_when_and_where_each_fee_is_paid(client):
    make_rules()
    page = client.get(reverse("fees:index"))
    assert page.status_code == 200
    told = words(page)
    assert "介護保険料 令和7年度からコンビニで納められます。" in told
    assert "住宅使用料 コンビニでは納められません。" in told
    assert "2026年12月28日（月）" not in told
    assert "第6期 2027年1月4日（月）" in told


def test_before_there_are_rules_residents_are_told_whom_to_ask(client):
    page = client.get(reverse("fees:index"))
    assert words(page).count("今年度の納期は決まっていません。") == 3


def test_a_payer_is_found_by_number_name_or_address(treasury):
    make_payer("11", name="青葉 あかり", address="窓口市見本町1")
    make_payer("12", name="泉川 そうた", address="窓口市架空台2")
    for query, found in (
        ("11", {"11"}),
        ("泉川", {"12"}),
        ("窓口市", {"11", "12"}),
        ("泉川 見本町", set()),
        ("", {"11", "12"}),
    ):
        page = treasury.get(staff("payers"), {"q": query})
        assert {payer.number for payer in page.context["page"]} == found
    assert "見つかりませんでした。" in words(treasury.get(staff("payers"), {"q": "無人"}))
    assert treasury.get(staff("payers"), {"q": "あ" * 101}).status_code == 422


def test_an_empty_desk_says_what_to_do(treasury):
    assert "まだ納付者がいません。" in words(treasury.get(staff("payers")))


def test_the_list_asks_as_often_for_three_payers_as_for_one(treasury):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as counted:
            treasury.get(staff("payers"))
        return len(counted)

    make_payer("1")
    treasury.get(staff("payers"))
    for_one = queries()
    make_payer("2")
    make_payer("3")
    assert queries() == for_one


def test_a_payer_shows_decisions_and_what_is_owed(treasury):
    make_rules()
    decide(make_payer("1"))
    bill_assessments(kind="care", fiscal_year=2026, by=None)
    decide(Payer.objects.get(), 12_000, "nursery")
    told = words(treasury.get(staff("payer", "1")))
    assert "未納の合計 72,000円" in told
    assert "第8期" in told
    assert "請求待ち" in told


def test_who_decides_a_fee_sees_whose_and_can_go_back(treasury):
    make_payer("11", name="青葉 あかり", address="窓口市見本町1")
    for name in ("assess", "payer_change"):
        page = treasury.get(staff(name, "11"))
        assert "11 青葉 あかり" in words(page)
        (back,) = links_of_form(page)
        assert back == staff("payer", "11")
    (back,) = links_of_form(treasury.get(staff("rule_add")))
    assert back == staff("rules")


def test_nobody_is_named_in_the_history_of_a_browser(treasury):
    make_payer("11", name="青葉 あかり")
    head, _title, body = treasury.get(staff("payer", "11")).content.decode().partition("</title>")
    assert ("青葉 あかり" in head, "青葉 あかり" in body) == (False, True)


def test_people_have_names_and_addresses(treasury):
    """Neither titles (名称) nor places on the web (アドレス)."""
    make_payer("11", name="青葉 あかり", address="窓口市見本町1")
    assert "お客様番号氏名住所" in words(treasury.get(staff("payers")))
    assert "氏名※必須" in words(treasury.get(staff("payer_add")))


def test_a_payer_page_asks_as_often_for_twelve_bills_as_for_one(treasury):
    make_rules()
    one, many = make_payer("1"), make_payer("2")
    decide(one, 5_000, "nursery", first_month=3)
    decide(many, 5_000, "nursery")
    bill_assessments(kind="nursery", fiscal_year=2026, by=None)
    treasury.get(staff("payer", "1"))
    counts = []
    for number in ("1", "2"):
        with CaptureQueriesContext(connection) as counted:
            treasury.get(staff("payer", number))
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_a_payer_is_added_and_changed(treasury):
    added = treasury.post(staff("payer_add"), NEW)
    assert added["Location"] == staff("payer", "77")
    twice = treasury.post(staff("payer_add"), NEW)
    assert twice.status_code == 422
    assert "お客様番号77は使われています。" in words(twice)
    changed = treasury.post(staff("payer_change", "77"), {**NEW, "name": "神宮 太郎"})
    assert changed.status_code == 302
    assert Payer.objects.get().name == "神宮 太郎"
    assert (
        treasury.post(staff("payer_change", "77"), {**NEW, "postal_code": "9"}).status_code == 422
    )
    assert treasury.get(staff("payer", "404")).status_code == 404


def test_a_fee_is_decided_and_billed_after_a_look(treasury):
    make_rules()
    make_payer("1")
    assert treasury.post(staff("assess", "1"), DECISION).status_code == 302
    before = treasury.get(staff("bill", "care", 2026))
    assert "まだ請求していない決定が1人分あります。" in words(before)
    done = treasury.post(staff("bill", "care", 2026))
    assert "8件、合計72,000円です。" in words(done)
    assert "この年度の決定はすべて請求済みです。" in words(
        treasury.get(staff("bill", "care", 2026))
    )


def test_a_decision_that_cannot_be_is_said_at_its_field(treasury):
    make_payer("1")
    no_rule = treasury.post(staff("assess", "1"), DECISION)
    assert no_rule.status_code == 422
    assert "納期の規則がありません。" in words(no_rule)
    turned = treasury.post(
        staff("assess", "1"), {**DECISION, "first_month": "3", "last_month": "4"}
    )
    assert "開始月が終了月より後になっています。" in words(turned)
    assert treasury.post(staff("assess", "1"), {**DECISION, "amount": "-1"}).status_code == 422
    assert treasury.post(staff("bill", "care", 2026)).status_code == 422
    assert Assessment.objects.count() == 0


def test_a_table_is_checked_line_by_line(treasury):
    make_rules()
    head = "番号,氏名,フリガナ,郵便番号,住所,金額,開始月,終了月\n"

    def send(text):
        return treasury.post(
            staff("upload"),
            {
                "kind": "rent",
                "fiscal_year": "2026",
                "file": SimpleUploadedFile("a.csv", (head + text).encode()),
            },
        )

    refused = send("1,名,,999-0001,所,1.5,,\n")
    assert refused.status_code == 422
    assert "2金額は円単位の整数で、10,000,000円までです。" in words(refused)
    assert send("1,名,,999-0001,所,30000,,\n")["Location"] == staff("bill", "rent", 2026)
    assert Assessment.objects.get().amount == 30_000


def test_a_table_that_is_too_large_or_none_is_refused(treasury, settings):
    settings.MADOGUCHI_MAX_UPLOAD_BYTES = 10
    data = {"kind": "rent", "fiscal_year": "2026"}
    large = treasury.post(staff("upload"), {**data, "file": SimpleUploadedFile("a", b"x" * 11)})
    none = treasury.post(staff("upload"), {**data, "file": SimpleUploadedFile("a", b"%PDF\x00")})
    assert "ファイルが大きすぎます。" in words(large)
    assert "CSVファイルではありません。" in words(none)


def test_choosing_a_year_leads_to_its_page(treasury):
    chosen = treasury.get(staff("choose_year"), {"kind": "care", "fiscal_year": "2026"})
    assert chosen["Location"] == staff("bill", "care", 2026)
    assert treasury.get(staff("choose_year"), {"kind": "x"}).status_code == 422
    assert treasury.get(staff("bill", "x", 2026)).status_code == 404
    assert treasury.get(staff("bill", "care", 10**20)).status_code == 404
    assert treasury.post(staff("bill", "care", 0)).status_code == 404


def test_rules_are_added_once_a_year(treasury):
    given = {
        "kind": "care",
        "fiscal_year": "2026",
        "due_months": ["2", "7"],
        "at_stores": "on",
        "source": "条例",
    }
    assert treasury.post(staff("rule_add"), given)["Location"] == staff("rules")
    assert KindRule.objects.get().due_months == [7, 2]
    assert "その年度からの規則は登録済みです。" in words(treasury.post(staff("rule_add"), given))
    assert "7・2月" in words(treasury.get(staff("rules")))


def test_collecting_staff_see_and_serve_only_their_own_fee(rent_desk):
    make_rules()
    decide(make_payer("1", name="家賃 だけ"), 20_000, "rent")
    decide(make_payer("2", name="介護 だけ"))
    found = rent_desk.get(staff("payers")).context["page"]
    assert [payer.number for payer in found] == ["1"]
    assert rent_desk.get(staff("payer", "2")).status_code == 404
    assert "家賃 だけ" in words(rent_desk.get(staff("assess", "1")))
    others = words(rent_desk.get(staff("assess", "2")))
    assert "介護 だけ" not in others
    assert "料金を決定する 2" in others
    assert rent_desk.get(staff("bill", "care", 2026)).status_code == 404
    assert rent_desk.post(staff("bill", "care", 2026)).status_code == 404
    assert rent_desk.post(staff("assess", "1"), DECISION).status_code == 422
    assert rent_desk.post(staff("bill", "rent", 2026)).status_code == 200
    assert {line.bill.fee_kind for line in payments.bills_of("fees:1", "fees:2")} == {"fees.rent"}


def test_others_are_told_which_role_it_needs(client, housing):
    elsewhere = sign_in(client, make_user("elsewhere", COLLECTOR, department=housing))
    refused = elsewhere.get(staff("payers"))
    assert refused.status_code == 403
    assert "収納担当" in words(refused)


def test_an_auditor_reads_and_changes_nothing(client):
    auditor = sign_in(client, make_user("auditor", AUDITOR))
    make_payer("1")
    assert auditor.get(staff("payer", "1")).status_code == 200
    assert auditor.post(staff("assess", "1"), DECISION).status_code == 403
    assert auditor.get(staff("upload")).status_code == 403


def test_the_staff_home_says_what_waits_to_be_billed(treasury):
    make_rules()
    assert "請求待ちの決定" not in words(treasury.get("/staff/"))
    decide(make_payer("1"))
    assert "介護保険料：請求待ちの決定が1件" in words(treasury.get("/staff/"))
