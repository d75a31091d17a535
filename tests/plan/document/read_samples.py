"""An invented plan with every irregularity that the reader sees through, in each format."""

import io
from typing import Any

import docx
from docx.oxml import OxmlElement
from openpyxl import Workbook

MARKDOWN = """\
# みなと市行政改革プラン

テーマ 2

暮らしの窓口を ひらく

No. 2 - 1

| | | |
|---|---|---|
| 取組名称 | 図書館の自動貸出機の導入 | |
| 担当部署 | 教育部図書館、各地区センター | |
| 現状・課題 | <p>貸出に 5 分かかる。</p> <p>①列が長い<br/> ②夜間に使えない</p> | |
| 取組内容 | <p>自動貸出機を置く。</p><p>※予約の受付は、No.2-1 2「電子申請の拡大」に移行</p> | |
| 目標 | 待ち時間をなくす。 | |
| 工程表 | 計 画 | 結 果 |
| H27 年度 | 調査（費用／効果）／機種の選定 | 調査 / 機種の選定 |
| 平成２８年度 | ①試行②検証 | ・試行<br>・検証 <span style="x">取組 終了</span> |
| H29年度 | | 利用者アンケート |
| R元年度 | ↓ | |

2つの表の間の覚え書き

No.2 - 1 2

| | | |
|---|---|---|
| 取組名称 | 電子申請の拡大 | |
| 担当部署 | 市立病院事務部経営管理課、医事課 | |
| 現状・課題 | 窓口に来られない人がいる。 | |
| 取組内容 | 24h/365日の受付を始める。 | |
| 目標 | 手続の半数を電子で受ける。 | |
| 費用 | 1億円 | |
| 工程表 | 計画 | 結果 |
| H27年度 | 導入 | 導入 |
| H32年度 | (検討結果による) | 受付開始<br><b>次期プラン継続</b> | 備考あり |
"""

TABLE_FORM = [
    ["取組名称", "図書館の自動貸出機の導入"],
    ["担当部署", "教育部図書館"],
    ["現状・課題", "貸出に時間がかかる。\n夜間に使えない。"],
    ["取組内容", "自動貸出機を置く。"],
    ["目標", "待ち時間をなくす。"],
    ["工程表", "計画", "結果", "効果額（千円）"],
    ["H27年度", "調査／機種の選定", "調査", "△1,200"],
    ["H28年度", "", "試行", "12,300"],
    ["R元年度", "↓", "導入\n取組終了", "－"],
]


def official_xlsx() -> bytes:
    """The official form: a worksheet for each initiative, the plan merged over two years."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "1-1"
    page.append(["テーマ1", "窓口をひらく", None, None])
    page.append(["No.1-1"])
    for row in TABLE_FORM:
        page.append([cell or None for cell in row])
    page.merge_cells("B9:B10")
    second = book.create_sheet("1-2")
    for row in TABLE_FORM:
        second.append(row)
    hidden = book.create_sheet("控え")
    hidden.append(["旧い表"])
    hidden.sheet_state = "hidden"
    return saved(book)


def official_docx() -> bytes:
    """The official form as Word tables, with a boxed end and years merged downwards."""
    document = docx.Document()
    document.add_paragraph("みなと市行政改革プラン", style="Title")
    document.add_paragraph("テーマ1")
    document.add_paragraph("窓口をひらく")
    document.add_paragraph("No. 1 - 1")
    table = document.add_table(rows=0, cols=4)
    for row in TABLE_FORM:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=False):
            cell.text = text
        if len(row) == 2:
            cells[1].merge(cells[3])
    end = table.rows[8].cells[2]
    end.text = "導入"
    run = end.paragraphs[0].add_run("取組終了")
    run._r.get_or_add_rPr().append(OxmlElement("w:bdr"))
    table.rows[7].cells[1].merge(table.rows[6].cells[1])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def official_html() -> str:
    """The official form as a web page would have it: unclosed cells, spans, a script."""
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell.replace(chr(10), '<br>')}" for cell in row)
        for row in TABLE_FORM[:-1]
    )
    return (
        "<!DOCTYPE html><title>みなと市行政改革プラン</title><h2>テーマ1</h2><p>窓口をひらく"
        f"<p>No.1-1<table>{rows}"
        "<tr><th>R元年度<td>↓<td>導入 <script>alert('x')</script><b>取組終了</b><td></table>"
    )


def flat_rows() -> list[list[Any]]:
    """One line for each initiative and year; blank cells mean the line above."""
    return [
        ["テーマ", "テーマ名", "No.", "取組名称", "担当部署", "年度", "計画", "結果", "備考"],
        [1, "窓口をひらく", "1-1", "図書館", "教育部図書館", "H27年度", "調査", "調査", ""],
        ["", "", "", "", "", "H28年度", "導入", "導入\n取組終了", "雨天"],
        [1, "窓口をひらく", 2, "電子申請", "総務部情報課", 2015, "検討／試行", "検討", ""],
    ]


def wide_rows() -> list[list[Any]]:
    """One line for each initiative, the years side by side under two rows of headings."""
    return [
        ["取組一覧", "", "", "", "", "", ""],
        ["番号", "取組名称", "担当課", "平成27年度", "", "平成28年度", ""],
        ["", "", "", "計画", "実績", "計画", "実績"],
        ["1-1", "図書館", "教育部図書館", "調査", "調査", "導入", "導入 取組終了"],
        ["1-2", "電子申請", "総務部情報課", "検討／試行", "検討", "↓", ""],
    ]


def workbook_of(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append([None if cell == "" else cell for cell in row])
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
