"""The way in: number and code, a few tries an hour, out after half an hour or at once."""

from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from madoguchi.blocks.payments.queries.payer import access_code
from madoguchi.blocks.payments.rules.payer_access import PayerDirectory, payer_directories
from madoguchi.kernel import clock
from tests.blocks.payments.factories import make_bill
from tests.factories import make_user, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds", "directories")]
NOW = datetime(2026, 6, 10, 12, 10, tzinfo=clock.TOKYO)


@pytest.fixture(autouse=True)
def _quiet():
    cache.clear()
    with clock.frozen(NOW):
        yield
    cache.clear()


@pytest.fixture
def directories():
    """Two services; both have a customer of the number 1."""
    kept = list(payer_directories)
    for each in kept:
        payer_directories.unregister(each.code)
    for code, numbers in (("test", {"1", "2"}), ("other", {"1"})):
        payer_directories.register(
            PayerDirectory(
                code, code, lambda n, c=code, known=numbers: f"{c}:{n}" if n in known else None
            )
        )
    yield
    for code in ("test", "other"):
        payer_directories.unregister(code)
    for each in kept:
        payer_directories.register(each)


def words(response):
    return response.content.decode()


def enter(client, number="1", code=None, payer="test:1"):
    return client.post("/pay/", {"number": number, "code": code or access_code(payer)})


class TestEntering:
    def test_number_and_code_lead_to_the_bills(self, client):
        bill = make_bill(payer="test:1")
        entered = enter(client)
        assert (entered.status_code, entered["Location"]) == (302, "/pay/bills/")
        assert bill.number in words(client.get("/pay/bills/"))
        assert client.get("/pay/")["Location"] == "/pay/bills/"

    @pytest.mark.parametrize("payer", ["test:1", "other:1"])
    def test_the_code_tells_which_service(self, client, payer):
        mine = make_bill(payer=payer)
        make_bill(payer="test:2")
        enter(client, payer=payer)
        page = words(client.get("/pay/bills/"))
        assert page.count("/pay/bills/9000") == page.count(f"/pay/bills/{mine.number}/")
        assert mine.number in page

    def test_as_people_type(self, client):
        code = access_code("test:1").lower().replace("-", "　")
        assert enter(client, number=" １ ", code=code).status_code == 302

    def test_the_session_gets_a_new_key(self, client):
        client.get("/pay/")
        session = client.session
        session["x"] = 1
        session.save()
        before = session.session_key
        client.cookies["sessionid"] = before
        enter(client)
        assert client.session.session_key != before

    @pytest.mark.parametrize(
        ("number", "code"),
        [("", ""), ("1", ""), ("", "x"), ("水", "x"), ("1" * 41, "x"), ("1", "x" * 41)],
    )
    def test_mistakes_are_said(self, client, number, code):
        answer = client.post("/pay/", {"number": number, "code": code})
        assert answer.status_code == 422
        assert "m-error-summary" in words(answer)

    def test_nobody_learns_which_half_was_wrong(self, client):
        known = enter(client, number="1", code=access_code("test:2"))
        unknown = enter(client, number="99", code=access_code("test:2"))
        assert known.status_code == unknown.status_code == 422
        shown = words(known).replace('value="1"', 'value="99"')
        assert without_token(shown) == without_token(words(unknown))

    def test_what_does_not_fit_is_named_at_its_field(self, client):
        """The server says it, with links to the fields: browsers would show one bubble."""
        page = words(enter(client, code="wrong"))
        assert 'href="#id_code"' in page
        assert 'aria-invalid="true"' in page
        assert "novalidate" in page

    def test_forgery_is_refused(self):
        strict = Client(enforce_csrf_checks=True)
        assert enter(strict).status_code == 403

    def test_nothing_is_kept_by_caches_or_found_by_search_engines(self, client):
        page = client.get("/pay/")
        assert "no-store" in page["Cache-Control"]
        assert '<meta name="robots" content="noindex, nofollow">' in words(page)


