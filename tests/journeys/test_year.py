"""A fiscal year from its opening to a corrected figure, through the hands of four people."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from madoguchi.kernel import clock
from tests.journeys.browsing import Visit, answers, path_of, violations

YEAR = "令和9年度"
CODE = "plan.initiatives_finished"
LINE = "検針票の様式を改めた"
NOTE = "いつから改めたのかも書いてください。"


def test_a_year_from_opening_to_correction(page: Page, staff: Visit) -> None:
    office, water, council = staff("office"), staff("water"), staff("council-1")
    _open_year(office)
    sheet = _draft(water)
    _hand_in(water)
    _return(office)
    _mend(water)
    report = _accept(office)
    _score(council, report)
    _close(office)
    page.goto(f"/plan/plan-2025/{sheet}/")
    expect(page.get_by_role("main")).not_to_contain_text(LINE)
    _publish(office)
    page.reload()
    expect(page.get_by_role("main")).to_contain_text(LINE)
    figure = page.locator("td, li", has_text=LINE).last.locator("a.m-figure")
    before = figure.inner_text()
    figure.click()
    expect(page.locator(".p-digest")).to_have_text(re.compile("^[0-9a-f]{64}$"))
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"20\d\d年\d+月\d+日.*\d+:\d\d"))
    _correct(office, report)
    page.goto(f"/plan/plan-2025/{sheet}/")
    line = page.locator("td, li", has_text=LINE).last
    expect(line.locator("a.m-figure")).to_contain_text("41")
    expect(line.locator("s")).to_have_text(before)


def _open_year(office: Page) -> None:
    office.goto("/staff/plan/years/")
    running = office.locator("section", has_text="行政改革プラン2025")
    running.locator("tr", has_text=YEAR).get_by_role("link", name="報告の受付を始める").click()
    with answers(office, 422):
        office.get_by_role("button", name="報告の受付を始める").click()
    due_on = clock.today() + timedelta(days=30)
    office.get_by_label("報告期限", exact=False).fill(due_on.isoformat())
    office.get_by_role("button", name="報告の受付を始める").click()
    expect(office).to_have_url(re.compile(r"/staff/plan/years/\d+/$"))


def _draft(water: Page) -> str:
    """Writes with the picker, and with a code that leads nowhere; the sheet's number."""
    water.goto("/staff/")
    expect(water.get_by_role("heading", name=re.compile("書く報告が[0-9]+件"))).to_be_visible()
    due = water.locator(".p-worklist__row", has_text=YEAR).first
    number = due.locator(".p-worklist__number").inner_text().removeprefix("No.")
    due.get_by_role("link").click()
    first = water.get_by_role("textbox", name="結果 1行目")
    first.fill(f"{LINE}。終了した取組は")
    water.get_by_label("絞り込み").fill("plan.initiatives_finished")
    water.locator(f'button[data-insert="{{{CODE}}}"]').click()
    expect(first).to_have_value(f"{LINE}。終了した取組は{{{CODE}}}")
    expect(water.locator("#preview")).to_contain_text(LINE)
    water.get_by_role("button", name="行を追加").click()
    second = water.get_by_role("textbox", name="結果 2行目")
    second.fill("利用者は{no.such.figure}")
    with answers(water, 422):
        water.get_by_role("button", name="下書きを保存").last.click()
    expect(water.get_by_role("textbox", name="結果 1行目")).to_have_value(re.compile(LINE))
    expect(second).to_have_value("利用者は{no.such.figure}")
    expect(water.get_by_role("alert").first).to_contain_text("no.such.figure")
    assert violations(water) == []
    second.fill("")
    water.get_by_role("button", name="下書きを保存").last.click()
    expect(water.get_by_text("下書きを保存しました")).to_be_visible()
    return number


