"""What residents do in the guide and in applications, the same in several journeys."""

import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import zxingcpp
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.journeys.browsing import PHONE, ZOOMED, overflow, violations

type Answer = date | int | str | Sequence[str]
"""A day, a number, the words of one choice, or those of several."""

_HEADINGS = """[...document.querySelectorAll('main :is(h1, h2, h3, h4, [role=heading])')]
    .filter(each => each.checkVisibility() && !each.closest('.m-error-summary'))
    .map(each => Number(each.ariaLevel || each.tagName[1]))"""


def picture(words: str) -> bytes:
    """A photograph of a paper, as a phone takes it."""
    image = Image.new("RGB", (600, 400), "white")
    ImageDraw.Draw(image).text((40, 40), words, fill="black")
    kept = io.BytesIO()
    image.save(kept, "JPEG")
    return kept.getvalue()


def looks_right(page: Page) -> None:
    """On a phone and at 400 %: nothing that axe finds, no scrolling sideways, headings in order."""
    for size in (ZOOMED, PHONE):
        page.set_viewport_size(size)
        assert overflow(page) == 0, f"{page.url} at {size['width']} pixels"
    assert violations(page) == [], page.url
    levels = page.evaluate(_HEADINGS)
    assert levels.count(1) == 1, f"{page.url}: {levels}"
    steps = zip([0, *levels], levels, strict=False)
    assert all(level <= before + 1 for before, level in steps), f"{page.url}: {levels}"


def begin_guide(page: Page, event: str) -> None:
    page.goto("/")
    page.get_by_role("link", name=event).first.click()
    page.get_by_role("button", name="はじめる").click()
    expect(page).to_have_url(re.compile("/ask/"))


def answer(page: Page, question: str, given: Answer) -> None:
    """Answer the question on the page, and wait for what comes next."""
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(question)
    choose(page, given)
    page.get_by_role("button", name="次へ").click()
    expect(heading).not_to_contain_text(question)


def choose(page: Page, given: Answer) -> None:
    form = page.locator("form.g-question")
    if isinstance(given, date):
        form.locator("input[type=date]").fill(given.isoformat())
    elif isinstance(given, int):
        form.get_by_role("textbox").fill(str(given))
    else:
        for words in [given] if isinstance(given, str) else given:
            form.get_by_label(words, exact=True).check()


def apply_for(page: Page, titles: Sequence[str]) -> str:
    """Apply for these procedures of the list together; the reception number."""
    choices = page.locator("section.g-apply").get_by_role("checkbox")
    for each in choices.all():
        each.set_checked(False)
    for title in titles:
        page.locator("section.g-apply").get_by_label(title, exact=True).check()
    page.get_by_role("button", name="まとめて申請する").click()
    expect(page).to_have_url(re.compile("/case/[^/]+/$"))
    return page.url.rstrip("/").rpartition("/")[2]


def fill_in(page: Page, values: Mapping[str, str | date], *, look: bool = False) -> Counter[str]:
    """Fill in page after page, until documents or the check follow; how often each item was
    asked. What is not among the values is left blank. ``look``: each page is looked at."""
    asked: Counter[str] = Counter()
    while "/fill/" in page.url:
        if look:
            looks_right(page)
        names = page.locator("main form.m-form").evaluate(
            "form => [...new Set([...form.elements].map(each => each.name))]"
        )
        items = {re.sub(r"_[0-3]$", "", name) for name in names if "__" in name}
        asked.update(items)
        for item in items & values.keys():
            write(page, item, values[item])
        here = page.url
        page.get_by_role("button", name="次へ").click()
        page.wait_for_url(lambda url, here=here: url != here)
    return asked


def write(page: Page, item: str, value: str | date) -> None:
    """Write one item of a form: a day in three fields, a choice by its words, or a text."""
    if isinstance(value, date):
        for part, number in enumerate((value.year, value.month, value.day), start=1):
            page.locator(f"[name={item}_{part}]").fill(str(number))
        return
    field = page.locator(f"[name={item}]")
    if field.first.get_attribute("type") == "radio":
        page.locator(f"fieldset:has([name={item}])").get_by_label(value, exact=True).check()
    elif field.evaluate("each => each.tagName") == "SELECT":
        field.select_option(label=value)
    else:
        field.fill(value)


def send(page: Page) -> None:
    page.locator("form.p-send").get_by_role("button").click()
    expect(page.get_by_role("alert")).to_have_text([])
    expect(page).to_have_url(re.compile("/sent/$"))


def code_on(page: Page) -> str:
    """The tracking code, as the page shows it."""
    return page.locator("dt:has-text('照会コード') + dd").first.inner_text().strip()


def qr_on(page: Page) -> str:
    """What a scanner reads from the picture on the page."""
    picture = Image.open(io.BytesIO(page.locator(".p-keep__qr").screenshot()))
    (found,) = zxingcpp.read_barcodes(picture)
    return found.text


def open_with(page: Page, code: str, number: str = "", *, open_page: bool = True) -> None:
    """The page for those without an account, filled in and sent."""
    if open_page:
        page.goto("/procedures/track/")
    page.get_by_role("textbox", name="照会コード").fill(code)
    page.get_by_role("textbox", name="受付番号").fill(number)
    page.locator("main form").get_by_role("button", name="開く").click()


def take_steps(page: Page, number: str, procedure: str, *steps: str) -> None:
    """A member of staff opens an application and takes these steps, by the words on the buttons."""
    for step in steps:
        begin_step(page, number, procedure, step)
        here = page.url
        page.get_by_role("main").get_by_role("button", name=step, exact=True).click()
        page.wait_for_url(lambda url, here=here: url != here)


def begin_step(page: Page, number: str, procedure: str, step: str) -> None:
    """The application, or the page of the step where it has one."""
    page.goto(f"/staff/procedures/cases/{number}/{procedure}/")
    steps = page.locator(".d-steps__list")
    link = steps.get_by_role("link", name=step, exact=True)
    expect(link.or_(steps.get_by_role("button", name=step, exact=True))).to_be_visible()
    if link.count():
        link.click()
        expect(page).to_have_url(re.compile("/steps/"))