class TestTries:
    def test_ten_wrong_ones_for_a_number_from_anywhere(self):
        for place in range(10):
            client = Client(REMOTE_ADDR=f"192.0.2.{place}")
            assert enter(client, code="wrong").status_code == 422
        refused = enter(Client(REMOTE_ADDR="192.0.2.99"))
        assert refused.status_code == 429
        assert "入力の誤りが続いています" in words(refused)
        assert (
            enter(Client(REMOTE_ADDR="192.0.2.99"), number="2", payer="test:2").status_code == 302
        )

    def test_zeros_in_front_make_no_other_number(self):
        for zeros in range(10):
            enter(Client(REMOTE_ADDR=f"192.0.2.{zeros}"), number="0" * zeros + "1", code="wrong")
        assert enter(Client(REMOTE_ADDR="192.0.2.99")).status_code == 429

    def test_thirty_wrong_ones_from_an_address(self, client):
        for number in range(30):
            assert enter(client, number=str(100 + number), code="wrong").status_code == 422
        assert enter(client).status_code == 429
        assert enter(Client(REMOTE_ADDR="192.0.2.1")).status_code == 302

    def test_the_next_hour_begins_anew(self, client):
        for _ in range(11):
            enter(client, code="wrong")
        with clock.frozen(NOW + timedelta(hours=1)):
            assert enter(client).status_code == 302

    def test_right_ones_do_not_count(self):
        for _ in range(40):
            assert enter(Client()).status_code == 302

    def test_neither_number_nor_address_is_kept(self, client):
        enter(client, number="7654321", code="wrong")
        kept = " ".join(cache._cache)
        assert kept
        assert "7654321" not in kept
        assert "127.0.0.1" not in kept


PAGES = [
    "/pay/bills/",
    "/pay/bills/9000000000000001/",
    "/pay/bills/9000000000000001/card/",
    "/pay/card/x/",
    "/pay/saved-card/",
    "/pay/saved-card/registered/",
    "/pay/saved-card/remove/",
]
SENT = [
    "/pay/bills/9000000000000001/card/",
    "/pay/bills/9000000000000001/payments/1/receipt/",
    "/pay/saved-card/register/",
    "/pay/saved-card/remove/",
]


class TestStaying:
    @pytest.mark.parametrize("path", PAGES)
    def test_strangers_are_sent_to_the_entry(self, client, path):
        answer = client.get(path)
        assert answer["Location"] == "/pay/"
        assert "no-store" in answer["Cache-Control"]

    @pytest.mark.parametrize("path", SENT)
    def test_strangers_send_nothing(self, client, path):
        assert client.post(path)["Location"] == "/pay/"

    def test_half_an_hour_after_the_last_page(self, client):
        enter(client)
        with clock.frozen(NOW + timedelta(minutes=29)):
            assert client.get("/pay/bills/").status_code == 200
        with clock.frozen(NOW + timedelta(minutes=58)):
            page = client.get("/pay/bills/")
            assert (page.status_code, "no-store" in page["Cache-Control"]) == (200, True)
        with clock.frozen(NOW + timedelta(minutes=88)):
            assert client.get("/pay/bills/")["Location"] == "/pay/"
            assert client.get("/pay/").status_code == 200

    def test_leaving(self, client):
        enter(client)
        assert client.get("/pay/leave/").status_code == 405
        left = client.post("/pay/leave/", follow=True)
        assert "この端末に請求の情報は残っていません" in words(left)
        assert client.get("/pay/bills/")["Location"] == "/pay/"

    def test_staff_who_leave_stay_signed_in(self, client):
        sign_in(client, make_user("clerk", "payments_treasury"))
        enter(client)
        client.post("/pay/leave/")
        assert client.get("/pay/bills/")["Location"] == "/pay/"
        assert client.session.get("_auth_user_id")

    def test_who_opens_what_is_no_part_of_an_address(self, client):
        make_bill(payer="test:1")
        enter(client)
        page = words(client.get("/pay/bills/"))
        assert "test:1" not in page
        assert access_code("test:1") not in page


def without_token(page):
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]
