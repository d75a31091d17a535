"""Every barcode and QR code of a run, printed at 600 dpi and read by zbar, which wrote neither.

zbar tells FNC1 at the beginning of a Code 128 symbol by ``modifiers='GS1'`` in its XML, not by a
character in the data; the digits are the 44 of the slip.
"""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from madoguchi.blocks.payments.models import ElqrProfile, StoreProfile
from madoguchi.blocks.payments.operations.bills import NewBill, issue_bills
from madoguchi.blocks.payments.operations.runs import continue_run, start_run
from madoguchi.blocks.payments.operations.slips import make_slips, reissue_slip, slip_pdf
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
from madoguchi.kernel import clock
from tests.blocks.payments.factories import KINDS, ONE, make_bill, make_bills

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds", "contracts")]

DPI = 600
BAR_MODULE = 4
"""Dots: 4/600 inch."""
BARS = 288 * BAR_MODULE
BARS_QUIET = 60
"""Dots: 2.54 mm."""
BARS_HEIGHT = 237
"""Dots: 10 mm."""
QR_MODULE = 10
QR = 41 * QR_MODULE

tools = {name: shutil.which(name) or name for name in ("zbarimg", "pdftoppm")}
missing = [name for name in tools if shutil.which(name) is None]
if missing and not os.environ.get("MADOGUCHI_REQUIRE_BROWSER"):
    pytestmark.append(pytest.mark.skip(reason=f"not installed here: {', '.join(missing)}"))


