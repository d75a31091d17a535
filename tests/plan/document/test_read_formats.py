"""One plan in every format, form and encoding."""

import csv
import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from madoguchi.plan.document.errors import PlanUnreadable
from madoguchi.plan.document.mapping import ColumnMapping
from madoguchi.plan.document.model import (
    Initiative,
    Outcome,
    Place,
    PlanDocument,
    ScheduleRow,
    Theme,
    Transfer,
)
from madoguchi.plan.document.reading import read_columns, read_plan
from madoguchi.plan.document.write_csv import write_csv
from madoguchi.plan.document.write_html import write_html
from madoguchi.plan.document.write_json import write_json
from madoguchi.plan.document.write_xlsx import write_xlsx
from tests.plan.document import read_samples as samples

ROWS = (
    ScheduleRow(2015, plan=("調査", "機種の選定"), result=("調査",), effect=-1200),
    ScheduleRow(2016, result=("試行",), effect=12300),
    ScheduleRow(2019, result=("導入",), continues=True, outcome=Outcome.FINISHED),
)
SHEET = Initiative(
    theme=1,
    number=1,
    name="図書館の自動貸出機の導入",
    departments=("教育部図書館",),
    problem=("貸出に時間がかかる。", "夜間に使えない。"),
    content=("自動貸出機を置く。",),
    goal=("待ち時間をなくす。",),
    rows=ROWS,
)


def merged(sheet: Initiative) -> Initiative:
    """The same sheet where the plan of 2015 reaches over 2016."""
    first, second, third = sheet.rows
    second = ScheduleRow(2016, result=second.result, continues=True, effect=second.effect)
    return replace(sheet, rows=(first, second, third))


def codes(document: PlanDocument) -> list[tuple[str, str]]:
    return [(one.code, one.place.initiative) for one in document.remarks]


