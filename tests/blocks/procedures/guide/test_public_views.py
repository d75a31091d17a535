"""The guide as residents go through it."""

import re
from datetime import date

import pytest
from django.conf import settings
from lxml import html

from madoguchi.blocks.procedures.operations import guide as operations
from madoguchi.blocks.procedures.queries.guide import current_guide
from madoguchi.blocks.procedures.queries.guide_search import life_events, search_guide
from madoguchi.kernel import clock
from tests.blocks.procedures.factories import NOTICE, make_procedures
from tests.blocks.procedures.guide.conftest import NOON
from tests.blocks.procedures.guide.samples import SMALL

pytestmark = pytest.mark.usefixtures("in_force")

GUIDE = "/procedures/guide/moving/"
ANSWERS = {
    "moved_on": "2026-11-20", "household": "family", "children": "yes", "things": ["dog"],
    "people": "5",
}  # fmt: skip


def begin(client):
    assert client.post(GUIDE).headers["Location"] == f"{GUIDE}ask/"


def answer(client, question, value, **headers):
    return client.post(f"{GUIDE}ask/{question}/", {"answer": value}, **headers)


def answer_all(client, **others):
    begin(client)
    for question, value in {**ANSWERS, **others}.items():
        found = answer(client, question, value)
    return found


def page(response):
    return html.fromstring(response.content.decode())


def text(response):
    return re.sub(r"\s+", " ", page(response).text_content())


def heading(response):
    return " ".join(page(response).xpath("//h1")[0].text_content().split())


def test_the_front_page_shows_events_and_every_procedure(client):
    response = client.get("/procedures/")
    assert response.status_code == 200
    tree = page(response)
    assert tree.xpath("//ul[contains(@class,'m-links')]//a/@href") == [GUIDE]
    assert tree.xpath("//ul[@class='g-all']//a/text()") == [
        "転入届", "転校の手続き", "犬の登録の変更", "大家族の届出",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("転入", ["転入届"]),
        ("在学証明", ["転校の手続き"]),
        ("ＮＯＴＩＣＥ", ["転入届"]),
        ("学校教育課", ["転校の手続き"]),
        ("犬 登録", ["犬の登録の変更"]),
        ("宇宙", []),
    ],
)
def test_procedures_are_found_by_words(client, words, found):
    response = client.get("/procedures/", {"q": words})
    assert page(response).xpath("//ul[@class='g-all']//a/text()") == found


def test_a_search_that_is_too_long_is_refused_with_words(client):
    response = client.get("/procedures/", {"q": "あ" * 101})
    assert response.status_code == 422
    assert "m-error-summary" in response.content.decode()


def test_a_procedure_has_its_page(client):
    response = client.get("/procedures/about/dog/")
    assert heading(response) == "犬の登録の変更"
    said = text(response)
    for words in (
        "30日以内です。", "（法律で定められた期限）", "300円（1頭）", "国のサイト",
        "狂犬病予防法第4条",
    ):  # fmt: skip
        assert words in said
    assert 'href="https://example.org/dog" rel="external"' in response.content.decode()
    assert "引っ越した日から14日以内" in text(client.get("/procedures/about/notice/"))
    assert client.get("/procedures/about/gone/").status_code == 404


def test_one_question_after_the_other_and_only_those_that_matter(client):
    begin(client)
    first = client.get(f"{GUIDE}ask/", follow=True)
    assert heading(first) == "いつ引っ越しましたか。"
    assert "質問1" in text(first)
    assert answer(client, "moved_on", "2026-11-20").headers["Location"] == f"{GUIDE}ask/household/"
    following = answer(client, "household", "alone")
    assert following.headers["Location"] == f"{GUIDE}ask/things/"
    assert answer(client, "things", []).headers["Location"] == f"{GUIDE}ask/people/"
    assert answer(client, "people", "２").headers["Location"] == f"{GUIDE}list/"


def test_answers_so_far_are_listed_and_can_be_changed(client):
    answer_all(client)
    response = client.get(f"{GUIDE}ask/household/")
    rows = page(response).xpath("//dl[contains(@class,'g-answers')]/div")
    assert "".join(rows[0].text_content().split()) == (
        "引っ越した日2026年11月20日（金）変える：引っ越した日"
    )
    assert page(response).xpath("//input[@type='radio'][@checked]/@value") == ["family"]
    assert answer(client, "household", "alone").headers["Location"] == f"{GUIDE}list/"
    assert "転校" not in text(client.get(f"{GUIDE}list/"))
    answer(client, "household", "family")
    assert heading(client.get(f"{GUIDE}list/")) == "必要な手続きは4件です"


