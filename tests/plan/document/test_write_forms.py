"""What each export looks like, beyond that it can be read back."""

import io
import json
from datetime import date
from importlib.resources import files

import jsonschema_rs
import openpyxl
import pytest
from hypothesis import given, settings
from lxml import html

from madoguchi.plan.document.edition import Edition, Piece
from madoguchi.plan.document.json_format import json_schema
from madoguchi.plan.document.model import (
    Initiative,
    Outcome,
    PlanDocument,
    ScheduleRow,
    Theme,
    Transfer,
)
from madoguchi.plan.document.write_csv import CharacterUnwritable, write_csv
from madoguchi.plan.document.write_html import write_html
from madoguchi.plan.document.write_json import write_json
from madoguchi.plan.document.write_xlsx import LONGEST_CELL, TextTooLong, write_xlsx
from tests.plan.document.plans import plans

SHEET = Initiative(
    theme=1,
    number=3,
    name="窓口の<改善>",
    departments=("市民部市民課",),
    problem=("待ち時間が長い。",),
    rows=(
        ScheduleRow(2018, plan=("番号札の導入",), result=("{counters.tickets}人に番号札を発行",)),
        ScheduleRow(2019, continues=True, outcome=Outcome.FINISHED, effect=-1200),
    ),
    transfers=(Transfer("総合窓口", 1, 12, "総合窓口の設置"),),
)
PLAN = PlanDocument(title="行政改革プラン", themes=(Theme(1, "市民サービスの向上", (SHEET,)),))


def with_figure(initiative: Initiative, row: ScheduleRow, text: str) -> tuple[Piece, ...]:
    """Fill in the one figure of the plan above."""
    assert (initiative.code, row.fiscal_year) == ("1-3", 2018)
    code, rest = text[:18], text[18:]
    return (Piece("1,204", code), Piece(rest))


EDITION = Edition(city="みなと市", exported_on=date(2026, 11, 23), show=with_figure)


def test_csv_in_full() -> None:
    assert write_csv(PLAN, EDITION).decode("utf-8").splitlines() == [
        (
            "\ufeffテーマ番号,テーマ名,取組番号,取組名称,年度（西暦）,年度,区分,順番,内容,原文,計画の継続,"
            "終わり方,効果額（千円）,移行先テーマ番号,移行先取組番号,移行先取組名称"
        ),
        ",,,,,,プラン,,行政改革プラン,,,,,,,",
        "1,市民サービスの向上,,,,,テーマ,,市民サービスの向上,,,,,,,",
        "1,市民サービスの向上,3,窓口の<改善>,,,取組,,窓口の<改善>,,,,,,,",
        "1,市民サービスの向上,3,窓口の<改善>,,,担当部署,1,市民部市民課,,,,,,,",
        "1,市民サービスの向上,3,窓口の<改善>,,,現状・課題,1,待ち時間が長い。,,,,,,,",
        "1,市民サービスの向上,3,窓口の<改善>,2018,平成30年度,年度,,,,,,,,,",
        "1,市民サービスの向上,3,窓口の<改善>,2018,平成30年度,計画,1,番号札の導入,,,,,,,",
        (
            "1,市民サービスの向上,3,窓口の<改善>,2018,平成30年度,結果,1,"
            '"1,204人に番号札を発行",{counters.tickets}人に番号札を発行,,,,,,'
        ),
        "1,市民サービスの向上,3,窓口の<改善>,2019,令和元年度,年度,,,,↓,取組終了,-1200,,,",
        "1,市民サービスの向上,3,窓口の<改善>,,,移行,1,総合窓口,,,,,1,12,総合窓口の設置",
    ]


def test_csv_in_shift_jis() -> None:
    text = write_csv(PLAN, EDITION, encoding="cp932").decode("cp932")
    assert text == write_csv(PLAN, EDITION).decode("utf-8-sig")


def test_csv_says_which_character_shift_jis_lacks() -> None:
    plan = PlanDocument(themes=(Theme(1, "𠮷野"),))
    with pytest.raises(CharacterUnwritable) as caught:
        write_csv(plan, encoding="cp932")
    assert str(caught.value) == "テーマ1: “𠮷” (U+20BB7) cannot be written in cp932."


