"""A stored plan as a file: what is in it, for the public and for the office."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from madoguchi.kernel import clock
from madoguchi.kernel.city.models import CityProfile
from madoguchi.plan.document import model
from madoguchi.plan.document.reading import read_plan
from madoguchi.plan.models import Plan, PlanYear, Report, Transfer
from madoguchi.plan.queries.documents import stored_plan
from madoguchi.plan.queries.exporting import Format, UnknownTheme, Unprintable, export_plan
from tests.factories import make_department
from tests.plan.factories import make_initiative, make_plan, make_report, make_year, row_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frame(tmp_path: Path, settings: Settings) -> Iterator[None]:
    settings.DATA_DIR = tmp_path
    CityProfile.objects.create(name="みなと市", mark="港")
    with clock.frozen(datetime(2026, 11, 23, 3, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def plan() -> Plan:
    """2025 is published, 2026 closed; one report of 2025 was never accepted."""
    plan = make_plan("reform", first_year=2025, last_year=2026, title="行政改革プラン")
    first = make_initiative(
        plan, 1, name="窓口の改善", departments=[make_department("市民部", "市民課")]
    )
    second = make_initiative(plan, 2, name="総合窓口の設置")
    make_year(plan, 2025, status=PlanYear.Status.PUBLISHED)
    make_year(plan, 2026, status=PlanYear.Status.CLOSED)
    make_report(
        row_of(first, 2025), "番号札の導入", "{plan.initiatives_finished}が終了", effect=1200
    )
    make_report(row_of(first, 2026), "まだ公表しない結果", outcome="finished")
    make_report(row_of(second, 2025), "下書き", status=Report.Status.DRAFT)
    Transfer.objects.create(
        initiative=first,
        position=0,
        subject="案内",
        theme_number=1,
        number=2,
        name="総合窓口の設置",
    )
    return plan


def results(document: model.PlanDocument) -> list[tuple[str, ...]]:
    return [row.result for sheet in document.initiatives for row in sheet.rows]


def text_of(pdf: bytes) -> str:
    """The text without line breaks, which depend on the column's width."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))


def test_the_public_sees_published_results_only(plan: Plan) -> None:
    document = stored_plan(plan, only_published=True).document
    assert results(document) == [
        ("番号札の導入", "{plan.initiatives_finished}が終了"),
        (),
        (),
        (),
    ]


def test_the_office_sees_all_that_was_accepted(plan: Plan) -> None:
    document = stored_plan(plan, only_published=False).document
    assert results(document) == [
        ("番号札の導入", "{plan.initiatives_finished}が終了"),
        ("まだ公表しない結果",),
        (),
        (),
    ]


def test_a_sheet_in_full(plan: Plan) -> None:
    stored = stored_plan(plan, only_published=False)
    assert stored.document.themes[0].initiatives[0] == model.Initiative(
        theme=1,
        number=1,
        name="窓口の改善",
        departments=("市民課",),
        problem=("課題",),
        content=("内容",),
        goal=("目標",),
        rows=(
            model.ScheduleRow(
                2025,
                plan=("窓口の改善",),
                result=("番号札の導入", "{plan.initiatives_finished}が終了"),
                effect=1200,
            ),
            model.ScheduleRow(
                2026,
                plan=("窓口の改善",),
                result=("まだ公表しない結果",),
                outcome=model.Outcome.FINISHED,
            ),
        ),
        transfers=(model.Transfer("案内", 1, 2, "総合窓口の設置"),),
    )


@pytest.mark.parametrize("wanted", [Format.CSV, Format.XLSX, Format.HTML, Format.JSON])
@pytest.mark.parametrize("only_published", [True, False])
def test_an_export_can_be_imported_again(plan: Plan, wanted: Format, only_published: bool) -> None:
    export = export_plan(plan, wanted, only_published=only_published)
    stored = stored_plan(plan, only_published=only_published)
    assert read_plan(export.content, filename=export.filename) == stored.document


