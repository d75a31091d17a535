"""A clerk makes a new procedure without code, a resident applies, it is decided with a letter."""

import io
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.journeys.browsing import PHONE, Visit, answers, overflow, path_of, violations

TITLE = "生ごみ処理機の購入補助"
OWN = "購入した日"


def test_a_new_procedure_from_composing_to_the_letter(page: Page, staff: Visit) -> None:
    composer, clerk, decider = staff("composer"), staff("clerk"), staff("decider")
    code = _begin(composer)
    _fill_sections(composer)
    _look_at_it(composer)
    _publish(composer)
    number, tracking = _apply(page, code)
    _examine(clerk, number)
    _decide(decider, number)
    letter = _letter(page, number)
    _verify(page, letter)
    assert len(tracking) == 19


def _begin(composer: Page) -> str:
    composer.goto("/staff/")
    composer.get_by_role("link", name="手続きの作成").first.click()
    composer.get_by_role("link", name="新しい手続き").click()
    with answers(composer, 422):
        composer.get_by_role("button", name="下書きを作る").click()
    composer.get_by_label("手続きの名前").fill(TITLE)
    composer.get_by_label("受け付ける部署").select_option(label="市民生活部環境課")
    composer.get_by_label("給付：通知書で").check()
    assert violations(composer) == []
    composer.get_by_role("button", name="下書きを作る").click()
    expect(composer).to_have_url(re.compile(r"/draft/facts/$"))
    found = re.search(r"/compose/([a-z0-9-]+)/draft/", composer.url)
    assert found is not None
    return found[1]


def _next(composer: Page, heading: str) -> None:
    assert violations(composer) == []
    composer.get_by_role("button", name="保存して次へ").click()
    expect(composer.get_by_role("heading", level=1)).to_have_text(heading)


def _fill_sections(composer: Page) -> None:
    """Every section in its order, as its button leads from one to the next."""
    composer.get_by_label("何のための手続きか").fill(
        "生ごみ処理機を買った方に費用の一部を補助します。"
    )
    composer.get_by_label("根拠").fill("窓口市生ごみ処理機購入補助要綱第5条")
    _next(composer, "共通の項目")
    applicant = composer.get_by_role("region", name="申請する方（ご本人）")
    for item in ("氏名", "現住所", "電話番号"):
        applicant.get_by_label(item, exact=True).check()
    composer.locator("summary", has_text="振込先の口座").click()
    bank = composer.get_by_role("region", name="振込先の口座")
    bank.get_by_label("口座番号", exact=True).check()
    expect(bank.get_by_label("口座番号：委託事業者に見せない")).to_be_checked()
    _next(composer, "独自の項目")
    composer.get_by_label("たずねること").fill(OWN)
    composer.get_by_label("答えの種類").select_option(label="日付")
    _next(composer, "添付書類")
    composer.get_by_label("書類", exact=False).first.fill("領収書の写し")
    _next(composer, "状態")
    composer.get_by_label("期限（日数）").first.fill("10")
    _next(composer, "処理の流れ")
    with answers(composer, 422):
        composer.get_by_label("ボタンの言葉").first.fill("")
        composer.get_by_role("button", name="保存", exact=True).click()
    composer.locator('[name="rows-0-title"]').fill("審査を終える")
    _next(composer, "決定通知書")
    body = composer.get_by_label("通知書の本文").first
    body.fill("次のとおり補助金を支給します。\n\n対象：")
    composer.get_by_role("button", name="{own.item1}").click()
    expect(body).to_have_value(re.compile(r"\{own\.item1\}$"))
    assert violations(composer) == []
    composer.get_by_role("button", name="保存して全体を見る").click()
    expect(composer.get_by_role("heading", level=1)).to_have_text(TITLE)


def _look_at_it(composer: Page) -> None:
    assert violations(composer) == []
    composer.set_viewport_size(PHONE)
    assert overflow(composer) == 0
    overview = path_of(composer)
    composer.get_by_role("link", name="市民に見える形を確認").click()
    expect(composer.get_by_role("main")).to_contain_text(OWN)
    assert overflow(composer) == 0
    assert violations(composer) == []
    composer.goto(overview)
    composer.set_viewport_size({"width": 1280, "height": 900})
    for name in ("様式（PDF）",):
        address = composer.get_by_role("link", name=name).get_attribute("href") or ""
        assert composer.request.get(address).body().startswith(b"%PDF")


