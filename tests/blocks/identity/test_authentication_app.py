"""The national authentication app, played by a real OpenID provider in a process of its own."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core.cache import cache
from django.test import Client
from joserfc import jwk, jwt

from madoguchi.blocks.identity import operations, queries
from madoguchi.blocks.identity.models import IdentityLink, User
from madoguchi.blocks.identity.rules import AUDITOR
from madoguchi.blocks.identity.rules.authentication_app import LIFE, Proven, own_values
from madoguchi.kernel import clock
from tests.blocks.identity.signing_in import come_in, words
from tests.factories import make_resident, make_user, sign_in

pytestmark = pytest.mark.django_db

BACK = "http://localhost:8000/my/sign-in/app/back/"
CLIENT = "madoguchi-city"
PROVIDER = Path(__file__).with_name("openid_provider.py")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A running provider: where it is, and the key that proves us to it."""
    folder = tmp_path_factory.mktemp("provider")
    key = jwk.ECKey.generate_key("P-256", {"use": "sig", "kid": "city-1"})
    (folder / "key.pem").write_bytes(key.as_pem(private=True))
    public = key.as_dict(private=False)
    (folder / "public.json").write_text(json.dumps(public), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, str(PROVIDER), str(port), str(folder / "public.json"), BACK], cwd=folder
    )
    url = f"http://127.0.0.1:{port}"
    for _try in range(300):
        try:
            urllib.request.urlopen(f"{url}/seen", timeout=5).read()
            break
        except OSError:
            time.sleep(0.2)
    yield url, folder / "key.pem"
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture(autouse=True)
def provider(place, settings):
    cache.clear()
    url, key = place
    settings.MADOGUCHI_OIDC_ISSUER = f"{url}/api/realms/main"
    settings.MADOGUCHI_OIDC_CLIENT_ID = CLIENT
    settings.MADOGUCHI_OIDC_KEY = key
    settings.MADOGUCHI_OIDC_KEY_ID = "city-1"
    settings.MADOGUCHI_OIDC_ACR_VALUES = "aal3"
    control(url, user="hanako")
    yield url
    cache.clear()


def control(url, **wish):
    requests.post(f"{url}/control", json=wish, timeout=10).raise_for_status()


def ask_app(client, start="/my/sign-in/app/"):
    """To the app and as far as the address on which it sends the browser back."""
    left = client.get(start)
    assert left.status_code == 302
    answer = requests.get(left.url, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].startswith(BACK)
    return answer.headers["Location"].removeprefix("http://localhost:8000")


def come_by_app(client=None, start="/my/sign-in/app/"):
    client = client or Client()
    return client, client.get(ask_app(client, start))


def test_the_button_shows_only_where_it_is_set_up(client, settings):
    assert "デジタル認証アプリ" in words(client.get("/my/sign-in/"))
    settings.MADOGUCHI_OIDC_ISSUER = ""
    assert "デジタル認証アプリ" not in words(client.get("/my/sign-in/"))
    assert client.get("/my/sign-in/app/").status_code == 404


def test_what_is_asked_is_what_the_app_demands(client, settings):
    url = client.get("/my/sign-in/app/").url
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert url.startswith(f"{settings.MADOGUCHI_OIDC_ISSUER}/protocol/openid-connect/auth?")
    assert asked["response_type"] == "code"
    assert asked["client_id"] == CLIENT
    assert asked["redirect_uri"] == BACK
    assert asked["scope"] == "openid name address birthdate gender"
    assert asked["code_challenge_method"] == "S256"
    assert asked["acr_values"] == "aal3"
    assert all(0 < len(asked[name]) <= 128 for name in ("state", "nonce", "code_challenge"))
    assert client.session["identity_journey"]["verifier"] not in url