@pytest.mark.parametrize("wanted", Format)
def test_the_file_is_named_and_typed(plan: Plan, wanted: Format) -> None:
    export = export_plan(plan, wanted, theme=1)
    assert export.filename == f"reform-1.{wanted}"
    assert export.media_type
    assert export_plan(plan, wanted).filename == f"reform.{wanted}"


def test_figures_are_shown_with_their_values(plan: Plan) -> None:
    export = export_plan(plan, Format.JSON, only_published=False)
    rows = json.loads(export.content)["themes"][0]["initiatives"][0]["rows"]
    line = rows[0]["result"][1]
    assert line["text"] == "{plan.initiatives_finished}が終了"
    assert re.fullmatch(r"\d+\D*が終了", line["shown"])
    [cells] = [
        cells
        for cells in csv.reader(io.StringIO(export_plan(plan, Format.CSV).content.decode()))
        if line["text"] in cells
    ]
    assert cells[9] == line["text"]


def test_pdf_in_the_official_form(plan: Plan) -> None:
    pdf = export_plan(plan, Format.PDF, only_published=False).content
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    text = text_of(pdf)
    for words in (
        "令和7年度～令和8年度",
        "目次",
        "取組名称窓口の改善",
        "担当部署市民課",
        "工程表計画結果",
        "効果額1,200千円",
        "取組終了",
        "※案内は、No.1-2「総合窓口の設置」に移行",
        "みなと市令和8年11月23日現在の記録から出力",
    ):
        assert words in text
    assert len(reader.pages) == 5  # cover, contents, theme, two sheets
    assert [str(entry.title) for entry in reader.outline if not isinstance(entry, list)] == [
        "目次",
        "テーマ1　市民サービス向上策の積極展開",
    ]


def test_pdf_of_one_theme_names_it_on_the_cover(plan: Plan) -> None:
    make_initiative(plan, 1, theme=2, name="別のテーマの取組")
    text = text_of(export_plan(plan, Format.PDF, theme=2).content)
    assert "別のテーマの取組" in text
    assert "窓口の改善No" not in text


def test_a_plan_without_themes_can_be_printed() -> None:
    assert "目次" in text_of(export_plan(make_plan("empty"), Format.PDF).content)


def test_a_character_that_cannot_be_printed_is_named_with_its_sheet(plan: Plan) -> None:
    make_initiative(plan, 3, name="祭り😀")
    with pytest.raises(Unprintable) as caught:
        export_plan(plan, Format.PDF)
    found = caught.value
    assert (found.character, found.codepoint, found.initiative) == ("😀", "U+1F600", "1-3")
    assert export_plan(plan, Format.CSV).content


def test_an_unprintable_title_belongs_to_no_sheet(plan: Plan) -> None:
    plan.title = "プラン😀"
    with pytest.raises(Unprintable) as caught:
        export_plan(plan, Format.PDF)
    assert caught.value.initiative == ""


def test_unknown_theme(plan: Plan) -> None:
    make_initiative(plan, 1, theme=3)
    with pytest.raises(UnknownTheme) as caught:
        export_plan(plan, Format.CSV, theme=2)
    assert (caught.value.number, caught.value.known) == (2, (1, 3))


def test_the_same_content_is_written_once(plan: Plan, tmp_path: Path) -> None:
    first = export_plan(plan, Format.PDF)
    folder = tmp_path / "cache" / "documents"
    [kept] = [found for found in folder.iterdir() if found.name != "lock"]
    kept.write_bytes(b"kept")
    assert first.content.startswith(b"%PDF")
    assert export_plan(plan, Format.PDF).content == b"kept"
    CityProfile.objects.update(key_colour="#197a4b")
    assert export_plan(plan, Format.PDF).content.startswith(b"%PDF")


def test_reading_a_plan_takes_as_many_queries_for_two_sheets_as_for_five(plan: Plan) -> None:
    with CaptureQueriesContext(connection) as few:
        stored_plan(plan, only_published=True)
    for number in (3, 4, 5):
        make_report(row_of(make_initiative(plan, number), 2025), "した")
    with CaptureQueriesContext(connection) as many:
        stored_plan(plan, only_published=True)
    assert len(many) == len(few)