def csv_of(rows: list[list[Any]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def test_markdown_with_every_irregularity() -> None:
    document = read_plan(samples.MARKDOWN.encode(), filename="plan.md")
    assert document.title == "みなと市行政改革プラン"
    library = Initiative(
        theme=2,
        number=1,
        name="図書館の自動貸出機の導入",
        departments=("教育部図書館", "各地区センター"),
        problem=("貸出に5分かかる。", "①列が長い", "②夜間に使えない"),
        content=(
            "自動貸出機を置く。",
            "※予約の受付は、No.2-1 2「電子申請の拡大」に移行",
        ),
        goal=("待ち時間をなくす。",),
        rows=(
            ScheduleRow(2015, ("調査（費用／効果）", "機種の選定"), ("調査", "機種の選定")),
            ScheduleRow(2016, ("試行", "検証"), ("試行", "検証"), outcome=Outcome.FINISHED),
            ScheduleRow(2017, (), ("利用者アンケート",)),
            ScheduleRow(2019, continues=True),
        ),
        transfers=(Transfer("予約の受付", 2, 12, "電子申請の拡大"),),
    )
    online = Initiative(
        theme=2,
        number=12,
        name="電子申請の拡大",
        departments=("市立病院事務部経営管理課", "医事課"),
        problem=("窓口に来られない人がいる。",),
        content=("24h/365日の受付を始める。",),
        goal=("手続の半数を電子で受ける。",),
        rows=(
            ScheduleRow(2015, ("導入",), ("導入",)),
            ScheduleRow(2020, ("(検討結果による)",), ("受付開始",), outcome=Outcome.CARRIED_OVER),
        ),
    )
    assert document.themes == (Theme(2, "暮らしの窓口をひらく", (library, online)),)


def test_markdown_remarks_in_order() -> None:
    document = read_plan(samples.MARKDOWN.encode(), filename="plan.md")
    assert [(one.code, one.place.line) for one in document.remarks] == [
        ("theme_spaced", 3),
        ("number_spaced", 7),
        ("year_missing", 7),
        ("department_collective", 12),
        ("blanks_in_words", 13),
        ("list_in_prose", 13),
        ("transfer", 14),
        ("heading_spaced", 16),
        ("year_spaced", 17),
        ("separator_halfwidth", 17),
        ("year_spelled", 18),
        ("items_numbered", 18),
        ("outcome_in_span", 18),
        ("items_by_break", 18),
        ("bullet", 18),
        ("bullet", 18),
        ("result_without_plan", 19),
        ("result_after_end", 19),
        ("plan_continues", 20),
        ("plan_after_end", 20),
        ("text_not_understood", 22),
        ("number_spaced", 24),
        ("year_missing", 24),
        ("year_missing", 24),
        ("year_missing", 24),
        ("department_incomplete", 29),
        ("row_unknown", 33),
        ("year_era_ended", 36),
        ("item_in_brackets", 36),
        ("outcome_in_bold", 36),
        ("cell_unknown", 36),
    ]
    unknown = document.remarks[26]
    assert (unknown.found, unknown.place) == ("費用 | 1億円", Place("2-12", "", 33))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings(encoding: str, newline: str) -> None:
    data = samples.MARKDOWN.replace("\n", newline).encode(encoding)
    expected = read_plan(samples.MARKDOWN.encode(), filename="plan.md")
    found = read_plan(data, filename="plan.txt")
    assert found == expected
    assert found.remarks == expected.remarks


def test_official_xlsx() -> None:
    document = read_plan(samples.official_xlsx(), filename="plan.xlsx")
    second = replace(SHEET, number=2)
    assert document.themes == (Theme(1, "窓口をひらく", (merged(SHEET), second)),)
    assert codes(document) == [
        ("plan_merged", "1-1"),
        ("plan_continues", "1-1"),
        ("outcome_after_break", "1-1"),
        ("plan_continues", "1-1"),
        ("number_from_sheet_name", ""),
        ("result_without_plan", "1-2"),
        ("outcome_after_break", "1-2"),
        ("plan_continues", "1-2"),
        ("sheet_hidden", ""),
    ]
    assert document.remarks[0].place == Place("1-1", "H28年度 計画", 10, "1-1")


def test_official_docx() -> None:
    document = read_plan(samples.official_docx(), filename="plan.docx")
    assert document.title == "みなと市行政改革プラン"
    assert document.themes == (Theme(1, "窓口をひらく", (merged(SHEET),)),)
    assert codes(document) == [
        ("number_spaced", "1-1"),
        ("plan_merged", "1-1"),
        ("outcome_in_span", "1-1"),
        ("plan_continues", "1-1"),
        ("plan_continues", "1-1"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "utf-16"])
def test_html(encoding: str) -> None:
    document = read_plan(samples.official_html().encode(encoding), filename="plan.html")
    assert document.title == "みなと市行政改革プラン"
    assert document.themes == (Theme(1, "窓口をひらく", (SHEET,)),)
    assert [(one.code, one.found) for one in document.remarks] == [
        ("markup_removed", "alert('x')"),
        ("outcome_in_bold", "<b>取組終了</b>"),
        ("result_without_plan", "試行"),
        ("plan_continues", "↓"),
    ]


def test_html_table_inside_markdown() -> None:
    text = f"テーマ1\n\n窓口をひらく\n\nNo.1-1\n\n{samples.official_html()[60:]}\n"
    text = text.replace("<p>No.1-1", "").replace("<h2>テーマ1</h2><p>窓口をひらく", "")
    document = read_plan(text.encode(), filename="plan.md")
    assert document.initiatives == (SHEET,)


def flat_plan() -> tuple[Theme, ...]:
    library = Initiative(
        1,
        1,
        "図書館",
        ("教育部図書館",),
        rows=(
            ScheduleRow(2015, ("調査",), ("調査",)),
            ScheduleRow(2016, ("導入",), ("導入",), outcome=Outcome.FINISHED),
        ),
    )
    online = Initiative(
        1,
        2,
        "電子申請",
        ("総務部情報課",),
        rows=(ScheduleRow(2015, ("検討", "試行"), ("検討",)),),
    )
    return (Theme(1, "窓口をひらく", (library, online)),)


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (samples.workbook_of(samples.flat_rows()), "plan.xlsx"),
        (csv_of(samples.flat_rows()).encode("cp932"), "plan.csv"),
        (csv_of(samples.flat_rows(), "\t").encode("utf-16"), "plan.txt"),
        (csv_of(samples.flat_rows(), ";").encode("utf-8-sig"), "plan.csv"),
    ],
)
def test_flat_list_by_year(data: bytes, filename: str) -> None:
    document = read_plan(data, filename=filename)
    assert document.themes == flat_plan()
    assert [(one.code, one.found, one.place.line) for one in document.remarks] == [
        ("column_absent", "現状・課題", None),
        ("column_absent", "取組内容", None),
        ("column_absent", "目標", None),
        ("outcome_after_break", "取組終了", 3),
        ("row_unknown", "列「備考」 | 雨天", 3),
        ("year_spelled", "2015", 4),
        ("year_missing", "2016年度", 4),
    ]


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (samples.workbook_of(samples.wide_rows()), "plan.xlsx"),
        (csv_of(samples.wide_rows()).encode("cp932"), "plan.csv"),
    ],
)
def test_flat_list_with_years_side_by_side(data: bytes, filename: str) -> None:
    document = read_plan(data, filename=filename)
    library, online = flat_plan()[0].initiatives
    online = Initiative(
        1,
        2,
        online.name,
        online.departments,
        rows=(*online.rows, ScheduleRow(2016, continues=True)),
    )
    assert document.themes == (Theme(1, "", (library, online)),)


