"""A payer in a browser: registers a card, and pays with a challenge, on our page at Stripe.

The script is localstripe's own. It has fields for a card and asks its holder to confirm; only a
new card cannot be paid with in one step, since its ``confirmCardPayment`` sends no card.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.blocks.stripecards import payers
from tests.blocks.stripecards.conftest import (
    PUBLISHABLE_KEY,
    SECRET_KEY,
    WEBHOOK_SECRET,
    free_port,
)

ROOT = Path(__file__).resolve().parents[3]

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed"),
]


@dataclass(frozen=True)
class City:
    url: str
    bill: str
    number: str
    code: str
    database: Path

    def ask(self, question: str) -> list[tuple[object, ...]]:
        """What lies in the database, seen from outside."""
        connection = sqlite3.connect(self.database)
        try:
            return connection.execute(question).fetchall()
        finally:
            connection.close()

    def await_answer(self, question: str, wanted: list[tuple[object, ...]]) -> None:
        for _attempt in range(100):
            if self.ask(question) == wanted:
                return
            time.sleep(0.1)
        assert self.ask(question) == wanted


@pytest.fixture
def city(tmp_path: Path, stripe_base: str, migrated: Callable[[Path], str]) -> Iterator[City]:
    port = free_port()
    url = f"http://localhost:{port}"
    database = tmp_path / "db.sqlite3"
    environment = {
        **os.environ,
        "DATABASE_URL": migrated(database),
        "MADOGUCHI_DATA_DIR": str(tmp_path),
        "MADOGUCHI_CARD_PROVIDER": "stripe",
        "MADOGUCHI_SERVICES": "fees",
        "MADOGUCHI_BASE_URL": url,
        "STRIPE_SECRET_KEY": SECRET_KEY,
        "STRIPE_PUBLISHABLE_KEY": PUBLISHABLE_KEY,
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "STRIPE_API_BASE": stripe_base,
        "STRIPE_JS_URL": f"{stripe_base}/js.stripe.com/v3/",
        "DJANGO_SETTINGS_MODULE": "madoguchi.config.settings",
    }
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.blocks.stripecards.stripe_city", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        try:
            said = json.loads(process.stdout.readline())
            _await(url)
            register(stripe_base, f"http://127.0.0.1:{port}/pay/webhooks/stripe/")
            yield City(url, database=database, **said)
        finally:
            register(stripe_base, "http://127.0.0.1:9/nobody/")
            process.terminate()
            process.wait(timeout=10)
            process.stdout.close()


def _await(url: str) -> None:
    for _attempt in range(100):
        try:
            with urlopen(f"{url}/pay/"):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the city does not answer")


def register(stripe_base: str, address: str) -> None:
    """Let localstripe send its messages there."""
    data = json.dumps({"url": address, "secret": WEBHOOK_SECRET}).encode()
    request = Request(f"{stripe_base}/_config/webhooks/journey", data=data, method="POST")
    with urlopen(request):
        pass


@pytest.fixture
def page(city: City) -> Iterator[Page]:
    troubles: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(base_url=city.url, locale="ja-JP")
        context.set_default_timeout(15_000)
        opened = context.new_page()
        opened.on("pageerror", lambda error: troubles.append(str(error)))
        opened.on(
            "console", lambda said: troubles.append(said.text) if said.type == "error" else None
        )
        yield opened
        browser.close()
    assert troubles == []


def type_card(page: Page, number: str) -> None:
    typed = {"number": number, "exp_month": "12", "exp_year": "34", "cvc": "123"}
    for name, value in typed.items():
        page.get_by_placeholder(name).fill(value)


def answer(page: Page, word: str) -> None:
    """Pay with the registered card, and answer the card company."""
    page.get_by_role("link", name="カードで支払う").first.click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="12,300円").click()
    page.wait_for_url("**/card/*/")
    expect(page.get_by_text("12,300円", exact=True)).to_be_visible()
    expect(page.get_by_placeholder("number")).to_have_count(0)
    page.get_by_role("button", name="12,300円").click()
    page.get_by_role("button", name=word).click()
    page.wait_for_url("**/pay/card/**")


def test_a_payer_registers_a_card_and_pays_with_a_challenge(page: Page, city: City) -> None:
    page.goto("/pay/")
    page.get_by_label("お客様番号").fill(city.number)
    page.get_by_label("照会コード").fill(city.code)
    page.locator("main form button").click()
    page.wait_for_url("**/pay/bills/")
    page.goto("/pay/saved-card/")
    page.locator("main form button").click()
    page.wait_for_url("**/card/save/**")
    type_card(page, payers.ASKS)
    page.get_by_role("button", name="登録").click()
    page.get_by_role("button", name="Complete authentication").click()
    page.wait_for_url("**/pay/saved-card/")
    assert city.ask("SELECT last4, expires FROM payments_savedcard") == [("3155", "2034-12")]

    page.goto(f"/pay/bills/{city.bill}/")
    answer(page, "Fail authentication")
    expect(page.get_by_text("カード会社がご本人の確認をできませんでした。")).to_be_visible()
    assert city.ask("SELECT count(*) FROM payments_payment") == [(0,)]

    page.goto(f"/pay/bills/{city.bill}/")
    answer(page, "Complete authentication")
    expect(page.get_by_role("heading", level=1)).to_contain_text("支払")
    assert city.ask("SELECT amount, state FROM payments_payment") == [(12300, "settled")]
    assert city.ask("SELECT status FROM payments_cardpayment ORDER BY id") == [
        ("declined",),
        ("succeeded",),
    ]
    # Stripe's own message comes a second later and finds the money booked
    city.await_answer("SELECT outcome FROM payments_providerevent", [("noted",)])
    assert city.ask("SELECT count(*) FROM payments_payment") == [(1,)]