@pytest.mark.parametrize(
    ("question", "value", "words"),
    [
        ("moved_on", "", "日付を入力してください（例：2026-04-01）。"),
        ("moved_on", "きのう", "日付を入力してください（例：2026-04-01）。"),
        ("moved_on", "0026-11-20", "1900-01-01から2029-12-02までの日付を入力してください。"),
        ("moved_on", "2999-01-01", "1900-01-01から2029-12-02までの日付を入力してください。"),
        ("household", "", "答えを1つ選んでください。"),
        ("household", "cat", "このページの答えの中から選んでください。"),
        ("children", "maybe", "このページの答えの中から選んでください。"),
        ("things", ["cat"], "このページの答えの中から選んでください。"),
        ("people", "", "1から20までの整数を入力してください。"),
        ("people", "たくさん", "1から20までの整数を入力してください。"),
        ("people", "21", "1から20までの整数を入力してください。"),
        ("people", "9" * 10_000, "1から20までの整数を入力してください。"),
    ],
)
def test_bad_answers_are_asked_again_with_words(client, question, value, words):
    begin(client)
    for code, good in ANSWERS.items():
        if code == question:
            break
        answer(client, code, good)
    response = answer(client, question, value)
    assert response.status_code == 422
    assert words in text(response)
    tree = page(response)
    assert tree.xpath("//div[@role='alert']//a/@href")
    field = tree.xpath("//*[@aria-invalid='true']")
    assert field


@pytest.mark.parametrize("day", ["2026/11/20", "2026年11月20日", "2026.11.20"])
def test_dates_as_people_write_them(client, day):
    begin(client)
    assert answer(client, "moved_on", day).status_code == 302


def test_who_cannot_say_says_so(client):
    begin(client)
    for question, value in list(ANSWERS.items())[:4]:
        answer(client, question, value)
    response = client.get(f"{GUIDE}ask/people/")
    assert page(response).xpath("//button[@name='unknown']")
    sent = client.post(f"{GUIDE}ask/people/", {"answer": "", "unknown": "1"})
    assert sent.headers["Location"] == f"{GUIDE}list/"
    assert "まだ分からない" in text(client.get(f"{GUIDE}list/"))
    begin(client)
    assert client.post(f"{GUIDE}ask/moved_on/", {"unknown": "1"}).status_code == 422


def test_the_list(client):
    answer_all(client)
    response = client.get(f"{GUIDE}list/")
    tree = page(response)
    assert heading(response) == "必要な手続きは4件です"
    first = " ".join(tree.xpath("//div[@class='g-first']")[0].text_content().split())
    assert first == "いちばん早い期限2026年12月4日（金）転入届"
    assert [each.text_content().strip() for each in tree.xpath("//h3")] == [
        "1住民課", "2学校教育課",
    ]  # fmt: skip
    titles = tree.xpath("//*[@class='g-entry__title']")
    assert [each.text_content().strip() for each in titles] == [
        "転入届", "犬の登録の変更", "大家族の届出", "転校の手続き",
    ]  # fmt: skip
    said = text(response)
    for words in (
        "2026年12月4日（金）まで", "本人確認書類", "無料", "300円（1頭）", "人数によります。",
        "住民基本台帳法第22条", "オンラインではできません。 窓口で相談しながら決めます。",
        "いまはオンラインで受け付けていません。", "在学証明書を出します。", "平日 8:45～17:15",
    ):  # fmt: skip
        assert words in said
    assert tree.xpath("//dt[text()='先に済ませる手続き']/following-sibling::dd/a/@href") == ["#g-1"]
    assert "no-store" in response.headers["Cache-Control"]


def test_what_can_be_applied_for_here_is_offered_together(client):
    make_procedures()
    answer_all(client)
    tree = page(client.get(f"{GUIDE}list/"))
    assert tree.xpath("//input[@name='form']/@value") == [NOTICE]
    assert tree.xpath("//input[@name='form']/ancestor::form/@action") == ["/procedures/begin/"]


def test_a_deadline_that_has_passed_says_what_to_do(client):
    answer_all(client, moved_on="2026-06-01")
    said = text(client.get(f"{GUIDE}list/"))
    assert "期限を過ぎた手続きがあります" in said
    assert "期限を過ぎていても、手続きはできます。" in said
    assert "いちばん早い期限" not in said