def test_columns_that_a_person_maps() -> None:
    rows = [["番", "題", "いつ", "する", "した"], ["1-1", "図書館", "H27年度", "調査", "調査"]]
    data = csv_of(rows).encode()
    with pytest.raises(PlanUnreadable) as caught:
        read_plan(data, filename="plan.csv")
    assert caught.value.code == "no_sheet"
    columns = read_columns(data, filename="plan.csv")
    assert columns is not None
    assert columns.headings == ("番", "題", "いつ", "する", "した")
    assert columns.guess.missing == ("number", "name", "year", "plan")
    assert columns.samples == (("1-1", "図書館", "H27年度", "調査", "調査"),)
    mapping = ColumnMapping.from_json(
        {"番": "number", "題": "name", "いつ": "year", "する": "plan", "した": "result"}
    )
    document = read_plan(data, filename="plan.csv", mapping=mapping)
    assert document.initiatives == (
        Initiative(1, 1, "図書館", rows=(ScheduleRow(2015, ("調査",), ("調査",)),)),
    )
    assert ColumnMapping.from_json(mapping.to_json()) == mapping


def test_a_needed_column_is_named() -> None:
    rows = [["No.", "年度", "計画", "結果"], ["1-1", "H27年度", "調査", "調査"]]
    with pytest.raises(PlanUnreadable) as caught:
        read_plan(csv_of(rows).encode(), filename="plan.csv")
    assert str(caught.value) == (
        "The columns cannot be told apart. Missing: 取組名称. Found: No.、年度、計画、結果."
    )


def test_a_mapped_column_that_is_not_there_is_named() -> None:
    mapping = ColumnMapping.from_json(
        {"No.": "number", "題": "name", "年度": "year", "計画": "plan"}
    )
    rows = [["No.", "年度", "計画", "結果"], ["1-1", "H27年度", "調査", "調査"]]
    with pytest.raises(PlanUnreadable) as caught:
        read_plan(csv_of(rows).encode(), filename="plan.csv", mapping=mapping)
    assert (caught.value.code, caught.value.params) == (
        "mapping_column_missing",
        {"header": "題", "role": "取組名称"},
    )


@pytest.mark.parametrize("data", [None, ["number"], {"No.": "nothing"}, {"A": "plan:15"}])
def test_a_mapping_that_is_none(data: object) -> None:
    with pytest.raises(ValueError, match="column mapping"):
        ColumnMapping.from_json(data)


def test_formula_shows_its_last_result_or_is_told() -> None:
    rows = samples.flat_rows()
    rows[1][6] = '="調"&"査"'
    document = read_plan(samples.workbook_of(rows), filename="plan.xlsx")
    assert document.initiatives[0].rows[0].plan == ()
    told = next(one for one in document.remarks if one.code == "formula_without_value")
    assert (told.found, told.place.line, told.place.sheet) == ('="調"&"査"', 2, "Sheet")


