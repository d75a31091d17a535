"""The treasury's pages on card payments."""

import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi.blocks.cardsandbox.models import SandboxRefund
from madoguchi.blocks.identity.rules import AUDITOR
from madoguchi.blocks.payments.models import CardPayment, CardReconciliation, Payment
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.card_reconciliation import reconcile_cards
from madoguchi.blocks.payments.operations.refunds import decide_refund
from madoguchi.blocks.payments.rules.access import COLLECTOR, TREASURY
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from tests.blocks.payments.cards import choose, pay, save_card, start
from tests.blocks.payments.factories import bill_fact, make_bill
from tests.factories import make_department, make_user, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]

LIST, DAYS, REFUNDS = (
    "/staff/payments/cards/",
    "/staff/payments/cards/days/",
    "/staff/payments/cards/refunds/",
)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=clock.TOKYO)


@pytest.fixture(autouse=True)
def _noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def treasury(client):
    return sign_in(client, make_user("treasury", TREASURY))


@pytest.fixture
def auditor(client):
    return sign_in(client, make_user("auditor", AUDITOR))


def text_of(answer):
    return answer.content.decode()


def make_refund(amount=1000):
    bill = make_bill(amount)
    attempt = pay(bill)
    book([bill_fact(bill, name=bill.number, channel=Channel.STORE)], by=None)
    return decide_refund(
        bill_id=bill.pk,
        payment_id=Payment.objects.get(reference=attempt.reference).pk,
        amount=amount,
        channel="card",
        reason="二重払い",
        by=None,
    )


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as taken:
        assert client.get(address).status_code == 200
    return len(taken)


class TestAttempts:
    def test_each_attempt_with_how_it_ended_and_why(self, treasury):
        bill = make_bill(12_300)
        pay(bill, "funds")
        attempt = pay(bill)
        page = text_of(treasury.get(LIST))
        assert "m-status--success" in page
        assert "カードの利用可能額または残高が足りません。" in page
        assert attempt.reference in page
        assert "12,300円" in page
        assert f"/staff/payments/bills/{bill.number}/" in page

    def test_charges_of_registered_cards_say_so(self, treasury):
        bill = make_bill()
        card = save_card(bill.payer)
        pay(bill, with_saved_card=True)
        assert "登録カード" not in text_of(treasury.get(LIST))
        CardPayment.objects.create(
            public_id="away",
            bill=bill,
            amount=1,
            provider="sandbox",
            saved_card=card,
            status="declined",
            started_at=NOON,
        )
        assert "登録カード" in text_of(treasury.get(LIST))

    @pytest.mark.parametrize("field", ["bill", "reference", "status"])
    def test_narrowed(self, treasury, field):
        wanted, other = pay(make_bill(1111)), pay(make_bill(2222), "funds")
        asked = {
            "bill": {"code": f" {wanted.bill.number} "},
            "reference": {"code": wanted.reference},
            "status": {"status": "succeeded"},
        }[field]
        page = text_of(treasury.get(LIST, asked))
        assert wanted.reference in page
        assert other.reference not in page

    def test_nothing_fits(self, treasury):
        pay(make_bill())
        assert "当てはまる記録がありません" in text_of(treasury.get(LIST, {"code": "pi_x"}))

    def test_nothing_yet(self, treasury):
        page = text_of(treasury.get(LIST))
        assert "カード払いの記録はまだありません" in page
        assert "まだありません" in page

    def test_a_filter_that_is_none(self, treasury):
        assert treasury.get(LIST, {"status": "unheard-of"}).status_code == 422

    def test_what_waits_stands_above(self, treasury):
        make_refund()
        save_card("test:1")
        made = reconcile_cards(day=NOON.date(), by=None)
        page = text_of(treasury.get(LIST))
        assert f"/staff/payments/cards/days/{made.pk}/" in page
        assert "一致" in page

    def test_a_city_without_a_provider(self, treasury, settings):
        settings.MADOGUCHI_CARD_PROVIDER = ""
        assert "決済事業者が設定されていません" in text_of(treasury.get(LIST))

    def test_three_rows_cost_what_one_costs(self, treasury):
        pay(make_bill(), "funds")
        one = queries(treasury, LIST)
        pay(make_bill())
        pay(make_bill())
        assert queries(treasury, LIST) == one

    def test_collectors_stay_out(self, client):
        sign_in(client, make_user("collector", COLLECTOR, department=make_department("税務課")))
        assert client.get(LIST).status_code == 403


