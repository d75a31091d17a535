"""A resident's own pages: whose they are, passkeys, own data, and what staff never see of them."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from madoguchi.blocks.identity import operations, queries
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.rules import ADMINISTRATOR, AUDITOR
from madoguchi.kernel import clock
from tests.blocks.identity.signing_in import CODE, SIGN_IN, code_in_mail, come_in, words
from tests.factories import make_resident, make_user, sign_in
from tests.guards.addresses.residents import RESIDENTS_ONLY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


def keep_passkey(resident, name="自分のスマートフォン"):
    return Authenticator.objects.create(
        user=resident, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": {}}
    )


def address_of(name, resident):
    with_key = name in {"residents:passkey_rename", "residents:passkey_remove"}
    return reverse(name, args=[keep_passkey(resident).pk] if with_key else [])


def grow_old(client):
    """As if this browser had signed in an hour ago."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = clock.now().timestamp() - 3600
    session.save()


@pytest.mark.parametrize("name", RESIDENTS_ONLY)
def test_strangers_sign_in_and_staff_are_told(client, name):
    address = address_of(name, make_resident())
    assert client.get(address).url == f"{SIGN_IN}?next={address}"
    sent = client.post(address)
    assert sent.status_code == 405 or sent.url == f"{SIGN_IN}?next=/my/"
    sign_in(client, make_user("ichiro", ADMINISTRATOR))
    assert client.post(address).status_code in {403, 405}
    looked = client.get(address)
    assert looked.status_code == 403
    assert "市民の方のページ" in words(looked)


@pytest.mark.parametrize("name", [name for name in RESIDENTS_ONLY if name != "residents:app_link"])
def test_no_cache_keeps_what_they_show(name):
    client = come_in("hanako@example.org")
    answer = client.get(address_of(name, User.objects.get(kind=User.Kind.RESIDENT)))
    assert "no-store" in answer["Cache-Control"]


FRESH_ONLY = [
    "site:erase_me",
    "residents:address",
    "residents:passkey_options",
    "residents:passkey_add",
    "residents:passkey_remove",
    "residents:app_unlink",
]


@pytest.mark.parametrize("name", FRESH_ONLY)
def test_an_old_session_signs_in_once_more_before_it_changes_the_ways_in(name):
    client = come_in("hanako@example.org")
    address = address_of(name, User.objects.get(kind=User.Kind.RESIDENT))
    grow_old(client)
    assert client.get(address).url == f"{SIGN_IN}?next={address}"
    assert client.post(address).status_code in {302, 405}
    page = words(client.get(f"{SIGN_IN}?next={address}"))
    assert "もう一度サインインしてください" in page
    assert 'value="hanako@example.org"' in page
    client.post(SIGN_IN, {"email": "hanako@example.org", "next": address})
    assert client.post(CODE, {"code": code_in_mail()}).url == address
    assert client.get(address).status_code == 200