@pytest.mark.parametrize(
    ("write", "filename"),
    [
        (write_csv, "plan.csv"),
        (write_xlsx, "plan.xlsx"),
        (write_json, "plan.json"),
        (write_html, "plan.html"),
    ],
)
def test_our_own_exports_come_back_whole(write: Any, filename: str, seed_path: Path) -> None:
    for source in (samples.MARKDOWN.encode(), seed_path.read_bytes()):
        document = read_plan(source, filename="plan.md")
        again = read_plan(write(document), filename=filename)
        assert again == document
        assert again.remarks == ()


def read_csv(rows: list[list[Any]]) -> PlanDocument:
    return read_plan(csv_of(rows).encode(), filename="plan.csv")


HEADINGS = ["No.", "取組名称", "担当部署", "年度", "計画", "結果", "効果額（千円）"]


def test_lines_of_a_list_that_do_not_agree() -> None:
    document = read_csv(
        [
            ["", "", "", "", "行く先のない行", "", ""],
            HEADINGS,
            ["", "", "", "H27年度", "どこにも属さない", "", ""],
            ["1-1", "図書館", "総務課", "H27年度", "調査", "調査", "5"],
            ["1-1", "図書館", "財政課", "H28年度", "導入", "導入", ""],
        ]
    )
    assert [row.plan for row in document.initiatives[0].rows] == [("調査",), ("導入",)]
    told = [
        (one.code, one.found)
        for one in document.remarks
        if one.code not in ("column_absent", "theme_missing", "department_incomplete")
    ]
    assert ("row_unknown", " | ".join(["H27年度", "どこにも属さない"])) in told
    assert ("row_unknown", "担当部署（5） | 財政課") in told


def test_numbers_of_a_list() -> None:
    headings = ["テーマ番号", "番号", "取組名称", "年度", "計画"]
    document = read_csv([headings, ["2", "1 1", "図書館", "H27年度", "調査"],
                         ["", "12", "公民館", "H27年度", "調査"]])  # fmt: skip
    assert [one.code for one in document.initiatives] == ["2-11", "2-12"]
    for theme, number in (("x", "1"), ("1", "一"), ("", "1")):
        with pytest.raises(PlanUnreadable) as caught:
            read_csv([headings, [theme, number, "図書館", "H27年度", "調査"]])
        assert caught.value.code == "number_unreadable"
        assert caught.value.place.line == 2


def test_two_columns_of_one_name() -> None:
    document = read_csv(
        [["番号", "取組名称", "年度", "計画", "計画"], ["1-1", "図書館", "H27年度", "調査", "検討"]]
    )
    assert document.initiatives[0].rows[0].plan == ("調査",)
    assert ("row_unknown", "列「計画 (2)」 | 検討") in {
        (one.code, one.found) for one in document.remarks
    }


def test_mapping_over_two_rows_of_headings() -> None:
    data = csv_of(samples.wide_rows()).encode()
    mapping = ColumnMapping.from_json(
        {"番号": "number", "取組名称": "name", "平成28年度 計画": "plan:2016"}
    )
    document = read_plan(data, filename="plan.csv", mapping=mapping)
    assert [row.plan for row in document.initiatives[0].rows] == [("導入",)]
    with pytest.raises(PlanUnreadable) as caught:
        read_plan(data, filename="plan.csv", mapping=ColumnMapping((("番号", "number"),)))
    assert caught.value.code == "mapping_needed"


