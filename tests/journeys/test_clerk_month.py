"""A clerk runs a month's billing, reads the agent's files and clears the work list."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.journeys.browsing import City, Visit, violations


def test_a_month_from_billing_to_an_empty_work_list(staff: Visit, city: City) -> None:
    clerk = staff("treasury")
    clerk.goto("/staff/")
    expect(clerk.get_by_role("link", name=re.compile("処理を決める収納が[0-9]+件"))).to_be_visible()
    _run(clerk)
    for name in sorted(each.name for each in (city.data / "samples").glob("*oku*.txt")):
        _read(clerk, city.data / "samples" / name)
    for path in sorted((city.data / "samples").glob("kakuho*.txt")):
        _read(clerk, path)
    _clear(clerk)


def _run(clerk: Page) -> None:
    """Slips of the water bills made this month."""
    clerk.goto("/staff/payments/runs/")
    clerk.get_by_role("link", name="納付書の一括作成を始める").click()
    assert violations(clerk) == []
    clerk.get_by_role("radio", name=re.compile("水道")).check()
    clerk.get_by_role("button").filter(has_text="次へ").click()
    newest = clerk.get_by_role("checkbox").last
    newest.check()
    clerk.get_by_role("button", name="件数と金額を確認する").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text("始める前に確認してください")
    assert violations(clerk) == []
    clerk.get_by_role("button", name="一括作成を始める").click()
    clerk.wait_for_url(re.compile(r"/staff/payments/runs/[0-9a-z]+/$"))
    expect(clerk.locator("#files + p + *, #files ~ * a").first).to_be_visible(timeout=90_000)
    clerk.reload()
    with clerk.expect_download() as loaded:
        clerk.get_by_role("link", name=re.compile(r"\.pdf$")).first.click()
    slips = PdfReader(Path(loaded.value.path()))
    assert len(slips.pages) > 0
    assert (
        "納入通知書" in slips.pages[0].extract_text() or "納付書" in slips.pages[0].extract_text()
    )


def _read(clerk: Page, path: Path) -> None:
    clerk.goto("/staff/payments/collection/")
    clerk.get_by_label(re.compile("^ファイル")).set_input_files(path)
    clerk.get_by_role("button", name=re.compile("読み込んで記帳する")).click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text(path.name)
    assert violations(clerk) == []


def _clear(clerk: Page) -> None:
    """The usual step of each matter, oldest first, until nothing is left."""
    for _ in range(20):
        clerk.goto("/staff/payments/worklist/")
        begin = clerk.get_by_role("link", name=re.compile("古いものから処理する"))
        if begin.count() == 0:
            break
        assert violations(clerk) == []
        begin.click()
        assert violations(clerk) == []
        _step(clerk)
    expect(clerk.get_by_role("heading", level=1)).to_have_text(re.compile("0件"))


def _step(clerk: Page) -> None:
    """The usual step; money of another city's barcode is asked about elsewhere, and noted."""
    if "納付書がない" in clerk.get_by_role("heading", level=1).inner_text():
        noted = clerk.locator("details", has_text="確認済みにする")
        noted.locator("summary").click()
        noted.get_by_role("textbox").fill("他市の納付書と分かり、代行会社が引き取る")
        noted.get_by_role("button").click()
        return
    usual = clerk.locator(".p-step--usual")
    for box in usual.get_by_role("textbox").all():
        if not box.input_value():
            box.fill("二重に納付されたため")
    usual.get_by_role("button").last.click()
    if clerk.locator("input[name=confirmed][value=on]").count():
        clerk.get_by_role("main").get_by_role("button").last.click()
