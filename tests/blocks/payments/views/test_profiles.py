"""Contracts and rates on the desk: what is in force, what comes, what was."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.blocks.payments.models import (
    ChannelCost,
    DebitProfile,
    DebitRun,
    DunningRule,
    ElqrProfile,
    FeeKindOffice,
    StoreProfile,
)
from madoguchi.blocks.payments.operations.profiles import (
    FromPast,
    InForce,
    RowExists,
    RowUsed,
    add_profile,
    add_row,
    withdraw_row,
)
from madoguchi.blocks.payments.queries.profiles import Standing, standings
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from tests.blocks.payments.debits import make_contract
from tests.factories import make_department, make_user, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_today")]

ROOT = "/staff/payments/profiles/"
TODAY = date(2026, 11, 24)
OLD, NEXT = date(2025, 4, 1), date(2027, 4, 1)


@pytest.fixture
def _today():
    with clock.frozen(datetime(2026, 11, 24, 9, 0, tzinfo=clock.TOKYO)):
        yield


def client(role):
    return sign_in(Client(), make_user(role, role))


@pytest.fixture
def treasury():
    return client("payments_treasury")


def page(answer):
    return answer.content.decode()


STORE = {"company_code": "912345", "client_code": "00001", "highest_amount": 300_000}


def make_store(from_on, **given):
    return StoreProfile.objects.create(from_on=from_on, **STORE | given)


# operations


def test_a_row_is_added_for_a_day_to_come_and_never_for_one_that_is_over():
    add_row(StoreProfile, from_on=TODAY, values=STORE, by=None)
    with pytest.raises(RowExists):
        add_row(StoreProfile, from_on=TODAY, values=STORE, by=None)
    with pytest.raises(FromPast):
        add_row(StoreProfile, from_on=date(2026, 11, 23), values=STORE, by=None)
    row = add_profile("store", from_on=NEXT, values=STORE, by=None)
    assert row == StoreProfile.objects.get(from_on=NEXT)
    entries = AuditEntry.objects.order_by("sequence")
    assert [e.action for e in entries] == ["payments.profile_added"] * 2
    assert entries[1].subject == f"payments.storeprofile:{row.pk}"


def test_only_what_has_not_begun_is_taken_back():
    begun, coming = make_store(TODAY), make_store(NEXT)
    with pytest.raises(InForce):
        withdraw_row(begun, by=None)
    withdraw_row(coming, by=None)
    assert list(StoreProfile.objects.all()) == [begun]
    assert AuditEntry.objects.get().action == "payments.profile_withdrawn"


def test_a_contract_that_a_run_was_made_under_stays():
    contract = make_contract(from_on=NEXT)
    DebitRun.objects.create(
        public_id="1", fee_kind="", debit_on=NEXT, profile=contract, made_at=clock.now()
    )
    with pytest.raises(RowUsed):
        withdraw_row(contract, by=None)
    assert DebitProfile.objects.get() == contract


def test_rows_stand_by_their_key():
    past, now, coming = make_store(OLD), make_store(TODAY), make_store(NEXT)
    own = make_store(OLD, fee_kind="water")
    rows = [coming, own, past, now]
    assert standings(rows, key=lambda row: row.fee_kind, on=TODAY) == [
        (now, Standing.IN_FORCE),
        (own, Standing.IN_FORCE),
        (coming, Standing.COMING),
        (past, Standing.PAST),
    ]


# pages


def test_every_table_shows_how_its_rows_stand(treasury):
    make_store(OLD)
    make_store(date(2026, 4, 1), client_code="00002")
    make_store(NEXT, client_code="00003")
    make_contract(from_on=OLD)
    FeeKindOffice.objects.create(
        fee_kind="water", from_on=OLD, department=make_department("上下水道部")
    )
    ChannelCost.objects.create(
        channel="card", from_on=OLD, yen_each=Decimal("5.50"), per_cent=Decimal("1.500")
    )
    DunningRule.objects.create(stage=1, from_on=OLD, days_after_due=20, days_to_pay=0)
    shown = treasury.get(ROOT)
    tables = {each["table"].code: each["rows"] for each in shown.context["tables"]}
    assert [(row["standing"], row["cells"][1]) for row in tables["store"]] == [
        ("in_force", "00002"),
        ("coming", "00003"),
        ("past", "00001"),
    ]
    assert [row["cells"] for row in tables["office"]] == [("上下水道部",)]
    assert [row["cells"] for row in tables["cost"]] == [("クレジットカード", "5.5", "1.5")]
    assert [row["cells"] for row in tables["dunning"]] == [("1", "20", "使わない", "0円")]
    assert tables["debit"][0]["cells"][2] == "0009-001 普通 7000001"
    for words in ("適用中", "これから", "終了", "取り消す"):
        assert words in page(shown)


@pytest.mark.parametrize(
    ("table", "model", "given", "kept"),
    [
        ("store", StoreProfile, STORE, {"company_code": "912345", "fee_kind": ""}),
        (
            "elqr",
            ElqrProfile,
            {"office_code": "11101", "tax_office_code": "１１１", "item_number": "001"},
            {"tax_office_code": "111"},
        ),
        (
            "debit",
            DebitProfile,
            {
                "client_code": "0000012345",
                "client_name_kana": "かくうし",
                "bank_code": "0009",
                "branch_code": "001",
                "account_kind": "1",
                "account_number": "7000001",
            },
            {"client_name_kana": "ｶｸｳｼ", "has_line_ends": False},
        ),
        (
            "cost",
            ChannelCost,
            {"channel": "store", "yen_each": "66.5", "per_cent": "0"},
            {"yen_each": Decimal("66.5")},
        ),
        (
            "dunning",
            DunningRule,
            {"stage": 1, "days_after_due": 20, "days_to_pay": 10, "fee": 100},
            {"fee": 100},
        ),
    ],
)
def test_a_row_is_added_on_its_page(treasury, table, model, given, kept):
    assert treasury.get(f"{ROOT}add/{table}/").status_code == 200
    answer = treasury.post(f"{ROOT}add/{table}/", given | {"from_on": "2027-04-01"})
    assert answer.status_code == 302
    row = model.objects.get()
    assert row.from_on == NEXT
    assert {name: getattr(row, name) for name in kept} == kept
    again = treasury.post(f"{ROOT}add/{table}/", given | {"from_on": "2027-04-01"})
    assert (again.status_code, "同じ日に始まる行" in page(again)) == (422, True)


def test_a_department_is_chosen_for_one_fee(treasury):
    department = make_department("上下水道部")
    given = {"fee_kind": "water", "department": department.pk, "from_on": "2026-11-24"}
    assert treasury.post(f"{ROOT}add/office/", given | {"fee_kind": ""}).status_code == 422
    assert treasury.post(f"{ROOT}add/office/", given).status_code == 302
    row = FeeKindOffice.objects.get()
    assert (row.fee_kind, row.department) == ("water", department)


@pytest.mark.parametrize(
    ("table", "given", "words"),
    [
        ("store", {"company_code": "12345"}, "6桁の数字"),
        ("store", {"client_code": "123456"}, "5文字以下"),
        ("store", {"highest_amount": 1_000_000}, "999999"),
        ("store", {"from_on": "2026-11-23"}, "今日から5年以内"),
        ("elqr", {"office_code": "1110a"}, "5桁の数字"),
        ("debit", {"client_name_kana": "架空市"}, "「架」は金融機関の名義に使えない"),
        ("debit", {"client_name_kana": "ガ" * 21}, "40文字を超えて"),
        ("cost", {"yen_each": "-1"}, "0以上"),
        ("dunning", {"days_after_due": 0}, "1以上"),
    ],
)
def test_formats_are_checked(treasury, table, given, words):
    whole = STORE | {"from_on": "2027-04-01"} | given
    answer = treasury.post(f"{ROOT}add/{table}/", whole)
    assert answer.status_code == 422
    assert words in page(answer).replace(" ", "")


def test_a_coming_row_is_taken_back(treasury):
    coming, begun = make_store(NEXT), make_store(OLD)
    done = treasury.post(f"{ROOT}store/{coming.pk}/withdraw/", follow=True)
    assert "行を取り消しました" in page(done)
    refused = treasury.post(f"{ROOT}store/{begun.pk}/withdraw/", follow=True)
    assert "もう適用が始まっています" in page(refused)
    assert list(StoreProfile.objects.all()) == [begun]
    assert treasury.post(f"{ROOT}store/{coming.pk}/withdraw/").status_code == 404
    assert treasury.get(f"{ROOT}add/none/").status_code == 404


def test_the_page_takes_as_many_queries_for_three_as_for_one(treasury):
    def count():
        with CaptureQueriesContext(connection) as captured:
            assert treasury.get(ROOT).status_code == 200
        return len(captured)

    departments = [make_department("上下水道部"), make_department("総務部")]
    FeeKindOffice.objects.create(fee_kind="water", from_on=OLD, department=departments[0])
    make_store(OLD)
    count()
    one = count()
    FeeKindOffice.objects.create(fee_kind="fees.rent", from_on=OLD, department=departments[1])
    make_store(TODAY)
    make_store(NEXT)
    assert count() == one


def test_auditors_read_and_change_nothing():
    auditor = client("auditor")
    row = make_store(NEXT)
    assert "取り消す" not in page(auditor.get(ROOT))
    assert auditor.get(f"{ROOT}add/store/").status_code == 403
    assert auditor.post(f"{ROOT}store/{row.pk}/withdraw/").status_code == 403