def test_a_new_person_gets_an_account_and_is_asked_what_to_keep():
    client, back = come_by_app()
    assert back.url == "/my/app/told/?next=%2Fmy%2F"
    (link,) = IdentityLink.objects.all()
    assert client.session["_auth_user_id"] == str(link.user_id)
    assert (link.user.kind, link.user.email) == (User.Kind.RESIDENT, "")
    assert "hanako" not in link.subject
    assert queries.own_values(link.user) == {}

    page = words(client.get(back.url))
    assert "葛\U000e0101城 花子" in page
    assert "1988年3月7日" in page
    chosen = ["applicant.name", "applicant.birth_date"]
    assert client.post("/my/app/told/", {"refs": chosen, "next": "/my/"}).url == "/my/"
    assert queries.own_values(link.user) == {
        "applicant.name": "葛\U000e0101城 花子",
        "applicant.birth_date": "1988-03-07",
    }
    assert client.get("/my/app/told/").url == "/my/"


def test_who_takes_nothing_over_is_kept_without_data():
    client, _back = come_by_app()
    sent = {"refs": ["applicant.name"], "nothing": "1", "next": "/procedures/"}
    assert client.post("/my/app/told/", sent).url == "/procedures/"
    assert queries.own_values(User.objects.get(kind=User.Kind.RESIDENT)) == {}


def test_what_was_not_told_cannot_be_slipped_in(provider):
    control(provider, user="jiro")
    client, _back = come_by_app()
    page = words(client.get("/my/app/told/"))
    assert "佐藤 次郎" in page
    assert "生年月日" not in page
    sent = client.post("/my/app/told/", {"refs": ["applicant.address"]})
    assert sent.status_code == 422


def test_the_same_person_comes_to_the_same_account():
    first, _back = come_by_app()
    first.post("/my/app/told/", {"refs": ["applicant.name"]})
    second, back = come_by_app()
    assert back.url == "/my/"
    assert first.session["_auth_user_id"] == second.session["_auth_user_id"]
    # what differs waits on the page of the own data
    assert "デジタル認証アプリから" in words(second.get("/my/own-data/"))


def test_who_shares_nothing_comes_in_all_the_same(provider, settings):
    settings.MADOGUCHI_OIDC_SCOPES = "openid"
    control(provider, user="bare")
    _client, back = come_by_app()
    assert back.url == "/my/"
    asked = requests.get(f"{provider}/seen", timeout=10).json()
    assert asked[-2]["auth"]["scope"] == "openid"


def test_the_city_proves_itself_by_a_signed_assertion_once(provider, place, settings):
    come_by_app()
    sent = requests.get(f"{provider}/seen", timeout=10).json()[-1]["token"]
    assert "client_secret" not in sent
    key = jwk.ECKey.import_key(place[1].read_bytes())
    assertion = jwt.decode(sent["client_assertion"], key, algorithms=["ES256"])
    assert assertion.header["kid"] == "city-1"
    endpoint = f"{settings.MADOGUCHI_OIDC_ISSUER}/protocol/openid-connect/token"
    claims = assertion.claims
    assert (claims["iss"], claims["sub"], claims["aud"]) == (CLIENT, CLIENT, endpoint)
    assert claims["exp"] - claims["iat"] == 120
    # whoever overhears it can do nothing with it, and nothing with the code
    replayed = requests.post(endpoint, data=sent, timeout=10)
    assert replayed.status_code in {400, 401}
    assert "access_token" not in replayed.text


def test_a_city_with_another_key_is_not_believed(settings, tmp_path):
    stranger = tmp_path / "stranger.pem"
    stranger.write_bytes(jwk.ECKey.generate_key("P-256").as_pem(private=True))
    settings.MADOGUCHI_OIDC_KEY = stranger
    settings.MADOGUCHI_OIDC_KEY_ID = ""
    client, back = come_by_app()
    assert back.status_code == 422
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("start", ["/my/sign-in/app/", "/my/sign-in/app/?next=/my/passkeys/"])
def test_another_challenge_than_ours_is_refused_by_the_provider(start):
    client = Client()
    back = ask_app(client, start)
    session = client.session
    session["identity_journey"] = session["identity_journey"] | {"verifier": "x" * 64}
    session.save()
    assert client.get(back).status_code == 422
    assert "_auth_user_id" not in client.session


BAD_TOKENS = [
    "nonce",
    "nonce-missing",
    "issuer",
    "audience",
    "two-audiences",
    "expired",
    "not-yet",
    "no-subject",
    "long-subject",
    "at-hash",
    "none",
    "hs256",
    "signature",
    "payload",
    "userinfo-sub",
    "garbage",
]


