"""The guide for a family that moves in: on a phone, with keys alone, without scripts."""

from datetime import date, timedelta

from playwright.sync_api import Locator, Page, expect

from madoguchi.kernel import calendar, clock
from tests.journeys.applying import (
    Answer,
    answer,
    apply_for,
    begin_guide,
    choose,
    looks_right,
)
from tests.journeys.browsing import PHONE, Visit, answers

EVENT = "引っ越してきた"
MOVED_ON = clock.today() - timedelta(days=5)
NOBODY: tuple[str, ...] = ()
FAMILY: dict[str, Answer] = {
    "引っ越しの日": MOVED_ON,
    "どこから": "国内のほかの市区町村",
    "マイナンバーカード": "はい",
    "勤め先の健康保険": "いいえ",
    "お子さんはいますか": ("小学校に入る前の子",),
    "保育を希望": "いいえ",
    "次の方はいますか": NOBODY,
    "そのほかに": NOBODY,
    "水道の使用開始": "はい",
}
VALUES = {
    "applicant__name": "窓口 太郎",
    "applicant__kana": "まどぐち たろう",
    "applicant__birth_date": date(1985, 4, 1),
    "applicant__sex": "男性",
    "applicant__address": "窓口市中央1丁目2番3号",
    "applicant__honseki": "北見市大通西2丁目1番地",
    "applicant__hittosha": "窓口 太郎",
    "child__name": "窓口 花",
    "child__kana": "まどぐち はな",
    "child__birth_date": date(2022, 7, 7),
    "child__sex": "女性",
    "move__date": MOVED_ON,
    "move__old_address": "札幌市中央区北1条西2丁目",
    "move__old_head": "窓口 太郎",
    "move__new_head": "窓口 太郎",
    "visit__date": clock.today() + timedelta(days=2),
    "visit__time": "9時から11時",
    "bank__name": "みほん銀行",
    "bank__branch": "中央支店",
    "bank__account_kind": "普通",
    "bank__account_number": "1234567",
    "bank__holder_kana": "まどぐち たろう",
    "consent__registers": "はい",
    "moving-in-notice__own__card_used": "はい",
    "child-allowance__own__pension_kind": "国民年金",
    "child-allowance__own__apart": "いいえ",
    "child-allowance__own__more_children": "1",
}


def due(days: int) -> str:
    """The last day of a deadline counted from the day after the move, as the list writes it: days
    on which the city hall is closed are passed over."""
    day = MOVED_ON + timedelta(days=days)
    while not calendar.is_business_day(day):
        day += timedelta(days=1)
    return f"{day.year}年{day.month}月{day.day}日"


def test_the_guide_on_a_phone(visit: Visit) -> None:
    page = visit(viewport=PHONE)
    page.goto("/")
    looks_right(page)
    page.get_by_role("link", name=EVENT).first.click()
    looks_right(page)
    page.get_by_role("button", name="はじめる").click()
    for number, (question, given) in enumerate(FAMILY.items(), start=1):
        expect(page.get_by_role("heading", level=1)).to_contain_text(question)
        looks_right(page)
        if number > 1:
            expect(page.get_by_role("heading", level=1)).to_be_focused()
            expect(page.get_by_role("status")).to_contain_text(f"質問{number}")
        answer(page, question, given)
    looks_right(page)

    entries = page.locator(".g-entry")
    expect(entries.filter(has_text="転入届").first).to_contain_text(due(14))
    expect(entries.filter(has_text="児童手当").first).to_contain_text(due(15))
    assert entries.filter(has_text="学校").count() == 0
    page.locator(".g-answers a", has_text="お子さんはいますか").click()
    choose(page, ("小学生・中学生",))
    page.get_by_role("button", name="次へ").click()
    answer(page, "放課後", "いいえ")
    expect(page.get_by_role("heading", level=1)).to_contain_text("必要な手続き")
    expect(page.locator(".g-entry").filter(has_text="小中学校の転校").first).to_be_visible()


def test_the_guide_with_keys_alone(visit: Visit) -> None:
    page = visit()
    page.goto("/procedures/")
    link = page.get_by_role("main").get_by_role("link", name=EVENT)
    _tab_to(page, link)
    page.keyboard.press("Enter")
    begin = page.get_by_role("button", name="はじめる")
    expect(begin).to_be_visible()
    _tab_to(page, begin)
    page.keyboard.press("Enter")
    for number, (question, given) in enumerate(FAMILY.items()):
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_contain_text(question)
        if number > 0:
            expect(heading).to_be_focused()
        if number == 0:
            choose(page, given)  # how a date is typed is the browser's own
        elif isinstance(given, str):
            page.keyboard.press("Tab")
            page.keyboard.press("Space" if given == "はい" or "国内" in given else "ArrowDown")
        elif given:
            page.keyboard.press("Tab")
            page.keyboard.press("Space")
        _tab_to(page, page.get_by_role("button", name="次へ"))
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("必要な手続き")


def _tab_to(page: Page, target: Locator) -> None:
    for _ in range(60):
        if target.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {target}")


def test_the_guide_without_scripts(visit: Visit) -> None:
    page = visit(viewport=PHONE, java_script_enabled=False)
    begin_guide(page, EVENT)
    with answers(page, 422):
        page.get_by_role("button", name="次へ").click()
    expect(page.get_by_role("alert")).to_contain_text("日付を入力してください")
    for question, given in FAMILY.items():
        answer(page, question, given)
    expect(page.locator(".g-entry").filter(has_text="転入届").first).to_contain_text(due(14))
    apply_for(page, ["転入届"])
    expect(page.get_by_role("heading", level=1)).to_contain_text("あなたの申請")
