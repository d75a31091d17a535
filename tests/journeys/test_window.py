"""Several hands on one application: nobody's work is lost, and nothing happens twice."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.applying import begin_step, code_on, fill_in, open_with, send, take_steps
from tests.journeys.browsing import PHONE, Visit, answers, violations

PROCEDURE = "dog-change"
VALUES = {
    "applicant__name": "犬飼 見本",
    "applicant__kana": "いぬかい みほん",
    "applicant__address": "窓口市北町6丁目7番",
    "applicant__phone": "0157-00-0002",
    "dog-change__own__reason": "市内で引っ越した",
    "dog-change__own__dog": "ポチ",
    "dog-change__own__breed": "柴犬",
    "dog-change__own__sex": "おす",
}


def filled_in(page: Page) -> tuple[str, str]:
    """Everything written, nothing sent yet: number and tracking code."""
    page.goto(f"/procedures/apply/{PROCEDURE}/")
    page.get_by_role("button", name="始める").click()
    expect(page).to_have_url(re.compile("/case/"))
    number, code = page.url.rstrip("/").rpartition("/")[2], code_on(page)
    page.get_by_role("link", name="書き始める").click()
    fill_in(page, VALUES)
    return number, code


def test_sent_twice_arrives_once(visit: Visit, staff: Visit) -> None:
    page = visit(viewport=PHONE)
    number, code = filled_in(page)
    other = page.context.new_page()
    other.goto(f"/procedures/case/{number}/check/")
    page.locator("form.p-send").get_by_role("button").dblclick()
    expect(page).to_have_url(re.compile("/sent/$"))
    with answers(other, 200):
        other.locator("form.p-send").get_by_role("button").click()
    expect(other).to_have_url(re.compile(f"/case/{number}/"))

    page.goto(f"/procedures/case/{number}/")
    history = page.locator(".p-application .p-history__row")
    assert history.count() == 1
    clerk = staff("clerk")
    clerk.goto(f"/staff/procedures/cases/{number}/")
    assert clerk.locator(".d-cases li, .d-history li").count() >= 1
    clerk.goto(f"/staff/procedures/?q={number}")
    assert clerk.locator(".d-work__row").count() == 1
    open_with(visit(viewport=PHONE), code)


def test_two_clerks_at_one_application(visit: Visit, staff: Visit) -> None:
    page = visit(viewport=PHONE)
    number, _code = filled_in(page)
    send(page)
    clerk, decider = staff("clerk"), staff("decider")
    address = f"/staff/procedures/cases/{number}/{PROCEDURE}/"
    for each in (clerk, decider):
        each.goto(address)
    decider.get_by_role("button", name="確認済みにする").click()
    expect(decider).not_to_have_url(re.compile("/steps/"))
    with answers(clerk, 409):
        clerk.get_by_role("button", name="確認済みにする").click()
    expect(clerk.get_by_role("alert")).to_contain_text("すでに次へ進んでいます")
    expect(clerk.locator(".m-page-head")).to_contain_text("確認済み")
    expect(clerk.locator(".d-history")).to_contain_text("定岡 けんじ")
    assert violations(clerk) == []


def test_withdrawn_while_it_is_decided(visit: Visit, staff: Visit) -> None:
    page = visit(viewport=PHONE)
    number, _code = filled_in(page)
    send(page)
    decider = staff("decider")
    take_steps(decider, number, PROCEDURE, "確認済みにする")
    begin_step(decider, number, PROCEDURE, "受理する")
    page.goto(f"/procedures/case/{number}/of/{PROCEDURE}/withdraw/")
    page.get_by_role("button", name="申請を取り下げる").click()
    expect(page.locator(".p-application")).to_contain_text("取下げ")
    with answers(decider, 409):
        decider.get_by_role("button", name="受理する").click()
    expect(decider.get_by_role("alert")).to_be_visible()
    expect(decider.locator(".m-page-head")).to_contain_text("取下げ")


def test_decided_while_it_is_withdrawn(visit: Visit, staff: Visit) -> None:
    page = visit(viewport=PHONE)
    number, _code = filled_in(page)
    send(page)
    page.goto(f"/procedures/case/{number}/of/{PROCEDURE}/withdraw/")
    take_steps(staff("decider"), number, PROCEDURE, "確認済みにする", "受理する")
    page.get_by_role("button", name="申請を取り下げる").click()
    expect(page).to_have_url(re.compile(f"/case/{number}/$"))
    expect(page.locator(".m-notice--error")).to_be_visible()
    expect(page.locator(".p-application")).to_contain_text("受理")