def test_nothing_to_do(client):
    """With a guide in which somebody needs nothing."""
    source = SMALL.replace(
        "    events: [moving]\n", "    events: [moving]\n    when: {things: car}\n", 1
    )
    draft = operations.keep_draft(source=source, note="", by=None)
    operations.publish_guide(version=draft, starts_on=date(2026, 12, 1), by=None)
    with clock.frozen(NOON.replace(month=12, day=1)):
        begin(client)
        quiet = {"moved_on": "2026-11-20", "household": "alone", "things": [], "people": "1"}
        for question, value in quiet.items():
            found = answer(client, question, value)
        response = client.get(found.headers["Location"])
    assert heading(response) == "必要な手続きはありません"


def test_the_calendar_file(client):
    answer_all(client)
    response = client.get(f"{GUIDE}deadlines.ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    lines = response.content.decode().split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    unfolded = response.content.decode().replace("\r\n ", "").split("\r\n")
    assert [line for line in unfolded if line.startswith("DTSTART")] == [
        "DTSTART;VALUE=DATE:20261204",
        "DTSTART;VALUE=DATE:20261219",
    ]
    assert "SUMMARY:期限：転入届" in unfolded
    (about,) = [line for line in unfolded if line.startswith("DESCRIPTION:新しい")]
    assert about.removeprefix("DESCRIPTION:").split("\\n") == [
        "新しい住所を届け出ます。", "持ち物：本人確認書類", "平日 8:45～17:15", "000-000-0000",
    ]  # fmt: skip
    assert (unfolded[0], unfolded[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])


def test_the_calendar_is_there_once_the_list_is(client):
    assert client.get(f"{GUIDE}deadlines.ics").status_code == 404
    begin(client)
    assert client.get(f"{GUIDE}deadlines.ics").status_code == 404


def test_ways_into_the_midst_lead_to_where_one_is(client):
    for path in ("ask/", "ask/moved_on/", "list/"):
        assert client.get(f"{GUIDE}{path}").headers["Location"] == GUIDE
    begin(client)
    assert client.get(f"{GUIDE}list/").headers["Location"] == f"{GUIDE}ask/moved_on/"
    for question in ("people", "gone", "children"):
        assert client.get(f"{GUIDE}ask/{question}/").headers["Location"] == f"{GUIDE}ask/"
    assert answer(client, "people", "5").headers["Location"] == f"{GUIDE}ask/"
    for path in ("gone/", "gone/ask/", "gone/ask/moved_on/", "gone/list/"):
        assert client.get(f"/procedures/guide/{path}").status_code == 404


def test_answers_are_in_the_session_only_and_go_when_told(client):
    answer_all(client)
    assert client.session["guide"]["answers"]["moved_on"] == "2026-11-20"
    assert "2026-11-20" not in str(client.get(f"{GUIDE}list/").wsgi_request.get_full_path())
    response = client.post(f"{GUIDE}again/", follow=True)
    assert "答えを消しました。" in text(response)
    assert "guide" not in client.session
    assert client.get(f"{GUIDE}again/").status_code == 405


def test_who_only_looks_gets_no_session(client):
    client.get("/procedures/")
    client.get(GUIDE)
    assert settings.SESSION_COOKIE_NAME not in client.cookies


def test_who_has_begun_can_go_on(client):
    begin(client)
    assert "つづき" not in text(client.get("/procedures/"))
    answer(client, "moved_on", "2026-11-20")
    assert page(client.get("/procedures/")).xpath(f"//a[@href='{GUIDE}ask/']")
    assert page(client.get(GUIDE)).xpath(f"//a[@href='{GUIDE}ask/']")
    begin(client)
    assert client.session["guide"]["answers"] == {}


@pytest.fixture
def renewed(client):
    """Somebody has answered two questions when the guide changes."""
    begin(client)
    answer(client, "moved_on", "2026-11-20")
    answer(client, "household", "family")

    def renew(*pairs):
        source = SMALL
        for before, after in pairs:
            assert before in source
            source = source.replace(before, after)
        draft = operations.keep_draft(source=source, note="", by=None)
        operations.publish_guide(version=draft, starts_on=date(2026, 12, 1), by=None)

    return renew


def test_a_guide_that_changes_in_the_midst_keeps_what_still_fits(client, renewed):
    renewed(("小中学生はいますか。", "お子さんはいますか。"))
    with clock.frozen(NOON.replace(month=12, day=1)):
        response = client.get(f"{GUIDE}ask/", follow=True)
        assert heading(response) == "お子さんはいますか。"
        assert "ガイドの内容が新しくなりました" in text(response)
        assert "ガイドの内容が新しくなりました" not in text(client.get(f"{GUIDE}ask/children/"))
    assert client.session["guide"]["number"] == 2


def test_an_answer_that_the_new_guide_does_not_know_is_asked_again(client, renewed):
    renewed(("family: 家族と}", "kin: 家族と}"), ("{household: family}", "{household: kin}"))
    with clock.frozen(NOON.replace(month=12, day=1)):
        response = client.get(f"{GUIDE}ask/", follow=True)
    assert heading(response) == "だれと引っ越しましたか。"


def test_an_event_that_is_gone_begins_anew(client, renewed):
    renewed(("  moving: {", "  arriving: {"), ("[moving]", "[arriving]"))
    with clock.frozen(NOON.replace(month=12, day=1)):
        assert client.get(f"{GUIDE}ask/").status_code == 404
        assert client.get("/procedures/").status_code == 200
        assert client.get("/procedures/guide/arriving/ask/").status_code == 302


def test_with_htmx_the_next_question_comes_at_once(client):
    begin(client)
    hx = {"headers": {"HX-Request": "true"}}
    response = answer(client, "moved_on", "2026-11-20", **hx)
    assert response.status_code == 200
    assert heading(response) == "だれと引っ越しましたか。"
    assert response.headers["HX-Push-Url"] == f"{GUIDE}ask/household/"
    assert page(response).xpath("//*[@id='g-live'][@role='status']")
    assert answer(client, "household", "", **hx).status_code == 422
    for question, value in list(ANSWERS.items())[1:]:
        response = answer(client, question, value, **hx)
    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == f"{GUIDE}list/"


def test_headings_and_labels(client):
    """One h1 that is the question; it names the field or the group."""
    begin(client)
    tree = page(client.get(f"{GUIDE}ask/moved_on/"))
    assert len(tree.xpath("//h1")) == 1
    assert tree.xpath("//h1/label/@for") == ["id_answer"]
    answer(client, "moved_on", "2026-11-20")
    tree = page(client.get(f"{GUIDE}ask/household/"))
    assert tree.xpath("//fieldset/legend/h1")
    assert [each.tag for each in tree.xpath("//main//*[self::h1 or self::h2 or self::h3]")] == [
        "h1",
        "h2",
    ]
    assert tree.xpath("//title/text()")[0].startswith("だれと引っ越しましたか。– 質問2")


def test_in_english_what_is_there_and_japanese_marked_as_such(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer_all(client)
    tree = page(client.get(f"{GUIDE}list/"))
    titles = tree.xpath("//*[@class='g-entry__title']")
    assert titles[0].text_content().strip() == "Notice of moving in"
    assert titles[1].xpath("span/@lang") == ["ja"]
    assert titles[1].text_content().strip() == "犬の登録の変更"
    assert tree.xpath("//h1")[0].text_content().strip() == "You need 4 procedures"
    assert "The Japanese text is the one that holds." in tree.text_content()


def test_before_the_first_guide(client):
    with clock.frozen(NOON.replace(day=29)):
        assert "まだ公開していません" in text(client.get("/procedures/"))
        assert client.get(GUIDE).status_code == 404
        assert client.get("/procedures/about/notice/").status_code == 404
        assert life_events() == ()
        assert search_guide("転入", 5) == ()


def test_home_and_search_know_the_guide(client):
    home = page(client.get("/"))
    assert home.xpath(f"//section[@aria-labelledby='events']//a[@href='{GUIDE}']")
    hits = page(client.get("/search/", {"q": "新しい住所"}))
    assert hits.xpath("//a[@href='/procedures/about/notice/']")
    assert hits.xpath("//mark")
    events = page(client.get("/search/", {"q": "引っ越してきた"}))
    assert events.xpath(f"//a[@href='{GUIDE}']")
    assert search_guide("　", 5) == ()
    assert len(search_guide("の", 1)) == 1


def test_pages_ask_the_database_little(client, django_assert_max_num_queries):
    answer_all(client)
    current_guide(NOON.date())
    for path in ("", "ask/household/", "list/"):
        with django_assert_max_num_queries(7):
            client.get(f"{GUIDE}{path}")
