"""Deciding and billing fees on the real ledger."""

from datetime import date, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection

from madoguchi.blocks.payments import service as payments
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.kernel.refused import Refused
from madoguchi.services.fees import rules
from madoguchi.services.fees.models import Assessment, Payer
from madoguchi.services.fees.operations import assessments, payers, upload
from madoguchi.services.fees.operations.assessments import Billed, bill_assessments
from madoguchi.services.fees.queries.desk import Waiting, waiting
from madoguchi.services.fees.queries.payers import addressees, find_reference, payer_page
from tests.blocks.payments.debits import answer_to, make_contract, make_mandate
from tests.services.fees.factories import decide, make_payer, make_rules

JUNE = datetime(2026, 6, 15, 10, tzinfo=clock.TOKYO)
OCTOBER = datetime(2026, 10, 5, 10, tzinfo=clock.TOKYO)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rules_in_force():
    make_rules()


def bills(*numbers):
    lines = payments.bills_of(*(rules.payer_reference(number) for number in numbers))
    return [(line.bill.instalment, line.bill.amount, line.owed) for line in lines]


@pytest.mark.usefixtures("rules_in_force")
def test_a_decision_becomes_the_bills_of_its_instalments_once():
    decide(make_payer())
    with clock.frozen(JUNE):
        assert bill_assessments(kind="care", fiscal_year=2026, by=None) == Billed(8, 72_000)
        assert bill_assessments(kind="care", fiscal_year=2026, by=None) == Billed()
    assert bills("0001") == [(number, 9_000, 9_000) for number in range(1, 9)]
    [first, *_] = payments.bills_of("fees:0001")
    assert first.bill.fee_kind == "fees.care"
    assert first.bill.due_on.isoformat() == "2026-07-31"
    assert first.bill.channels == ["store", "card", "debit", "counter"]
    assert (first.label, first.instalment) == ("介護保険料", "第1期")


@pytest.mark.usefixtures("rules_in_force")
def test_where_stores_do_not_take_a_fee_its_bills_say_so():
    decide(make_payer(), 30_000, "rent")
    bill_assessments(kind="rent", fiscal_year=2026, by=None)
    assert payments.bills_of("fees:0001")[0].bill.channels == ["card", "debit", "counter"]


@pytest.mark.usefixtures("rules_in_force")
def test_a_later_decision_spreads_the_difference_over_what_is_not_due():
    payer = make_payer()
    decide(payer)
    with clock.frozen(JUNE):
        bill_assessments(kind="care", fiscal_year=2026, by=None)
    with clock.frozen(OCTOBER):
        decide(payer, 80_000)
        done = bill_assessments(kind="care", fiscal_year=2026, by=None)
    assert (done.bills, done.cancelled, done.excess) == (5, 5, ())
    amounts = [amount for _number, amount, _owed in bills("0001")]
    assert amounts == [9_000] * 3 + [13_000, *[10_000] * 4]
    assert sum(amounts) == 80_000
    assert [each.revision for each in Assessment.objects.order_by("pk")] == [0, 1]


@pytest.mark.usefixtures("rules_in_force")
def test_what_the_bank_was_asked_for_is_left_alone():
    payer = make_payer()
    decide(payer)
    make_contract()
    make_mandate("fees:0001")
    with clock.frozen(JUNE):
        bill_assessments(kind="care", fiscal_year=2026, by=None)
        run = payments.make_debit_run(fee_kind="fees.care", debit_on=date(2026, 7, 31), by=None)
        decide(payer, 80_000)
        done = bill_assessments(kind="care", fiscal_year=2026, by=None)
    [item] = run.items.all()
    assert (item.bill.instalment, done.cancelled) == (1, 7)
    assert [amount for _number, amount, _owed in bills("0001")] == [9_000, 11_000, *[10_000] * 6]
    with pytest.raises(payments.BillWithBank):
        payments.cancel_bill(item.bill.pk, by=None, reason="")
    payments.read_debit_result(answer_to(run, "1"), by=None)
    payments.cancel_bill(item.bill.pk, by=None, reason="")


@pytest.mark.usefixtures("rules_in_force")
def test_a_premium_that_no_instalment_is_left_for_is_told():
    decide(make_payer(), 5_000, first_month=3)
    done = bill_assessments(kind="care", fiscal_year=2026, by=None)
    assert done == Billed(shortfall=(("0001", 5_000),))


@pytest.mark.usefixtures("rules_in_force")
def test_a_bill_that_is_made_after_its_month_can_still_be_paid_in_time():
    decide(make_payer())
    with clock.frozen(OCTOBER):
        bill_assessments(kind="care", fiscal_year=2026, by=None)
    due = [line.bill.due_on.isoformat() for line in payments.bills_of("fees:0001")]
    assert due[:4] == ["2026-10-15", "2026-10-15", "2026-10-15", "2026-11-02"]


