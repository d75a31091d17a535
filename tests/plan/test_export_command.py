"""``madoguchi export_plan``."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from madoguchi.plan.document.reading import read_plan
from madoguchi.plan.document.write_xlsx import LONGEST_CELL
from madoguchi.plan.models import Plan, PlanYear
from madoguchi.plan.queries.documents import stored_plan
from madoguchi.plan.queries.exporting import Format
from tests.plan.factories import make_initiative, make_plan, make_report, make_year, row_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frame(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def plan() -> Plan:
    plan = make_plan("reform", first_year=2025, last_year=2026)
    sheet = make_initiative(plan, 1)
    make_year(plan, 2025, status=PlanYear.Status.CLOSED)
    make_report(row_of(sheet, 2025), "まだ公表しない結果")
    return plan


def export(**options: object) -> str:
    """Run the command; what it says."""
    said = io.StringIO()
    call_command("export_plan", stderr=said, no_color=True, **options)
    return said.getvalue()


@pytest.mark.parametrize("wanted", Format)
def test_writes_a_file(plan: Plan, tmp_path: Path, wanted: Format) -> None:
    file = tmp_path / f"plan.{wanted}"
    assert export(format=wanted.value, output=str(file)) == f"{file}: 1 initiatives.\n"
    if wanted is Format.PDF:
        assert file.read_bytes().startswith(b"%PDF")
    else:
        expected = stored_plan(plan, only_published=False).document
        assert read_plan(file.read_bytes(), filename=file.name) == expected
        assert expected.initiatives[0].rows[0].result == ("まだ公表しない結果",)


def test_public_leaves_out_what_is_not_published(plan: Plan, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    export(format="json", output=str(file), public=True, plan=plan.slug)
    assert json.loads(file.read_text())["themes"][0]["initiatives"][0]["rows"][0]["result"] == []


@pytest.mark.parametrize("output", [None, "-"])
def test_writes_to_standard_output(
    plan: Plan, capfdbinary: pytest.CaptureFixture[bytes], output: str | None
) -> None:
    assert export(format="csv", output=output, plan=plan.slug) == ""
    written = capfdbinary.readouterr().out
    assert read_plan(written, filename="plan.csv") == (
        stored_plan(plan, only_published=False).document
    )


def test_one_theme(plan: Plan, tmp_path: Path) -> None:
    make_initiative(plan, 1, theme=2)
    make_initiative(plan, 2, theme=2)
    file = tmp_path / "plan.csv"
    assert export(format="csv", theme=2, output=str(file)) == f"{file}: 2 initiatives.\n"


def test_unknown_theme(plan: Plan) -> None:
    with pytest.raises(CommandError, match=r"^“行革プラン” has no theme 7\. Its themes: 1\.$"):
        export(format="csv", theme=7, plan=plan.slug)


def test_no_plan() -> None:
    with pytest.raises(CommandError, match=r"There is no plan yet\. Read one with: madoguchi"):
        export(format="csv")


def test_unknown_plan(plan: Plan) -> None:
    with pytest.raises(CommandError, match=r"no plan “other”\. There are: reform\.$"):
        export(format="csv", plan="other")
    assert plan.slug == "reform"


def test_the_latest_of_several_is_taken_and_named(plan: Plan, tmp_path: Path) -> None:
    make_plan("old", first_year=2015, last_year=2019)
    file = tmp_path / "plan.csv"
    assert export(format="csv", output=str(file)) == (
        "Taking the latest plan, reform, of: reform, old (--plan takes another).\n"
        f"{file}: 1 initiatives.\n"
    )
    assert stored_plan(plan, only_published=False).document == (
        read_plan(file.read_bytes(), filename="plan.csv")
    )


def test_shift_jis(plan: Plan, tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    export(format="csv", output=str(file), encoding="cp932")
    assert file.read_bytes().decode("cp932").startswith("テーマ番号,")
    make_initiative(plan, 2, name="𠮷野")
    with pytest.raises(CommandError, match=r"^No\.1-2 取組 has the character “𠮷”, which cp932"):
        export(format="csv", output=str(file), encoding="cp932")


def test_a_character_without_glyph(plan: Plan, tmp_path: Path) -> None:
    make_initiative(plan, 2, name="祭り😀")
    with pytest.raises(CommandError, match=r"No\.1-2 has the character “😀” \(U\+1F600\)"):
        export(format="pdf", output=str(tmp_path / "plan.pdf"))
    assert not (tmp_path / "plan.pdf").exists()


def test_a_text_that_excel_cannot_hold(plan: Plan, tmp_path: Path) -> None:
    sheet = make_initiative(plan, 2)
    sheet.goal = "あ" * (LONGEST_CELL + 1)
    sheet.save()
    with pytest.raises(CommandError, match=r"too long for a cell of Excel: No\.1-2 目標"):
        export(format="xlsx", output=str(tmp_path / "plan.xlsx"))


def test_a_file_that_cannot_be_written(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"plan\.csv cannot be written: No such file"):
        export(format="csv", output=str(tmp_path / "none" / "plan.csv"), plan=plan.slug)


def test_a_screen_gets_no_pdf(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", _Screen())
    with pytest.raises(CommandError, match="Name a file with --output"):
        export(format="pdf", plan=plan.slug)


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True