@pytest.mark.parametrize("tamper", BAD_TOKENS)
def test_a_token_that_is_not_right_opens_nothing(provider, tamper):
    client = Client()
    back = ask_app(client)
    control(provider, tamper=tamper)
    answer = client.get(back)
    assert answer.status_code == 422
    assert "確認できませんでした" in words(answer)
    assert "_auth_user_id" not in client.session
    assert not User.objects.filter(kind=User.Kind.RESIDENT).exists()


@pytest.mark.parametrize("tamper", ["down", "userinfo-down"])
def test_a_provider_that_does_not_answer_is_said_in_words(provider, tamper):
    client = Client()
    back = ask_app(client)
    control(provider, tamper=tamper)
    answer = client.get(back)
    assert answer.status_code == 503
    assert "アプリが応答しません" in words(answer)
    assert "コードを送る" in words(answer)


def test_a_provider_that_is_not_there_is_said_in_words(settings):
    client = Client()
    back = ask_app(client)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.MADOGUCHI_OIDC_ISSUER = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert client.get(back.partition("&iss=")[0]).status_code == 503


def test_a_provider_may_begin_to_sign_with_a_new_key(provider):
    come_by_app()
    control(provider, new_key=True)
    client, back = come_by_app()
    assert back.status_code == 302
    assert "_auth_user_id" in client.session


def test_a_forged_state_opens_nothing_and_ends_no_journey():
    client = Client()
    back = ask_app(client)
    for forged in ("state=forged&code=x", "code=x", "", "state=%00&code=x", "state=" + "x" * 300):
        assert client.get(f"/my/sign-in/app/back/?{forged}").status_code == 422
    assert "_auth_user_id" not in client.session
    client.get(back)
    assert "_auth_user_id" in client.session


def test_an_answer_of_another_browser_opens_nothing():
    back = ask_app(Client())
    victim = Client()
    assert victim.get(back).status_code == 422
    victim.get("/my/sign-in/app/")
    assert victim.get(back).status_code == 422
    assert "_auth_user_id" not in victim.session


def test_an_answer_of_another_issuer_opens_nothing():
    client = Client()
    back = ask_app(client).partition("&iss=")[0]
    assert client.get(f"{back}&iss=https%3A%2F%2Felsewhere.example").status_code == 422
    assert "_auth_user_id" not in client.session


def test_a_code_counts_once():
    client = Client()
    back = ask_app(client)
    client.get(back)
    client.post("/my/sign-out/")
    assert client.get(back).status_code == 422
    thief = Client()
    session = thief.session
    state = parse_qs(urlsplit(back).query)["state"][0]
    session["identity_journey"] = {
        "state": state,
        "nonce": "n",
        "verifier": "v" * 64,
        "begun_at": clock.now().timestamp(),
        "after": "/my/",
    }
    session.save()
    thief.cookies["sessionid"] = session.session_key
    assert thief.get(back).status_code == 422
    assert "_auth_user_id" not in thief.session


def test_a_journey_ends_after_a_quarter_of_an_hour():
    client = Client()
    back = ask_app(client)
    with clock.frozen(clock.now() + LIFE + timedelta(seconds=1)):
        assert client.get(back).status_code == 422
    assert "_auth_user_id" not in client.session


def test_who_stops_in_the_app_is_back_where_they_began():
    client = Client()
    client.get("/my/sign-in/app/?next=/procedures/")
    state = client.session["identity_journey"]["state"]
    answer = client.get(f"/my/sign-in/app/back/?state={state}&error=access_denied")
    assert answer.status_code == 422
    assert "中止されました" in words(answer)
    assert 'value="/procedures/"' in words(answer)


def test_the_session_key_changes():
    client = Client()
    back = ask_app(client)
    before = client.session.session_key
    client.get(back)
    assert client.session.session_key != before


