"""A new colleague: account, password, authenticator app, a day without the phone."""

import base64
import hmac
import re
import struct
import time

from playwright.sync_api import Page, expect

from tests.journeys.browsing import Visit, answers, path_of, sign_in

NAME, PASSWORD = "shinjin", "suisha no aru mura 26"


def code_of(secret: str) -> str:
    """Six digits by RFC 6238, as an authenticator app computes them."""
    if time.time() % 30 > 26:
        time.sleep(4)  # the code would be over before it is sent
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def test_from_the_first_link_to_the_recovery_code(visit: Visit, staff: Visit) -> None:
    own = visit()
    own.goto(_invite(staff("admin")))
    for field in own.locator('main input[type="password"]').all():
        field.fill(PASSWORD)
    own.get_by_role("main").get_by_role("button").first.click()
    expect(own.get_by_role("heading", level=1)).to_contain_text("パスワードを保存しました")

    sign_in(own, NAME, PASSWORD)
    own.wait_for_url("**/staff/")
    secret, spare = _set_up(own)
    _sign_out(own)
    sign_in(own, NAME, PASSWORD)
    own.wait_for_url("**/2fa/authenticate/**")
    own.goto("/staff/")
    expect(own).to_have_url(re.compile("/accounts/2fa/authenticate/"))
    _answer(own, "000000", status=200)
    expect(own.get_by_role("alert")).to_be_visible()
    _answer(own, code_of(secret))
    own.wait_for_url("**/staff/")

    _sign_out(own)
    sign_in(own, NAME, PASSWORD)
    _answer(own, spare)
    own.wait_for_url("**/staff/")
    _sign_out(own)
    sign_in(own, NAME, PASSWORD)
    _answer(own, spare, status=200)
    expect(own.get_by_role("alert")).to_be_visible()


def _invite(admin: Page) -> str:
    admin.goto("/staff/people/add/")
    admin.get_by_label("ユーザー名", exact=False).fill(NAME)
    admin.get_by_label("氏名", exact=False).fill("新人 たろう")
    admin.get_by_role("button", name="追加する").click()
    expect(admin).to_have_url(re.compile(r"/staff/people/\d+/$"))
    person = path_of(admin)
    admin.get_by_label("役割", exact=False).first.select_option("auditor")
    admin.locator(f'form[action="{person}roles/"]').get_by_role("button").click()
    expect(admin.get_by_role("main")).to_contain_text("役割を付けました")
    admin.goto(f"{person}link/")
    admin.get_by_role("button", name="リンクを発行する").click()
    return admin.get_by_label("リンク", exact=True).input_value()


def _set_up(own: Page) -> tuple[str, str]:
    """The secret of the app, and one of the recovery codes."""
    own.goto("/accounts/2fa/")
    own.get_by_role("link", name="認証アプリを設定する").click()
    if "reauthenticate" in own.url:
        own.get_by_label("パスワード", exact=False).fill(PASSWORD)
        own.get_by_role("main").get_by_role("button").first.click()
    secret = own.get_by_role("main").locator("code").first.inner_text()
    own.get_by_role("main").get_by_role("textbox").fill(code_of(secret))
    own.get_by_role("main").get_by_role("button").first.click()
    expect(own.get_by_role("heading", level=1)).not_to_contain_text("設定する")
    own.goto("/accounts/2fa/recovery-codes/")
    spare = re.findall(r"\b[0-9a-f]{8}\b", own.get_by_role("main").inner_text())
    return secret, spare[0]


def _answer(own: Page, code: str, status: int = 0) -> None:
    own.get_by_role("main").get_by_role("textbox").fill(code)
    button = own.get_by_role("button", name="サインイン")
    if not status:
        button.click()
        return
    with answers(own, status):
        button.click()


def _sign_out(own: Page) -> None:
    own.goto("/staff/me/")
    own.get_by_role("main").get_by_role("button", name="サインアウト").click()
    own.wait_for_url(lambda url: "/staff/" not in url)
