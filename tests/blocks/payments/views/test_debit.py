"""Bank debit and mandates on the desk."""

from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.blocks.payments.models import DebitRun, FeeKindOffice, Mandate, Payment
from madoguchi.blocks.payments.operations import debit
from madoguchi.blocks.payments.operations.mandates import erase_mandates
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from tests.blocks.payments.debits import answer_to, make_contract, make_mandate
from tests.blocks.payments.factories import ONE, make_bill
from tests.factories import make_department, make_user, sign_in
from tests.services.fees.factories import make_payer
from tests.services.water.factories import make_contract as make_water_contract

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds", "_today")]

ROOT = "/staff/payments/"
DUE = date(2026, 6, 30)
TODAY = datetime(2026, 6, 10, 9, 0, tzinfo=clock.TOKYO)
LATER = datetime(2026, 7, 2, 9, 0, tzinfo=clock.TOKYO)


@pytest.fixture
def _today():
    with clock.frozen(TODAY):
        yield


def client(role, department=None):
    return sign_in(Client(), make_user(role, role, department=department))


@pytest.fixture
def treasury():
    return client("payments_treasury")


def page(answer):
    return answer.content.decode()


def make_payers(*amounts):
    make_contract()
    for amount in amounts:
        make_mandate(make_bill(amount).payer)


def make_run():
    return debit.make_debit_run(fee_kind=ONE, debit_on=DUE, by=None)


def upload(content):
    return {"file": SimpleUploadedFile("answer.txt", content)}


# runs


def test_a_run_is_checked_made_and_downloaded(treasury):
    make_payers(1000, 2000)
    asked = {"fee_kind": ONE, "debit_on": "2026-06-30"}
    shown = treasury.get(f"{ROOT}debit/start/", asked)
    assert (shown.context["selection"].count, shown.context["selection"].amount) == (2, 3000)
    assert "3,000円" in page(shown)
    assert DebitRun.objects.count() == 0
    made = treasury.post(f"{ROOT}debit/start/", asked, follow=True)
    run = DebitRun.objects.get()
    assert made.redirect_chain == [(f"{ROOT}debit/runs/{run.public_id}/", 302)]
    file = treasury.post(f"{ROOT}debit/runs/{run.public_id}/file/")
    assert file.content == debit.debit_file(run)
    assert file["Content-Disposition"] == (
        f'attachment; filename="debit-20260630-{run.public_id}.txt"'
    )
    assert AuditEntry.objects.filter(action="payments.debit_file_taken").count() == 1
    again = treasury.get(f"{ROOT}debit/start/", asked)
    assert "振り替える請求がありません" in page(again)
    assert "振替の依頼" in page(treasury.get(f"{ROOT}debit/"))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"fee_kind": ONE, "debit_on": "2026-07-04"}, "次の営業日は2026-07-06"),
        ({"fee_kind": ONE, "debit_on": "2026-06-10"}, "振替日より前に"),
        ({"fee_kind": ONE, "debit_on": "2028-06-10"}, "1年以内"),
        ({"fee_kind": "none", "debit_on": "2026-06-30"}, "正しく選択"),
        ({"fee_kind": ONE, "debit_on": "2026-02-30"}, "日付を正しく"),
    ],
)
def test_a_run_that_cannot_be_is_refused_in_words(treasury, asked, words):
    make_payers(1000)
    for answer in (
        treasury.get(f"{ROOT}debit/start/", asked),
        treasury.post(f"{ROOT}debit/start/", asked),
    ):
        assert answer.status_code == 422
        assert words in page(answer)
    assert DebitRun.objects.count() == 0


def test_without_a_contract_or_bills_nothing_is_asked(treasury):
    asked = {"fee_kind": ONE, "debit_on": "2026-06-30"}
    assert "契約がありません" in page(treasury.get(f"{ROOT}debit/start/", asked))
    make_contract()
    assert "振り替える請求はありません" in page(treasury.post(f"{ROOT}debit/start/", asked))


def test_a_file_that_is_gone_says_so(treasury):
    make_payers(1000)
    run = make_run()
    with clock.frozen(LATER):
        debit.read_debit_result(answer_to(run, "0"), by=None)
    erase_mandates(payer=Mandate.objects.get().payer, on=DUE)
    answer = treasury.post(f"{ROOT}debit/runs/{run.public_id}/file/", follow=True)
    assert "もう作れません" in page(answer)


# answers


