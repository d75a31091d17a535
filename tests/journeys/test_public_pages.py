"""Every public page: reachable, whole on every screen, for everybody."""

import re
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest
from django.urls import resolve
from playwright.sync_api import Page, expect

from tests.journeys.browsing import (
    DESKTOP,
    PHONE,
    ZOOMED,
    City,
    Visit,
    answers,
    overflow,
    violations,
)

NOT_FOLLOWED = re.compile(r"^/(staff|accounts|api|static)/|/download/|^/plan/files/")
"""Followed by other tests: the staff side, files, the interface for programs."""
YEARS_FAR_AWAY = re.compile(r"^/plan/evidence/[^/]+/(?!20(1[5-9]|2[0-7])/)")
"""An indicator's page leads to the year before and after, for as long as there are years."""

BESIDE_THE_LINKS = (
    "/accounts/login/",
    "/api/",
    "/search/?q=窓口",
    "/search/?q=まったく見つからない言葉",
    "/no-such-page/",
)


class Reader(HTMLParser):
    """What a page says about itself, and where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.lang = self.title = ""
        self.headings = 0
        self.links: list[str] = []
        self.ids: Counter[str] = Counter()
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.lang = given["lang"] or "" if tag == "html" else self.lang
        self.headings += tag == "h1"
        self._in_title = tag == "title"
        if tag == "a":
            self.links.append(given.get("href") or "")
        if given.get("id"):
            self.ids[str(given["id"])] += 1

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
            self._in_title = False


@dataclass(frozen=True)
class Found:
    """One page of the site as a program reads it."""

    path: str
    """Where it is: another address than the one that was asked may have led there."""
    status: int
    html: str
    read: Reader


@pytest.fixture(scope="module")
def site(city: City) -> dict[str, Found]:
    """Every page that the links of the home page lead to, by address."""
    pages: dict[str, Found] = {}
    asked: set[str] = set()
    waiting = ["/", "/robots.txt"]
    while waiting:
        path = waiting.pop()
        if path in asked:
            continue
        asked.add(path)
        found = _load(city, path)
        pages[found.path] = found
        for link in found.read.links:
            target = urllib.parse.urlsplit(urllib.parse.urljoin(city.url + path, link))
            is_here = f"{target.scheme}://{target.netloc}" == city.url
            if is_here and not NOT_FOLLOWED.search(target.path):
                waiting.append(target.path)
        waiting = [each for each in waiting if not YEARS_FAR_AWAY.match(each)]
    del pages["/robots.txt"]
    return pages


def _load(city: City, path: str) -> Found:
    request = urllib.request.Request(
        city.url + urllib.parse.quote(path, safe="/?=&"), headers={"Accept-Language": "ja"}
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            status, html, url = answer.status, answer.read().decode(), answer.url
    except urllib.error.HTTPError as refused:
        status, html, url = refused.code, refused.read().decode(), refused.url
    read = Reader()
    read.feed(html)
    return Found(urllib.parse.unquote(urllib.parse.urlsplit(url).path), status, html, read)


@pytest.fixture(scope="module")
def examples(site: dict[str, Found]) -> list[str]:
    """One page of each kind, the fullest; and those that no link leads to."""
    fullest: dict[str, str] = {}
    for path, found in site.items():
        kind = resolve(path).view_name + (" corrected" if "訂正" in found.html else "")
        if kind not in fullest or len(found.html) > len(site[fullest[kind]].html):
            fullest[kind] = path
    return [*sorted(fullest.values()), *BESIDE_THE_LINKS]


def test_no_link_leads_nowhere(site: dict[str, Found]) -> None:
    assert len(site) > 100
    assert {path: found.status for path, found in site.items() if found.status != 200} == {}
    kinds = {resolve(path).view_name for path in site}
    assert kinds >= {
        "site:home",
        "site:accessibility",
        "site:privacy",
        "plan:index",
        "plan:overview",
        "plan:theme",
        "plan:sheet",
        "plan:departments",
        "plan:department",
        "plan:timeline",
        "plan:comparison",
        "plan:effects",
        "plan:plan_comments",
        "plan:evidence_list",
        "plan:evidence",
        "plan:figure",
        "plan:milestone",
    }


def test_every_page_says_what_it_is(site: dict[str, Found]) -> None:
    assert {
        path: found.read.headings for path, found in site.items() if found.read.headings != 1
    } == {}
    assert {path for path, found in site.items() if found.read.lang != "ja"} == set()
    titles = Counter(found.read.title.strip() for found in site.values())
    assert {title: count for title, count in titles.items() if count > 1 or not title} == {}
    doubled = {
        path: [name for name, count in found.read.ids.items() if count > 1]
        for path, found in site.items()
    }
    assert {path: names for path, names in doubled.items() if names} == {}


def test_fits_every_screen_and_reads_for_everybody(page: Page, examples: list[str]) -> None:
    found = []
    for path in examples:
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(DESKTOP)
        page.goto(path)
        # what a window's width changes; everything else is looked at on a phone
        wrong = violations(page, rules=["color-contrast", "target-size"])
        for size in (DESKTOP, PHONE, ZOOMED):
            page.set_viewport_size(size)
            if wide := overflow(page):
                wrong.append(f"{wide} px too wide at {size['width']}")
            if size is PHONE:
                wrong += violations(page)
        page.emulate_media(color_scheme="dark")
        wrong += [f"dark: {each}" for each in violations(page, rules=["color-contrast"])]
        found += [f"{path}: {each}" for each in wrong]
    assert found == []


def test_speaks_english_to_those_who_ask(visit: Visit, examples: list[str]) -> None:
    """The site's own words; texts of the plan stay as the city wrote them."""
    page = visit(locale="en-US", viewport=PHONE)
    found = []
    for path in examples:
        page.goto(path)
        lang = page.locator("html").get_attribute("lang")
        own = page.locator("footer, .m-skip, .m-header__menu summary").all_inner_texts()
        found += [f"{path}: lang {lang}"] if lang != "en" else []
        found += [f"{path}: {text}" for text in own if re.search("[ぁ-ん]", text)]
        found += [f"{path}: {wide} px too wide"] if (wide := overflow(page)) else []
    assert found == []
    page.goto("/plan/")
    page.get_by_role("button", name="日本語").click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.get_by_role("heading", level=1)).to_contain_text("プラン")


