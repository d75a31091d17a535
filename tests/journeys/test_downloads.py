"""The plan as files."""

import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
    "html": "text/html",
}


@pytest.mark.parametrize("wanted", TYPES)
def test_the_page_offers_the_plan_as_a_file(page: Page, tmp_path: Path, wanted: str) -> None:
    page.goto("/plan/plan-2025/1-1/")
    name = page.get_by_role("heading", level=1).inner_text()
    link = page.locator(f'.p-downloads a[href*="/download/{wanted}/"]')
    expect(link).to_have_count(1)
    answer = page.request.get(link.get_attribute("href") or "")
    assert answer.status == 200
    assert answer.headers["content-type"].split(";")[0] == TYPES[wanted]
    content = answer.body()
    if wanted == "xlsx":
        assert content.startswith(b"PK")
    elif wanted == "pdf":
        assert content.startswith(b"%PDF")
        assert name in _text_of(content, tmp_path)
    else:
        assert name in content.decode("utf-8-sig")


def _text_of(pdf: bytes, folder: Path) -> str:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed: reading a PDF needs Debian's poppler-utils")
    (folder / "plan.pdf").write_bytes(pdf)
    subprocess.run([program, "plan.pdf", "plan.txt"], cwd=folder, check=True)
    return "".join((folder / "plan.txt").read_text(encoding="utf-8").split("\n"))