def test_an_answer_is_uploaded_shown_by_reason_and_retried(treasury):
    make_payers(1000, 2000, 3000)
    run = make_run()
    content = answer_to(run, "0", "1", "2")
    with clock.frozen(LATER):
        told = treasury.post(f"{ROOT}debit/result/", upload(content), follow=True)
        assert "1件の振替を記帳しました。振替できなかったのは2件です。" in page(told)
        for words in ("資金不足", "取引なし", "口座振替の登録を終了しました", "再振替を依頼する"):
            assert words in page(told)
        assert Payment.objects.get().amount == 1000
        again = treasury.post(f"{ROOT}debit/result/", upload(content), follow=True)
        assert "前に読み込んであります" in page(again)
        shown = treasury.get(f"{ROOT}debit/runs/{run.public_id}/", {"result": "1"})
        assert [row["item"].amount for row in shown.context["rows"]] == [2000]
        retry = {"retry_of": run.public_id, "debit_on": "2026-07-15"}
        assert "2,000円" in page(treasury.get(f"{ROOT}debit/start/", retry))
        treasury.post(f"{ROOT}debit/start/", retry)
        assert DebitRun.objects.get(retry_of=run).items.get().amount == 2000
        assert "再振替" in page(treasury.get(f"{ROOT}debit/runs/{run.public_id}/"))
        for nobodys in ("none", "\0"):
            answer = treasury.get(f"{ROOT}debit/start/", {"retry_of": nobodys})
            assert answer.status_code == 404


def test_faults_are_named_record_by_record(treasury):
    make_payers(1000, 2000)
    content = bytearray(answer_to(make_run(), "0", "0", crlf=False))
    content[120 + 111 : 120 + 112] = b"7"
    content[240 + 50 : 240 + 51] = b"\x81"
    answer = treasury.post(f"{ROOT}debit/result/", upload(bytes(content)))
    assert answer.status_code == 422
    assert answer.context["faults"] == [
        "2レコード目：「7」という振替結果コードはありません。",
        "3レコード目：「0x81」は使えない文字です（預金者名）。",
    ]
    assert Payment.objects.count() == 0


def test_an_answer_to_nothing_is_refused(treasury, settings):
    make_payers(1000)
    run = make_run()
    content = answer_to(run, "0", client_code="0000000009")
    assert "こちらの依頼と違います" in page(treasury.post(f"{ROOT}debit/result/", upload(content)))
    assert treasury.post(f"{ROOT}debit/result/").status_code == 422
    assert "中身がありません" in page(treasury.post(f"{ROOT}debit/result/", upload(b"")))
    settings.MADOGUCHI_MAX_UPLOAD_BYTES = 100
    assert "MBを超えて" in page(treasury.post(f"{ROOT}debit/result/", upload(content)))


def test_slips_are_made_for_what_the_bank_will_not_get(treasury):
    make_payers(1000, 2000)
    run = make_run()
    with clock.frozen(LATER):
        debit.read_debit_result(answer_to(run, "0", "3"), by=None)
        where = f"{ROOT}debit/runs/{run.public_id}/slips/"
        assert treasury.get(where).context["count"] == 1
        assert treasury.post(where, {"pay_by": "2026-07-01"}).status_code == 422
        pdf = treasury.post(where, {"pay_by": "2026-07-31"})
        assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
        assert "ありません" in page(treasury.get(where))
        assert treasury.post(where, {"pay_by": "2026-07-31"}).status_code == 422


def test_lists_take_as_many_queries_for_three_as_for_one(treasury):
    make_payers(1000)
    run = make_run()
    addresses = [f"{ROOT}debit/", f"{ROOT}debit/runs/{run.public_id}/", f"{ROOT}mandates/"]

    def counts():
        found = []
        for address in addresses:
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert treasury.get(address).status_code == 200
            found.append(len(captured))
        return found

    counts()
    one = counts()
    for amount in (2000, 3000):
        make_mandate(make_bill(amount).payer)
        make_run()
    assert counts() == one


def test_auditors_read_and_change_nothing():
    make_payers(1000)
    run = make_run()
    auditor = client("auditor")
    for address in ("debit/", f"debit/runs/{run.public_id}/", "mandates/"):
        assert auditor.get(ROOT + address).status_code == 200
    assert "依頼ファイルを保存する" not in page(auditor.get(f"{ROOT}debit/runs/{run.public_id}/"))
    for address in ("debit/start/", "debit/result/", "mandates/add/"):
        assert auditor.get(ROOT + address).status_code == 403
    assert auditor.post(f"{ROOT}debit/runs/{run.public_id}/file/").status_code == 403


# mandates


NEW = {
    "service": "fees",
    "number": "００0-0012",
    "bank_code": "0005",
    "branch_code": "１０１",
    "account_kind": "1",
    "account_number": "12345",
    "holder": "やまだ　たろう",
    "from_on": "2026-06-15",
}


