"""A contracted operator takes in and prepares, and may not see what was decided, nor how."""

import io
import re

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.journeys.browsing import PHONE, Visit, answers, overflow, violations

TITLE = "空家の見守り申請"
ACCOUNT = "7654321"
NOTE = "見守りの対象区域の外にあるため。"


def test_an_operator_may_not_see_a_decision(staff: Visit) -> None:
    composer, clerk, decider = staff("composer"), staff("clerk"), staff("decider")
    operator = staff("operator")
    code = _compose(composer)
    number = _enter_at_the_window(clerk)
    _prepare(operator, number)
    _refuse(decider, number)
    page = f"/staff/procedures/cases/{number}/{code}/"
    _sees_that_but_not_how(operator, page, number)
    _finds_nothing_by_guessing(operator, page)
    clerk.goto(page)
    expect(clerk.get_by_role("main")).to_contain_text(NOTE)
    expect(clerk.get_by_role("main")).to_contain_text(ACCOUNT)


def _compose(composer: Page) -> str:
    composer.goto("/staff/procedures/compose/add/")
    composer.get_by_label("手続きの名前").fill(TITLE)
    composer.get_by_label("受け付ける部署").select_option(label="市民生活部住民課")
    composer.get_by_label("申請：通知書で").check()
    composer.get_by_role("button", name="下書きを作る").click()
    found = re.search(r"/compose/([a-z0-9-]+)/draft/", composer.url)
    assert found is not None
    composer.goto(f"/staff/procedures/compose/{found[1]}/draft/items/")
    applicant = composer.get_by_role("region", name="申請する方（ご本人）")
    applicant.get_by_label("氏名", exact=True).check()
    composer.locator("summary", has_text="振込先の口座").click()
    composer.get_by_role("region", name="振込先の口座").get_by_label("口座番号", exact=True).check()
    composer.get_by_role("button", name="保存して次へ").click()
    composer.goto(f"/staff/procedures/compose/{found[1]}/publish/")
    composer.get_by_role("button", name="第1版を公開する").click()
    expect(composer.get_by_text("第1版を公開しました")).to_be_visible()
    return found[1]


def _enter_at_the_window(clerk: Page) -> str:
    """Identity, entering, print, signature, sent; the reception number."""
    clerk.goto("/staff/procedures/window/")
    clerk.get_by_label(TITLE, exact=True).check()
    with answers(clerk, 422):
        clerk.get_by_role("button", name="入力を始める").click()
    expect(clerk.get_by_label(TITLE, exact=True)).to_be_checked()
    clerk.get_by_label("運転免許証").check()
    assert violations(clerk) == []
    clerk.get_by_role("button", name="入力を始める").click()
    clerk.get_by_label(re.compile("^氏名")).fill("空家 みまもる")
    clerk.get_by_label(re.compile("^口座番号")).fill(ACCOUNT)
    assert violations(clerk) == []
    clerk.get_by_role("button", name="保存して確認・印刷へ").click()
    expect(clerk.get_by_role("main")).to_contain_text("空家 みまもる")
    address = clerk.get_by_role("link", name="申請書を印刷").get_attribute("href") or ""
    assert ACCOUNT in _words(clerk.request.get(address).body())
    assert violations(clerk) == []
    with answers(clerk, 422):
        clerk.get_by_role("button", name="申請を送る").click()
    clerk.get_by_label("ご本人が印刷した内容を確かめ").check()
    clerk.get_by_role("button", name="申請を送る").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text("申請を受け付けました")
    expect(clerk.get_by_role("main")).to_contain_text("照会コード")
    found = re.search(r"/window/([0-9A-Z]{8})/done/", clerk.url)
    assert found is not None
    return found[1]


def _prepare(operator: Page, number: str) -> None:
    operator.goto("/staff/procedures/")
    operator.keyboard.type(number)
    operator.keyboard.press("Enter")
    main = operator.get_by_role("main")
    expect(main).to_contain_text("空家 みまもる")
    expect(main).to_contain_text("委託事業者には見せません")
    expect(main).not_to_contain_text(ACCOUNT)
    assert violations(operator) == []
    operator.get_by_role("button", name="審査を終える").click()
    operator.goto(f"/staff/procedures/find/?number={number}")
    buttons = main.locator(".d-steps__list").inner_text()
    assert "承認にする" not in buttons
    assert "修正をお願いする" in buttons


def _refuse(decider: Page, number: str) -> None:
    decider.goto(f"/staff/procedures/find/?number={number}")
    decider.get_by_role("link", name="不承認にする").click()
    with answers(decider, 422):
        decider.get_by_role("button", name="不承認にする").click()
    decider.get_by_label("申請者への説明").fill(NOTE)
    decider.get_by_role("button", name="不承認にする").click()
    expect(decider.get_by_text("：不承認にする")).to_be_visible()


def _sees_that_but_not_how(operator: Page, page: str, number: str) -> None:
    for address in (
        page,
        f"/staff/procedures/cases/{number}/",
        "/staff/procedures/?show=ended",
        "/staff/procedures/?show=all",
    ):
        operator.goto(address)
        main = operator.get_by_role("main")
        expect(main).to_contain_text("決定済み")
        for secret in ("不承認", NOTE, ACCOUNT, "定岡"):
            expect(main).not_to_contain_text(secret)
    operator.goto(page)
    assert violations(operator) == []
    operator.set_viewport_size(PHONE)
    assert overflow(operator) == 0
    printed = _words(operator.request.get(f"{page}form.pdf").body())
    assert "空家" in printed
    assert ACCOUNT not in printed


def _finds_nothing_by_guessing(operator: Page, page: str) -> None:
    for address in ("steps/grant/", "steps/refuse/", "answers/", "withdraw/"):
        with answers(operator, 403):
            operator.goto(f"{page}{address}")
        expect(operator.get_by_role("main")).to_contain_text("役割")
    proof = next(
        each["value"] for each in operator.context.cookies() if each["name"] == "csrftoken"
    )
    refused = operator.request.post(
        f"{page}letter/", form={"csrfmiddlewaretoken": proof}, headers={"Referer": operator.url}
    )
    assert refused.status == 403
    with answers(operator, 403):
        operator.goto("/staff/procedures/compose/")


def _words(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
