"""The office uploads a plan, looks through it, stores it."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils.translation import override

from madoguchi.plan.document.errors import MESSAGES
from madoguchi.plan.document.mapping import ROLES
from madoguchi.plan.models import ColumnMappingRecord, ImportDraft, ImportRecord, Plan, PlanYear
from madoguchi.plan.queries.exporting import Format, export_plan
from madoguchi.plan.queries.import_words import ERRORS, REMARKS, ROLE_WORDS
from tests.factories import make_user, sign_in
from tests.plan.document import read_samples as samples

pytestmark = pytest.mark.django_db

LIST = [["番", "題", "いつ", "する", "した"], ["1-1", "図書館", "H27年度", "調査", "調査"]]
ANSWERS = {
    "column_0": "number",
    "column_1": "name",
    "column_2": "year",
    "column_3": "plan",
    "column_4": "result",
}


@pytest.fixture
def office() -> Client:
    return sign_in(Client(), make_user("office", "plan_office"))


def upload(client: Client, data: bytes, name: str = "plan.md", **more: str) -> Any:
    fields = {"plan": "auto", "title": "", **more}
    return client.post("/staff/plan/imports/", {**fields, "file": SimpleUploadedFile(name, data)})


def words(response: HttpResponse) -> str:
    return response.content.decode()


def csv_of(rows: list[list[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("cp932")


def store(client: Client, response: Any, **more: str) -> Any:
    """Follow an upload to its preview and store it."""
    page = client.get(response["Location"])
    return client.post(response["Location"], {"seen": page.context["preview"].seen, **more})


def test_upload_preview_store(office: Client) -> None:
    response = upload(office, samples.MARKDOWN.encode())
    draft = ImportDraft.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"/staff/plan/imports/{draft.public_id}/"
    assert Plan.objects.count() == 0

    page = office.get(response["Location"])
    assert page.status_code == 200
    shown = page.context["preview"]
    assert shown.counts["initiatives"] == 2
    assert [each.sheet.code for each in shown.sheets] == ["2-1", "2-12"]
    assert [line.number for line in shown.sheets[0].remarks][:2] == [2, 3]
    assert "費用 | 1億円" in words(page)
    assert "No.2-12（33行目）" in words(page)
    assert draft.filename in words(office.get("/staff/plan/imports/"))

    kept = Path(draft.file.path)
    done = store(office, response)
    plan = Plan.objects.get()
    assert done["Location"] == f"/staff/plan/imports/done/{plan.slug}/"
    final = office.get(done["Location"])
    assert "テーマ 2" in words(final)
    assert len(final.context["remarks"]) == 31
    assert (plan.title, ImportDraft.objects.count()) == ("みなと市行政改革プラン", 0)
    assert kept.is_relative_to(settings.MEDIA_ROOT)
    record = ImportRecord.objects.get()
    assert office.get(f"/staff/plan/imports/records/{record.pk}/").status_code == 200


def test_title_and_publication(office: Client) -> None:
    response = upload(office, samples.MARKDOWN.encode(), title="わたしたちのプラン")
    store(office, response, publish="on")
    plan = Plan.objects.get()
    assert plan.title == "わたしたちのプラン"
    published = PlanYear.objects.filter(plan=plan, status="published")
    assert list(published.values_list("fiscal_year", flat=True)) == [2015, 2016, 2017, 2020]


def test_a_changed_file_shows_its_differences_first(office: Client) -> None:
    store(office, upload(office, samples.MARKDOWN.encode()))
    changed = samples.MARKDOWN.replace("| 導入 | 導入 |", "| 導入 | 一部導入 |").replace(
        "待ち時間をなくす。", ""
    )
    response = upload(office, changed.encode())
    page = office.get(response["Location"])
    shown = page.context["preview"]
    assert [(line.place, line.before, line.after) for line in shown.changes] == [
        ("No.2-12 H27年度 結果", "導入", "一部導入")
    ]
    assert [(line.place, line.before) for line in shown.removals] == [
        ("No.2-1 目標", "待ち時間をなくす。")
    ]
    assert "一部導入" in words(page)
    store(office, response, confirm_removals="on")
    assert Plan.objects.count() == 1
    assert not Plan.objects.get().themes.get().initiatives.get(number=1).goal


def test_the_same_file_again_changes_nothing(office: Client) -> None:
    for _ in range(2):
        store(office, upload(office, samples.MARKDOWN.encode()))
    assert (Plan.objects.count(), ImportRecord.objects.count()) == (1, 1)
    store(office, upload(office, samples.MARKDOWN.encode(), plan="new"))
    assert Plan.objects.count() == 2


def test_a_change_in_a_settled_year_is_refused(office: Client) -> None:
    store(office, upload(office, samples.MARKDOWN.encode()))
    PlanYear.objects.filter(fiscal_year=2015).update(opened_at="2016-01-01T00:00:00Z")
    changed = samples.MARKDOWN.replace("| 導入 | 導入 |", "| 導入 | 一部導入 |")
    response = upload(office, changed.encode())
    page = office.get(response["Location"])
    assert len(page.context["preview"].refused) == 1
    answer = store(office, response)
    assert answer.status_code == 422
    assert "No.2-12 H27年度 結果" in words(answer)
    assert ImportDraft.objects.count() == 1


def test_what_was_previewed_is_what_is_stored(office: Client) -> None:
    store(office, upload(office, samples.MARKDOWN.encode()))
    changed = samples.MARKDOWN.replace("| 導入 | 導入 |", "| 導入 | 一部導入 |")
    response = upload(office, changed.encode())
    seen = office.get(response["Location"]).context["preview"].seen
    Plan.objects.get().themes.get().initiatives.filter(number=1).update(goal="別の目標")
    answer = office.post(response["Location"], {"seen": seen})
    assert answer.status_code == 422
    assert "もう一度確かめてください" in words(answer)
    assert ImportRecord.objects.count() == 1


def test_figures_that_nobody_measures_are_told_before_storing(office: Client) -> None:
    text = samples.MARKDOWN.replace("| 導入 | 導入 |", "| 導入 | {no.such}件を導入 |")
    page = office.get(upload(office, text.encode())["Location"])
    assert len(page.context["preview"].unknown_figures) == 1
    assert "「no.such」という数値はありません" in words(page)


def test_columns_are_asked_saved_and_used_again(office: Client) -> None:
    response = upload(office, csv_of(LIST), "list.csv", title="一覧")
    columns = response["Location"]
    assert columns.endswith("/columns/")
    page = office.get(columns)
    assert "例：図書館" in words(page)

    incomplete = office.post(columns, {"column_0": "number", "column_1": "number"})
    assert incomplete.status_code == 422
    lacking = office.post(columns, {"column_0": "number", "column_1": "name"})
    assert lacking.status_code == 422
    assert "年度" in words(lacking)

    answer = office.post(columns, {**ANSWERS, "save_as": "図書館の一覧"})
    assert answer.status_code == 302
    store(office, answer)
    assert Plan.objects.get().title == "一覧"
    assert ColumnMappingRecord.objects.get().columns == {
        "番": "number",
        "題": "name",
        "いつ": "year",
        "する": "plan",
        "した": "result",
    }

    again = [*LIST, ["1-2", "公民館", "H28年度", "検討", "検討"]]
    response = upload(office, csv_of(again), "list.csv")
    draft = ImportDraft.objects.get()
    assert response["Location"] == f"/staff/plan/imports/{draft.public_id}/"
    changes = office.get(response["Location"]).context["preview"].changes
    assert [line.after for line in changes] == ["No.1-2 公民館"]
    saved = ColumnMappingRecord.objects.get()
    asked = office.get(f"/staff/plan/imports/{draft.public_id}/columns/?saved={saved.pk}")
    assert asked.context["form"]["column_1"].initial == "name"


def test_columns_that_lead_to_no_plan(office: Client) -> None:
    rows = [LIST[0], ["x", "図書館", "H27年度", "調査", "調査"]]
    columns = upload(office, csv_of(rows), "list.csv")["Location"]
    answer = office.post(columns, ANSWERS)
    assert answer.status_code == 422
    assert "「x」" in words(answer)
    preview = office.get(columns.replace("columns/", ""))
    assert preview.status_code == 422
    assert columns in words(preview)


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.md", "ファイルの中身がありません"),
        ("ただの文章".encode(), "a.md", "プランが見つかりません"),
        (b"PK\x03\x04broken", "a.xlsx", "ファイルが壊れています"),
        (
            samples.MARKDOWN.replace("No.2 - 1 2", "No.2-1").encode(),
            "a.md",
            "No.2-1が二度あります",
        ),
        (samples.MARKDOWN.replace("H29年度", "X29年度").encode(), "a.md", "「X29年度」は年度"),
    ],
)
def test_bad_files_are_told_and_not_kept(office: Client, data: bytes, name: str, said: str) -> None:
    answer = upload(office, data, name)
    assert answer.status_code == 422
    assert said in words(answer)
    assert ImportDraft.objects.count() == 0


@pytest.mark.parametrize("words_of", ["みなと市行政改革プラン", "図書館", "導入"])
def test_half_a_character_in_json_is_told_and_not_kept(office: Client, words_of: str) -> None:
    store(office, upload(office, samples.MARKDOWN.encode()))
    exported = export_plan(Plan.objects.get(), Format.JSON, only_published=False).content.decode()
    assert words_of in exported
    broken = exported.replace(words_of, words_of + "\\ud800")
    response = upload(office, broken.encode(), "plan.json", plan="new")
    assert response.status_code == 422
    assert "␀" in words(response)
    assert not ImportDraft.objects.exists()


def test_a_file_that_is_too_large(office: Client, settings: Any) -> None:
    settings.MADOGUCHI_MAX_UPLOAD_BYTES = 10
    answer = upload(office, samples.MARKDOWN.encode())
    assert answer.status_code == 422
    assert ImportDraft.objects.count() == 0


def test_a_file_can_be_thrown_away(office: Client) -> None:
    response = upload(office, samples.MARKDOWN.encode())
    answer = office.post(f"{response['Location']}discard/")
    assert answer["Location"] == "/staff/plan/imports/"
    assert (ImportDraft.objects.count(), Plan.objects.count()) == (0, 0)


@pytest.mark.parametrize("role", ["council_member", "department_reporter", "auditor"])
def test_only_the_office_may_import(role: str) -> None:
    from tests.factories import make_department  # noqa: PLC0415 # only here

    person = make_user("other", role, department=make_department("総務部"))
    client = sign_in(Client(), person)
    assert upload(client, samples.MARKDOWN.encode()).status_code == 403
    assert client.get("/staff/plan/imports/").status_code == 403
    assert ImportDraft.objects.count() == 0


def test_missing_drafts(office: Client) -> None:
    for path in ("imports/none/", "imports/none/columns/", "imports/records/9/"):
        assert office.get(f"/staff/plan/{path}").status_code == 404


def test_a_script_in_a_cell_stays_text(office: Client) -> None:
    text = samples.MARKDOWN.replace("費用 | 1億円", "費用 | &lt;script&gt;alert(1)&lt;/script&gt;")
    page = office.get(upload(office, text.encode())["Location"])
    assert "<script>alert(1)" not in words(page)
    assert "&lt;script&gt;alert(1)" in words(page)


def test_every_message_has_its_words() -> None:
    with override("en"):
        assert {code: str(text) for code, text in ERRORS.items()} == MESSAGES
    assert set(ROLE_WORDS) == set(ROLES)
    with override("ja"):
        assert not [code for code, text in REMARKS.items() if str(text).isascii()]