def test_workbook_is_ready_for_a_clerk() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(PLAN, EDITION)))
    page = book.worksheets[0]
    assert book.sheetnames == ["取組と工程", "このファイルについて"]
    assert (page.freeze_panes, page.auto_filter.ref) == ("A2", "A1:P11")
    assert (page["I9"].value, page["J9"].value) == (
        "1,204人に番号札を発行",
        "{counters.tickets}人に番号札を発行",
    )
    assert page["M10"].value == -1200
    assert (book.properties.title, book.properties.creator) == ("行政改革プラン", "みなと市")
    assert book.worksheets[1]["B3"].value == "2026-11-23"


def test_workbook_refuses_a_text_that_excel_would_cut() -> None:
    sheet = Initiative(theme=1, number=3, name="", goal=("あ" * (LONGEST_CELL + 1),))
    with pytest.raises(TextTooLong) as caught:
        write_xlsx(PlanDocument(themes=(Theme(1, "", (sheet,)),)))
    assert (caught.value.place, caught.value.length) == ("No.1-3 目標", LONGEST_CELL + 1)


def test_page_stands_alone() -> None:
    page = html.document_fromstring(write_html(PLAN, EDITION).decode())
    tags = {element.tag for element in page.iter()}
    assert not tags & {"script", "link", "img", "iframe", "改善"}
    assert page.get("lang") == "ja"
    assert [link.get("href") for link in page.iter("a")] == ["#no-1-3"]
    assert page.xpath("string(//*[@id='no-1-3']/h3)") == "No.1-3 窓口の<改善>"
    figure = next(page.iter("data"))
    assert (figure.get("value"), figure.text) == ("{counters.tickets}", "1,204")


def test_page_shows_control_characters_as_signs() -> None:
    page = write_html(PlanDocument(title="a\x00\x85b", themes=())).decode()
    assert "<title>a␀\ufffdb</title>" in page


@settings(deadline=None)
@given(plans())
def test_json_follows_its_schema(plan: PlanDocument) -> None:
    jsonschema_rs.validate(json_schema(), json.loads(write_json(plan, EDITION_AS_WRITTEN)))


EDITION_AS_WRITTEN = Edition(city="みなと市", exported_on=date(2026, 11, 23))


def test_published_schema_is_the_one_in_use() -> None:
    published = files("madoguchi.plan").joinpath("static/plan/plan.schema.json")
    assert json.loads(published.read_text(encoding="utf-8")) == json_schema()


def test_json_in_full() -> None:
    assert json.loads(write_json(PLAN, EDITION)) == {
        "schema": "madoguchi-plan/1",
        "title": "行政改革プラン",
        "city": "みなと市",
        "exported_on": "2026-11-23",
        "themes": [
            {
                "number": 1,
                "name": "市民サービスの向上",
                "initiatives": [
                    {
                        "number": 3,
                        "code": "1-3",
                        "name": "窓口の<改善>",
                        "departments": ["市民部市民課"],
                        "problem": ["待ち時間が長い。"],
                        "content": [],
                        "goal": [],
                        "rows": [
                            {
                                "fiscal_year": 2018,
                                "label": "平成30年度",
                                "continues": False,
                                "plan": ["番号札の導入"],
                                "result": [
                                    {
                                        "text": "{counters.tickets}人に番号札を発行",
                                        "shown": "1,204人に番号札を発行",
                                    }
                                ],
                                "outcome": None,
                                "effect": None,
                            },
                            {
                                "fiscal_year": 2019,
                                "label": "令和元年度",
                                "continues": True,
                                "plan": [],
                                "result": [],
                                "outcome": "finished",
                                "effect": -1200,
                            },
                        ],
                        "transfers": [
                            {
                                "subject": "総合窓口",
                                "theme": 1,
                                "number": 12,
                                "name": "総合窓口の設置",
                            }
                        ],
                    }
                ],
            }
        ],
    }