@pytest.mark.usefixtures("rules_in_force")
def test_what_was_billed_beyond_a_new_decision_is_told():
    payer = make_payer()
    decide(payer)
    with clock.frozen(JUNE):
        bill_assessments(kind="care", fiscal_year=2026, by=None)
    with clock.frozen(OCTOBER):
        decide(payer, 20_000)
        done = bill_assessments(kind="care", fiscal_year=2026, by=None)
    assert done.excess == (("0001", 7_000),)
    assert [amount for _n, amount, _owed in bills("0001")] == [9_000] * 3


@pytest.mark.usefixtures("rules_in_force")
def test_what_no_instalment_is_left_for_is_told():
    payer = make_payer()
    decide(payer, 5_000, "nursery", first_month=4, last_month=4)
    with clock.frozen(JUNE):
        bill_assessments(kind="nursery", fiscal_year=2026, by=None)
    with clock.frozen(OCTOBER):
        decide(payer, 6_000, "nursery", first_month=4, last_month=4)
        done = bill_assessments(kind="nursery", fiscal_year=2026, by=None)
    assert done.shortfall == (("0001", 1_000),)
    assert done.bills == 0


@pytest.mark.usefixtures("rules_in_force")
def test_of_two_waiting_decisions_the_later_one_counts():
    payer = make_payer()
    decide(payer, 72_000)
    decide(payer, 40_000)
    assert waiting(["care"]) == [Waiting("care", 2026, 1)]
    assert bill_assessments(kind="care", fiscal_year=2026, by=None).amount == 40_000
    assert waiting(["care"]) == []


@pytest.mark.usefixtures("rules_in_force")
def test_parts_of_a_large_billing_come_to_the_whole(monkeypatch):
    monkeypatch.setattr(assessments, "CHUNK", 2)
    for number in ("1", "2", "3"):
        decide(make_payer(number))
    assert bill_assessments(kind="care", fiscal_year=2026, by=None) == Billed(24, 216_000)


def test_without_a_rule_nothing_is_decided_or_billed():
    payer = make_payer()
    with pytest.raises(assessments.NoRule):
        decide(payer)
    with pytest.raises(assessments.NoRule):
        bill_assessments(kind="care", fiscal_year=2026, by=None)
    assert Assessment.objects.count() == 0


@pytest.mark.usefixtures("rules_in_force")
def test_a_span_that_ends_before_it_begins_is_not_kept():
    with pytest.raises(rules.NoSuchSpan):
        decide(make_payer(), first_month=3, last_month=4)
    assert Assessment.objects.count() == 0


@pytest.mark.usefixtures("rules_in_force")
def test_a_year_has_one_rule():
    with pytest.raises(assessments.RuleTaken):
        make_rules()


def test_a_number_is_given_once():
    make_payer("7")
    with pytest.raises(payers.NumberTaken) as refused:
        make_payer("7")
    assert str(refused.value) == "お客様番号7は使われています。"


def test_a_changed_address_is_what_slips_get():
    payer = make_payer()
    payers.change_payer(
        payer=payer,
        name="神宮 一郎",  # a compatibility character is kept as its owner writes it
        name_kana="",
        postal_code="999-0002",
        address="窓口市新町2",
        by=None,
    )
    [to] = addressees(["fees:0001", "water:0001", "fees:9"]).values()
    assert (to.name, to.postal_code, to.address, to.number) == (
        "神宮 一郎",
        "999-0002",
        "窓口市新町2",
        "0001",
    )


@pytest.mark.usefixtures("rules_in_force")
def test_erasing_waits_until_nothing_is_owed():
    payer = make_payer()
    decide(payer, 5_000, "nursery", first_month=3)
    bill_assessments(kind="nursery", fiscal_year=2026, by=None)
    with pytest.raises(payers.StillOwes):
        payers.erase_payer("fees:0001")
    [line] = payer_page(payer, None).lines
    payments.take_at_counter(bill_id=line.bill.pk, amount=5_000, by=None)
    assert payers.erase_payer("fees:0001") == 1
    assert payers.erase_payer("fees:0001") == 0
    assert payers.erase_payer("water:0001") == 0
    kept = Payer.objects.get()
    assert (kept.name, kept.address, kept.number) == ("", "", "0001")
    assert find_reference("0001") is None
    assert addressees(["fees:0001"]) == {}
    assert AuditEntry.objects.filter(action="fees.payer_erased").count() == 1


