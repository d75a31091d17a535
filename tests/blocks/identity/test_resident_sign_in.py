"""Residents sign in by a code in their mail: short-lived, counted, and telling nobody anything."""

import socket
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.core.cache import cache
from django.test import Client

from madoguchi.blocks.identity import operations
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.rules import AUDITOR, codes
from madoguchi.kernel import clock
from tests.blocks.identity.signing_in import CODE, SIGN_IN, code_in_mail, come_in, words
from tests.factories import PASSWORD, make_resident, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


def test_a_code_makes_an_account_and_the_next_one_finds_it():
    client = come_in("hanako@example.org")
    resident = User.objects.get(kind=User.Kind.RESIDENT)
    assert resident.email == "hanako@example.org"
    assert client.session["_auth_user_id"] == str(resident.pk)
    assert words(client.get("/my/")).count("hanako@example.org") >= 1
    come_in("Hanako@Example.org")
    assert User.objects.filter(kind=User.Kind.RESIDENT).count() == 1


def test_the_mail_has_the_code_and_the_warning():
    Client().post(SIGN_IN, {"email": "hanako@example.org"})
    (message,) = mail.outbox
    assert message.to == ["hanako@example.org"]
    assert code_in_mail() in message.subject
    assert "15分" in message.body
    assert "誰にも教えないで" in message.body


@pytest.mark.parametrize("typed", ["{}", "{} ", "{wide}", "{dashed}"])
def test_a_code_may_be_typed_as_people_do(typed):
    client = Client()
    client.post(SIGN_IN, {"email": "hanako@example.org"})
    code = code_in_mail()
    wide = code.translate(str.maketrans("0123456789 ", "０１２３４５６７８９\u3000"))
    client.post(CODE, {"code": typed.format(code, wide=wide, dashed=code.replace(" ", "-"))})
    assert "_auth_user_id" in client.session


def test_nobody_learns_whether_an_address_is_known():
    make_resident("known@example.org")
    make_user("staff", AUDITOR, email="staff@example.org", password=PASSWORD)
    answers = set()
    for address in ("known@example.org", "staff@example.org", "stranger@example.org"):
        client = Client()
        asked = client.post(SIGN_IN, {"email": address})
        page = words(client.get(CODE)).replace(address, "")
        token = client.cookies["csrftoken"].value
        shape = [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]
        answers.add((asked.status_code, asked.url, "".join(shape).replace(token, "")))
    assert len(answers) == 1
    assert len({message.body.count("\n") for message in mail.outbox}) == 1
    assert User.objects.filter(kind=User.Kind.RESIDENT).count() == 1


def test_the_code_of_a_staff_address_opens_no_staff_account():
    staff = make_user("ichiro", AUDITOR, email="ichiro@example.org", password=PASSWORD)
    client = come_in("ichiro@example.org")
    resident = User.objects.get(kind=User.Kind.RESIDENT)
    assert client.session["_auth_user_id"] == str(resident.pk) != str(staff.pk)
    assert client.get("/staff/").status_code == 403
    office = Client()
    entered = office.post("/accounts/login/", {"login": "ichiro@example.org", "password": PASSWORD})
    assert entered.url == "/staff/"
    assert office.session["_auth_user_id"] == str(staff.pk)


def test_a_forgotten_password_is_never_a_residents():
    make_resident("both@example.org")
    make_resident("hanako@example.org")
    make_user("ichiro", AUDITOR, email="both@example.org", password=PASSWORD)
    Client().post("/accounts/password/reset/", {"email": "hanako@example.org"})
    assert mail.outbox == []
    Client().post("/accounts/password/reset/", {"email": "both@example.org"})
    assert "ユーザー名：ichiro" in mail.outbox[0].body
    assert len(mail.outbox) == 1


def test_a_resident_with_a_password_still_has_none_to_sign_in_with():
    resident = make_resident("hanako@example.org")
    resident.set_password(PASSWORD)
    resident.save()
    for login in ("hanako@example.org", resident.username):
        client = Client()
        client.post("/accounts/login/", {"login": login, "password": PASSWORD})
        assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("email", ["", "x", "a@b", "a@b.example, c@d.example", "あ" * 300])
def test_what_is_no_address_is_refused(email):
    answer = Client().post(SIGN_IN, {"email": email})
    assert answer.status_code == 422
    assert mail.outbox == []


def test_a_line_break_in_the_address_reaches_no_mail():
    Client().post(SIGN_IN, {"email": "a@example.org\nBcc: b@example.org"})
    assert mail.outbox == []


def test_guessing_ends_after_five_tries():
    client = Client()
    client.post(SIGN_IN, {"email": "hanako@example.org"})
    right = code_in_mail()
    wrong = "1111 1111" if right != "1111 1111" else "2222 2222"
    for _try in range(codes.MOST_TRIES):
        last = client.post(CODE, {"code": wrong})
        assert last.status_code == 422
    assert "もう使えません" in words(last)
    assert client.post(CODE, {"code": right}).status_code == 422
    assert "_auth_user_id" not in client.session
    client.post("/my/sign-in/code/again/")
    client.post(CODE, {"code": code_in_mail()})
    assert "_auth_user_id" in client.session


def test_tries_are_counted_beyond_the_session_that_made_them():
    client = Client()
    client.post(SIGN_IN, {"email": "hanako@example.org"})
    right, kept = code_in_mail(), client.session["identity_proof"]
    for _try in range(codes.MOST_TRIES):
        session = client.session
        session["identity_proof"] = kept
        session.save()
        client.post(CODE, {"code": "0000 0000" if right != "0000 0000" else "1"})
    assert client.post(CODE, {"code": right}).status_code == 422


