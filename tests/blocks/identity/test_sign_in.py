"""Signing in: password, second factor, limits, and the pages that are closed."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse

from madoguchi.blocks.identity import operations, queries
from madoguchi.blocks.identity.rules import ADMINISTRATOR, AUDITOR
from tests.factories import PASSWORD, make_user, sign_in

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
STAFF = "/staff/"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def compulsory(settings):
    settings.MADOGUCHI_REQUIRE_MFA = True


def enter(client, login, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": login, "password": password, **more})


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.mark.parametrize("login", ["ichiro", "ICHIRO", "ichiro@example.org"])
def test_staff_sign_in_by_name_or_mail_and_reach_the_staff_home(client, login):
    make_user("ichiro", AUDITOR, password=PASSWORD)
    response = enter(client, login)
    assert response.url == STAFF
    assert client.get(STAFF).status_code == 200


def test_the_page_that_was_asked_for_comes_after_the_sign_in(client):
    make_user("ichiro", AUDITOR, password=PASSWORD)
    asked = client.get("/staff/audit/")
    assert asked.url == f"{LOGIN}?next=/staff/audit/"
    assert enter(client, "ichiro", next="/staff/audit/").url == "/staff/audit/"
    client.logout()
    assert enter(client, "ichiro", next="https://elsewhere.example/").url == STAFF


def test_wagtails_own_sign_in_leads_to_ours(client):
    assert client.get("/staff/login/?next=/staff/").url == f"{LOGIN}?next=/staff/"


def test_a_wrong_password_says_nothing_about_the_account(client):
    make_user("ichiro", AUDITOR, password=PASSWORD)
    known = enter(client, "ichiro", "wrong").content.decode()
    unknown = enter(client, "jiro", "wrong").content.decode()
    message = "入力されたユーザー名もしくはパスワードが正しくありません。"
    assert message in known
    assert message in unknown


def test_guessing_is_stopped(client):
    make_user("ichiro", AUDITOR, password=PASSWORD)
    for _attempt in range(5):
        enter(client, "ichiro", "wrong")
    stopped = enter(client, "ichiro")
    assert stopped.status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_flood_is_answered_with_a_page_of_ours(client):
    for _attempt in range(30):
        client.get(LOGIN)
    response = client.post(LOGIN, {})
    for _attempt in range(30):
        response = client.post(LOGIN, {})
    assert response.status_code == 429
    assert "試行回数が多すぎます" in response.content.decode()


def test_a_deactivated_person_cannot_sign_in(client):
    person = make_user("ichiro", AUDITOR, password=PASSWORD)
    sign_in(client, person)
    operations.deactivate_person(person=person, by=None)
    assert client.get(STAFF).url == f"{LOGIN}?next=/staff/"
    assert enter(client, "ichiro").url == "/accounts/inactive/"
    assert "停止中" in client.get("/accounts/inactive/").content.decode()
    assert client.get(STAFF).url == f"{LOGIN}?next=/staff/"


def test_without_a_role_the_staff_side_says_what_is_missing(client):
    make_user("nanashi", password=PASSWORD)
    response = client.post(LOGIN, {"login": "nanashi", "password": PASSWORD}, follow=True)
    assert response.status_code == 403
    assert "役割が必要です" in response.content.decode()
    assert client.get(LOGIN, follow=True).status_code == 403


def test_nobody_registers_themselves(client):
    assert "アカウントは担当者が作成します" in client.get("/accounts/signup/").content.decode()
    client.post(
        "/accounts/signup/",
        {"email": "a@example.org", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert queries.find_people() == []


@pytest.mark.parametrize("name", ["account_email", "socialaccount_connections", "mfa_add_webauthn"])
def test_pages_of_allauth_that_are_not_in_use_do_not_exist(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "path", ["/accounts/email/", "/accounts/3rdparty/", "/accounts/", "/accounts/social/signup/"]
)
def test_their_addresses_are_not_found(client, path):
    assert client.get(path).status_code == 404


def test_signing_out_takes_a_button(client):
    sign_in(client, make_user("ichiro", AUDITOR))
    assert client.get("/accounts/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/accounts/logout/").url == "/"
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_chosen_anew_by_mail(client):
    make_user("ichiro", AUDITOR, password=PASSWORD)
    client.post("/accounts/password/reset/", {"email": "stranger@example.org"})
    assert mail.outbox == []
    client.post("/accounts/password/reset/", {"email": "ichiro@example.org"})
    (message,) = mail.outbox
    assert message.to == ["ichiro@example.org"]
    assert "パスワードの再設定" in message.subject
    assert "ユーザー名：ichiro" in message.body
    link = next(word for word in message.body.split() if "/reset/key/" in word)
    form = client.get(link, follow=True)
    weak = client.post(form.redirect_chain[-1][0], {"password1": "short", "password2": "short"})
    assert weak.status_code == 200
    assert list(weak.context["form"].errors) == ["password1"]


def test_a_password_is_changed(client):
    person = make_user("ichiro", AUDITOR, password=PASSWORD)
    sign_in(client, person)
    new = "another four words here"
    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    client.logout()
    assert enter(client, "ichiro", new).url == STAFF


def activate(client):
    """Set up the authenticator app of whoever has just signed in with a password."""
    form = client.get("/accounts/2fa/totp/activate/")
    secret = form.context["form"].secret
    return secret, client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})


def test_a_second_factor_is_set_up_and_then_asked_for(client):
    person = make_user("ichiro", AUDITOR, password=PASSWORD)
    enter(client, "ichiro")
    _secret, done = activate(client)
    assert done.url == "/accounts/2fa/recovery-codes/"
    codes = client.get(done.url).context["unused_codes"]
    assert len(codes) == 10
    assert queries.has_second_factor(person)

    client.logout()
    assert enter(client, "ichiro").url == "/accounts/2fa/authenticate/"
    assert client.get(STAFF).url.startswith(LOGIN)
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert client.post("/accounts/2fa/authenticate/", {"code": codes[0]}).url == STAFF
    client.logout()
    enter(client, "ichiro")
    used = client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert used.status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_wrong_code_sets_nothing_up(client):
    person = make_user("ichiro", AUDITOR, password=PASSWORD)
    enter(client, "ichiro")
    client.get("/accounts/2fa/totp/activate/")
    response = client.post("/accounts/2fa/totp/activate/", {"code": "12"})
    assert list(response.context["form"].errors) == ["code"]
    assert not queries.has_second_factor(person)


@pytest.mark.usefixtures("compulsory")
def test_where_it_is_compulsory_the_staff_side_waits_for_it(client):
    make_user("ichiro", AUDITOR, password=PASSWORD)
    enter(client, "ichiro")
    for page in (STAFF, "/staff/audit/", "/staff/me/"):
        assert client.get(page).url == "/accounts/2fa/totp/activate/"
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    assert "二要素認証の設定が必要です" in page.content.decode()
    assert 'action="/accounts/logout/"' in page.content.decode()
    assert client.get("/accounts/logout/").status_code == 200
    activate(client)
    assert client.get(STAFF).status_code == 200


@pytest.mark.usefixtures("compulsory")
def test_public_pages_do_not_wait_for_it(client):
    make_user("ichiro", AUDITOR, password=PASSWORD)
    enter(client, "ichiro")
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("compulsory")
def test_who_removes_it_where_it_is_compulsory_sets_it_up_again(client):
    make_user("admin", ADMINISTRATOR, password=PASSWORD)
    enter(client, "admin")
    activate(client)
    assert "すぐに設定し直す" in client.get("/accounts/2fa/totp/deactivate/").content.decode()
    client.post("/accounts/2fa/totp/deactivate/")
    assert client.get(STAFF).url == "/accounts/2fa/totp/activate/"


def test_an_old_session_is_asked_for_the_password_before_such_a_change(client):
    make_user("ichiro", AUDITOR, password=PASSWORD)
    enter(client, "ichiro")
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()
    asked = client.get("/accounts/2fa/totp/activate/", follow=True)
    assert asked.redirect_chain[-1][0].startswith("/accounts/reauthenticate/")
    assert "本人確認" in asked.content.decode()
    answered = client.post(asked.redirect_chain[-1][0], {"password": PASSWORD})
    assert answered.url == "/accounts/2fa/totp/activate/"
    assert client.get(answered.url).status_code == 200


def test_staff_without_it_enter_where_it_is_not_compulsory(client):
    sign_in(client, make_user("ichiro", AUDITOR))
    assert client.get(STAFF).status_code == 200
    assert client.get("/accounts/2fa/").status_code == 200
