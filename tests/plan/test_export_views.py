"""Downloads on the public pages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from madoguchi.kernel import clock
from madoguchi.plan.document.reading import read_plan
from madoguchi.plan.document.write_xlsx import LONGEST_CELL
from madoguchi.plan.models import Plan, PlanYear
from madoguchi.plan.queries.documents import stored_plan
from madoguchi.plan.queries.exporting import MEDIA_TYPES, Format
from tests.plan.factories import make_initiative, make_plan, make_report, make_year, row_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frame(tmp_path: Path, settings: Settings) -> Iterator[None]:
    settings.DATA_DIR = tmp_path
    with clock.frozen(datetime(2026, 11, 23, 3, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def plan() -> Plan:
    plan = make_plan("reform", first_year=2025, last_year=2026)
    sheet = make_initiative(plan, 1)
    make_year(plan, 2025, status=PlanYear.Status.PUBLISHED)
    make_year(plan, 2026, status=PlanYear.Status.CLOSED)
    make_report(row_of(sheet, 2025), "公表した結果")
    make_report(row_of(sheet, 2026), "まだ公表しない結果")
    return plan


def address(wanted: str, slug: str = "reform") -> str:
    return reverse("plan:download", args=[slug, wanted])


@pytest.mark.parametrize("wanted", Format)
def test_anyone_can_download_the_plan(client: Client, plan: Plan, wanted: Format) -> None:
    answer = client.get(address(wanted))
    how = "inline" if wanted is Format.PDF else "attachment"
    assert answer.status_code == 200
    assert answer["Content-Type"] == MEDIA_TYPES[wanted]
    assert answer["Content-Disposition"] == f'{how}; filename="{plan.slug}.{wanted}"'
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("wanted", [Format.CSV, Format.XLSX, Format.HTML, Format.JSON])
def test_the_file_is_the_public_plan(client: Client, plan: Plan, wanted: Format) -> None:
    content = client.get(address(wanted)).content
    expected = stored_plan(plan, only_published=True).document
    assert read_plan(content, filename=f"plan.{wanted}") == expected
    assert [row.result for row in expected.initiatives[0].rows] == [("公表した結果",), ()]


def test_one_theme(client: Client, plan: Plan) -> None:
    make_initiative(plan, 1, theme=2, name="ほかのテーマ")
    answer = client.get(address("json"), {"theme": 2})
    assert answer["Content-Disposition"] == 'attachment; filename="reform-2.json"'
    assert [theme["number"] for theme in answer.json()["themes"]] == [2]


@pytest.mark.parametrize(
    "query", ["theme=9", "theme=x", "theme=-1", "theme=99999999999999999999999"]
)
def test_a_theme_that_is_not_there(client: Client, plan: Plan, query: str) -> None:
    assert client.get(f"{address('csv', plan.slug)}?{query}").status_code == 404


def test_what_is_not_there(client: Client, plan: Plan) -> None:
    assert client.get(address("docx")).status_code == 404
    assert client.get(address("csv", "other")).status_code == 404
    Plan.objects.update(is_public=False)
    assert client.get(address("csv", plan.slug)).status_code == 404


def test_only_reading(client: Client, plan: Plan) -> None:
    assert client.post(address("csv", plan.slug)).status_code == 405


@pytest.mark.parametrize("wanted", [Format.PDF, Format.CSV])
def test_a_browser_that_has_the_file_is_told_so(client: Client, plan: Plan, wanted: Format) -> None:
    tag = client.get(address(wanted))["ETag"]
    again = client.get(address(wanted), headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    make_initiative(plan, 2, name="新しい取組")
    changed = client.get(address(wanted), headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag


def test_a_character_without_glyph_is_named(client: Client, plan: Plan) -> None:
    make_initiative(plan, 2, name="祭り😀")
    answer = client.get(address("pdf"))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "No.1-2 にある文字「😀」（U+1F600）が、PDFの書体にありません。" in text
    assert address("xlsx") in text


def test_a_character_in_the_title_is_named(client: Client, plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(title="プラン😀")
    answer = client.get(address("pdf"), headers={"Accept-Language": "en"})
    assert "the plan&#x27;s title or a theme has the character “😀”" in answer.content.decode()


def test_a_text_that_excel_cannot_hold(client: Client, plan: Plan) -> None:
    sheet = make_initiative(plan, 2)
    sheet.goal = "あ" * (LONGEST_CELL + 1)
    sheet.save()
    answer = client.get(address("xlsx"))
    assert answer.status_code == 422
    assert "No.1-2 目標" in answer.content.decode()
