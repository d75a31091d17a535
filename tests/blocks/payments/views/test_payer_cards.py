"""A payer pays by card: asked again, declined, confirmed, back too often, pressed twice."""

from datetime import datetime

import pytest
from django.test import Client

from madoguchi.blocks.cardsandbox import operations as sandbox
from madoguchi.blocks.cardsandbox.models import SandboxIntent
from madoguchi.blocks.payments.models import CardPayment, DebitItem, Payment, SavedCard
from madoguchi.blocks.payments.operations.booking import book, take_at_counter
from madoguchi.blocks.payments.queries.cards import current_card
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from tests.blocks.payments.cards import save_card
from tests.blocks.payments.debits import make_mandate
from tests.blocks.payments.factories import bill_fact, make_bill
from tests.blocks.payments.views.payers import ask_bank, let_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]
NOW = datetime(2026, 6, 10, 12, 0, tzinfo=clock.TOKYO)
ME = "test:0001234"


@pytest.fixture(autouse=True)
def _noon():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def mine(client):
    return let_in(client, ME)


@pytest.fixture
def bill():
    return make_bill(12_300, payer=ME)


def words(response):
    return response.content.decode()


def heading(response):
    return words(response).split("<h1>")[1].split("</h1>")[0]


def check_address(bill):
    return f"/pay/bills/{bill.number}/card/"


def go(client, bill, **fields):
    """On from the check page to the provider."""
    return client.post(check_address(bill), {"amount": bill.amount, **fields})


def at_sandbox(client, answer, card):
    """Choose a card on the sandbox's page; gives where it leads, below our host."""
    chosen = client.post(answer["Location"], {"card": card})
    return chosen["Location"].removeprefix("http://testserver")


def pay(client, bill, chosen, **fields):
    """All the way to the page with the result, with a card chosen at the sandbox."""
    return client.get(at_sandbox(client, go(client, bill, **fields), chosen))


class TestCheck:
    def test_amount_and_sandbox_are_said_before_anything_is_paid(self, mine, bill):
        page = words(mine.get(check_address(bill)))
        assert "12,300円" in page
        assert "実際の支払いは行われません" in page
        assert CardPayment.objects.count() == 0

    def test_on_to_the_provider(self, mine, bill):
        answer = go(mine, bill)
        attempt = CardPayment.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, attempt.redirect_url)
        assert attempt.return_url == f"http://testserver/pay/card/{attempt.public_id}/"
        assert (attempt.amount, attempt.saves_card) == (12_300, False)

    def test_pressing_twice_is_one_attempt(self, mine, bill):
        assert go(mine, bill)["Location"] == go(mine, bill)["Location"]
        assert CardPayment.objects.count() == SandboxIntent.objects.count() == 1

    @pytest.mark.parametrize("amount", ["", "12299", "x", "-1"])
    def test_an_amount_that_is_not_owed_any_more(self, mine, bill, amount):
        answer = go(mine, bill, amount=amount)
        assert answer.status_code == 422
        assert "金額が変わりました" in words(answer)
        assert 'name="amount" value="12300"' in words(answer)
        assert CardPayment.objects.count() == 0

    def test_part_was_paid_meanwhile(self, mine, bill):
        take_at_counter(bill_id=bill.pk, amount=300, by=None)
        assert "12,000円" in words(go(mine, bill))
        assert go(mine, bill, amount=12_000).status_code == 302

    def test_nothing_is_owed(self, mine, bill):
        take_at_counter(bill_id=bill.pk, amount=12_300, by=None)
        for answer in (mine.get(check_address(bill)), go(mine, bill)):
            assert answer["Location"] == f"/pay/bills/{bill.number}/"
        assert CardPayment.objects.count() == 0

    def test_paid_in_another_window_a_moment_ago(self, mine, bill):
        go(mine, bill)
        sandbox.choose_card(reference=CardPayment.objects.get().reference, card="pays")
        answer = mine.post(
            check_address(bill), {"amount": bill.amount, "saves_card": "on"}, follow=True
        )
        assert answer.redirect_chain == [(f"/pay/bills/{bill.number}/", 302)]
        assert "お支払い済みです" in words(answer)
        assert Payment.objects.count() == 1

    def test_not_by_card(self, mine, bill):
        bill.channels = [Channel.STORE]
        bill.save()
        assert go(mine, bill)["Location"] == f"/pay/bills/{bill.number}/"

    def test_not_while_the_bank_is_asked(self, mine, bill):
        make_mandate(ME)
        ask_bank(bill)
        assert go(mine, bill)["Location"] == f"/pay/bills/{bill.number}/"
        DebitItem.objects.update(result="1")
        assert go(mine, bill).status_code == 302

    def test_no_provider(self, mine, bill, settings):
        settings.MADOGUCHI_CARD_PROVIDER = ""
        assert go(mine, bill)["Location"] == f"/pay/bills/{bill.number}/"

    def test_the_provider_does_not_answer(self, mine, bill, bad_line):
        bad_line("start")
        answer = go(mine, bill)
        assert answer.status_code == 503
        assert "カード会社につながりません" in words(answer)
        assert Payment.objects.count() == 0

    def test_forgery_is_refused(self, bill):
        strict = let_in(Client(enforce_csrf_checks=True), ME)
        assert go(strict, bill).status_code == 403


