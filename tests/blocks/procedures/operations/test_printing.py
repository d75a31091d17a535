"""The papers of a case: what they say, and the symbol on each page, read by zbar."""

import os
import re
import shutil
import subprocess

import pytest
from pypdf import PdfReader

from madoguchi.blocks.procedures.operations.cases import begin_case, save_values
from madoguchi.blocks.procedures.operations.printing import blank_pdf, case_pdf
from madoguchi.blocks.procedures.queries.codes import case_for_number
from tests.blocks.procedures.factories import (
    BENEFIT,
    NOTICE,
    benefit_definition,
    make_draft,
    make_procedure,
    make_procedures,
    notice_definition,
)

pytestmark = pytest.mark.django_db

tools = {name: shutil.which(name) or name for name in ("zbarimg", "pdftoppm", "pdftotext")}
missing = [name for name in tools if shutil.which(name) is None]
if missing and not os.environ.get("MADOGUCHI_REQUIRE_BROWSER"):
    pytestmark = [
        pytestmark,
        pytest.mark.skip(reason=f"not installed here: {', '.join(missing)}"),
    ]

PRINTER = 300
"""Dots an inch."""


@pytest.fixture
def procedures():
    return make_procedures()


def printed(content, folder):
    """The PDF as a file, and each page as a grey picture."""
    file = folder / "papers.pdf"
    file.write_bytes(content)
    command = [tools["pdftoppm"], "-r", str(PRINTER), "-gray", file, folder / "page"]
    subprocess.run(command, check=True)
    return file, sorted(folder.glob("page-*.pgm"))


def read(picture):
    """What zbar reads on a page."""
    command = [tools["zbarimg"], "--quiet", "--nodbus", "--raw", "-Sdisable", "-Sqrcode.enable"]
    done = subprocess.run([*command, picture], capture_output=True, text=True, check=False)
    assert done.returncode in {0, 4}, done.stderr  # 4: nothing was found
    return done.stdout.split()


def words_of(file, *, page):
    """The words of a page with their boxes (left, top, right, bottom; points from the top)."""
    command = [tools["pdftotext"], "-bbox", "-f", str(page), "-l", str(page), file, "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [
        (word, tuple(float(each) for each in box))
        for *box, word in re.findall(
            r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', done.stdout
        )
    ]


def text_of(file):
    """Everything that it says, without spaces: readers put them where they like."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(file).pages))


@pytest.mark.usefixtures("procedures")
def test_one_symbol_carries_the_whole_set(tmp_path):
    case = make_draft(NOTICE, BENEFIT).case
    file, pages = printed(case_pdf(case), tmp_path)
    symbols = [read(page) for page in pages]
    assert len(pages) >= 3  # the cover sheet and two forms
    assert symbols == [[f"MADOGUCHI:{case.number}"]] * len(pages)
    assert case_for_number(symbols[0][0]) == case
    whole = text_of(file)
    assert "住民異動届（転入）" in whole
    assert "児童手当認定請求" in whole
    assert "佐藤花子" in whole


@pytest.mark.usefixtures("procedures")
def test_operators_print_no_guarded_item(tmp_path):
    case = make_draft(NOTICE, BENEFIT).case
    file, _pages = printed(case_pdf(case, for_operator=True), tmp_path)
    assert "1234567" not in text_of(file)
    file, _pages = printed(case_pdf(case), tmp_path)
    assert "1234567" in text_of(file)


@pytest.mark.usefixtures("procedures")
def test_only_the_forms_that_are_wanted(tmp_path):
    case = make_draft(NOTICE, BENEFIT).case
    file, _pages = printed(case_pdf(case, only=[BENEFIT]), tmp_path)
    assert "住民異動届（転入）" not in text_of(file)
    assert "児童手当認定請求" in text_of(file)


@pytest.mark.usefixtures("procedures")
@pytest.mark.parametrize(
    ("name", "read_back"),
    [
        ("葛\U000e0100城 太郎", "城太郎"),
        ("𠮷田 " + "長" * 90, "長" * 10),
        ("#set text(99pt) $x$ \\", "#settext(99pt)$x$\\"),
    ],
)
def test_any_name_is_printed(name, read_back, tmp_path):
    """Variation selectors, signs beyond the basic plane, long names, the typesetter's own signs."""
    begun = begin_case(procedures=[NOTICE], channel="home")
    case = save_values(case=begun.case, values={"applicant.name": name}, edit=0)
    file, pages = printed(case_pdf(case), tmp_path)
    assert [read(page) for page in pages] == [[f"MADOGUCHI:{case.number}"]] * len(pages)
    assert read_back in text_of(file)


LONG = "国民健康保険被保険者資格取得及び世帯主変更並びに住所地特例適用に関する届出書（転入）"


@pytest.mark.parametrize("title", ["住民異動届（転入）", LONG[:14], LONG[:40]])
def test_a_title_never_reaches_the_reception_number(title, tmp_path):
    """Told by where each word begins and ends on the page."""
    make_procedure(NOTICE, notice_definition(form_title=title))
    file, pages = printed(case_pdf(make_draft(NOTICE).case), tmp_path)
    assert [read(page) for page in pages][1:] == [read(pages[0])] * (len(pages) - 1)
    words = words_of(file, page=2)
    number = next(box for word, box in words if word == "受付番号")
    found = [box for word, box in words if box[1] < 200 and word and word in title]
    assert "".join(word for word, box in words if box in found).startswith(title[:5])
    for left, top, right, bottom in found:
        apart = right < number[0] or top > number[3] + 40  # 40: the symbol below the number
        assert apart, (left, top, right, bottom)


def test_a_procedure_that_is_composed_has_blank_papers(tmp_path):
    file, _pages = printed(blank_pdf(benefit_definition(), "x-1", office="こども課"), tmp_path)
    assert "児童手当認定請求" in text_of(file)
