"""A resident finds an initiative, opens what stands behind a figure, and has a say."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.browsing import PHONE, Visit, answers, path_of

SAME_WORD = ("カウンター", "ｶｳﾝﾀｰ", "かうんたー")
SAME_YEAR = ("平成27年度", "Ｈ２７年度", "H27年度", "2015年度")


def hits(page: Page, words: str) -> list[tuple[str, str]]:
    page.goto("/")
    page.get_by_role("searchbox").fill(words)
    page.get_by_role("button", name="検索").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)
    return [
        (link.inner_text(), link.get_attribute("href") or "")
        for link in page.locator(".m-hits__title a").all()
    ]


def test_every_way_of_writing_finds_the_same(page: Page) -> None:
    for spellings in (SAME_WORD, SAME_YEAR):
        first, *others = [hits(page, words) for words in spellings]
        assert first
        assert all(found == first for found in others)
    assert hits(page, "まったく見つからない言葉") == []
    expect(page.get_by_role("main")).to_contain_text("見つかりませんでした")


def test_from_the_search_to_the_record_behind_a_figure(page: Page) -> None:
    page.set_viewport_size(PHONE)
    assert hits(page, "窓口")
    assert page.locator(".m-hits mark").first.inner_text() == "窓口"
    page.locator('.m-hits__title a[href^="/plan/plan-2025/"]').first.click()
    expect(page.get_by_role("heading", level=2, name="工程表")).to_be_visible()

    page.goto("/plan/plan-2025/")
    sheets = page.locator('main a[href*="/plan-2025/1-"]').all()
    for address in [sheet.get_attribute("href") or "" for sheet in sheets]:
        page.goto(address)
        if page.locator("a.m-figure").count():
            break
    value = page.locator("a.m-figure").first.inner_text()
    page.locator("a.m-figure").first.click()
    expect(page.get_by_role("main")).to_contain_text(value)
    expect(page.get_by_role("main")).to_contain_text(re.compile("記録"))


def test_a_comment_is_shown_once_the_office_allows_it(page: Page, staff: Visit) -> None:
    sheet, text = "/plan/plan-2025/1-2/", "土曜日にも開けてください"
    page.goto(sheet)
    page.locator("summary").filter(has_text="書く").click()
    form = page.locator("#comment")
    with answers(page, 422):
        form.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    form.get_by_label("名前", exact=False).fill("市民A")
    form.get_by_label("意見", exact=False).fill(text)
    with answers(page, 200):
        form.get_by_role("button").click()
    expect(page.get_by_role("main")).to_contain_text(text)
    page.get_by_role("button", name="送").click()
    expect(page).to_have_url(re.compile("/plan/comments/"))
    number = page.locator(".p-value").inner_text()
    page.goto(sheet)
    expect(page.get_by_role("main")).not_to_contain_text(text)

    office = staff("office")
    office.goto("/staff/plan/comments/")
    expect(office.get_by_role("main")).to_contain_text(number)
    office.get_by_role("link", name=text).click()
    with answers(office, 422):
        office.get_by_role("button", name="保存").click()
    office.get_by_label("公開する", exact=False).first.check()
    office.get_by_label("回答", exact=False).fill("第2土曜日の開庁を検討しています。")
    office.get_by_role("button", name="保存").click()
    expect(office).to_have_url(re.compile("/staff/plan/comments/$"))

    page.goto(sheet)
    shown = page.locator(".p-comments")
    expect(shown).to_contain_text("市民A")
    expect(shown).to_contain_text(text)
    expect(shown).to_contain_text("第2土曜日の開庁を検討しています。")
    assert path_of(page) == sheet
