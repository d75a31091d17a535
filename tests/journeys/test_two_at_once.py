"""Two people write the same report: the second loses nothing."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.browsing import Visit, answers, violations

MINE, THEIRS = "口座振替の案内を送った", "払込票の封筒を改めた"
SAVE = "下書きを保存"


def test_the_second_sees_both_texts_and_saves_the_merged_one(staff: Visit) -> None:
    water, office = staff("water"), staff("office")
    water.goto("/staff/plan/")
    due = water.locator(".p-worklist__row", has_text="令和8年度").first
    editor = due.get_by_role("link").get_attribute("href") or ""
    water.goto(editor)
    office.goto(editor)
    _add(office, THEIRS)
    office.get_by_role("button", name=SAVE).last.click()
    expect(office.get_by_text("下書きを保存しました")).to_be_visible()

    _add(water, MINE)
    with answers(water, 409):
        water.get_by_role("button", name=SAVE).last.click()
    told = water.get_by_role("alert").first
    expect(told).to_contain_text("窓口 ひかり")
    expect(_last(water)).to_have_value(MINE)
    theirs = water.locator(".p-theirs")
    expect(theirs).to_contain_text(THEIRS)
    assert violations(water) == []

    theirs.locator("li", has_text=THEIRS).get_by_role("button").click()
    expect(_last(water)).to_have_value(THEIRS)
    water.get_by_role("button", name=SAVE).last.click()
    expect(water.get_by_text("下書きを保存しました")).to_be_visible()
    office.goto(re.sub("edit/$", "", editor))
    expect(office.get_by_role("main")).to_contain_text(MINE)
    expect(office.get_by_role("main")).to_contain_text(THEIRS)


def _last(page: Page) -> Locator:
    return page.locator('textarea[name="line"]').last


def _add(page: Page, text: str) -> None:
    page.get_by_role("button", name="行を追加").click()
    _last(page).fill(text)
