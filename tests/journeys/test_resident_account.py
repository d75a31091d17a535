"""A resident's account in a real browser: code by mail, a passkey, own data, and the end of it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import PHONE, City, Visit, answers, overflow, violations

ADDRESS = "hanako.sato@example.jp"


def newest_code(city: City, address: str) -> str:
    """The code of the last mail to that address."""
    texts = [text for receiver, text in city.mails if receiver == address]
    return re.findall(r"^(\d{4} \d{4})\r?$", texts[-1], re.MULTILINE)[0]


@pytest.fixture
def device(page: Page) -> Iterator[Page]:
    """A window whose device has a fingerprint reader that says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    yield page
    session.send("WebAuthn.disable")


def sign_in(page: Page, city: City, address: str = ADDRESS) -> None:
    page.get_by_label("メールアドレス", exact=False).fill(address)
    page.get_by_role("button", name="コードを送る").click()
    page.wait_for_url("**/my/sign-in/code/")
    page.get_by_label("メールに書かれたコード", exact=False).fill(newest_code(city, address))
    page.locator("main").get_by_role("button", name="サインイン", exact=True).click()


def test_from_the_first_code_to_the_end_of_the_account(device: Page, city: City) -> None:
    page = device
    page.goto("/")
    page.get_by_role("link", name="サインイン", exact=True).click()
    assert violations(page) == []
    sign_in(page, city)
    page.wait_for_url("**/my/")
    expect(page.get_by_role("heading", name="マイページ")).to_be_visible()

    page.get_by_role("link", name="氏名や住所を登録する").click()
    page.get_by_label("氏名", exact=True).fill("葛\U000e0101城 花子")
    page.get_by_label("郵便番号").fill("０９０８５０１")
    with answers(page, 200):
        page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text("090-8501")).to_be_visible()
    assert violations(page) == []

    page.get_by_role("link", name="追加する パスキー").click()
    page.get_by_role("link", name="パスキーを追加する").click()
    page.get_by_label("パスキーの名前").fill("自分のスマートフォン")
    page.get_by_role("button", name="端末での確認に進む").click()
    page.wait_for_url("**/my/passkeys/")
    expect(page.get_by_role("heading", name="自分のスマートフォン")).to_be_visible()
    assert violations(page) == []

    page.goto("/my/")
    page.locator("main").get_by_role("button", name="サインアウト", exact=True).click()
    page.goto("/my/data/")
    page.wait_for_url("**/my/sign-in/?next=/my/data/")
    page.get_by_role("button", name="パスキーでサインインする").click()
    page.wait_for_url("**/my/data/")
    expect(page.get_by_text("葛\U000e0101城 花子")).to_be_visible()
    assert violations(page) == []

    with page.expect_download() as download:
        page.get_by_role("link", name="ファイル（JSON）で保存する").click()
    assert "090-8501" in Path(download.value.path()).read_text(encoding="utf-8")

    page.goto("/my/erase/")
    assert violations(page) == []
    page.get_by_label("アカウントと登録情報を消去します", exact=False).check()
    with answers(page, 200):
        page.get_by_role("button", name="アカウントを消去する").click()
    expect(page.get_by_role("heading", name="アカウントを消去しました")).to_be_visible()

    page.goto("/my/sign-in/")
    page.get_by_role("button", name="パスキーでサインインする").click()
    expect(page.get_by_text("パスキーを確認できませんでした", exact=False)).to_be_visible()


def test_a_device_that_says_no_is_said_in_words(device: Page) -> None:
    page = device
    page.goto("/my/sign-in/")
    page.get_by_role("button", name="パスキーでサインインする").click()
    expect(page.get_by_role("alert")).to_contain_text("パスキーを使えませんでした")
    expect(page.get_by_role("button", name="コードを送る")).to_be_visible()


def test_without_script_the_code_is_enough(visit: Visit, city: City) -> None:
    page = visit(viewport=PHONE, java_script_enabled=False)
    page.goto("/my/passkeys/")
    expect(page.get_by_role("button", name="パスキーでサインインする")).to_be_hidden()
    sign_in(page, city, "jiro.sato@example.jp")
    page.wait_for_url("**/my/passkeys/")
    page.goto("/my/passkeys/add/")
    expect(page.get_by_text("このブラウザーでは使えません")).to_be_visible()


def test_on_a_phone_nothing_is_wider_than_the_window(visit: Visit, city: City) -> None:
    page = visit(viewport=PHONE)
    page.goto("/")
    page.get_by_text("メニュー", exact=True).click()
    page.get_by_role("link", name="サインイン", exact=True).click()
    sign_in(page, city, "saburo.a-very-long-name.of-somebody@mail.city.example.jp")
    page.wait_for_url("**/my/")
    for path in ("/my/", "/my/own-data/", "/my/passkeys/", "/my/data/", "/my/erase/"):
        page.goto(path)
        assert overflow(page) == 0, path
        assert violations(page) == [], path
