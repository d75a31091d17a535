"""madoguchi import_plan, as a person or a script calls it."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from madoguchi.plan.document.limits import MAX_FILE
from madoguchi.plan.models import ImportRecord, Plan
from tests.plan.document import read_samples as samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.md"
    path.write_text(samples.MARKDOWN, encoding="utf-8")
    return path


def run(file: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("import_plan", str(file), *options, stdout=out)
    return out.getvalue()


def run_json(file: Path, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(file, "--json", *options))
    return found


def fail(file: Path, *options: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("import_plan", str(file), *options, stdout=out, stderr=err)
    assert caught.value.code == 1
    return out.getvalue(), err.getvalue().strip()


def test_the_real_document(seed_path: Path) -> None:
    expected = {
        "themes": 1,
        "initiatives": 17,
        "rows": 85,
        "plan_items": 79,
        "result_items": 113,
        "finished": 16,
        "carried_over": 1,
        "remarks": 111,
    }
    found = run_json(seed_path, "--dry-run")
    assert {key: found[key] for key in expected} == expected
    assert (found["stored"], found["dry_run"], found["plan"]) == (False, True, None)
    assert Plan.objects.count() == 0

    found = run_json(seed_path)
    assert (found["stored"], found["is_new"], found["plan"]) == (True, True, "plan-2015")
    assert found["remark_list"][0]["found"] == "テーマ 1"
    assert found["differences"] == []

    again = run_json(seed_path)
    assert (again["stored"], again["is_new"], again["differences"]) == (False, False, [])
    assert (Plan.objects.count(), ImportRecord.objects.count()) == (1, 1)


def test_a_changed_document(file: Path) -> None:
    run(file)
    text = samples.MARKDOWN.replace("| 導入 | 導入 |", "| 導入 | 一部導入 |")
    file.write_text(text.replace("待ち時間をなくす。", ""), encoding="utf-8")
    shown = run_json(file, "--dry-run")
    assert [(one["removal"], one["before"], one["after"]) for one in shown["differences"]] == [
        (False, "導入", "一部導入"),
        (True, "待ち時間をなくす。", ""),
    ]
    assert not shown["stored"]
    said = run(file)
    assert "~ No.2-12 H27年度 結果" in said
    assert "--confirm-removals" in said
    sheet = Plan.objects.get().themes.get().initiatives.get(number=1)
    assert sheet.goal == "待ち時間をなくす。"
    run(file, "--confirm-removals")
    sheet.refresh_from_db()
    assert sheet.goal == ""


def test_plan_title_and_publication(file: Path) -> None:
    run(file, "--plan", "minato", "--title", "みなとのプラン", "--publish")
    plan = Plan.objects.get()
    assert (plan.slug, plan.title) == ("minato", "みなとのプラン")
    assert set(plan.years.filter(fiscal_year=2015).values_list("status", flat=True)) == {
        "published"
    }
    run(file, "--plan", "minato")
    assert Plan.objects.count() == 1


def test_words_for_people(file: Path) -> None:
    said = run(file)
    assert said.splitlines()[0].startswith("テーマ1件、取組2件")
    assert "番号の途中に空白がある：No.2 - 1 2 → No.2-12" in said
    assert "すでに同じ内容です" in run(file)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("ただの文章", "plan.md: プランが見つかりません"),
        ("", "plan.md: ファイルの中身がありません"),
        (samples.MARKDOWN.replace("H29年度", "X29年度"), "No.2-1 工程表（19行目）"),
        (samples.MARKDOWN.replace("No.2 - 1 2", "No.2-1"), "No.2-1が二度あります"),
    ],
)
def test_what_cannot_be_read(file: Path, content: str, said: str) -> None:
    file.write_text(content, encoding="utf-8")
    out, err = fail(file)
    assert said in err
    assert len(err.splitlines()) == 1
    assert out == ""
    out, err = fail(file, "--json")
    assert json.loads(out)["error"] == err
    assert not json.loads(out)["stored"]
    assert Plan.objects.count() == 0


def test_files_that_are_not_there_or_too_large(tmp_path: Path) -> None:
    assert "none.md" in fail(tmp_path / "none.md")[1]
    large = tmp_path / "large.xlsx"
    with large.open("wb") as sparse:
        sparse.truncate(MAX_FILE * 7)
    assert fail(large)[1] == "large.xlsx: ファイルが32 MBを超えています。"


def test_a_settled_year_names_its_place(file: Path) -> None:
    run(file)
    Plan.objects.get().years.update(opened_at="2016-01-01T00:00:00Z")
    text = samples.MARKDOWN.replace("| 導入 | 導入 |", "| 導入 | 一部導入 |")
    file.write_text(text, encoding="utf-8")
    out, err = fail(file, "--json")
    assert "No.2-12 H27年度 結果" in err
    assert json.loads(out)["place"]["initiative"] == "2-12"
    assert [one["after"] for one in run_json(file, "--dry-run")["refused"]] == ["一部導入"]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_was_not_set_up_is_told(file: Path) -> None:
    with connection.schema_editor() as editor:
        editor.alter_db_table(Plan, "plan_plan", "plan_elsewhere")
    try:
        assert "madoguchi migrate" in fail(file)[1]
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(Plan, "plan_elsewhere", "plan_plan")


def test_an_unknown_figure_is_named_with_its_place(file: Path) -> None:
    text = samples.MARKDOWN.replace("| 導入 | 導入 |", "| 導入 | {no.such}件を導入 |")
    file.write_text(text, encoding="utf-8")
    found = run_json(file, "--dry-run")["unknown_figures"]
    assert [(one["place"]["initiative"], one["code"]) for one in found] == [("2-12", "no.such")]
    assert "No.2-12 H27年度 結果：「no.such」という数値はありません。" in run(file, "--dry-run")