class TestDays:
    def test_the_treasury_lays_a_day_beside_the_providers(self, treasury):
        pay(make_bill(3000))
        answer = treasury.post(DAYS, {"day": "2026-11-24"}, follow=True)
        made = CardReconciliation.objects.get()
        assert answer.redirect_chain == [(f"/staff/payments/cards/days/{made.pk}/", 302)]
        assert made.made_by.username == "treasury"
        page = text_of(answer)
        assert "決済事業者の一覧と一致しました" in page
        assert "件数も金額も一致しています" in page
        assert page.count("3,000円") == 2

    def test_each_difference_is_named_with_what_to_do(self, treasury):
        booked = start(make_bill(1000))
        choose(booked)
        unknown = start(make_bill(2000))
        choose(unknown)
        CardPayment.objects.filter(pk=unknown.pk).delete()
        page = text_of(treasury.post(DAYS, {"day": "2026-11-24"}, follow=True))
        assert "確認が必要な食い違いが1件あります" in page
        assert page.index("市に心当たりのない支払いです") < page.index(
            "市の記録になかったため計上しました"
        )
        assert unknown.reference in page
        assert f"/staff/payments/bills/{booked.bill.number}/" in page

    def test_a_day_that_was_done_again_is_listed_once(self, treasury):
        reconcile_cards(day=NOON.date(), by=None)
        again = reconcile_cards(day=NOON.date(), by=None)
        other = reconcile_cards(day=NOON.date() - timedelta(days=1), by=None)
        page = text_of(treasury.get(DAYS))
        assert [f"/days/{made.pk}/" in page for made in (again, other)] == [True, True]
        assert page.count("/staff/payments/cards/days/") == 2

    @pytest.mark.parametrize("day", ["", "2026-02-30", "2026-11-25", "yesterday", "0001-01-01"])
    def test_a_day_that_is_none(self, treasury, day):
        assert treasury.post(DAYS, {"day": day}).status_code == 422
        assert CardReconciliation.objects.count() == 0

    def test_no_provider(self, treasury, settings):
        settings.MADOGUCHI_CARD_PROVIDER = ""
        answer = treasury.post(DAYS, {"day": "2026-11-24"})
        assert answer.status_code == 422
        assert "この市ではカード払いの準備ができていません" in text_of(answer)

    def test_a_provider_that_does_not_answer(self, treasury, bad_line):
        bill = make_bill()
        choose(start(bill))
        bad_line("look_up")
        answer = treasury.post(DAYS, {"day": "2026-11-24"})
        assert answer.status_code == 503
        assert "何も変更していません" in text_of(answer)

    def test_auditors_look_and_do_not_touch(self, auditor):
        made = reconcile_cards(day=NOON.date(), by=None)
        assert "この日を照合する" not in text_of(auditor.get(DAYS))
        assert auditor.get(f"{DAYS}{made.pk}/").status_code == 200
        assert auditor.post(DAYS, {"day": "2026-11-24"}).status_code == 403
        assert CardReconciliation.objects.count() == 1

    def test_a_day_that_is_not_there(self, treasury):
        assert treasury.get(f"{DAYS}99/").status_code == 404

    def test_a_provider_that_is_gone_is_named_by_its_code(self, treasury):
        made = reconcile_cards(day=NOON.date(), by=None)
        CardReconciliation.objects.update(provider="oldpay")
        assert "oldpay" in text_of(treasury.get(f"{DAYS}{made.pk}/"))

    def test_three_rows_cost_what_one_costs(self, treasury):
        reconcile_cards(day=NOON.date(), by=None)
        one = queries(treasury, DAYS)
        for days in (1, 2):
            reconcile_cards(day=NOON.date() - timedelta(days=days), by=None)
        assert queries(treasury, DAYS) == one


