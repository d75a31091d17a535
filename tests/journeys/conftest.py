"""A real browser on the real product: the sample city, served as ``make demo`` serves it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from tests import keeping
from tests.journeys.browsing import DESKTOP, City, Troubles, Visit, sign_in

DEMO = [sys.executable, "-m", "madoguchi.config", "demo"]
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker(pytest.mark.journey)


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


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[City]:  # noqa: ARG001 # no browser, no need to serve
    """``madoguchi demo`` in a data folder of its own, on a free port."""
    data = tmp_path_factory.mktemp("city") / "data"
    shutil.copytree(_loaded_once(), data)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (data / "demo.log").open("w") as log, _mail_server() as (mail_url, mails):
        process = subprocess.Popen(
            [*DEMO, "--port", str(port)],
            env=_environment(data) | {"EMAIL_URL": mail_url},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        url = f"http://localhost:{port}"
        try:
            _wait_for(url, process, data / "demo.log")
            password = (data / "demo-sign-in.txt").read_text(encoding="utf-8").strip()
            yield City(url=url, password=password, data=data, mails=mails)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


class _Letterbox:
    """Keeps the mails that an SMTP server is given."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802 # aiosmtpd's name
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append((envelope.rcpt_tos[0], str(parsed.get_content())))
        return "250 OK"


@contextmanager
def _mail_server() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A real one, its address and what it took."""
    box = _Letterbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield f"smtp://127.0.0.1:{port}", box.mails
    server.stop()


def _loaded_once() -> Path:
    """The sample city's data, which the tests of the command or the first of several processes
    loads for all of them."""
    data = keeping.loaded_city()
    with keeping.locked("city"):
        if not data.exists():
            keeping.forget("city")
            fresh = data.with_suffix(".new")
            subprocess.run(
                [*DEMO, "--no-serve"],
                env=_environment(fresh),
                stdout=subprocess.DEVNULL,
                check=True,
            )
            fresh.rename(data)
    return data


def _environment(data: Path) -> dict[str, str]:
    return {
        **{key: value for key, value in os.environ.items() if key != "DATABASE_URL"},
        "MADOGUCHI_DATA_DIR": str(data),
        "MADOGUCHI_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "madoguchi.config.settings",
    }


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(1_000):  # five minutes on a busy machine
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
def visit(browser: Browser, city: City) -> Iterator[Visit]:
    """Opens a window of one's own, on which any script error or refused resource is a failure.

    Takes what a browser context takes: ``viewport``, ``locale``, ``storage_state`` …
    """
    troubles = Troubles()
    contexts = []

    def open_window(**options: Any) -> Page:
        given = {"viewport": DESKTOP, "locale": "ja-JP", "reduced_motion": "reduce"} | options
        context = browser.new_context(base_url=city.url, **given)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        troubles.watch(page)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert troubles.found == []


@pytest.fixture
def page(visit: Visit) -> Page:
    """A resident's window."""
    return visit()


@pytest.fixture(scope="session")
def sessions() -> dict[str, StorageState]:
    """Who has signed in already: each account signs in once, as people do in the morning."""
    return {}


@pytest.fixture
def staff(visit: Visit, city: City, sessions: dict[str, StorageState]) -> Visit:
    """Opens a window in which one of the sample's staff is signed in."""

    def open_window(username: str, **options: Any) -> Page:
        if username in sessions:
            return visit(storage_state=sessions[username], **options)
        page = visit(**options)
        sign_in(page, username, city.password)
        page.wait_for_url("**/staff/")
        sessions[username] = page.context.storage_state()
        return page

    return open_window