def test_html_as_people_paste_it() -> None:
    page = """
    <?xml version="1.0"?><html><head><title>プラン</title><style>p{}</style></head><body>
    <h1>プラン</h1><!-- 下書き --><h2>テーマ1</h2><p>窓口</p><p>No.1-1</p>
    <table><caption>個票</caption>
    <tr><th>取組名称<td colspan="2">図書館</tr>
    <tr><th>取組内容<td colspan="x"><ol><li>一つ目<li>二つ目</ol><ul><li>三つ目</ul>
      <table><tr><td>内側<td>の表</table></tr>
    <tr><th>工程表<th>計画<th>結果
    <tr><td>H27年度<td rowspan="2">調査<td>調査<hr>検証
    <tr><td>H28年度<td>導入 <b>取組終了</b><i></i></b>
    </table></body></html>"""
    document = read_plan(page.encode(), filename="plan.html")
    sheet = document.initiatives[0]
    assert document.title == "プラン"
    assert sheet.content == ("①一つ目", "②二つ目", "三つ目", "内側", "の表")
    assert sheet.rows == (
        ScheduleRow(2015, ("調査",), ("調査", "検証")),
        ScheduleRow(2016, (), ("導入",), continues=True, outcome=Outcome.FINISHED),
    )
    told = {(one.code, one.found.strip()) for one in document.remarks}
    assert {("markup_removed", "p{}"), ("markup_removed", "<!-- 下書き -->")} <= told


def test_markdown_as_people_type_it() -> None:
    text = (
        "# プラン\n\nテーマ1 窓口\n\nNo.1-1\n\n取組名称 | 図書館\\|公民館\n--- | ---\n"
        "取組内容 | 5 \\* 3 &lt; 20<!-- 見ない --><hr>終わり\n工程表 | 計画 | 結果\n"
        "H27年度 | 調査 | 調査 **取組終了**\n\n**注意** <!-- 覚え -->\n"
    )
    document = read_plan(text.encode(), filename="plan.md")
    sheet = document.initiatives[0]
    assert sheet.name == "図書館|公民館"
    assert sheet.content == ("5 * 3 < 20", "終わり")
    assert sheet.rows == (ScheduleRow(2015, ("調査",), ("調査",), outcome=Outcome.FINISHED),)
    told = [(one.code, one.found) for one in document.remarks]
    assert ("outcome_in_bold", "**取組終了**") in told
    assert ("markup_removed", "<!-- 見ない -->") in told
    assert ("markup_removed", "<!-- 覚え -->") in told
    assert ("text_not_understood", "注意") in told


def test_headings_in_a_row_of_the_form() -> None:
    book = samples.workbook_of(
        [
            ["テーマ1", "窓口をひらく", "", ""],
            ["No.", "1-1", "", ""],
            ["取組名称", "図書館", "担当部署", "教育部図書館"],
            ["目標", "待たせない", "", "余白の書き込み"],
            ["目標", "二度目", "", ""],
            ["工程表", "計画", "", "結果"],
            ["", "", "", ""],
            [2015, "調査", "つづき", 12.5],
        ]
    )
    document = read_plan(book, filename="plan.xlsx")
    sheet = document.initiatives[0]
    assert (sheet.name, sheet.departments) == ("図書館", ("教育部図書館",))
    assert sheet.goal == ("待たせない", "二度目")
    assert sheet.rows == (ScheduleRow(2015, ("調査", "つづき"), ("12.5",)),)
    told = [(one.code, one.found) for one in document.remarks]
    assert ("cell_unknown", "余白の書き込み") in told
    assert ("field_twice", "二度目") in told


def test_numbers_as_excel_shows_them() -> None:
    from openpyxl import Workbook  # noqa: PLC0415 # only here

    book = Workbook()
    page = book.active
    assert page is not None
    for row in (["No.1-1"], ["取組名称", "図書館"], ["工程表", "計画", "結果"]):
        page.append(row)
    page["A4"] = 27
    page["A4"].number_format = '"H"0"年度"'
    page["B4"] = True
    page["C4"] = date(2015, 4, 1)
    document = read_plan(samples.saved(book), filename="plan.xlsx")
    assert document.initiatives[0].rows == (ScheduleRow(2015, ("True",), ("2015-04-01",)),)


def test_columns_are_only_asked_of_tables() -> None:
    assert read_columns(samples.MARKDOWN.encode(), filename="plan.md") is None
    assert read_columns(b"a,b\n1,2\n", filename="plan.csv") is None
    own = write_csv(read_plan(samples.MARKDOWN.encode(), filename="plan.md"))
    assert read_columns(own, filename="plan.csv") is None
