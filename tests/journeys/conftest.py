"""A real browser on the real product: the sample city, served as ``make demo`` serves it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    if executable is None:
        if os.environ.get("MADOGUCHI_REQUIRE_BROWSER"):
            pytest.fail("Chromium is required here and is not installed")
        pytest.skip("Chromium is not installed: browser journeys need Debian's package chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()


@dataclass(frozen=True)
class City:
    """The served sample city: where it is, and the password of its staff."""

    url: str
    password: str


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[City]:  # noqa: ARG001 # no browser, no need to serve
    """``madoguchi demo`` in a data folder of its own, on a free port."""
    data = tmp_path_factory.mktemp("city")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **{key: value for key, value in os.environ.items() if key != "DATABASE_URL"},
        "MADOGUCHI_DATA_DIR": str(data),
        "MADOGUCHI_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "madoguchi.config.settings",
    }
    log = (data / "demo.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "madoguchi.config", "demo", "--port", str(port)],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    url = f"http://localhost:{port}"
    try:
        _wait_for(url, process, data / "demo.log")
        kept = (data / "demo-sign-in.txt").read_text(encoding="utf-8")
        yield City(url=url, password=re.split(r"\s", kept.strip())[-1])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        log.close()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            pytest.fail("the sample city did not start:\n" + log.read_text(encoding="utf-8"))
        try:
            urllib.request.urlopen(url, timeout=5).read()
        except OSError:
            time.sleep(0.3)
        else:
            return
    pytest.fail("the sample city did not answer:\n" + log.read_text(encoding="utf-8"))


@pytest.fixture
def context(browser: Browser, city: City) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        base_url=city.url, viewport=DESKTOP, locale="ja-JP", reduced_motion="reduce"
    )
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which any script error or refused resource fails the test."""
    opened = context.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on(
        "console",
        lambda line: troubles.append(line.text) if "Content Security Policy" in line.text else None,
    )
    yield opened
    assert troubles == []


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA: rule, and the first element that breaks it."""
    found = Axe().run(
        page,
        options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    )
    return [
        f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found.response["violations"]
    ]


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window: a phone must not scroll sideways."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def sign_in(page: Page, city: City, username: str) -> None:
    page.goto("/staff/")
    page.get_by_label(re.compile("ユーザー名|メール")).first.fill(username)
    page.get_by_label("パスワード", exact=False).first.fill(city.password)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile("/staff/"))
