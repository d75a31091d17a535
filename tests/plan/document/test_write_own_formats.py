"""Our own files after somebody has edited them: what is understood, and what is refused."""

from typing import Any

import pytest
from lxml import html

from madoguchi.plan.document.errors import PlanUnreadable
from madoguchi.plan.document.model import Initiative, PlanDocument, ScheduleRow, Theme
from madoguchi.plan.document.own_formats import (
    is_own_header,
    is_own_html,
    is_own_json,
    read_own_csv,
    read_own_html,
    read_own_json,
    read_own_xlsx,
)
from madoguchi.plan.document.tabular import Column

HEAD = "テーマ番号,取組番号,年度（西暦）,区分,順番,内容,終わり方"


def test_the_header_tells_our_own_table() -> None:
    assert is_own_header(list(Column))
    assert is_own_header(HEAD.split(","))
    assert not is_own_header(["取組名称", "年度", "計画", "結果"])
    assert not is_own_header([])


def test_the_page_and_the_json_say_that_they_are_ours() -> None:
    assert is_own_html(html.document_fromstring("<html data-madoguchi-plan=1><p>"))
    assert not is_own_html(html.document_fromstring("<html><p>"))
    assert is_own_json({"schema": "madoguchi-plan/1"})
    assert not is_own_json({"schema": "madoguchi-plan/2"})
    assert not is_own_json([])


def test_lines_that_a_clerk_added() -> None:
    """Full-width digits, no position, no line for the year, blank lines between."""
    text = f"{HEAD}\n１,２,2019,結果,,あとの結果,\n,,,,,,\n1,2,2019,結果,1,先の結果,\n"
    row = ScheduleRow(2019, result=("先の結果", "あとの結果"))
    sheet = Initiative(theme=1, number=2, name="", rows=(row,))
    assert read_own_csv(text) == PlanDocument(themes=(Theme(1, "", (sheet,)),))


def test_numbers_that_excel_made_fractions() -> None:
    rows: list[list[object]] = [[*HEAD.split(",")], [1.0, 2.0, 2019.0, "計画", 1.0, 5, None]]
    sheet = Initiative(theme=1, number=2, name="", rows=(ScheduleRow(2019, plan=("5",)),))
    assert read_own_xlsx(rows) == PlanDocument(themes=(Theme(1, "", (sheet,)),))


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("", "区分 (2): “” is not one of the words that say what a line is (区分)."),
        ("1,2,2019,けいかく,1,a,", "区分 (2): “けいかく” is not one of the words"),
        ("1,二,2019,計画,1,a,", "取組番号 (2): “二” is not a whole number."),
        ("1,2,,計画,1,a,", "年度（西暦） (2): “” is not a whole number."),
        ("-1,2,2019,計画,1,a,", "テーマ番号 (2): “-1” is not a whole number."),
        ("1,2,2019,計画,1.5,a,", "順番 (2): “1.5” is not a whole number."),
        ("1,2,2019,年度,,,中止", "終わり方 (2): “中止” is not a way in which"),
        ("1,2,2019,年度,,,\n1,2,2019,年度,,,", "(3): This is already said in line 2."),
        ("1,2,,取組,,a,\n1,2,,取組,,b,", "(3): This is already said in line 2."),
        ("1,,,テーマ,,a,\n1,,,テーマ,,b,", "(3): This is already said in line 2."),
        ("1,2,,移行,1,a,", "移行先テーマ番号 (2): “” is not a whole number."),
        ('1,2,2019,計画,1,"a', "The CSV cannot be read: unexpected end of data."),
    ],
)
def test_a_line_that_cannot_be_understood_is_named(lines: str, message: str) -> None:
    with pytest.raises(PlanUnreadable) as caught:
        read_own_csv(f"{HEAD}\n{lines or ' ,,,,,,'}\n")
    assert message in str(caught.value)


def test_headings_that_were_taken_away_are_named() -> None:
    with pytest.raises(PlanUnreadable) as caught:
        read_own_csv("テーマ番号,取組番号,年度（西暦）,区分\n")
    assert str(caught.value) == "(1): The first line lacks these headings: 順番、内容."


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"schema": "madoguchi-plan/1"}, "themes: Field required"),
        (
            {"schema": "madoguchi-plan/1", "themes": [{"number": "1", "name": ""}]},
            "themes.0.number:",
        ),
        ({"schema": "madoguchi-plan/1", "themes": [], "titel": "x"}, "titel: Extra inputs"),
    ],
)
def test_json_of_another_shape_is_refused_with_its_path(data: Any, message: str) -> None:
    with pytest.raises(PlanUnreadable) as caught:
        read_own_json(data)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<section data-theme=x>", "data-theme (1): “x” is not a whole number."),
        ("<section data-theme=1><article>", "data-initiative (1): “” is not a whole number."),
        (
            (
                "<section data-theme=1><article data-initiative=1><table>"
                "<tr data-fiscal-year=2019 data-outcome=over>"
            ),
            "data-outcome (1): “over” is not a way in which an initiative ends.",
        ),
        ("<h1 data-item=title data-source=1>", "data-source (1): “1” is not a text"),
        ("<h1 data-item=title data-source='\"'>", 'data-source (1): “"” is not a text'),
    ],
)
def test_a_page_that_was_damaged_is_refused(body: str, message: str) -> None:
    with pytest.raises(PlanUnreadable) as caught:
        read_own_html(f"<html data-madoguchi-plan=1><body>{body}")
    assert message in str(caught.value)