def test_a_mandate_is_registered_and_ended(treasury):
    make_payer("0000012")
    added = treasury.post(f"{ROOT}mandates/add/", NEW, follow=True)
    mandate = Mandate.objects.get()
    assert added.redirect_chain == [(f"{ROOT}mandates/{mandate.pk}/", 302)]
    assert (mandate.branch_code, mandate.account_number, mandate.holder_kana) == (
        "101",
        "0012345",
        "ﾔﾏﾀﾞ ﾀﾛｳ",
    )
    assert mandate.payer == "fees:0000012"
    assert "介護・保育・住宅 0000012" in page(treasury.get(f"{ROOT}mandates/", {"payer": "00012"}))
    assert "該当する登録はありません" in page(treasury.get(f"{ROOT}mandates/", {"payer": "99"}))
    where = f"{ROOT}mandates/{mandate.pk}/end/"
    assert treasury.get(where).status_code == 200
    assert treasury.post(where, {"on": "2026-06-09"}).status_code == 422
    early = treasury.post(where, {"on": "2026-06-11"})
    assert "開始日より前" in page(early)
    assert treasury.post(where, {"on": "2026-07-01"}).status_code == 302
    mandate.refresh_from_db()
    assert mandate.until_on == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"bank_code": "12"}, "4桁の数字"),
        ({"account_number": "1234x"}, "7桁の数字"),
        ({"holder": "山田 太郎"}, "「山」は金融機関の名義に使えない"),
        ({"holder": "ガ" * 20}, "30文字を超えて"),
        ({"service": "nobody"}, "選択してください"),
        ({"service": "water"}, "このお客様番号の人はいません"),
        ({"number": "0000013"}, "このお客様番号の人はいません"),
        ({"number": "見本"}, "このお客様番号の人はいません"),
        ({"from_on": "2026-02-30"}, "日付を正しく"),
    ],
)
def test_a_mandate_with_a_fault_is_refused_in_words(treasury, given, words):
    make_payer("0000012")
    answer = treasury.post(f"{ROOT}mandates/add/", NEW | given)
    assert answer.status_code == 422
    assert words in page(answer)
    assert Mandate.objects.count() == 0


def test_a_second_mandate_is_refused(treasury):
    make_payer("0000012")
    make_mandate("fees:0000012")
    assert "先に終了してください" in page(treasury.post(f"{ROOT}mandates/add/", NEW))


def test_collecting_staff_serve_their_own_payers_only():
    rent, water = make_department("都市整備部", "住宅課"), make_department("上下水道部")
    for kind, department in (("fees.rent", rent), ("water", water)):
        FeeKindOffice.objects.create(fee_kind=kind, from_on=date(2025, 4, 1), department=department)
    own, other = make_mandate("fees:0000001"), make_mandate("water:0000001")
    collector = client("payments_collector", rent)
    assert list(collector.get(f"{ROOT}mandates/").context["page"]) == [own]
    assert collector.get(f"{ROOT}mandates/{own.pk}/").status_code == 200
    assert collector.get(f"{ROOT}mandates/{other.pk}/").status_code == 403
    assert collector.get(f"{ROOT}mandates/{other.pk}/end/").status_code == 403
    make_payer("0000012")
    assert collector.post(f"{ROOT}mandates/add/", NEW).status_code == 302
    make_water_contract("0000002", started_on=TODAY.date())
    theirs = NEW | {"service": "water", "number": "0000002"}
    assert collector.post(f"{ROOT}mandates/add/", theirs).status_code == 403
    elsewhere = client("auditor")
    assert elsewhere.get(f"{ROOT}mandates/{other.pk}/").status_code == 200


def test_the_account_of_a_payer_of_other_fees_is_not_shown():
    rent = make_department("都市整備部", "住宅課")
    FeeKindOffice.objects.create(fee_kind="fees.rent", from_on=date(2025, 4, 1), department=rent)
    shared, other = make_mandate("fees:0000001"), make_mandate("fees:0000002")
    mine = make_bill(1000, kind="fees.rent", payer=shared.payer)
    for payer in (shared.payer, other.payer):
        make_bill(2000, kind="fees.care", payer=payer)
    make_contract()
    for kind in ("fees.rent", "fees.care"):
        debit.make_debit_run(fee_kind=kind, debit_on=DUE, by=None)
    collector = client("payments_collector", rent)
    assert list(collector.get(f"{ROOT}mandates/").context["page"]) == [shared]
    shown = collector.get(f"{ROOT}mandates/{shared.pk}/")
    assert [row["item"].bill for row in shown.context["rows"]] == [mine]
    assert collector.get(f"{ROOT}mandates/{other.pk}/").status_code == 403
    assert collector.get(f"{ROOT}mandates/{other.pk}/end/").status_code == 403
    make_payer("0000002")
    theirs = NEW | {"number": "0000002"}
    assert collector.post(f"{ROOT}mandates/add/", theirs).status_code == 403
    everything = client("payments_treasury").get(f"{ROOT}mandates/{shared.pk}/")
    assert len(everything.context["rows"]) == 2


def test_a_mandate_shows_its_debits_and_why_it_ended(treasury):
    make_payers(1000)
    run = make_run()
    mandate = Mandate.objects.get()
    assert "金融機関に依頼中" in page(treasury.get(f"{ROOT}mandates/{mandate.pk}/"))
    with clock.frozen(LATER):
        debit.read_debit_result(answer_to(run, "4"), by=None)
        shown = page(treasury.get(f"{ROOT}mandates/{mandate.pk}/"))
    assert "振替結果により終了しました" in shown
    assert "預金口座振替依頼書なし" in shown
    assert treasury.get(f"{ROOT}mandates/999999/").status_code == 404