@pytest.fixture
def contracts(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    start = clock.today() - timedelta(days=30)
    StoreProfile.objects.create(from_on=start, company_code="912345", client_code="54321")
    ElqrProfile.objects.create(
        from_on=start, office_code="99999", tax_office_code="001", item_number="999"
    )


def due():
    return clock.today() + timedelta(days=30)


def printed(pdf: Path, folder: Path) -> list[Path]:
    """Each page as a grey picture at 600 dpi."""
    command = [tools["pdftoppm"], "-r", str(DPI), "-gray", pdf, folder / pdf.stem]
    subprocess.run(command, check=True)
    return sorted(folder.glob(f"{pdf.stem}-*.pgm"))


def decoded(picture: Path) -> set[tuple[str, str, str]]:
    """(kind, modifiers, digits) of each symbol that zbar finds on a page."""
    enable = ["-Sdisable", "-Scode128.enable", "-Sqrcode.enable"]
    command = [tools["zbarimg"], "--quiet", "--nodbus", "--xml", *enable, str(picture)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 4}, done.stderr  # 4: nothing was found
    tree = ET.fromstring(done.stdout)  # noqa: S314 # written by zbar here
    return {
        (
            symbol.attrib["type"],
            symbol.attrib.get("modifiers", ""),
            symbol.findtext("{*}data") or "",
        )
        for symbol in tree.iterfind(".//{*}symbol")
    }


def expected(slip) -> set[tuple[str, str, str]]:
    wanted = {("QR-Code", "", slip.elqr)} if slip.elqr else set()
    return wanted | ({("CODE-128", "GS1", slip.barcode)} if slip.barcode else set())


def test_every_symbol_of_a_run_is_read_as_it_was_encoded(tmp_path):
    make_bills(1, 12_300, 299_999, 300_000, due_on=due())
    make_bills(987_654, due_on=due())
    make_bill(70_000, due_on=clock.today() - timedelta(days=1))
    issue_bills([NewBill(ONE, "test:c", 2026, 1, due(), 500, (Channel.COUNTER,))], by=None)
    run = start_run(fee_kind=ONE, title="試験料", fiscal_year=2026, batch_size=4, by=None)
    continue_run(run_id=run.pk)
    files = [Path(run.folder, batch.file_name) for batch in run.batches.all()]
    pages = [decoded(page) for file in files for page in printed(file, tmp_path)]
    slips = list(run.slips.order_by("position"))
    assert pages == [expected(slip) for slip in slips]
    assert sum(slip.barcode is not None for slip in slips) == 4
    assert all(slip.elqr for slip in slips)


def test_a_reissue_is_read_with_its_raised_digit(tmp_path):
    ElqrProfile.objects.all().delete()
    bill = make_bill(43_210, due_on=date(2026, 4, 30))
    make_slips([bill], by=None)
    slip = reissue_slip(bill_id=bill.pk, pay_by=due(), by=None)
    file = tmp_path / "slip.pdf"
    file.write_bytes(slip_pdf([slip], title="納付書"))
    (page,) = printed(file, tmp_path)
    assert decoded(page) == {("CODE-128", "GS1", slip.barcode)}
    assert slip.barcode[29] == "1"


class Picture:
    """A grey picture as pdftoppm writes it; dark is True."""

    def __init__(self, path: Path) -> None:
        head, self.width, self.height, content = re.match(
            rb"(P5)\s+(\d+)\s+(\d+)\s+255\s(.*)", path.read_bytes(), re.DOTALL
        ).groups()
        assert head == b"P5"
        self.width, self.height = int(self.width), int(self.height)
        self.content = content

    def row(self, y: int, left: int, right: int) -> str:
        """Dots of a row as 1 (dark) and 0 (light)."""
        start = y * self.width
        return "".join("10"[dot > 127] for dot in self.content[start + left : start + right])


def test_the_bars_have_the_measures_of_the_guideline(tmp_path):
    """4/600 inch modules, 10 mm high, 2.54 mm quiet on both sides, at most 60 mm in all."""
    (slip,) = make_slips([make_bill(due_on=due())], by=None)
    file = tmp_path / "slip.pdf"
    file.write_bytes(slip_pdf([slip], title="納付書"))
    (page,) = printed(file, tmp_path)
    picture = Picture(page)
    left, right = mm(72), mm(139)
    rows = [picture.row(y, left, right) for y in range(mm(255), mm(275))]
    bars = max(set(rows), key=rows.count)
    begin, end = bars.index("1"), bars.rindex("1") + 1
    assert end - begin == BARS
    assert {len(run) % BAR_MODULE for run in re.findall("1+|0+", bars[begin:end])} == {0}
    assert rows.count(bars) >= BARS_HEIGHT
    assert (begin >= BARS_QUIET, len(bars) - end >= BARS_QUIET) == (True, True)
    assert mm(60) >= BARS + 2 * BARS_QUIET


@pytest.mark.parametrize("label", ["試験料", "水道料金・下水道使用料"])
def test_the_qr_code_has_large_modules_and_a_quiet_zone(tmp_path, label):
    """Modules of 10/600 inch (0.42 mm), four of them white all around, also beside a long name."""
    kind = replace(KINDS[0], label=label)
    fee_kinds.unregister(kind.code)
    fee_kinds.register(kind)
    (slip,) = make_slips([make_bill(due_on=due())], by=None)
    file = tmp_path / "slip.pdf"
    file.write_bytes(slip_pdf([slip], title="納付書"))
    (page,) = printed(file, tmp_path)
    picture = Picture(page)
    quiet = 4 * QR_MODULE
    left, top = 2840, 4820
    for y in [*range(top - quiet, top), *range(top + QR, top + QR + quiet)]:
        assert set(picture.row(y, left - quiet, left + QR + quiet)) == {"0"}
    for y in range(top, top + QR):
        row = picture.row(y, left - quiet, left + QR + quiet)
        assert (row[:quiet], row[-quiet:]) == ("0" * quiet, "0" * quiet)
    finder = picture.row(top, left, left + 8 * QR_MODULE)
    assert finder == "1" * 7 * QR_MODULE + "0" * QR_MODULE
    assert mm(0.33) <= QR_MODULE


def mm(length: float) -> int:
    return round(length / 25.4 * DPI)