def test_the_keyboard_reaches_everything(page: Page) -> None:
    for path in ("/", "/plan/plan-2025/", "/accounts/login/"):
        page.goto(path)
        page.keyboard.press("Tab")
        skip = page.locator(":focus")
        expect(skip).to_have_class("m-skip")
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)"), (
            f"{path}: the skip link leads past the main content"
        )
        for _ in range(8):
            ring = page.evaluate(
                "() => { const style = getComputedStyle(document.activeElement);"
                " return document.activeElement === document.body ? 'left'"
                " : style.outlineStyle + ' ' + parseFloat(style.outlineWidth) }"
            )
            assert ring == "left" or float(ring.split()[1]) >= 3, (path, ring)
            page.keyboard.press("Tab")


def test_works_without_javascript(visit: Visit) -> None:
    page = visit(java_script_enabled=False, viewport=PHONE)
    page.goto("/")
    page.get_by_role("searchbox").fill("窓口")
    page.get_by_role("button", name="検索").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("窓口")
    page.locator(".m-hits__title a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto("/plan/plan-2025/1-1/")
    page.locator("summary").filter(has_text="現状").click()
    expect(page.locator("details.p-fold").first.locator(".m-prose")).to_be_visible()
    page.locator("summary").filter(has_text="書く").click()
    page.get_by_label("意見", exact=False).last.fill("スクリプトなしで書きました")
    with answers(page, 200):
        page.get_by_role("button", name="確認").click()
    expect(page.get_by_role("main")).to_contain_text("スクリプトなしで書きました")
    page.locator(".m-header__menu summary").click()
    expect(page.locator(".m-header__panel")).to_be_visible()
    page.locator(".m-header__panel").get_by_role("link", name="行政改革プラン").click()
    expect(page).to_have_url(re.compile("/plan/$"))
