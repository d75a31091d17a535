"""A family after a death, without an account: at their own pace, from one device to another."""

import re
from datetime import date, timedelta

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from madoguchi.kernel import clock
from tests.journeys.applying import (
    Answer,
    answer,
    apply_for,
    begin_guide,
    code_on,
    fill_in,
    looks_right,
    open_with,
    picture,
    send,
    take_steps,
    write,
)
from tests.journeys.browsing import PHONE, Visit, answers

DIED_ON = clock.today() - timedelta(days=9)
NOBODY: tuple[str, ...] = ()
ANSWERS: dict[str, Answer] = {
    "お亡くなりになった日": DIED_ON,
    "死亡届": "はい",
    "健康保険": "国民健康保険",
    "葬儀の日": DIED_ON + timedelta(days=3),
    "年金": "年金を受け取っていた",
    "世帯主": "いいえ",
    "ご家族に": ("配偶者",),
    "亡くなった方について、次に": NOBODY,
    "財産や税金": NOBODY,
}
FIRST = {
    "applicant__name": "見本 葵",
    "applicant__kana": "みほん あおい",
    "applicant__birth_date": date(1961, 5, 3),
    "applicant__address": "窓口市緑町4丁目5番",
    "applicant__phone": "0157-00-0001",
}
LATER = {
    "deceased__name": "見本 茂",
    "deceased__birth_date": date(1958, 2, 11),
    "deceased__relation": "配偶者",
    "bank__name": "みほん銀行",
    "bank__branch": "緑支店",
    "bank__account_kind": "普通",
    "bank__account_number": "7654321",
    "bank__holder_kana": "みほん あおい",
    "nhi-leaving__own__reason": "本人が亡くなった",
    "nhi-leaving__own__who": "見本 茂",
}
NOTE = "口座の名義が通帳の写しと違うようです。もう一度お確かめください。"
NOT_FOUND = "見つかりませんでした"


def test_a_bereaved_family_without_an_account(visit: Visit, staff: Visit) -> None:
    number, code = _begin(visit(viewport=PHONE))
    home = visit(viewport=PHONE)
    open_with(home, code, number)
    _go_on(home)
    stranger = visit(viewport=PHONE)
    _refuse_strangers(stranger, code, number)

    clerk = staff("clerk")
    _return_one(clerk, number)
    _mend(home, number)
    take_steps(clerk, number, "funeral-benefit", "審査を終える")
    take_steps(clerk, number, "nhi-leaving", "確認済みにする")
    decider = staff("decider")
    take_steps(decider, number, "funeral-benefit", "支給決定にする")
    take_steps(decider, number, "nhi-leaving", "受理する")
    home.reload()
    looks_right(home)
    expect(home.locator(".p-application", has_text="葬祭費")).to_contain_text("支給が決まりました")
    expect(home.locator(".p-application", has_text="やめる届出")).to_contain_text("受理")


def _begin(page: Page) -> tuple[str, str]:
    """Gentle words, a list to print, the first page written, then enough for today."""
    begin_guide(page, "おくやみ")
    page.go_back()
    expect(page.get_by_role("main")).to_contain_text("心からお悔やみ申し上げます")
    looks_right(page)
    page.go_forward()
    for question, given in ANSWERS.items():
        looks_right(page)
        answer(page, question, given)
    looks_right(page)
    expect(page.get_by_role("button", name="一覧を印刷する")).to_be_visible()
    number = apply_for(page, ["国民健康保険の資格喪失", "葬祭費（国民健康保険）"])
    code = code_on(page)
    page.get_by_role("link", name="書き始める").click()
    for item, value in FIRST.items():
        write(page, item, value)
    page.get_by_role("button", name="保存して、あとで続ける").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("あなたの申請")
    with page.expect_download() as papers:
        page.get_by_role("link", name="申請書を保存する").click()
    text = "".join(each.extract_text() for each in PdfReader(papers.value.path()).pages)
    assert "国民健康保険葬祭費支給申請書" in text
    assert "国民健康保険被保険者資格喪失届" in text
    assert "見本 葵" in text
    page.get_by_role("button", name="この端末で申請を閉じる").click()
    page.goto(f"/procedures/case/{number}/")
    expect(page).to_have_url(re.compile("/track/"))
    expect(page.get_by_role("main")).not_to_contain_text("見本 葵")
    return number, code


def _go_on(page: Page) -> None:
    """Another device, another day: what was written is there, the rest is added, and sent."""
    page.get_by_role("link", name="続きを書く").click()
    asked = fill_in(page, LATER)
    assert {"death__date", "death__funeral_on"}.isdisjoint(asked), "the guide knows both days"
    for title in ("本人確認書類の写し", "葬儀をした方と日付", "振込先の口座"):
        place = page.locator(".p-document", has_text=title)
        place.locator("input[type=file]").set_input_files(
            {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture(title)}
        )
        place.get_by_role("button", name=title).click()
        expect(page.locator(".p-document", has_text=title)).to_contain_text("photo.jpg")
    page.get_by_role("link", name="確認へ進む").click()
    expect(page.get_by_role("main")).to_contain_text("見本 葵")
    expect(page.locator(".p-told")).to_have_text(["案内で答えた内容"] * 2)
    send(page)
    page.get_by_role("link", name="申請の状況を見る").click()


def _refuse_strangers(page: Page, code: str, number: str) -> None:
    """A code that is not theirs opens nothing, and the page does not say what was wrong."""
    other = code[:-1] + ("A" if code[-1] != "A" else "B")
    told = set()
    for given in ((other, number), (code, "ZZZZ-ZZZZ"), (other, "")):
        page.goto("/procedures/track/")
        with answers(page, 422):
            open_with(page, *given, open_page=False)
        told.add(page.get_by_role("alert").inner_text())
    looks_right(page)
    assert len(told) == 1
    assert NOT_FOUND in told.pop()


def _return_one(clerk: Page, number: str) -> None:
    clerk.goto(f"/staff/procedures/cases/{number}/funeral-benefit/")
    clerk.get_by_role("link", name="修正をお願いする").click()
    clerk.get_by_label("口座名義", exact=False).check()
    clerk.locator("main form.m-form textarea").fill(NOTE)
    clerk.locator("main form.m-form .m-actions button").click()
    expect(clerk).not_to_have_url(re.compile("/steps/"))


def _mend(page: Page, number: str) -> None:
    page.goto(f"/procedures/case/{number}/")
    returned = page.locator(".p-application", has_text="葬祭費")
    expect(returned).to_contain_text(NOTE)
    looks_right(page)
    returned.get_by_role("link", name="直して、もう一度送る").click()
    looks_right(page)
    write(page, "bank__holder_kana", "みほん しげる")
    page.locator("main form.m-form .m-actions button").first.click()
    expect(page.locator(".p-application", has_text="葬祭費")).to_contain_text("受付")