class TestResult:
    def test_paid(self, mine, bill):
        page = words(pay(mine, bill, "pays"))
        assert "お支払いを受け付けました" in page
        payment = Payment.objects.get()
        assert (payment.bill, payment.amount, payment.state) == (bill, 12_300, "settled")
        assert f"/pay/bills/{bill.number}/payments/{payment.pk}/receipt/" in page
        assert bill.number in page

    def test_declined_and_tried_again_with_a_challenge(self, mine, bill):
        declined = words(pay(mine, bill, "funds"))
        assert "カードで支払えませんでした" in declined
        assert "支払いは行われていません" in declined
        assert check_address(bill) in declined
        assert Payment.objects.count() == 0
        challenge = at_sandbox(mine, go(mine, bill), "asks")
        back = mine.post(challenge, {"answer": "confirm"})["Location"]
        assert "お支払いを受け付けました" in words(mine.get(back))
        assert Payment.objects.count() == 1

    def test_a_challenge_that_was_not_confirmed(self, mine, bill):
        challenge = at_sandbox(mine, go(mine, bill), "asks")
        back = mine.post(challenge, {"answer": "cancel"})["Location"]
        assert "カードで支払えませんでした" in words(mine.get(back))

    @pytest.mark.parametrize("card", ["pays", "funds"])
    def test_back_again_and_again_says_the_same_and_books_once(self, mine, bill, card):
        first = pay(mine, bill, card)
        again = [mine.get(first.request["PATH_INFO"]) for _ in range(3)]
        assert {heading(each) for each in again} == {heading(first)}
        assert Payment.objects.count() == (1 if card == "pays" else 0)

    def test_still_open(self, mine, bill):
        go(mine, bill)
        attempt = CardPayment.objects.get()
        page = words(mine.get(f"/pay/card/{attempt.public_id}/"))
        assert "結果を待っています" in page
        assert attempt.redirect_url in page
        assert "もう一度支払う" not in page

    def test_given_up(self, mine, bill):
        go(mine, bill)
        attempt = CardPayment.objects.get()
        sandbox.give_up(reference=attempt.reference)
        page = words(mine.get(f"/pay/card/{attempt.public_id}/"))
        assert "支払いは行われていません" in page
        assert check_address(bill) in page

    def test_the_provider_does_not_answer_now(self, mine, bill, bad_line):
        go(mine, bill)
        bad_line("look_up")
        attempt = CardPayment.objects.get()
        assert "結果を待っています" in words(mine.get(f"/pay/card/{attempt.public_id}/"))

    def test_somebody_elses(self, mine):
        other = make_bill(payer="test:0009999")
        stranger = let_in(Client(), "test:0009999")
        go(stranger, other)
        attempt = CardPayment.objects.get()
        assert mine.get(f"/pay/card/{attempt.public_id}/").status_code == 404
        assert stranger.get(f"/pay/card/{attempt.public_id}/").status_code == 200

    def test_missing(self, mine):
        assert mine.get("/pay/card/none/").status_code == 404

    def test_tried_again_where_money_came_another_way(self, mine, bill):
        page = pay(mine, bill, "funds")
        book([bill_fact(bill, channel=Channel.COUNTER)], by=None)
        again = words(mine.get(page.request["PATH_INFO"]))
        assert "もう一度支払う" not in again