def _hand_in(water: Page) -> None:
    water.goto(path_of(water).replace("edit/", ""))
    water.get_by_label("ファイル", exact=False).set_input_files(
        {"name": "検針票.csv", "mimeType": "text/csv", "buffer": "地区,件数\n中央,3\n".encode()}
    )
    water.get_by_role("button", name="添付する").click()
    expect(water.get_by_role("link", name="検針票.csv")).to_be_visible()
    water.get_by_role("link", name="続きを書く").click()
    water.get_by_role("button", name="保存して確認へ").click()
    expect(water.get_by_role("main")).to_contain_text(LINE)
    assert violations(water) == []
    water.get_by_role("button", name="行革事務局に提出する").click()
    expect(water.get_by_text("提出済み").first).to_be_visible()


def _return(office: Page) -> None:
    _open_from_desk(office)
    with answers(office, 422):
        office.get_by_role("button", name="コメントを付けて差し戻す").click()
    office.get_by_label("直してほしい点", exact=False).fill(NOTE)
    office.get_by_role("button", name="コメントを付けて差し戻す").click()
    expect(office).to_have_url(re.compile("/staff/plan/$"))


def _mend(water: Page) -> None:
    _open_from_desk(water)
    expect(water.get_by_role("main")).to_contain_text(NOTE)
    first = water.get_by_role("textbox", name="結果 1行目")
    first.fill("4月から" + first.input_value())
    water.get_by_role("button", name="保存して確認へ").click()
    water.get_by_role("button", name="行革事務局に提出する").click()
    expect(water.get_by_text("提出済み").first).to_be_visible()


def _accept(office: Page) -> str:
    _open_from_desk(office)
    report = path_of(office)
    office.get_by_role("button", name="承認する").click()
    expect(office.get_by_text("報告を承認しました")).to_be_visible()
    return report


def _score(council: Page, report: str) -> None:
    council.goto("/staff/plan/")
    council.locator(f'.p-worklist a[href="{report}"]').click()
    with answers(council, 422):
        council.get_by_role("button", name="評価を保存する").click()
    council.get_by_role("radio", name=re.compile("^4")).check()
    council.get_by_role("button", name="評価を保存する").click()
    expect(council.get_by_text("評価を保存しました")).to_be_visible()


def _close(office: Page) -> None:
    office.goto("/staff/plan/years/")
    running = office.locator("section", has_text="行政改革プラン2025")
    running.locator("tr", has_text=YEAR).get_by_role("link", name="年度を締める").click()
    expect(office.get_by_role("table").first).to_contain_text(CODE)
    assert violations(office) == []
    without = office.get_by_role("group", name="次の報告がないまま締める").get_by_role("checkbox")
    assert without.count() > 5
    office.get_by_label("数値を確認しました", exact=False).check()
    with answers(office, 422):
        office.get_by_role("button", name="年度を締めて数値を確定する").click()
    for box in without.all():
        box.check()
    office.get_by_label("理由", exact=False).fill("見本のため、1件だけで締めます。")
    office.get_by_role("button", name="年度を締めて数値を確定する").click()
    expect(office.get_by_text("数値を確定しました")).to_be_visible()


def _publish(office: Page) -> None:
    office.get_by_role("link", name="公表する").click()
    office.get_by_role("button", name="公表する").click()
    expect(office.get_by_role("main")).to_contain_text("公表済み")


def _correct(office: Page, report: str) -> None:
    office.goto(report)
    office.get_by_role("link", name="この数値を訂正する").click()
    office.get_by_label("値を入力する", exact=False).check()
    office.get_by_role("spinbutton", name="値").fill("41")
    with answers(office, 422):
        office.get_by_role("button", name="訂正を記録する").click()
    office.get_by_label("訂正の理由", exact=False).fill("数え方を改めました。")
    office.get_by_role("button", name="訂正を記録する").click()
    expect(office).to_have_url(re.compile(f"{report}$"))


def _open_from_desk(page: Page) -> None:
    page.goto("/staff/plan/")
    page.locator(".p-worklist__row", has_text=YEAR).first.get_by_role("link").click()