def test_passkeys_are_named_and_removed_by_their_owner_alone():
    client = come_in("hanako@example.org")
    resident = User.objects.get(kind=User.Kind.RESIDENT)
    mine, theirs = keep_passkey(resident), keep_passkey(make_resident("jiro@example.org"), "次郎")
    page = words(client.get("/my/passkeys/"))
    assert "自分のスマートフォン" in page
    assert "次郎" not in page
    for address in (f"/my/passkeys/{theirs.pk}/", f"/my/passkeys/{theirs.pk}/remove/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"name": "x"}).status_code == 404
    assert client.post(f"/my/passkeys/{mine.pk}/", {"name": ""}).status_code == 422
    client.post(f"/my/passkeys/{mine.pk}/", {"name": "居間のパソコン"})
    assert [key.name for key in queries.passkeys(resident)] == ["居間のパソコン"]
    with pytest.raises(operations.PasskeyGone):
        operations.remove_passkey(resident=resident, pk=theirs.pk, by=resident)
    client.post(f"/my/passkeys/{mine.pk}/remove/")
    assert queries.passkeys(resident) == ()
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_passkeys_takes_the_same_queries(number, django_assert_num_queries):
    client = come_in("hanako@example.org")
    resident = User.objects.get(kind=User.Kind.RESIDENT)
    for _each in range(number):
        keep_passkey(resident)
    client.get("/my/passkeys/")
    with django_assert_num_queries(4):
        client.get("/my/passkeys/")


NONSENSE = [
    "",
    "null",
    "[]",
    "{}",
    "5",
    '{"response": []}',
    '{"response": {}}',
    '{"id": 5, "response": {"userHandle": "MQ"}}',
    '{"id": "a", "rawId": "a", "type": "public-key", "response": {"userHandle": {}}}',
    '{"id": "a", "rawId": "a", "type": "public-key", "response": {"userHandle": "____"}}',
    json.dumps({
        "id": "YQ", "rawId": "YQ", "type": "public-key", "response": {
            "clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA",
            "userHandle": "MQ", "attestationObject": "AA",
        },
    }),
]  # fmt: skip


@pytest.mark.parametrize("sent", NONSENSE)
def test_nonsense_is_no_passkey(client, sent):
    staff = make_user("ichiro", AUDITOR)
    keep_passkey(staff)
    client.get("/my/sign-in/passkey/")
    answer = client.post("/my/sign-in/passkey/", {"credential": sent})
    assert answer.status_code == 422
    assert "パスキーを確認できませんでした" in words(answer)
    assert "_auth_user_id" not in client.session
    inside = come_in("hanako@example.org")
    inside.get("/my/passkeys/options/")
    added = inside.post("/my/passkeys/add/", {"name": "x", "credential": sent})
    assert added.status_code == 422


def test_own_data_are_written_corrected_and_taken_out():
    client = come_in("hanako@example.org")
    resident = User.objects.get(kind=User.Kind.RESIDENT)
    sent = {"applicant__name": "葛\U000e0101城 花子", "applicant__postcode": "０９０８５０１"}
    assert client.post("/my/own-data/", sent).url == "/my/"
    assert queries.own_values(resident) == {
        "applicant.name": "葛\U000e0101城 花子",
        "applicant.postcode": "090-8501",
    }
    assert "葛\U000e0101城 花子" in words(client.get("/my/"))
    wrong = client.post("/my/own-data/", sent | {"applicant__birth_date": "2026-02-30"})
    assert wrong.status_code == 422
    assert "この日付は使えません" in words(wrong)
    long = client.post("/my/own-data/", {"applicant__name": "あ" * 10_000})
    assert long.status_code == 422
    client.post("/my/own-data/", {"applicant__name": ""})
    assert queries.own_values(resident) == {}


def test_one_comes_back_from_own_data_to_where_they_were_needed():
    client = come_in("hanako@example.org")
    assert client.post("/my/own-data/", {"next": "/procedures/"}).url == "/procedures/"
    assert client.post("/my/own-data/", {"next": "//elsewhere.example"}).url == "/my/"


def test_nobody_reads_or_writes_anothers_data():
    first = make_resident("first@example.org", name="第一 太郎")
    client = come_in("second@example.org")
    for page in ("/my/", "/my/own-data/", "/my/data/", "/my/data/file/"):
        assert "第一" not in words(client.get(page))
    client.post("/my/own-data/", {"applicant__name": "第二", "user": first.pk})
    assert queries.own_values(first) == {"applicant.name": "第一 太郎"}


def test_another_address_counts_once_it_is_proved_and_the_old_one_is_told(
    django_capture_on_commit_callbacks,
):
    client = come_in("old@example.org")
    assert client.post("/my/address/", {"email": "x"}).status_code == 422
    client.post("/my/address/", {"email": "New@example.org"})
    resident = User.objects.get(kind=User.Kind.RESIDENT)
    assert resident.email == "old@example.org"
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(CODE, {"code": code_in_mail()}).url == "/my/"
    resident.refresh_from_db()
    assert resident.email == "new@example.org"
    assert mail.outbox[-1].to == ["old@example.org"]
    assert "変更されました" in mail.outbox[-1].body
    assert "_auth_user_id" in client.session


def test_an_address_of_another_account_is_refused_once_it_is_proved():
    make_resident("taken@example.org")
    client = come_in("hanako@example.org")
    assert client.post("/my/address/", {"email": "taken@example.org"}).url == CODE
    client.post(CODE, {"code": code_in_mail()})
    assert "すでにあります" in words(client.get("/my/"))
    assert User.objects.filter(email="hanako@example.org").count() == 1


def test_a_new_passkey_is_told_by_mail(django_capture_on_commit_callbacks):
    resident = make_resident("hanako@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        operations.add_passkey(resident=resident, name="x", credential={}, by=resident)
    assert "パスキーが追加されました" in mail.outbox[-1].body
    assert mail.outbox[-1].to == ["hanako@example.org"]


def test_signing_out_everywhere_ends_every_session():
    here, there = come_in("hanako@example.org"), come_in("hanako@example.org")
    assert "すべての端末" in words(here.get("/my/sign-out/everywhere/"))
    here.post("/my/sign-out/everywhere/")
    for client in (here, there):
        assert client.get("/my/").status_code == 302


def test_signing_out_takes_a_button():
    client = come_in("hanako@example.org")
    assert client.get("/my/sign-out/").status_code == 405
    assert client.post("/my/sign-out/").url == "/"
    assert client.get("/my/").status_code == 302


STAFF_PAGES = [
    "/staff/",
    "/staff/people/",
    "/staff/me/",
    "/staff/no-such-page/",
    "/accounts/login/",
    "/accounts/password/set/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/reauthenticate/",
]


@pytest.mark.parametrize("page", STAFF_PAGES)
def test_residents_stay_out_of_the_staff_side_and_are_told_so(page):
    client = come_in("hanako@example.org")
    for answer in (client.get(page), client.post(page)):
        assert answer.status_code == 403
        assert "市役所の職員のためのもの" in words(answer)
        assert "マイページ" in words(answer)


def test_residents_are_in_no_page_of_staff():
    resident = make_resident("hanako@example.org", name="佐藤 花子")
    client = sign_in(Client(), make_user("admin", ADMINISTRATOR))
    assert "hanako" not in words(client.get("/staff/people/?state=all"))
    for name in ("person", "change_person", "deactivate_person", "issue_link", "erase_person"):
        page = reverse(f"identity_staff:{name}", args=[resident.pk])
        assert client.get(page).status_code == 404
        assert client.post(page).status_code in {404, 405}
    log = words(client.get("/staff/audit/"))
    assert "hanako" not in log
    assert "佐藤" not in log
    assert f"市民（アカウント{resident.pk}）" in log


def test_the_header_shows_the_way_for_everybody(client):
    assert 'href="/my/sign-in/"' in words(client.get("/"))
    assert 'href="/my/"' in words(come_in("hanako@example.org").get("/"))
    sign_in(client, make_user("ichiro", AUDITOR))
    page = words(client.get("/"))
    assert 'href="/my/sign-in/"' not in page
    assert 'href="/my/"' not in page


def test_public_pages_set_no_cookie(client):
    assert client.get("/").cookies == {}