def test_a_code_lives_a_quarter_of_an_hour():
    client = Client()
    client.post(SIGN_IN, {"email": "hanako@example.org"})
    with clock.frozen(clock.now() + codes.LIFE + timedelta(seconds=1)):
        answer = client.post(CODE, {"code": code_in_mail()})
    assert answer.status_code == 422
    assert "もう使えません" in words(answer)


def test_a_code_counts_once_in_one_browser_only():
    client, thief = Client(), Client()
    client.post(SIGN_IN, {"email": "hanako@example.org"})
    code = code_in_mail()
    assert thief.post(CODE, {"code": code}).url == SIGN_IN
    thief.post(SIGN_IN, {"email": "hanako@example.org"})
    assert thief.post(CODE, {"code": code}).status_code == 422
    client.post(CODE, {"code": code})
    client.post("/my/sign-out/")
    assert client.post(CODE, {"code": code}).url == SIGN_IN


def test_the_session_holds_a_digest_and_not_the_code():
    client = Client()
    client.post(SIGN_IN, {"email": "hanako@example.org"})
    assert code_in_mail().replace(" ", "") not in str(dict(client.session))


def test_mails_to_one_address_have_a_limit():
    for _mail in range(6):
        assert Client().post(SIGN_IN, {"email": "hanako@example.org"}).status_code == 302
    refused = Client().post(SIGN_IN, {"email": "hanako@example.org"})
    assert refused.status_code == 429
    assert "上限" in words(refused)
    assert len(mail.outbox) == 6
    assert Client().post(SIGN_IN, {"email": "jiro@example.org"}).status_code == 302


def test_a_new_code_ends_the_one_before():
    client = Client()
    client.post(SIGN_IN, {"email": "hanako@example.org"})
    again = client.post("/my/sign-in/code/again/", follow=True)
    assert "新しいコードをお送りしました" in words(again)
    assert client.post(CODE, {"code": code_in_mail(0)}).status_code == 422
    assert client.post(CODE, {"code": code_in_mail(1)}).status_code == 302


def test_too_many_new_codes_are_refused_in_words():
    client = Client()
    client.post(SIGN_IN, {"email": "hanako@example.org"})
    for _again in range(5):
        client.post("/my/sign-in/code/again/")
    refused = client.post("/my/sign-in/code/again/")
    assert refused.status_code == 429
    assert "上限" in words(refused)


def test_the_session_key_changes_and_answers_survive():
    client = Client()
    session = client.session
    session["guide"] = {"event": "moving_in"}
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    come_in("hanako@example.org", client)
    assert client.session.session_key != planted
    assert client.session["guide"] == {"event": "moving_in"}
    stale = Client()
    stale.cookies["sessionid"] = planted
    assert stale.get("/my/").status_code == 302


@pytest.mark.parametrize(
    ("after", "comes_to"),
    [
        ("/procedures/", "/procedures/"),
        ("/my/passkeys/", "/my/passkeys/"),
        ("https://elsewhere.example/", "/my/"),
        ("//elsewhere.example/", "/my/"),
        ("/\\elsewhere.example/", "/my/"),
        ("javascript:alert(1)", "/my/"),
        ("/staff/", "/my/"),
        ("", "/my/"),
    ],
)
def test_one_comes_to_the_page_that_was_asked_for_and_to_no_other_site(after, comes_to):
    client = Client()
    client.post(SIGN_IN, {"email": "hanako@example.org", "next": after})
    assert client.post(CODE, {"code": code_in_mail()}).url == comes_to


def test_forms_of_other_sites_are_refused():
    client = Client(enforce_csrf_checks=True)
    assert client.post(SIGN_IN, {"email": "hanako@example.org"}).status_code == 403
    assert mail.outbox == []


def test_who_is_in_already_goes_on():
    client = come_in("hanako@example.org")
    assert client.get(f"{SIGN_IN}?next=/my/passkeys/").url == "/my/passkeys/"


def test_staff_are_told_where_to_go(client):
    sign_in(client, make_user("ichiro", AUDITOR))
    for answer in (client.get(SIGN_IN), client.get("/my/sign-in/passkey/"), client.get("/my/")):
        assert answer.status_code == 403
        assert "マイページは市民の方のページです" in words(answer)


def test_an_erased_account_is_not_found_again():
    resident = make_resident("hanako@example.org")
    operations.erase_resident(resident=resident, by=None)
    come_in("hanako@example.org")
    assert User.objects.filter(email="hanako@example.org").exclude(pk=resident.pk).count() == 1


class Sink:
    """An SMTP server that keeps what it is given."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):  # noqa: ARG002, N802 # aiosmtpd's name
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append((envelope.rcpt_tos, parsed["Subject"], parsed.get_content()))
        return "250 OK"


def test_over_a_real_mail_server_and_without_one(settings):
    sink = Sink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    backend = "django.core.mail.backends.smtp.EmailBackend"
    options = {"host": "127.0.0.1", "port": port}
    settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
    server = Controller(sink, hostname="127.0.0.1", port=port)
    server.start()
    client = Client()
    client.post(SIGN_IN, {"email": "hanako@example.org"})
    server.stop()
    ((to, subject, body),) = sink.mails
    assert to == ["hanako@example.org"]
    code = subject.rpartition("：")[2]
    assert code in body
    assert client.post(CODE, {"code": code}).url == "/my/"

    refused = Client().post(SIGN_IN, {"email": "jiro@example.org"})
    assert refused.status_code == 503
    assert "メールを送れませんでした" in words(refused)
