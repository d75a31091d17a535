"""What the journeys do in the browser, and how they look at a page."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page, Response, ViewportSize

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
ZOOMED: ViewportSize = {"width": 320, "height": 640}
"""A window of 1,280 pixels at 400 %."""

Visit = Callable[..., Page]
"""Opens a window; for staff, the user name comes first."""

STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass(frozen=True)
class City:
    """The served sample city: where it is, the password of its staff, its data folder, and the
    mails that it has sent, each as its receiver and its text."""

    url: str
    password: str
    data: Path
    mails: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Troubles:
    """What goes wrong behind a page: script errors, refused or missing resources."""

    found: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))
        page.on("console", self._hear)
        page.on("response", self._see)

    def _hear(self, line: ConsoleMessage) -> None:
        if "Content Security Policy" in line.text:
            self.found.append(line.text)

    def _see(self, response: Response) -> None:
        is_part = response.request.resource_type != "document"
        if response.status >= 500 or (is_part and response.status >= 400):
            self.found.append(f"{response.status} {response.url}")


def violations(page: Page, *, rules: Sequence[str] = ()) -> list[str]:
    """What axe finds against WCAG 2.2 AA: rule, where, and the element that breaks it."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": STANDARD}
    found = page.evaluate(
        "async options => (await axe.run(document, options)).violations",
        {"runOnly": only, "resultTypes": ["violations"], "preload": False},
    )
    return [
        f"{rule['id']} at {' '.join(map(str, node['target']))}: {node['html'][:120]}"
        for rule in found
        for node in rule["nodes"]
    ]


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window: a phone must not scroll sideways."""
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for _ in range(10):
        wide = int(page.evaluate(wider))
        if wide <= 0:
            return 0
        page.wait_for_timeout(100)  # the staff side's menu slides away
    return wide


def sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/accounts/login/?next=/staff/")
    page.get_by_label("ユーザー名", exact=False).fill(username)
    page.get_by_label("パスワード", exact=False).fill(password)
    page.locator("main").get_by_role("button", name="サインイン").click()


@contextmanager
def answers(page: Page, status: int) -> Iterator[None]:
    """What happens within loads a page, and the server answers with this status."""
    # ends with the new page in place, so that what is filled in next is not lost with the old one
    with page.expect_navigation() as loaded:
        yield
    assert loaded.value is not None
    assert loaded.value.status == status, f"{loaded.value.status} {loaded.value.url}"


def path_of(page: Page) -> str:
    return re.sub(r"^https?://[^/]+", "", page.url)