def _publish(composer: Page) -> None:
    composer.get_by_role("link", name="確認して公開へ").click()
    composer.get_by_role("button", name="第1版を公開する").click()
    expect(composer.get_by_text("第1版を公開しました")).to_be_visible()


def _apply(page: Page, code: str) -> tuple[str, str]:
    """As a resident with a telephone and without an account; number and tracking code."""
    page.set_viewport_size(PHONE)
    page.goto(f"/procedures/apply/{code}/")
    expect(page.get_by_role("main")).to_contain_text(TITLE)
    page.get_by_role("main").get_by_role("button", name="始める").click()
    page.wait_for_url("**/procedures/case/**")
    case = path_of(page)
    _fill(page, case)
    page.goto(f"{case}documents/")
    page.locator('input[type="file"]').first.set_input_files(
        {"name": "領収書.png", "mimeType": "image/png", "buffer": _picture()}
    )
    page.get_by_role("main").get_by_role("button", name="添付する").first.click()
    expect(page.get_by_role("main")).to_contain_text("領収書.png")
    page.goto(f"{case}check/")
    expect(page.get_by_role("main")).to_contain_text("補助 太郎")
    page.get_by_role("main").get_by_role("button", name="送").last.click()
    page.wait_for_url("**/sent/")
    text = page.get_by_role("main").inner_text()
    tracking = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", text)
    number = re.search(r"case/([0-9A-Z]{8})/", page.url)
    assert tracking is not None
    assert number is not None
    return number[1], tracking[0]


def _fill(page: Page, case: str) -> None:
    """One page a subject, until nothing more is asked."""
    page.goto(f"{case}fill/applicant/")
    page.get_by_label(re.compile("^氏名")).fill("補助 太郎")
    page.get_by_label(re.compile("^現住所")).fill("窓口市緑町3-2-1")
    page.get_by_label(re.compile("^電話番号")).fill("090-0000-0000")
    page.get_by_role("button", name="次へ").click()
    page.get_by_label(re.compile("^口座番号")).fill("7654321")
    page.get_by_role("button", name="次へ").click()
    for part, value in (("年", "2026"), ("月", "11"), ("日", "1")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("button", name="次へ").click()


def _picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(made, "PNG")
    return made.getvalue()


def _examine(clerk: Page, number: str) -> None:
    """From the scanner's box with the keyboard alone."""
    clerk.goto("/staff/procedures/")
    box = clerk.get_by_label("受付番号", exact=True)
    expect(box).to_be_focused()
    clerk.keyboard.type(f"MADOGUCHI:{number}")
    clerk.keyboard.press("Enter")
    expect(clerk.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(clerk.get_by_role("main")).to_contain_text("7654321")
    assert violations(clerk) == []
    clerk.set_viewport_size(PHONE)
    assert overflow(clerk) == 0
    clerk.set_viewport_size({"width": 1280, "height": 900})
    clerk.keyboard.press("n")
    expect(clerk.get_by_text("：審査を終える")).to_be_visible()


def _decide(decider: Page, number: str) -> None:
    decider.goto("/staff/procedures/?only=decide")
    decider.goto(f"/staff/procedures/find/?number={number}")
    decider.keyboard.press("n")
    expect(decider.get_by_role("heading", level=1)).to_have_text("支給決定にする")
    note = decider.get_by_label("申請者への説明")
    note.fill("補助額は1万円です。n")
    expect(note).to_have_value("補助額は1万円です。n")  # keys do nothing in fields
    note.fill("補助額は1万円です。")
    decider.get_by_role("button", name="説明を入れた通知書を見る").click()
    letter = decider.get_by_role("region", name="通知書の内容")
    expect(letter).to_contain_text("2026年11月1日")
    assert violations(decider) == []
    decider.get_by_role("button", name="支給決定にする").click()
    expect(decider.get_by_text("：支給決定にする")).to_be_visible()


def _letter(page: Page, number: str) -> bytes:
    page.goto(f"/procedures/case/{number}/")
    expect(page.get_by_role("main")).to_contain_text("支給決定")
    with page.expect_download() as loading:
        page.get_by_role("main").get_by_role("button", name="通知書").first.click()
    return Path(loading.value.path()).read_bytes()


def _verify(page: Page, letter: bytes) -> None:
    """Anyone can check the letter by the code that is printed on it."""
    text = "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(letter)).pages)
    assert "次のとおり補助金を支給します。" in text
    found = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", text)
    assert found is not None
    page.goto(f"/verify/{found[0]}/")
    expect(page.get_by_role("main")).to_contain_text("決定通知書")