def test_an_account_by_mail_is_linked_and_then_opens_by_the_app():
    client = come_in("hanako@example.org")
    assert "連携する" in words(client.get("/my/"))
    _client, back = come_by_app(client, "/my/app/link/")
    assert back.url == "/my/app/told/"
    client.post("/my/app/told/", {"nothing": "1"})
    assert "連携済み" in words(client.get("/my/"))
    other, _back = come_by_app()
    assert other.session["_auth_user_id"] == client.session["_auth_user_id"]
    assert User.objects.filter(kind=User.Kind.RESIDENT).count() == 1


def test_an_app_that_opens_another_account_is_not_linked_to_a_second():
    come_by_app()
    client = come_in("jiro@example.org")
    _client, back = come_by_app(client, "/my/app/link/")
    assert back.url == "/my/"
    assert "別のアカウント" in words(client.get("/my/"))
    assert IdentityLink.objects.get().user.email == ""


def test_an_account_has_one_persons_app(provider):
    client = come_in("hanako@example.org")
    come_by_app(client, "/my/app/link/")
    come_by_app(client, "/my/app/link/")
    control(provider, user="jiro")
    _client, back = come_by_app(client, "/my/app/link/")
    assert back.url == "/my/"
    assert "別の方のアプリ" in words(client.get("/my/"))
    assert IdentityLink.objects.count() == 1


def test_an_app_is_unlinked_once_something_else_opens_the_account():
    client, _back = come_by_app()
    assert "メールアドレスを追加" in words(client.get("/my/app/unlink/"))
    client.post("/my/app/unlink/")
    assert IdentityLink.objects.count() == 1
    resident = IdentityLink.objects.get().user
    operations.change_address(resident=resident, email="hanako@example.org", by=resident)
    assert "hanako@example.org" in words(client.get("/my/app/unlink/"))
    client.post("/my/app/unlink/")
    assert IdentityLink.objects.count() == 0


def test_staff_do_not_come_in_by_the_app(client):
    sign_in(client, make_user("ichiro", AUDITOR))
    assert client.get("/my/sign-in/app/").status_code == 403


def test_a_member_of_staff_is_never_linked():
    staff = make_user("ichiro", AUDITOR)
    proven = Proven("https://issuer.example", "sub", {})
    with pytest.raises(operations.NotResident):
        operations.link_app(resident=staff, proven=proven, by=staff)


def test_a_link_to_staff_opens_no_staff_account():
    come_by_app()
    IdentityLink.objects.update(user=make_user("ichiro", AUDITOR))
    again, back = come_by_app()
    assert back.status_code == 403
    assert "_auth_user_id" not in again.session


def test_a_key_of_rsa_signs_as_its_kind_does(settings, tmp_path):
    file = tmp_path / "rsa.pem"
    file.write_bytes(jwk.RSAKey.generate_key(2048).as_pem(private=True))
    settings.MADOGUCHI_OIDC_KEY = file
    client = Client()
    assert client.get(ask_app(client)).status_code == 422  # unknown to this provider
    settings.MADOGUCHI_OIDC_KEY = None
    assert client.get(ask_app(client)).status_code == 422


@pytest.mark.parametrize(
    ("claims", "values"),
    [
        ({"name": "佐藤 花子"}, {"applicant.name": "佐藤 花子"}),
        ({"address": "大通西三丁目"}, {"applicant.address": "大通西三丁目"}),
        ({"address": {"street": "x"}, "gender": "9", "birthdate": "19880230"}, {}),
        ({"gender": 1, "birthdate": "1988-03-07"}, {
            "applicant.sex": "male", "applicant.birth_date": "1988-03-07",
        }),
        ({"name": "あ" * 200, "birthdate": 5, "address": ["x"]}, {}),
    ],
)  # fmt: skip
def test_what_the_card_says_becomes_values_of_the_vocabulary(claims, values):
    assert own_values(claims) == values


def test_an_erased_account_is_not_opened_by_its_app():
    client, _back = come_by_app()
    resident = IdentityLink.objects.get().user
    operations.erase_resident(resident=resident, by=resident)
    assert client.get("/my/").status_code == 302
    again, _back = come_by_app()
    assert again.session["_auth_user_id"] != str(resident.pk)
    assert make_resident().pk