@pytest.mark.usefixtures("rules_in_force")
def test_a_payer_with_a_fee_that_is_not_billed_yet_is_not_erased():
    decide(make_payer())
    with pytest.raises(payers.StillOwes):
        payers.erase_payer("fees:0001")


@pytest.mark.usefixtures("rules_in_force")
def test_a_table_brings_nobody_back_who_was_erased():
    make_payer("A1")
    assert payers.erase_payer("fees:A1") == 1
    with pytest.raises(upload.TableRefused) as refused:
        upload.upload_assessments(
            kind="care",
            fiscal_year=2026,
            content=(HEAD + "A1,名,,999-0001,所,1,,\n").encode(),
            by=None,
        )
    assert refused.value.faults == [
        upload.Fault(2, "このお客様番号の情報は消去されています。新しい番号を付けてください。")
    ]
    assert Payer.objects.get().name == ""


HEAD = "番号,氏名,フリガナ,郵便番号,住所,金額,開始月,終了月\n"


@pytest.mark.usefixtures("rules_in_force")
def test_a_table_is_taken_over_with_its_payers():
    make_payer("A1", name="旧姓 花子")
    content = HEAD + (
        'A1,新姓 花子,,999-0001,窓口市1,60000,,\nB2,見本 太郎,,9990002,窓口市2,"12,000",10,3\n'
    )
    kept = upload.upload_assessments(
        kind="care", fiscal_year=2026, content=content.encode("cp932"), by=None
    )
    assert [(each.payer.number, each.amount, each.first_month) for each in kept] == [
        ("A1", 60_000, 4),
        ("B2", 12_000, 10),
    ]
    assert Payer.objects.get(number="A1").name == "新姓 花子"


@pytest.mark.usefixtures("rules_in_force")
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a1,名,,999-0001,所,1,,", "お客様番号は、数字か英大文字で10文字までです。"),
        ("1,名,,999-0001,所,-1,,", "金額は円単位の整数で、10,000,000円までです。"),
        ("1,名,,999-0001,所,99999999,,", "金額は円単位の整数で、10,000,000円までです。"),
        ("1,名,,999-0001,所,1,13,", "月は1から12までの数です。"),
        ("1,名,,999-0001,所,1,3,4", "開始月が終了月より後になっています。"),
        ("1,,,999-0001,所,1,,", "「氏名」が空です。"),
        ("1,名,,999,所,1,,", "郵便番号は100-0001の形で入力してください。"),
        (f"1,名,,999-0001,{'長' * 201},1,,", "「住所」が200文字を超えています。"),
        (f"1,名,{'ア' * 101},999-0001,所,1,,", "「フリガナ」が100文字を超えています。"),
    ],
)
def test_a_faulty_line_is_named_and_nothing_is_kept(line, said):
    good = "9,名,,999-0001,所,1,,\n"
    with pytest.raises(upload.TableRefused) as refused:
        upload.upload_assessments(
            kind="care", fiscal_year=2026, content=(HEAD + good + line).encode(), by=None
        )
    assert [(fault.line, fault.text) for fault in refused.value.faults] == [(3, said)]
    assert (Payer.objects.count(), Assessment.objects.count()) == (0, 0)


@pytest.mark.usefixtures("rules_in_force")
def test_a_number_twice_names_both_lines():
    row = "1,名,,999-0001,所,1,,\n"
    with pytest.raises(upload.TableRefused) as refused:
        upload.upload_assessments(
            kind="care", fiscal_year=2026, content=(HEAD + row + row).encode(), by=None
        )
    assert refused.value.faults == [
        upload.Fault(3, "このお客様番号は2行目にもあります。"),
    ]
    assert str(refused.value) == "取り込みませんでした。ファイルに1件の誤りがあります。"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF\x00", "CSVファイルではありません。"),
        (b"", "ファイルの中身がありません。"),
        (
            "番号,氏名\n".encode(),
            "1行目に次の見出しがありません：フリガナ、郵便番号、住所、金額、開始月、終了月",
        ),
    ],
)
def test_what_is_no_table_is_said_plainly(content, said):
    with pytest.raises(Refused) as refused:
        upload.upload_assessments(kind="care", fiscal_year=2026, content=content, by=None)
    assert str(refused.value) == said


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rules_in_force")
def test_two_clerks_who_bill_at_once_make_each_bill_once():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL (DATABASE_URL)")
    for number in map(str, range(20)):
        decide(make_payer(number))
    ready = Barrier(2)
    done = []

    def bill():
        ready.wait()
        try:
            done.append(bill_assessments(kind="care", fiscal_year=2026, by=None))
        finally:
            connection.close()

    threads = [Thread(target=bill) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each.bills for each in done) == 160
    assert len(bills(*map(str, range(20)))) == 160
