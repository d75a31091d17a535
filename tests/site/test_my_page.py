"""My page: what the apps show there, everything that is held, and the end of an account."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from madoguchi.blocks.identity.models import User
from madoguchi.kernel.registries import MyPagePart, OwnData, my_page_parts, own_data
from tests.blocks.identity.signing_in import come_in, words
from tests.factories import make_resident

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def library():
    """A service that shows, holds and keeps something of residents."""
    held = {"loans": [{"title": "窓口の歴史", "due": "2026-12-24"}, {"title": "水の本"}]}
    my_page_parts.register(
        MyPagePart("test.library", lambda request: f"<p>{request.user.email}の本</p>", order=1)
    )
    my_page_parts.register(MyPagePart("test.silent", lambda _request: ""))
    own_data.register(
        OwnData(
            "test.library",
            "図書館",
            export=lambda _user: {"貸出": held["loans"], "返却済み": None, "しおり": ["赤", "青"]},
            erase=lambda _user: len(held.pop("loans", ())),
            kept=lambda _user: ["延滞金の記録は、地方自治法により5年間残します。"],
        )
    )
    yield held
    my_page_parts.unregister("test.library")
    my_page_parts.unregister("test.silent")
    own_data.unregister("test.library")


@pytest.mark.usefixtures("library")
def test_what_the_apps_show_comes_first_and_what_is_silent_leaves_no_gap():
    page = words(come_in("hanako@example.org").get("/my/"))
    assert "hanako@example.orgの本" in page
    assert page.index("の本") < page.index("登録情報") < page.index("サインインの方法")
    assert "まだ何も登録していません" in page


@pytest.mark.usefixtures("library")
def test_all_that_is_held_can_be_read():
    client = come_in("hanako@example.org")
    client.post("/my/own-data/", {"applicant__name": "佐藤 花子"})
    page = words(client.get("/my/data/"))
    for held in ("図書館", "窓口の歴史", "2026年12月24日（木）", "水の本", "赤\n青", "佐藤 花子"):
        assert held in page


def test_all_that_is_held_can_be_taken_along(library):
    client = come_in("hanako@example.org")
    client.post("/my/own-data/", {"applicant__name": "葛\U000e0101城 花子"})
    answer = client.get("/my/data/file/")
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    data = json.loads(answer.content)
    assert data["アカウントと登録情報"]["登録情報"] == {"氏名": "葛\U000e0101城 花子"}
    assert data["図書館"]["貸出"] == library["loans"]


def test_an_account_is_erased_after_saying_what_stays_and_why(library):
    client, elsewhere = come_in("hanako@example.org"), come_in("hanako@example.org")
    resident = User.objects.get(kind=User.Kind.RESIDENT)
    page = words(client.get("/my/erase/"))
    assert "延滞金の記録は" in page
    assert "図書館" in page
    unsure = client.post("/my/erase/")
    assert unsure.status_code == 422
    assert library["loans"]
    done = client.post("/my/erase/", {"sure": "on"})
    assert "アカウントを消去しました" in words(done)
    assert "延滞金の記録は" in words(done)
    assert library == {}
    resident.refresh_from_db()
    assert (resident.email, resident.is_active) == ("", False)
    for browser in (client, elsewhere):
        assert browser.get("/my/").status_code == 302


def test_without_anything_that_stays_it_says_so():
    page = words(come_in("hanako@example.org").get("/my/erase/"))
    assert "記録だけが残ります" in page


def test_my_page_takes_the_same_queries_with_more_data(django_assert_max_num_queries):
    client = come_in("hanako@example.org")
    client.get("/my/")
    with django_assert_max_num_queries(20) as few:
        client.get("/my/")
        number = len(few)
    client.post("/my/own-data/", {"applicant__name": "佐藤", "applicant__phone": "0157231111"})
    client.get("/my/")
    with django_assert_max_num_queries(number):
        client.get("/my/")


def test_the_privacy_page_speaks_of_accounts_and_cookies():
    page = words(Client().get("/about/privacy/"))
    assert "アカウントをお持ちの場合" in page
    assert "市民のアカウントと" in page
    assert "アカウントをお持ちの市民の方と職員" in page
    make_resident()
