"""What each role meets on the staff side, and what it is refused."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import DESKTOP, PHONE, Visit, answers, overflow, violations

PEOPLE = ("office", "water", "council-1", "auditor", "admin", "clerk", "operator", "composer")
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ,.'’]+[A-Za-z]{2,}){2,}")
"""Three words of Latin letters in a row are a sentence that nobody translated."""

CHANGING = 'main form[method=post]:not([action="/accounts/logout/"], [action="/language/"])'


def test_strangers_are_asked_to_sign_in(page: Page) -> None:
    for address in ("/staff/", "/staff/plan/", "/staff/people/", "/staff/plan/rows/1/edit/"):
        page.goto(address)
        expect(page).to_have_url(re.compile(r"/accounts/login/\?next="))
    page.get_by_label("ユーザー名", exact=False).fill("office")
    page.get_by_label("パスワード", exact=False).fill("wrong")
    with answers(page, 200):
        page.get_by_role("main").get_by_role("button", name="サインイン").click()
    expect(page.get_by_role("alert")).to_be_visible()


LOOKED_AT: set[frozenset[str]] = set()
"""Roles share pages: axe looks once at what is built of the same elements."""


def _built_of(page: Page) -> frozenset[str]:
    return frozenset(
        page.evaluate(
            "[...document.querySelectorAll('*')].map(each =>"
            " [each.tagName, each.getAttribute('class'), each.getAttribute('role'),"
            " each.getAttribute('type')].join(' '))"
        )
    )


def _menu(page: Page) -> list[str]:
    page.goto("/staff/")
    found = page.locator('a[href^="/staff/"]').all()
    return sorted({link.get_attribute("href") or "" for link in found})


@pytest.mark.parametrize("username", PEOPLE)
def test_every_page_of_the_menu_is_whole(staff: Visit, username: str) -> None:
    page = staff(username)
    addresses = _menu(page)
    assert len(addresses) >= 3
    wrong = []
    for address in addresses:
        page.set_viewport_size(DESKTOP)
        with answers(page, 200):
            page.goto(address)
        if (built := _built_of(page)) not in LOOKED_AT:
            LOOKED_AT.add(built)
            wrong += [f"{address}: {each}" for each in violations(page)]
        if page.locator("h1").count() != 1:
            wrong.append(f"{address}: {page.locator('h1').count()} main headings")
        english = [
            line
            for line in page.get_by_role("main").inner_text().splitlines()
            if ENGLISH.search(line)
        ]
        wrong += [f"{address}: {line}" for line in english]
        if username == "auditor" and (forms := page.locator(CHANGING).count()):
            wrong.append(f"{address}: {forms} forms that change something")
        page.set_viewport_size(PHONE)
        if wide := overflow(page):
            wrong.append(f"{address}: {wide} px too wide on a phone")
    assert wrong == []


def test_a_reporter_stays_with_the_own_department(staff: Visit) -> None:
    office, water = staff("office"), staff("water")
    office.goto("/staff/plan/")
    other = office.locator(".p-worklist__link").first.get_attribute("href") or ""
    for address in (other, f"{other}edit/", "/staff/plan/years/", "/staff/people/"):
        with answers(water, 403):
            water.goto(address)
        expect(water.get_by_role("main")).to_contain_text("役割")


def test_the_auditor_reads_and_changes_nothing(staff: Visit) -> None:
    office, auditor = staff("office"), staff("auditor")
    office.goto("/staff/plan/")
    report = office.locator(".p-worklist__link").first.get_attribute("href") or ""
    auditor.goto(report)
    expect(auditor.locator(CHANGING)).to_have_count(0)
    for step in ("accept", "return", "score", "files", "edit"):
        assert _post(auditor, f"{report}{step}/") == 403
    for address in ("/staff/city/", "/staff/people/add/", "/staff/departments/add/"):
        assert _post(auditor, address) == 403


def test_the_council_only_scores(staff: Visit) -> None:
    council = staff("council-2")
    council.goto("/staff/plan/")
    report = council.locator(".p-worklist__link").first.get_attribute("href") or ""
    council.goto(report)
    forms = council.locator('main form[method=post]:not([action="/accounts/logout/"])')
    assert [form.get_attribute("action") for form in forms.all()] == [f"{report}score/"]
    for step in ("accept", "return", "files", "edit"):
        assert _post(council, f"{report}{step}/") == 403


def _post(page: Page, address: str) -> int:
    """Send a form that the page does not offer, with the proof of origin that it holds."""
    token = page.context.cookies()
    proof = next(each["value"] for each in token if each["name"] == "csrftoken")
    answer = page.request.post(
        address, form={"csrfmiddlewaretoken": proof}, headers={"Referer": page.url}
    )
    return answer.status
