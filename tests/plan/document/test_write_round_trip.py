"""Export → import gives the same plan, whatever its texts are."""

import csv
import io
import json
from random import Random

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.plan.document.edition import Edition, Piece
from madoguchi.plan.document.model import Initiative, PlanDocument, ScheduleRow
from madoguchi.plan.document.own_formats import (
    read_own_csv,
    read_own_html,
    read_own_json,
    read_own_xlsx,
)
from madoguchi.plan.document.write_csv import write_csv
from madoguchi.plan.document.write_html import write_html
from madoguchi.plan.document.write_json import write_json
from madoguchi.plan.document.write_xlsx import write_xlsx
from tests.plan.document.plans import plans


def as_figures(initiative: Initiative, row: ScheduleRow, text: str) -> tuple[Piece, ...]:
    """Show every other character as a figure that reads differently from its source."""
    return tuple(
        Piece(f"{number}件", sign) if number % 2 else Piece(sign)
        for number, sign in enumerate(text, len(initiative.name) + row.fiscal_year)
    )


in_its_own_time = settings(deadline=None)
editions = st.sampled_from([Edition(), Edition(city="みなと市", show=as_figures)])


def from_csv(data: bytes) -> PlanDocument:
    return read_own_csv(data.decode("utf-8-sig"))


def from_xlsx(data: bytes) -> PlanDocument:
    page = openpyxl.load_workbook(io.BytesIO(data), read_only=True).worksheets[0]
    return read_own_xlsx(list(page.iter_rows(values_only=True)))


@in_its_own_time
@given(plans(), editions)
def test_csv_comes_back(plan: PlanDocument, edition: Edition) -> None:
    assert from_csv(write_csv(plan, edition)) == plan


@in_its_own_time
@given(plans(), editions)
def test_csv_comes_back_with_other_line_ends(plan: PlanDocument, edition: Edition) -> None:
    text = write_csv(plan, edition).decode("utf-8-sig").replace("\r\n", "\n")
    assert read_own_csv(text) == plan


@in_its_own_time
@given(plans(), st.randoms(use_true_random=False))
def test_csv_comes_back_when_its_lines_were_sorted_otherwise(
    plan: PlanDocument, random: Random
) -> None:
    head, *lines = csv.reader(io.StringIO(write_csv(plan).decode("utf-8-sig"), newline=""))
    random.shuffle(lines)
    file = io.StringIO(newline="")
    csv.writer(file).writerows([head, *lines])
    assert read_own_csv(file.getvalue()) == plan


@in_its_own_time
@given(plans(), editions)
def test_xlsx_comes_back(plan: PlanDocument, edition: Edition) -> None:
    assert from_xlsx(write_xlsx(plan, edition)) == plan


@in_its_own_time
@given(plans(), editions)
def test_html_comes_back(plan: PlanDocument, edition: Edition) -> None:
    assert read_own_html(write_html(plan, edition).decode()) == plan


@in_its_own_time
@given(plans(), editions)
def test_json_comes_back(plan: PlanDocument, edition: Edition) -> None:
    assert read_own_json(json.loads(write_json(plan, edition))) == plan


@in_its_own_time
@given(plans())
def test_no_cell_of_the_csv_is_a_formula(plan: PlanDocument) -> None:
    for cells in csv.reader(io.StringIO(write_csv(plan).decode("utf-8-sig"), newline="")):
        for cell in cells:
            is_number = cell.removeprefix("-").isdecimal()
            assert is_number or cell.lstrip(" \u3000")[:1] not in tuple("=+-@\t\r\n＝＋－＠")


@in_its_own_time
@given(plans())
def test_no_cell_of_the_workbook_is_a_formula(plan: PlanDocument) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(plan)))
    for page in book.worksheets:
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    assert cell.data_type == "s"
                    assert cell.quotePrefix
                else:
                    assert cell.value is None or isinstance(cell.value, int)
