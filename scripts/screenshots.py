"""Take the README's pictures of the product that `make demo` serves."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
PICTURES = {"home": "/", "overview": "/plan/plan-2015/", "sheet": "/plan/plan-2025/3-3/"}


def main() -> None:
    address = os.environ.get("MADOGUCHI_BASE_URL", "http://localhost:8000")
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is not installed: apt-get install chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="ja-JP")
        for name, path in PICTURES.items():
            page.goto(address + path)
            page.screenshot(path=IMAGES / f"{name}.png")
        take_bills(page, address)
        browser.close()


def take_bills(page: Page, address: str) -> None:
    """What a payer of the sample sees; the number and the code lie in the data folder."""
    data = Path(os.environ.get("MADOGUCHI_DATA_DIR", ROOT / "var"))
    number, code = (data / "samples" / "payer.txt").read_text(encoding="utf-8").split()
    page.goto(f"{address}/pay/")
    page.locator("#id_number").fill(number)
    page.locator("#id_code").fill(code)
    page.locator("main form button").click()
    page.wait_for_url("**/pay/bills/")
    page.screenshot(path=IMAGES / "bills.png")


if __name__ == "__main__":
    main()
