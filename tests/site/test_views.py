"""Home, search, language, and the pages for when something is wrong."""

import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from typing import Protocol

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path
from lxml import html
from pytest_django import DjangoAssertNumQueries

from madoguchi.blocks.identity.models import User
from madoguchi.kernel import registries
from madoguchi.kernel.city.models import CityProfile
from madoguchi.kernel.registries import HomeFigure, HomeNotice, SearchHit
from madoguchi.kernel.text import Segment
from madoguchi.site import queries, views

pytestmark = pytest.mark.django_db


def refuse(_: HttpRequest) -> HttpResponse:
    raise PermissionDenied("この画面には「監査」の役割が必要です。")


def mislead(_: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


def fail(_: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def echo(_: HttpRequest) -> HttpResponse:
    return HttpResponse("received")


urlpatterns = [
    path("refuse/", refuse),
    path("mislead/", mislead),
    path("fail/", fail),
    path("echo/", echo),
    path("", include("madoguchi.config.urls")),
]
handler400 = "madoguchi.site.views.bad_request"
handler403 = "madoguchi.site.views.permission_denied"
handler404 = "madoguchi.site.views.page_not_found"
handler500 = "madoguchi.site.views.server_error"

with_failures = override_settings(ROOT_URLCONF=__name__)


class Answer(Protocol):
    """What the test client gives back, as far as these helpers care."""

    @property
    def text(self) -> str: ...


def page_of(answer: Answer) -> html.HtmlElement:
    return html.document_fromstring(answer.text)


def words(found: html.HtmlElement) -> str:
    return " ".join(found.text_content().split())


def heading(answer: Answer) -> str:
    return words(page_of(answer).find(".//h1"))


def find_hits(query: str, limit: int) -> Sequence[SearchHit]:
    if query == "窓口":
        marked = (Segment("総合", False), Segment("窓口", True), Segment("<b>", False))
        return [
            SearchHit("1-3 窓口", "/a/", "取組", marked, "取組内容"),
            SearchHit("令和元年度", "/c/", "結果", (), ""),
            SearchHit("1-12 総合窓口", "/b/", "取組", (), ""),
        ]
    if query == "多":
        return [SearchHit(f"{n}", f"/{n}/", "取組") for n in range(limit)]
    return []


@pytest.fixture
def search_source() -> Iterator[None]:
    """Exactly one source, so that what other apps offer does not count."""
    kept = list(registries.search_sources)
    for source in kept:
        registries.search_sources.unregister(source.code)
    registries.search_sources.register(registries.SearchSource("test", "試験", find_hits))
    yield
    registries.search_sources.unregister("test")
    for source in kept:
        registries.search_sources.register(source)


def test_home_begins_with_the_question(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert heading(answer) == "何をお探しですか"
    page = page_of(answer)
    assert page.get("lang") == "ja"
    assert len(page.findall(".//input[@type='search']")) == 1
    assert page.find(".//a[@class='m-skip']").get("href") == "#main"


def test_title_is_page_and_city(client: Client) -> None:
    CityProfile.objects.create(name="日向町", name_en="Hinata")
    assert (
        page_of(client.get("/about/privacy/")).findtext(".//title") == "個人情報の取扱い – 日向町"
    )
    english = client.get("/about/privacy/", headers={"accept-language": "en"})
    assert page_of(english).findtext(".//title") == "Privacy – Hinata"
    assert page_of(english).get("lang") == "en"


def test_home_shows_services_and_what_they_offer(client: Client) -> None:
    registries.service_cards.register(
        registries.ServiceCard("test", "試験のサービス", "ためします", "site:search", order=1)
    )
    registries.home_figures.register(
        registries.HomeFigures("test", lambda: [HomeFigure("16", "件", "終了", "/t/")], order=1)
    )
    registries.home_notices.register(
        registries.HomeNotices(
            "test",
            lambda: [
                HomeNotice("古い", on=dt.date(2026, 1, 5)),
                HomeNotice("新しい", "/new/", dt.date(2026, 11, 2)),
                HomeNotice("常に"),
            ],
        )
    )
    try:
        page = page_of(client.get("/"))
    finally:
        registries.service_cards.unregister("test")
        registries.home_figures.unregister("test")
        registries.home_notices.unregister("test")
    assert page.xpath("//h3/a/text()")[0] == "試験のサービス"
    assert page.xpath("//a[@href='/t/']/text()") == ["終了"]
    news = [words(item) for item in page.find_class("m-news__item")]
    assert news == ["常に", "2026年11月2日（月） 新しい", "2026年1月5日（月） 古い"]


def test_only_three_figures_stand_on_the_home_page() -> None:
    many = [HomeFigure(str(n), "件", "x", "/") for n in range(5)]
    registries.home_figures.register(registries.HomeFigures("test", lambda: many, order=0))
    try:
        assert [figure.value for figure in queries.figures()] == ["0", "1", "2"]
    finally:
        registries.home_figures.unregister("test")


def test_home_is_complete_with_nothing_installed(client: Client) -> None:
    kept = list(registries.service_cards)
    for card in kept:
        registries.service_cards.unregister(card.code)
    try:
        answer = client.get("/")
    finally:
        for card in kept:
            registries.service_cards.register(card)
    assert "公開しているサービスはまだありません。" in answer.text


@pytest.mark.usefixtures("search_source")
def test_search_groups_hits_and_marks_words(client: Client) -> None:
    answer = client.get("/search/", {"q": "窓口"})
    page = page_of(answer)
    assert heading(answer) == "「窓口」の検索結果 3件"
    groups = [words(found) for found in page.find_class("m-hits__kind")]
    assert groups == ["取組 2件", "結果 1件"]
    assert page.xpath("//mark/text()") == ["窓口"]
    assert "総合<mark>窓口</mark>&lt;b&gt;" in answer.text
    assert page.find(".//input[@type='search']").get("value") == "窓口"
    chips = [words(link) for link in page.xpath("//nav[@class='m-chips']/a")]
    assert chips == ["すべて 3", "取組 2", "結果 1"]


@pytest.mark.usefixtures("search_source")
def test_search_narrowed_to_one_kind(client: Client) -> None:
    page = page_of(client.get("/search/", {"q": "窓口", "kind": "結果"}))
    assert page.xpath("//h3[@class='m-hits__title']/a/@href") == ["/c/"]
    current = page.xpath("//nav[@class='m-chips']/a[@aria-current]")
    assert [words(link) for link in current] == ["結果 1"]


@pytest.mark.usefixtures("search_source")
def test_search_without_hits_helps(client: Client) -> None:
    CityProfile.objects.create(name="日向町", contact="総務課 0123-45-6789")
    answer = client.get("/search/", {"q": "猫"})
    assert heading(answer) == "「猫」の検索結果 0件"
    assert "短い言葉や、よく使われる言葉" in answer.text
    assert "総務課 0123-45-6789" in answer.text


@pytest.mark.usefixtures("search_source")
def test_search_of_an_unknown_kind_offers_all_kinds(client: Client) -> None:
    answer = client.get("/search/", {"q": "窓口", "kind": "どれでもない"})
    assert answer.status_code == 200
    assert page_of(answer).xpath("//main//li/a[text()='すべての種類から探す']/@href") == [
        "?q=%E7%AA%93%E5%8F%A3"
    ]


@pytest.mark.usefixtures("search_source")
def test_search_says_when_there_is_more(client: Client) -> None:
    answer = client.get("/search/", {"q": "多"})
    assert len(page_of(answer).find_class("m-hits__item")) == 50
    assert "ほかにも見つかりました。" in answer.text


@pytest.mark.usefixtures("search_source")
def test_search_without_a_question_asks(client: Client) -> None:
    for address in ("/search/", "/search/?q=", "/search/?q=%20%E3%80%80"):
        answer = client.get(address)
        assert (answer.status_code, heading(answer)) == (200, "検索")


def test_search_refuses_a_question_that_is_too_long(client: Client) -> None:
    answer = client.get("/search/", {"q": "あ" * 101})
    assert answer.status_code == 422
    assert "100文字以内" in answer.text
    assert page_of(answer).find(".//input[@type='search']").get("value") == "あ" * 101
    assert client.get("/search/", {"q": "あ" * 100}).status_code == 200


@pytest.mark.parametrize("query", ["\x00", "<script>alert(1)</script>", "'; drop table", "%"])
def test_search_survives_odd_questions(client: Client, query: str) -> None:
    answer = client.get("/search/", {"q": query})
    assert answer.status_code in {200, 422}
    assert "<script>alert" not in answer.text


def test_language_is_kept_and_leads_back(client: Client) -> None:
    answer = client.post("/language/", {"language": "en", "next": "/about/privacy/"})
    assert (answer.status_code, answer["Location"]) == (302, "/about/privacy/")
    assert heading(client.get("/about/privacy/")) == "Privacy"
    client.post("/language/", {"language": "ja", "next": "/"})
    assert heading(client.get("/about/privacy/")) == "個人情報の取扱い"


def test_language_never_leads_elsewhere(client: Client) -> None:
    answer = client.post("/language/", {"language": "en", "next": "https://example.com/"})
    assert answer["Location"] == "/"


def test_unknown_language_changes_nothing(client: Client) -> None:
    client.post("/language/", {"language": "xx", "next": "/"})
    assert page_of(client.get("/")).get("lang") == "ja"
    assert client.get("/language/").status_code == 405


def test_public_pages_leave_no_cookie(client: Client) -> None:
    for address in ("/", "/search/?q=a", "/about/privacy/", "/about/accessibility/", "/nowhere/"):
        client.get(address)
    assert list(client.cookies) == []


def test_robots_keep_out_of_the_staff_side(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "Disallow: /staff/" in answer.text.splitlines()


def test_missing_page_offers_search(client: Client) -> None:
    answer = client.get("/nowhere/")
    assert (answer.status_code, heading(answer)) == (404, "このページはありません")
    assert page_of(answer).find(".//main//form").get("action") == "/search/"


@with_failures
def test_refusal_says_which_role_is_needed(client: Client) -> None:
    answer = client.get("/refuse/")
    assert answer.status_code == 403
    assert "この画面には「監査」の役割が必要です。" in answer.text
    assert "/accounts/login/?next=/refuse/" in answer.text


@with_failures
def test_refusal_names_who_is_signed_in(client: Client) -> None:
    client.force_login(User.objects.create_user("sato", name="佐藤 花子"))
    page = page_of(client.get("/refuse/"))
    told = [words(paragraph) for paragraph in page.findall(".//main//p")]
    assert told[0] == "この画面には「監査」の役割が必要です。"
    assert told[1].startswith("佐藤 花子 としてサインインしています。")
    assert [link.get("href") for link in page.findall(".//main//a")] == ["/staff/", "/"]


def test_footer_follows_who_is_signed_in(client: Client) -> None:
    visitor = page_of(client.get("/")).find_class("m-footer__links")[0]
    assert [words(item) for item in visitor] == [
        "文書の確認",
        "アクセシビリティ",
        "個人情報の取扱い",
        "職員サインイン",
    ]
    client.force_login(User.objects.create_user("sato"))
    staff = page_of(client.get("/")).find_class("m-footer__links")[0]
    assert [words(item) for item in staff][3:] == ["職員用ページ", "サインアウト"]
    assert staff.find(".//form").get("action") == "/accounts/logout/"


@with_failures
def test_bad_request_is_plain(client: Client) -> None:
    answer = client.get("/mislead/")
    assert (answer.status_code, heading(answer)) == (400, "受け取った内容を処理できませんでした")


@with_failures
def test_failure_has_an_id_that_the_log_knows(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.ERROR, logger="madoguchi.site.views"):
        answer = client.get("/fail/")
    assert answer.status_code == 500
    incident = page_of(answer).find_class("m-incident")[0].text
    lines = [record for record in caplog.records if record.name == "madoguchi.site.views"]
    assert [record.getMessage() for record in lines] == [f"incident {incident} at /fail/"]
    assert lines[0].exc_info is not None


def test_failure_page_needs_no_database(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        assert views.server_error(RequestFactory().get("/")).status_code == 500


@with_failures
def test_form_without_proof_of_origin() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/echo/")
    assert (answer.status_code, heading(answer)) == (403, "送信できませんでした")


@with_failures
@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/search/?q=a",
        "/search/?q=" + "a" * 101,
        "/about/privacy/",
        "/about/accessibility/",
        "/nowhere/",
        "/refuse/",
        "/mislead/",
        "/fail/",
    ],
)
def test_pages_carry_the_policy_and_nothing_inline(address: str) -> None:
    answer = Client(raise_request_exception=False).get(address)
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    page = page_of(answer)
    assert page.xpath("//@style | //style | //script[not(@src)]") == []
    assert page.xpath("//@*[starts-with(name(), 'on')]") == []
    assert page.xpath("//*[@src or self::link]/@*[starts-with(., 'http')]") == []
    assert len(page.findall(".//h1")) == 1


def test_a_page_asks_the_database_once(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        client.get("/about/privacy/")
