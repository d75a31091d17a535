"""A family moves in: from the guide on a phone to the one window, and home again."""

import re
from datetime import date, timedelta

from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from madoguchi.kernel import calendar, clock
from tests.journeys.applying import (
    Answer,
    answer,
    apply_for,
    begin_guide,
    choose,
    code_on,
    fill_in,
    looks_right,
    open_with,
    picture,
    qr_on,
    send,
    take_steps,
    write,
)
from tests.journeys.browsing import PHONE, Visit, answers, violations

EVENT = "引っ越してきた"
MOVED_ON = clock.today() - timedelta(days=5)
PLANNED_OUT = MOVED_ON - timedelta(days=3)
NOBODY: tuple[str, ...] = ()
FAMILY: dict[str, Answer] = {
    "引っ越しの日": MOVED_ON,
    "どこから": "国内のほかの市区町村",
    "マイナンバーカード": "はい",
    "勤め先の健康保険": "いいえ",
    "お子さんはいますか": ("小学校に入る前の子",),
    "転出予定日": PLANNED_OUT,
    "預け先": NOBODY,
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


def due(days: int, since: date = MOVED_ON) -> str:
    """The last day of a deadline counted from the day after, as the list writes it: days on which
    the city hall is closed are passed over."""
    day = since + timedelta(days=days)
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
    expect(entries.filter(has_text="児童手当").first).to_contain_text(due(15, PLANNED_OUT))
    assert entries.filter(has_text="学校").count() == 0
    page.locator(".g-answers a", has_text="いっしょに引っ越すお子さん").click()
    choose(page, ("小学生・中学生",))
    page.get_by_role("button", name="次へ").click()
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
        if isinstance(given, date):
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


def test_a_family_moves_in(visit: Visit, staff: Visit) -> None:
    family = visit(viewport=PHONE)
    number, code = _apply(family)
    clerk = staff("clerk")
    _serve(clerk, staff("children"), number, qr_on(family))

    take_steps(staff("decider"), number, "moving-in-notice", "確認済みにする", "受理する")
    take_steps(staff("children"), number, "child-allowance", "審査を終える", "支給決定にする")
    home = visit(viewport=PHONE)
    open_with(home, code, number)
    looks_right(home)
    of_move = home.locator(".p-application", has_text="転入届")
    expect(of_move).to_contain_text("受理")
    expect(of_move).to_contain_text("この手続きはこれで終わりです")
    of_child = home.locator(".p-application", has_text="児童手当")
    expect(of_child).to_contain_text("支給が決まりました")
    with home.expect_download() as letter:
        of_child.get_by_role("button", name="通知書").click()
    assert letter.value.path().read_bytes().startswith(b"%PDF")


def _apply(page: Page) -> tuple[str, str]:
    """From the guide until it is sent, without an account: number and tracking code."""
    begin_guide(page, EVENT)
    for question, given in FAMILY.items():
        answer(page, question, given)
    number = apply_for(page, ["転入届", "児童手当（転入）"])
    looks_right(page)
    code = code_on(page)
    page.get_by_role("link", name="書き始める").click()
    _mistype(page)
    asked = fill_in(page, VALUES, look=True)
    assert [item for item, times in asked.items() if times > 1] == []
    assert set(VALUES) <= set(asked)
    assert "move__date" not in asked, "the guide knows the day of the move"

    expect(page).to_have_url(re.compile("/documents/$"))
    looks_right(page)
    _attach(page, "転出証明書")
    page.get_by_role("link", name="確認へ進む").click()
    looks_right(page)
    expect(page.locator(".p-told")).to_have_text(["案内で答えた内容"])
    _mend_what_is_missing(page)
    send(page)
    looks_right(page)
    expect(page.get_by_role("main")).to_contain_text(code)
    with page.expect_download() as papers:
        page.get_by_role("link", name="申請書を保存する").click()
    pages = PdfReader(papers.value.path()).pages
    assert len(pages) >= 3
    assert "住民異動届" in "".join(each.extract_text() for each in pages)
    return number, code


def _mistype(page: Page) -> None:
    """The summary of errors takes the focus, and leads to the field."""
    expect(page).to_have_url(re.compile("/fill/applicant/$"))
    write(page, "applicant__phone", "でんわ")
    with answers(page, 422):
        page.get_by_role("button", name="次へ").click()
    expect(page.get_by_role("alert")).to_be_focused()
    looks_right(page)
    page.get_by_role("alert").get_by_role("link", name="電話番号").click()
    phone = page.locator("[name=applicant__phone]")
    expect(phone).to_be_focused()
    phone.fill("")


def _attach(page: Page, title: str) -> None:
    place = page.locator(".p-document", has_text=title)
    place.locator("input[type=file]").set_input_files(
        {"name": f"{title}.jpg", "mimeType": "image/jpeg", "buffer": picture(title)}
    )
    place.get_by_role("button", name=title).click()
    expect(page.locator(".p-document", has_text=title)).to_contain_text(f"{title}.jpg")


def _mend_what_is_missing(page: Page) -> None:
    """The telephone number was left out, and two papers that the allowance asks for."""
    with answers(page, 422):
        page.locator("form.p-send").get_by_role("button").click()
    alert = page.get_by_role("alert")
    looks_right(page)
    alert.get_by_role("link", name="電話番号").click()
    phone = page.locator("[name=applicant__phone]")
    expect(phone).to_be_focused()
    phone.fill("0157-00-0000")
    page.get_by_role("button", name="保存して確認に戻る").click()
    with answers(page, 422):
        page.locator("form.p-send").get_by_role("button").click()
    alert.get_by_role("link", name="本人確認書類の写し").click()
    _attach(page, "本人確認書類の写し")
    _attach(page, "振込先の口座が分かるものの写し")
    page.get_by_role("link", name="確認へ進む").click()


def _serve(clerk: Page, children: Page, number: str, scanned: str) -> None:
    """One window: the code is scanned, a department comes, the rest is settled."""
    clerk.goto("/staff/onestop/")
    clerk.keyboard.type(scanned)  # a scanner is a keyboard, and ends with Enter
    clerk.keyboard.press("Enter")
    expect(clerk).to_have_url(re.compile("/staff/onestop/visits/"))
    expect(clerk.get_by_role("heading", level=1)).to_have_text("窓口 太郎")
    expect(clerk.get_by_role("main")).to_contain_text("引っ越してきた")
    assert violations(clerk) == []

    clerk.get_by_role("button", name="こども育成課を呼ぶ").click()
    children.goto("/staff/onestop/calls/")
    assert violations(children) == []
    call = children.locator(".o-call", has_text=f"{number[:4]}-{number[4:]}")
    # in the sample she is on the way to another family: nobody is at two windows at once
    with answers(children, 409):
        call.get_by_role("button", name="向かいます").click()
    expect(children.get_by_role("main")).to_contain_text("別の窓口の呼出しを受けています")
    children.get_by_role("button", name="ほかの職員に任せる").click()
    call.get_by_role("button", name="向かいます").click()
    expect(clerk.get_by_role("main")).to_contain_text("小林 こずえ", timeout=10_000)
    call.get_by_role("button", name="窓口に着きました").click()
    for _ in range(20):
        settle = clerk.locator(".o-group__do form[action$='/steps/'] button")
        if not settle.count():
            break
        settle.first.click()
        expect(clerk.get_by_role("heading", level=1)).to_be_visible()
    clerk.get_by_role("link", name="対応を終える").click()
    expect(clerk.get_by_role("main")).to_contain_text("すべての手続き")
    clerk.get_by_role("button", name="対応を終える").click()
    expect(clerk).to_have_url(re.compile("/staff/onestop/"))
    clerk.goto("/staff/onestop/")
    expect(clerk.locator("tr", has_text=f"{number[:4]}-{number[4:]}")).to_be_visible()