class TestSavedCard:
    def test_registered_seen_and_removed(self, mine):
        assert "カードを登録する" in words(mine.get("/pay/saved-card/"))
        start = mine.post("/pay/saved-card/register/")
        back = at_sandbox(mine, start, "pays")
        assert back == "/pay/saved-card/registered/"
        page = words(mine.get(back, follow=True))
        assert "カードを登録しました" in page
        assert "Sakura •••• 1101" in page
        assert "2030年12月" in page
        assert "Sakura •••• 1101" in words(mine.get("/pay/saved-card/remove/"))
        assert current_card(ME) is not None
        gone = mine.post("/pay/saved-card/remove/", follow=True)
        assert "登録を取り消しました" in words(gone)
        assert current_card(ME) is None

    def test_another_in_its_place(self, mine):
        save_card(ME, "pays")
        mine.get(at_sandbox(mine, mine.post("/pay/saved-card/register/"), "away"))
        assert current_card(ME).last4 == "7707"
        assert SavedCard.objects.filter(removed_at=None).count() == 1

    @pytest.mark.parametrize(("card", "why"), [("expired", "有効期限"), ("issuer", "カード会社")])
    def test_declined(self, mine, card, why):
        back = at_sandbox(mine, mine.post("/pay/saved-card/register/"), card)
        page = words(mine.get(back, follow=True))
        assert "m-notice--error" in page
        assert why in page
        assert current_card(ME) is None

    def test_stopped_before_the_end(self, mine):
        start = mine.post("/pay/saved-card/register/")
        back = mine.post(f"{start['Location']}give-up/")["Location"]
        assert "途中でやめられたためです" in words(mine.get(back, follow=True))

    def test_back_again_changes_nothing(self, mine):
        back = at_sandbox(mine, mine.post("/pay/saved-card/register/"), "pays")
        mine.get(back)
        mine.post("/pay/saved-card/remove/")
        assert mine.get(back)["Location"] == "/pay/saved-card/"
        assert current_card(ME) is None

    def test_a_reference_of_somebody_else_saves_nothing(self, mine):
        mine.post("/pay/saved-card/register/")
        stranger = let_in(Client(), "test:0009999")
        start = stranger.post("/pay/saved-card/register/")
        at_sandbox(stranger, start, "pays")
        session = mine.session
        session["payments_saving"] = start["Location"].strip("/").split("/")[-1]
        session.save()
        mine.get("/pay/saved-card/registered/")
        assert current_card(ME) is None

    def test_expired(self, mine):
        save_card(ME)
        SavedCard.objects.update(expires="2026-05")
        page = words(mine.get("/pay/saved-card/"))
        assert "期限切れ" in page
        assert "別のカードを登録してください" in page

    def test_the_provider_does_not_answer(self, mine, bad_line):
        start = mine.post("/pay/saved-card/register/")
        sandbox.choose_card(reference=start["Location"].strip("/").split("/")[-1], card="pays")
        bad_line("look_up", "start_saving")
        page = mine.get("/pay/saved-card/registered/", follow=True)
        assert "つながりません" in words(page)
        again = mine.post("/pay/saved-card/register/", follow=True)
        assert "つながりません" in words(again)
        assert current_card(ME) is None

    def test_nothing_to_remove(self, mine):
        for answer in (
            mine.get("/pay/saved-card/remove/"),
            mine.post("/pay/saved-card/remove/"),
        ):
            assert answer["Location"] == "/pay/saved-card/"

    def test_registering_is_sent_not_followed(self, mine):
        assert mine.get("/pay/saved-card/register/").status_code == 405

    @pytest.mark.parametrize("path", ["", "remove/"])
    def test_no_provider(self, mine, settings, path):
        settings.MADOGUCHI_CARD_PROVIDER = ""
        assert mine.get(f"/pay/saved-card/{path}").status_code == 404
        assert mine.post("/pay/saved-card/register/").status_code == 404

    def test_registered_while_paying(self, mine, bill):
        pay(mine, bill, "pays", saves_card="on")
        assert current_card(ME).last4 == "1101"

    def test_paying_with_the_registered_card(self, mine, bill):
        save_card(ME, "pays")
        assert "登録したカード（Sakura •••• 1101）" in words(mine.get(check_address(bill)))
        answer = go(mine, bill, card="saved")
        back = mine.get(answer["Location"])["Location"]
        assert "お支払いを受け付けました" in words(mine.get(back))

    def test_paying_with_the_registered_card_that_must_be_confirmed(self, mine, bill):
        save_card(ME, "away")
        challenge = mine.get(go(mine, bill, card="saved")["Location"])["Location"]
        back = mine.post(challenge, {"answer": "confirm"})["Location"]
        assert "お支払いを受け付けました" in words(mine.get(back))

    def test_the_registered_card_is_declined(self, mine, bill):
        save_card(ME, "funds")
        answer = go(mine, bill, card="saved")
        attempt = CardPayment.objects.get()
        assert answer["Location"] == attempt.return_url
        assert "カードで支払えませんでした" in words(mine.get(answer["Location"]))

    def test_paying_with_another_card(self, mine, bill):
        save_card(ME, "funds")
        assert "お支払いを受け付けました" in words(pay(mine, bill, "pays", card="other"))

    @pytest.mark.parametrize("card", ["", "none"])
    def test_which_card_must_be_said(self, mine, bill, card):
        save_card(ME)
        assert go(mine, bill, card=card).status_code == 422