class TestRefunds:
    def test_a_refund_is_sent(self, treasury):
        refund = make_refund(2000)
        assert "決済事業者に送る" in text_of(treasury.get(REFUNDS))
        answer = treasury.post(f"{REFUNDS}{refund.public_id}/", follow=True)
        refund.refresh_from_db()
        assert refund.status == "paid"
        assert "還付の状態" in text_of(answer)
        assert "決済事業者に送る" not in text_of(answer)
        assert SandboxRefund.objects.get().amount == 2000

    def test_a_provider_that_does_not_answer(self, treasury, bad_line):
        refund = make_refund()
        line = bad_line("refund", lost=True)
        answer = treasury.post(f"{REFUNDS}{refund.public_id}/", follow=True)
        assert "二重に返金されることはありません" in text_of(answer)
        assert "もう一度問い合わせる" in text_of(answer)
        line.failing.clear()
        treasury.post(f"{REFUNDS}{refund.public_id}/")
        assert SandboxRefund.objects.count() == 1

    def test_a_provider_that_refuses(self, treasury, bad_line):
        refund = make_refund()
        bad_line("refund", may_retry=False)
        answer = treasury.post(f"{REFUNDS}{refund.public_id}/", follow=True)
        assert "受け付けませんでした" in text_of(answer)

    def test_a_refund_that_has_ended(self, treasury):
        refund = make_refund()
        treasury.post(f"{REFUNDS}{refund.public_id}/")
        answer = treasury.post(f"{REFUNDS}{refund.public_id}/", follow=True)
        assert "この還付は、決済事業者に送れません。" in text_of(answer)

    def test_what_waits_comes_first(self, treasury):
        waiting, ended = make_refund(), make_refund()
        treasury.post(f"{REFUNDS}{ended.public_id}/")
        page = text_of(treasury.get(REFUNDS))
        assert page.index(waiting.bill.number) < page.index(ended.bill.number)

    def test_nothing_yet(self, treasury):
        assert "カードへの還付はまだありません" in text_of(treasury.get(REFUNDS))

    def test_auditors_look_and_do_not_touch(self, auditor):
        refund = make_refund()
        assert "決済事業者に送る" not in text_of(auditor.get(REFUNDS))
        assert auditor.post(f"{REFUNDS}{refund.public_id}/").status_code == 403

    def test_a_refund_that_is_not_there(self, treasury):
        assert treasury.post(f"{REFUNDS}unknown/").status_code == 404

    def test_three_rows_cost_what_one_costs(self, treasury):
        make_refund()
        one = queries(treasury, REFUNDS)
        make_refund()
        make_refund()
        assert queries(treasury, REFUNDS) == one


def run(command, *arguments):
    said = StringIO()
    call_command(command, *arguments, stdout=said)
    return said.getvalue()


class TestReconcileCommand:
    def test_yesterday_in_words(self):
        with clock.frozen(NOON - timedelta(days=1)):
            pay(make_bill(3000))
        said = run("reconcile_cards")
        assert said == ("2026-11-23：決済事業者 3,000円（1件）、市 3,000円（1件）\n")

    def test_a_day_as_json(self):
        choose(start(make_bill(1000)))
        told = json.loads(run("reconcile_cards", "--day", "2026-11-24", "--json"))
        assert (told["ok"], told["day"], told["provider"]) == (True, "2026-11-24", "sandbox")
        assert told["at_provider"] == told["booked"] == {"payments": 1, "yen": 1000}
        assert [each["kind"] for each in told["differences"]] == ["booked"]

    def test_a_difference_ends_with_1(self):
        unknown = start(make_bill(2000))
        choose(unknown)
        CardPayment.objects.all().delete()
        said = StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("reconcile_cards", "--day", "2026-11-24", stdout=said)
        assert ended.value.code == 1
        assert unknown.reference in said.getvalue()

    @pytest.mark.parametrize("day", ["2026-02-30", "2026-11-25", "x"])
    def test_a_day_that_is_none(self, day):
        with pytest.raises(CommandError):
            run("reconcile_cards", "--day", day)
        assert CardReconciliation.objects.count() == 0

    def test_a_provider_that_does_not_answer(self, bad_line):
        choose(start(make_bill()))
        bad_line("look_up")
        with pytest.raises(CommandError):
            run("reconcile_cards", "--day", "2026-11-24")


class TestChargeCommand:
    def test_what_is_due_today(self):
        bill = make_bill(3000, due_on=NOON.date())
        save_card(bill.payer)
        said = run("charge_saved_cards")
        assert said.startswith("支払い済み 1件 3,000円")

    def test_one_kind_as_json(self):
        bill = make_bill(3000, due_on=NOON.date())
        save_card(bill.payer)
        told = json.loads(run("charge_saved_cards", "--fee-kind", "test.two", "--json"))
        assert set(told.values()) == {0}
        told = json.loads(run("charge_saved_cards", "--fee-kind", "test.one", "--json"))
        assert (told["paid"], told["amount"]) == (1, 3000)

    def test_a_kind_that_is_none(self):
        with pytest.raises(CommandError):
            run("charge_saved_cards", "--fee-kind", "test.nine")

    def test_no_provider(self, settings):
        settings.MADOGUCHI_CARD_PROVIDER = ""
        with pytest.raises(CommandError):
            run("charge_saved_cards")
