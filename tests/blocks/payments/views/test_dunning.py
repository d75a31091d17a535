"""Demands on the desk, and the command that draws them up."""

from datetime import date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.blocks.payments.models import Demand, DunningRule
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.views import dunning as views
from madoguchi.kernel import clock
from tests.blocks.payments.factories import ONE, bill_fact, make_bill
from tests.factories import make_user, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds", "_today")]

ROOT = "/staff/payments/demands/"
DUE = date(2026, 6, 30)
MORNING = datetime(2026, 7, 22, 9, 0, tzinfo=clock.TOKYO)
LETTERS = f"{ROOT}letters/2026-07-22/{ONE}/1/1/"


@pytest.fixture
def _today():
    DunningRule.objects.create(stage=1, from_on=date(2025, 4, 1), days_after_due=20, days_to_pay=10)
    with clock.frozen(MORNING):
        yield


def client(role):
    return sign_in(Client(), make_user(role, role))


@pytest.fixture
def treasury():
    return client("payments_treasury")


def page(answer):
    return answer.content.decode()


def pay(bill):
    book([bill_fact(bill, at=MORNING, name=bill.number)], by=None)


def test_demands_go_through_the_desk(treasury):
    early, crossing = make_bill(1000, due_on=DUE), make_bill(2000, due_on=DUE)
    shown = page(treasury.get(ROOT))
    assert "督促の時期が来た請求が2件あります" in shown
    assert "3,000円" in page(treasury.get(f"{ROOT}draw-up/"))
    drawn = treasury.post(f"{ROOT}draw-up/", follow=True)
    assert "督促を2件作成しました" in page(drawn)
    assert "対象になる請求はありません" in page(treasury.get(f"{ROOT}draw-up/"))
    pay(early)
    send = f"{ROOT}send/{ONE}/1/"
    assert treasury.get(send).context["group"].count == 1
    sent = treasury.post(send, follow=True)
    assert "1通を発送済みにしました" in page(sent)
    assert treasury.get(send).status_code == 404
    assert "発送を待つ督促は、もうありません" in page(treasury.post(send, follow=True))
    pdf = treasury.get(LETTERS)
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    pay(crossing)
    shown = treasury.get(ROOT, {"status": "crossed"})
    assert [row["demand"].bill for row in shown.context["rows"]] == [crossing]
    assert (
        "督促状は2026年7月22日（水）に発送し、お支払いは2026年7月22日（水）に済んでいます"
        in page(shown)
    )
    assert treasury.get(LETTERS).status_code == 404
    assert [row["demand"].bill for row in treasury.get(ROOT).context["rows"]] == [crossing, early]


def test_what_leads_nowhere_is_not_found(treasury):
    for address in (
        f"{ROOT}letters/2026-07-22/{ONE}/1/1/",
        f"{ROOT}letters/2026-07-22/{ONE}/1/0/",
        f"{ROOT}letters/2026-02-30/{ONE}/1/1/",
        f"{ROOT}send/{ONE}/1/",
        f"{ROOT}letters/2026-07-22/%00/1/1/",
        f"{ROOT}letters/2026-07-22/{ONE}/1/{10**20}/",
        f"{ROOT}letters/2026-07-22/{ONE}/{10**20}/1/",
        f"{ROOT}send/%00/1/",
    ):
        assert treasury.get(address).status_code == 404
    assert treasury.post(f"{ROOT}send/%00/1/").status_code == 404


def test_a_filter_that_is_no_choice_is_told(treasury):
    assert treasury.get(ROOT, {"status": "no"}).status_code == 422
    assert treasury.get(ROOT, {"fee_kind": ONE, "q": "123"}).status_code == 200


def test_letters_that_cannot_be_printed_say_why(treasury):
    bill = make_bill(1000, due_on=DUE)
    treasury.post(f"{ROOT}draw-up/")
    treasury.post(f"{ROOT}send/{ONE}/1/")
    bill.details = [["\u0378", "1"]]
    bill.payer = "test:\u0378"  # the customer number on the letter is the payer's in this kind
    bill.save()
    answer = treasury.get(LETTERS, follow=True)
    assert answer.redirect_chain == [(ROOT, 302)]
    assert "U+0378" in page(answer)


def test_many_letters_come_in_several_files(treasury, monkeypatch):
    for amount in (100, 200, 300):
        make_bill(amount, due_on=DUE)
    treasury.post(f"{ROOT}draw-up/")
    treasury.post(f"{ROOT}send/{ONE}/1/")
    monkeypatch.setattr(views, "LETTERS_A_FILE", 2)
    shown = treasury.get(ROOT)
    assert [list(each["files"]) for each in shown.context["sendings"]] == [[1, 2]]
    assert treasury.get(f"{ROOT}letters/2026-07-22/{ONE}/1/2/").status_code == 200
    assert treasury.get(f"{ROOT}letters/2026-07-22/{ONE}/1/3/").status_code == 404


def test_the_list_takes_as_many_queries_for_three_as_for_one(treasury):
    def count():
        with CaptureQueriesContext(connection) as captured:
            assert treasury.get(ROOT).status_code == 200
        return len(captured)

    make_bill(100, due_on=DUE)
    treasury.post(f"{ROOT}draw-up/")
    count()
    one = count()
    for amount in (200, 300):
        make_bill(amount, due_on=DUE)
    treasury.post(f"{ROOT}draw-up/")
    assert count() == one


def test_auditors_read_and_send_nothing():
    auditor = client("auditor")
    assert auditor.get(ROOT).status_code == 200
    for address in ("draw-up/", f"send/{ONE}/1/", f"letters/2026-07-22/{ONE}/1/1/"):
        assert auditor.get(ROOT + address).status_code == 403


# the command


def run(*arguments):
    out = StringIO()
    call_command("draw_up_demands", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_command_draws_up_what_is_due():
    make_bill(1000, due_on=DUE)
    assert run("--on", "2026-07-20") == ["督促を0件、0円分作成しました。"]
    assert run("--dry-run") == [
        "試験料 段階1：1件、1,000円",
        "試しの実行なので、何も作成していません。",
    ]
    assert Demand.objects.count() == 0
    assert run() == ["試験料 段階1：1件、1,000円", "督促を1件、1,000円分作成しました。"]
    assert run() == ["督促を0件、0円分作成しました。"]
    assert Demand.objects.get().by is None


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow", "2026-07-23"])
def test_the_command_refuses_other_days(day):
    with pytest.raises(CommandError):
        run("--on", day)
