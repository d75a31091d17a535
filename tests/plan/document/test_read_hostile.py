"""Files that are no plan, damaged or made to do harm: one clear message, nothing else."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from madoguchi.plan.document.errors import PlanUnreadable
from madoguchi.plan.document.limits import MAX_FILE
from madoguchi.plan.document.model import Place
from madoguchi.plan.document.reading import read_columns, read_plan
from tests.plan.document import read_samples as samples

NAMES = st.sampled_from(["a.md", "a.txt", "a.csv", "a.html", "a.json", "a.xlsx", "a.docx", "a"])


def unreadable(data: bytes, filename: str = "plan.md") -> PlanUnreadable:
    with pytest.raises(PlanUnreadable) as caught:
        read_plan(data, filename=filename)
    return caught.value


def told(data: bytes, filename: str) -> str:
    """The numbers of the sheets that were read, or the message that says why none were."""
    try:
        document = read_plan(data, filename=filename)
    except PlanUnreadable as error:
        return str(error)
    numbers = [one.number for one in document.remarks]
    assert numbers == list(range(1, len(numbers) + 1))
    return "、".join(one.code for one in document.initiatives)


@pytest.mark.parametrize(
    ("data", "filename", "code"),
    [
        (b"", "a.md", "empty"),
        (b" \r\n\t", "a.md", "empty"),
        ("\ufeff\n".encode("utf-16-le"), "a.md", "empty"),
        ("これは普通の文章です。\n".encode(), "a.md", "no_sheet"),
        (b"<p>nothing</p>", "a.html", "no_sheet"),
        (b"a,b,c\n1,2,3\n", "a.csv", "no_sheet"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "a.md", "binary"),
        (b"\x01\x02\x03", "a.md", "binary"),
        (b"\x81\xff\xfe\x80", "a.md", "encoding_unknown"),
        (b"\xef\xbb\xbf\xff\xff", "a.md", "encoding_unknown"),
        (b"%PDF-1.7\n%...", "a.pdf", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "a.xls", "old_office"),
        (b"{not json", "a.json", "json_broken"),
        (b"[" * 100_000, "a.json", "json_broken"),
        (b'{"schema": "other"}', "a.json", "json_not_a_plan"),
        (b"PK\x03\x04 broken", "a.xlsx", "zip_broken"),
        (b"x" * (MAX_FILE + 1), "a.md", "too_large"),
    ],
)
def test_no_plan(data: bytes, filename: str, code: str) -> None:
    error = unreadable(data, filename)
    assert error.code == code
    assert error.message


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_archive_that_is_no_document() -> None:
    assert unreadable(zipped({"readme.txt": b"hello"})).code == "zip_other"


def test_archive_with_too_many_members() -> None:
    data = zipped({f"{number}.xml": b"" for number in range(5_001)})
    assert unreadable(data).code == "zip_too_many_members"


@pytest.mark.parametrize("make", [samples.official_xlsx, samples.official_docx])
def test_cut_or_flipped_office_file(make: Callable[[], bytes]) -> None:
    whole = make()
    assert unreadable(whole[: len(whole) // 2]).code == "zip_broken"
    for place in range(0, len(whole), 97):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        assert told(bytes(damaged), "a")


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_office_file_whose_parts_are_nonsense(kind: str) -> None:
    part = "xl/workbook.xml" if kind == "xlsx" else "word/document.xml"
    data = zipped({part: b"<nonsense/>", "[Content_Types].xml": b"<Types/>"})
    assert (unreadable(data).code, unreadable(data).params) == ("office_broken", {"kind": kind})


def bomb(unpacked: int) -> bytes:
    """A workbook whose one worksheet unpacks to this many bytes."""
    chunk = b"<row>" * (1024 * 1024 // 5)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range(unpacked // len(chunk) + 1):
                member.write(chunk)
    return out.getvalue()


@pytest.fixture(scope="module")
def gigabyte_bomb() -> bytes:
    return bomb(1100 * 1024 * 1024)


def test_bomb_of_a_gigabyte_is_refused_unopened(gigabyte_bomb: bytes) -> None:
    assert len(gigabyte_bomb) < 16 * 1024 * 1024
    tracemalloc.start()
    error = unreadable(gigabyte_bomb, "plan.xlsx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.code == "zip_too_large"
    assert peak < 32 * 1024 * 1024


def test_bomb_that_lies_about_its_size(gigabyte_bomb: bytes) -> None:
    archive = zipfile.ZipFile(io.BytesIO(gigabyte_bomb))
    size = archive.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    lying = gigabyte_bomb.replace(size, (1000).to_bytes(4, "little"))
    assert lying != gigabyte_bomb
    tracemalloc.start()
    error = unreadable(lying, "plan.xlsx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.code == "zip_broken"
    assert peak < 32 * 1024 * 1024


def test_entities_are_refused() -> None:
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    for encoded in (declared, declared.decode().encode("utf-16-le")):
        data = zipped({"xl/workbook.xml": encoded})
        assert unreadable(data).code == "xml_declares_entities"


def test_markup_bombs() -> None:
    assert unreadable(b"<table>" + b"<div>" * 5_000, "a.html").code == "nested_too_deeply"
    spans = b"<table>" + b"<tr><td colspan=500 rowspan=500>x" * 3_000
    assert unreadable(spans, "a.html").code == "spreadsheet_too_large"
    assert unreadable(b"a,b\n" * 210_000, "a.csv").code == "spreadsheet_too_large"


def test_spreadsheet_with_a_stray_cell_and_a_merge_to_its_last_corner() -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in samples.flat_rows():
        page.append([None if cell == "" else cell for cell in row])
    page["XFD1048576"] = "x"
    merge = b'</sheetData><mergeCells><mergeCell ref="A100:XFD1048576"/></mergeCells>'
    with zipfile.ZipFile(io.BytesIO(samples.saved(book))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/worksheets/sheet1.xml"] = members["xl/worksheets/sheet1.xml"].replace(
        b"</sheetData>", merge
    )
    data = zipped(members)
    document = read_plan(data, filename="a.xlsx")
    assert [one.code for one in document.initiatives] == ["1-1", "1-2"]
    stray = next(one for one in document.remarks if one.place.line == 1048576)
    assert (stray.code, stray.found) == ("row_unknown", "列「16384」 | x")


def sheet(number: str, year: str = "H27年度", theme: str = "") -> str:
    return (
        f"{theme}\n\nNo.{number}\n\n| 取組名称 | 図書館 |\n|---|---|\n"
        f"| 工程表 | 計画 | 結果 |\n| {year} | 調査 | 調査 |\n"
    )


def test_duplicate_number_names_both_places() -> None:
    error = unreadable((sheet("1-1") + sheet("1-2") + sheet("1-1")).encode())
    assert error.code == "duplicate_initiative"
    assert error.params == {"code": "1-1", "first": "No.1-1 (3)", "second": "No.1-1 (19)"}
    assert "No.1-1 (3)" in str(error)


def test_duplicate_number_in_a_flat_list() -> None:
    rows = "No.,取組名称,年度,計画\n1-1,図書館,H27年度,調査\n1-1,公民館,H27年度,調査\n"
    error = unreadable(rows.encode(), "a.csv")
    assert (error.code, error.params) == (
        "duplicate_initiative",
        {"code": "1-1", "first": "(2)", "second": "(3)"},
    )


def test_duplicate_theme_names_both_places() -> None:
    text = sheet("1-1", theme="テーマ1\n\n窓口") + sheet("1-2", theme="テーマ1\n\n財政")
    error = unreadable(text.encode())
    assert error.code == "duplicate_theme"
    assert error.params == {
        "number": 1,
        "first_name": "窓口",
        "first": "(1)",
        "second_name": "財政",
        "second": "(13)",
    }


@pytest.mark.parametrize("year", ["X27年度", "H0年度", "令和年度", "27年度", "9999年度"])
def test_unknown_year_names_initiative_and_text(year: str) -> None:
    error = unreadable(sheet("1-7", year=year).encode())
    assert (error.code, error.params) == ("year_unknown", {"found": year})
    assert error.place == Place("1-7", "工程表", 8)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (sheet("1-1").replace("No.1-1", ""), "number_missing"),
        (sheet("1-0"), "number_unreadable"),
        (sheet("1-2-3"), "number_unreadable"),
        (sheet("1-99999"), "number_too_large"),
        (sheet("1-1").replace("| 取組名称 | 図書館 |\n|---|---|\n", ""), "name_missing"),
        (sheet("1-1").replace("図書館", "館" * 201), "text_too_long"),
        (sheet("1-1").replace("調査", "査" * 501), "text_too_long"),
    ],
)
def test_sheets_that_cannot_be_kept(text: str, code: str) -> None:
    assert unreadable(text.encode()).code == code


def test_script_in_a_cell_is_taken_out_and_told() -> None:
    text = sheet("1-1").replace("| 調査 | 調査 |", "| <script>alert(1)</script>調査 | a<b |")
    document = read_plan(text.encode(), filename="a.md")
    row = document.initiatives[0].rows[0]
    assert (row.plan, row.result) == (("調査",), ("a<b",))
    assert ("markup_removed", "alert(1)") in {(one.code, one.found) for one in document.remarks}


@given(st.binary(max_size=400), NAMES)
def test_any_bytes_give_a_plan_or_a_message(data: bytes, filename: str) -> None:
    assert told(data, filename)


FRAGMENTS = st.sampled_from(
    ["|", "| ", " |\n", "\n", "No.", "1-1", "テーマ1", "取組名称", "担当部署", "工程表", "計画",
     "結果", "H27年度", "R元年度", "↓", "取組終了", "／", "（", "）", "①", "②", "<br>", "<b>",
     "</b>", "<td>", "<tr>", "<table>", "</table>", "※あは、No.1-2に移行", "&nbsp;", "**", "\\",
     "|---|---|", ",", '"', "目標", " ", "\u3000", "調査", "年度", "<script>", "<!--", "1", "#"]
)  # fmt: skip


@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=3)), max_size=60).map("".join), NAMES)
def test_any_text_gives_a_plan_or_a_message(text: str, filename: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    assert told(data, filename)


@given(st.lists(st.lists(FRAGMENTS, max_size=8), max_size=8))
def test_any_table_gives_a_plan_or_a_message(rows: list[list[str]]) -> None:
    grid = [[cell.replace("|", "").replace("\n", "") for cell in row] for row in rows]
    text = "No.1-1\n\n" + "\n".join("| " + " | ".join(row) + " |" for row in grid)
    for data, filename in ((text.encode(), "a.md"), (samples.workbook_of(grid), "a.xlsx")):
        assert told(data, filename)
    assert read_columns(text.encode(), filename="a.md") is None


@pytest.mark.parametrize(
    "text",
    [
        " " * 300_000 + "x",
        "| " + " " * 300_000 + "x |",
        "# " + " #" * 150_000,
        "|" * 300_000,
        "|-" * 150_000 + "x",
        "No.1-1\n" * 60_000,
        "No." * 100_000,
        sheet("1-1").replace("調査", "（" * 9_000),
        sheet("1-1").replace("調査", "□" * 19_000),
        sheet("1-1").replace("調査", "<span " * 3_000 + "取組終了"),
        sheet("1-1").replace("調査", "<!--" * 4_000),
        sheet("1-1").replace("| 工程表", "| 目標 | " + "あは、No." * 2_500 + " |\n| 工程表"),
        sheet("1-1").replace("| 工程表", "| 目標 | " + "あ" * 19_900 + " |\n| 工程表"),
        sheet("1-1").replace("図書館", "**" * 9_000),
        "<table>" * 150,
    ],
    ids=range(15),
)
def test_long_texts_come_to_an_end(text: str) -> None:
    assert told(text.encode(), "a.md")


def test_shared_strings_without_end() -> None:
    strings = b"<sst>" + b"<si/>" * 2_600_000 + b"</sst>"
    data = zipped({"xl/workbook.xml": b"<workbook/>", "xl/sharedStrings.xml": strings})
    assert unreadable(data).code in ("spreadsheet_too_large", "zip_ratio")


def test_remarks_without_end() -> None:
    assert unreadable(b"No.1-1\n" * 50_002).code == "too_many_remarks"
