"""A resident pays a water bill by card: declined, tried again, confirmed; and finds the receipt."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.journeys.browsing import PHONE, City, Visit, overflow, violations


@pytest.fixture
def payer(city: City) -> tuple[str, str]:
    """Customer number and access code of somebody with a water bill to pay."""
    number, code = (city.data / "samples" / "payer.txt").read_text(encoding="utf-8").split()
    return number, code


def test_a_bill_is_paid_by_card_after_a_refusal(visit: Visit, payer: tuple[str, str]) -> None:
    page = visit(viewport=PHONE)
    _enter(page, *payer)
    page.locator(".pay-bills a").first.click()
    bill = page.url
    assert (violations(page), overflow(page)) == ([], 0)
    _choose(page, "3303")
    expect(page.get_by_role("heading", level=1)).to_have_text("カードで支払えませんでした")
    assert (violations(page), overflow(page)) == ([], 0)
    page.get_by_role("link", name="もう一度支払う").click()
    _choose(page, "2202", from_bill=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("ご本人の確認")
    assert (violations(page), overflow(page)) == ([], 0)
    page.get_by_role("button", name="はい、本人です").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("お支払いを受け付けました")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("お支払いを受け付けました")
    page.goto(bill)
    expect(page.get_by_role("link", name="カードで支払う")).to_have_count(0)
    receipt = _receipt(page)
    assert receipt == _receipt(page)
    _verify(visit(), receipt)


def test_who_has_no_code_sees_nothing(page: Page, payer: tuple[str, str]) -> None:
    page.goto("/pay/bills/")
    expect(page).to_have_url(re.compile(r"/pay/$"))
    page.get_by_label("お客様番号").fill(payer[0])
    page.get_by_label("照会コード").fill("0000-0000-0000")
    page.get_by_role("button", name="請求を見る").click()
    expect(page.get_by_role("alert")).to_contain_text("組み合わせが違います")
    assert violations(page) == []


def _enter(page: Page, number: str, code: str) -> None:
    page.goto("/pay/")
    assert (violations(page), overflow(page)) == ([], 0)
    page.get_by_label("お客様番号").fill(number)
    page.get_by_label("照会コード").fill(code.lower())
    page.get_by_role("button", name="請求を見る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("自分の請求")
    assert (violations(page), overflow(page)) == ([], 0)


def _choose(page: Page, last4: str, *, from_bill: bool = True) -> None:
    """Go to the card company's page and choose one of its invented cards."""
    if from_bill:
        page.get_by_role("link", name="カードで支払う").click()
    page.get_by_role("button", name=re.compile("円の支払いに進む")).click()
    expect(page.locator(".s-banner")).to_be_visible()
    page.get_by_label(re.compile(last4)).check()
    page.get_by_role("button", name=re.compile("円を支払う")).click()


def _receipt(page: Page) -> bytes:
    with page.expect_download() as loaded:
        page.get_by_role("button", name="領収書を保存する（PDF）").click()
    return Path(loaded.value.path()).read_bytes()


def _verify(stranger: Page, receipt: bytes) -> None:
    """Anybody can check the code that stands on the receipt; it names nobody."""
    text = PdfReader(BytesIO(receipt)).pages[0].extract_text()
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", text)
    assert found is not None
    stranger.goto(f"/verify/{found[0]}/")
    expect(stranger.get_by_role("main")).to_contain_text("領収書")
    expect(stranger.get_by_role("main")).to_contain_text(found[0])
    expect(stranger.get_by_role("main")).not_to_contain_text("（見本）")
    assert violations(stranger) == []
