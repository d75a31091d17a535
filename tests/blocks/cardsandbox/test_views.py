"""The hosted pages: a card is chosen, confirmed or not, and the way leads back."""

import pytest
from django.test import Client

from madoguchi.blocks.cardsandbox import operations
from madoguchi.blocks.cardsandbox.models import SandboxIntent
from madoguchi.blocks.cardsandbox.operations import Wanted

pytestmark = pytest.mark.django_db
BACK = "http://testserver/pay/back/"


@pytest.fixture
def intent():
    return operations.begin(Wanted("a1", "p1", 6250, "水道料金 10・11月分", BACK))


@pytest.fixture
def address(intent):
    return f"/card-sandbox/{intent.reference}/"


def words(response):
    return response.content.decode()


def status():
    return SandboxIntent.objects.get().status


def test_every_page_says_that_no_money_is_taken(client, address):
    page = client.get(address)
    assert "実際の支払いは行われません" in words(page)
    assert "6,250円" in words(page)
    assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert "noindex" in words(page)
    client.post(address, {"card": "asks"})
    assert "実際の支払いは行われません" in words(client.get(f"{address}challenge/"))


def test_no_field_for_a_card_number(client, address):
    assert 'type="text"' not in words(client.get(address))
    assert words(client.get(address)).count('type="radio"') == 7


def test_paid_at_once(client, address):
    answer = client.post(address, {"card": "pays"})
    assert (answer.status_code, answer["Location"]) == (302, BACK)
    assert status() == "succeeded"


@pytest.mark.parametrize(("answer", "wanted"), [("confirm", "succeeded"), ("cancel", "declined")])
def test_confirmed_or_not(client, address, answer, wanted):
    chosen = client.post(address, {"card": "asks"})
    assert chosen["Location"] == f"{address}challenge/"
    assert client.get(address)["Location"] == f"{address}challenge/"
    assert client.post(chosen["Location"], {"answer": answer})["Location"] == BACK
    assert status() == wanted


@pytest.mark.parametrize("card", ["", "4242424242424242", "none"])
def test_what_is_no_card(client, address, card):
    answer = client.post(address, {"card": card})
    assert answer.status_code == 422
    assert "m-error-summary" in words(answer)
    assert status() == "open"


def test_what_is_no_answer(client, address):
    client.post(address, {"card": "asks"})
    assert client.post(f"{address}challenge/", {"answer": "x"}).status_code == 422
    assert status() == "challenge"


def test_whoever_comes_back_or_presses_twice_is_sent_on(client, address):
    client.post(address, {"card": "pays"})
    for again in (
        client.get(address),
        client.post(address, {"card": "funds"}),
        client.get(f"{address}challenge/"),
        client.post(f"{address}challenge/", {"answer": "cancel"}),
        client.post(f"{address}give-up/"),
    ):
        assert again["Location"] == BACK
    assert status() == "succeeded"


def test_no_challenge_before_a_card_is_chosen(client, address):
    assert client.get(f"{address}challenge/")["Location"] == address


def test_given_up(client, address):
    assert client.post(f"{address}give-up/")["Location"] == BACK
    assert status() == "abandoned"


def test_giving_up_is_sent_not_followed(client, address):
    assert client.get(f"{address}give-up/").status_code == 405


def test_saving_a_card_names_no_amount(client):
    wanted = Wanted("s1", "p1", 0, "カードの登録", BACK, saves_card=True)
    reference = operations.begin(wanted, is_setup=True).reference
    page = words(client.get(f"/card-sandbox/{reference}/"))
    assert "このカードを登録する" in page
    assert "0円" not in page


@pytest.mark.parametrize("page", ["", "challenge/"])
def test_missing(client, page):
    assert client.get(f"/card-sandbox/pi_none/{page}").status_code == 404


def test_a_charge_without_the_holder_has_no_page(client):
    made = operations.charge_away(Wanted("c1", "p1", 100, "水道料金"), card="pays")
    assert client.get(f"/card-sandbox/{made.reference}/").status_code == 404


def test_forgery_is_refused(address):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address, {"card": "pays"}).status_code == 403
    assert status() == "open"
