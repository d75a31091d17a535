"""Storing what was read: all of it or nothing, and nothing twice."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi.blocks.identity.models import Department
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.kernel.text import fold
from madoguchi.plan.document.errors import PlanUnreadable
from madoguchi.plan.document.model import (
    Initiative,
    Outcome,
    PlanDocument,
    ScheduleRow,
    Theme,
    Transfer,
    summarise,
)
from madoguchi.plan.document.reading import read_plan
from madoguchi.plan.models import (
    ImportRecord,
    ItemMatch,
    Plan,
    PlanItem,
    PlanYear,
    Report,
)
from madoguchi.plan.models import Initiative as StoredInitiative
from madoguchi.plan.operations.cycle import publish_year
from madoguchi.plan.operations.importing import (
    ImportResult,
    SettledYearChanged,
    SlugTaken,
    import_document,
)
from madoguchi.plan.queries.importing import pending_import, plan_document, plan_for
from tests.plan.document import read_samples as samples

pytestmark = pytest.mark.django_db

LIBRARY = Initiative(
    theme=1,
    number=1,
    name="図書館の自動貸出機",
    departments=("市立病院事務部経営管理課", "医事課"),
    problem=("列が長い。", "夜間に使えない。"),
    content=("機械を置く。",),
    goal=("待たせない。",),
    rows=(
        ScheduleRow(2015, ("調査", "選定"), ("調査",), effect=-1200),
        ScheduleRow(2016, continues=True, result=("導入",), outcome=Outcome.FINISHED),
    ),
    transfers=(Transfer("予約", 1, 2, "電子申請"),),
)
ONLINE = Initiative(
    theme=1,
    number=2,
    name="電子申請",
    departments=("総務部情報課",),
    rows=(ScheduleRow(2015, ("検討",)), ScheduleRow(2016, ("試行",), ("試行",))),
)
DOCUMENT = PlanDocument((Theme(1, "窓口をひらく", (LIBRARY, ONLINE)),), title="みなと市プラン")


def store(document: PlanDocument = DOCUMENT, plan: Plan | None = None, **more: str) -> ImportResult:
    return import_document(document=document, plan=plan, by=None, **more)  # type: ignore[arg-type] # texts only


def with_sheets(*sheets: Initiative) -> PlanDocument:
    return replace(DOCUMENT, themes=(replace(DOCUMENT.themes[0], initiatives=sheets),))


def with_row(sheet: Initiative, index: int, **changes: object) -> Initiative:
    rows = list(sheet.rows)
    rows[index] = replace(rows[index], **changes)
    return replace(sheet, rows=tuple(rows))


def actions() -> list[str]:
    return list(
        AuditEntry.objects.filter(action__startswith="plan.")
        .order_by("sequence")
        .values_list("action", flat=True)
    )


def test_a_new_plan_is_stored_whole() -> None:
    result = store()
    plan = result.plan
    assert (plan.slug, plan.title, plan.first_year, plan.last_year) == (
        "plan-2015",
        "みなと市プラン",
        2015,
        2016,
    )
    assert plan_document(plan) == DOCUMENT
    assert result.is_new
    assert result.summary == summarise(DOCUMENT)
    assert list(plan.years.values_list("fiscal_year", "status")) == [
        (2015, "closed"),
        (2016, "closed"),
    ]
    assert not Report.objects.exclude(status=Report.Status.ACCEPTED).exists()
    record = ImportRecord.objects.get()
    assert record.summary["plan_items"] == 4
    assert actions() == ["plan.imported"]


def test_the_real_document_is_stored_whole(seed_path: Path) -> None:
    document = read_plan(seed_path.read_bytes(), filename=seed_path.name)
    with CaptureQueriesContext(connection) as queries:
        plan = store(document, filename=seed_path.name, sha256="ab").plan
    assert plan_document(plan).themes == document.themes
    assert len(ImportRecord.objects.get().remarks) == 111
    assert Department.objects.count() == 31
    assert len(queries) < 700
    eleven = StoredInitiative.objects.get(number=11)
    assert fold("アレルギー") in eleven.search_text


def test_queries_do_not_grow_with_the_sheets() -> None:
    counts = []
    for size in (3, 30):
        sheets = [replace(ONLINE, number=number) for number in range(1, size + 1)]
        with CaptureQueriesContext(connection) as queries:
            store(with_sheets(*sheets), slug=f"plan-{size}")
        counts.append(len(queries))
    assert counts[1] <= counts[0]


def test_importing_again_writes_nothing() -> None:
    plan = store().plan
    before = plan_document(plan)
    result = store(plan=plan)
    assert not result.is_changed
    assert (result.changes, result.kept) == ((), ())
    assert plan_document(plan) == before
    assert ImportRecord.objects.count() == 1
    assert actions() == ["plan.imported", "plan.import_unchanged"]


def test_differences_are_listed_and_stored() -> None:
    plan = store().plan
    library = replace(
        with_row(LIBRARY, 0, plan=("選定", "入札"), result=("調査", "選定"), effect=500),
        name="図書館の貸出機",
        goal=("待たせない。", "夜も使える。"),
        departments=("教育部図書館",),
    )
    added = replace(ONLINE, number=3, name="電子図書館")
    changed = with_sheets(library, ONLINE, added)
    pending = pending_import(plan, changed)
    assert [(one.code, one.place.initiative, one.before, one.after) for one in pending.changes] == [
        ("name", "1-1", "図書館の自動貸出機", "図書館の貸出機"),
        ("departments", "1-1", "市立病院事務部経営管理課、医事課", "教育部図書館"),
        ("goal", "1-1", "待たせない。", "待たせない。\n夜も使える。"),
        ("plan", "1-1", "調査／選定", "選定／入札"),
        ("result", "1-1", "調査", "調査／選定"),
        ("effect", "1-1", "-1,200", "500"),
        ("initiative", "1-3", "", "No.1-3 電子図書館"),
    ]
    assert plan_document(plan) == DOCUMENT
    result = store(changed, plan)
    assert result.changes == pending.changes
    assert plan_document(plan) == changed
    assert len(ImportRecord.objects.first().differences) == 7  # type: ignore[union-attr] # just stored


def test_an_item_that_stays_keeps_what_refers_to_it() -> None:
    plan = store().plan
    item = PlanItem.objects.get(text="選定")
    ItemMatch.objects.create(plan_item=item, at="2020-01-01T00:00:00Z")
    store(with_sheets(with_row(LIBRARY, 0, plan=("選定", "入札", "選定")), ONLINE), plan)
    assert ItemMatch.objects.get().plan_item_id == item.pk
    row = plan_document(plan).initiatives[0].rows[0]
    assert row.plan == ("選定", "入札", "選定")


def test_what_the_file_lacks_stays_until_it_is_confirmed() -> None:
    plan = store().plan
    bare = with_sheets(replace(with_row(LIBRARY, 0, result=(), effect=None), problem=()))
    result = store(bare, plan)
    assert not result.is_changed
    assert [(one.code, one.place.initiative) for one in result.kept] == [
        ("problem", "1-1"),
        ("result", "1-1"),
        ("effect", "1-1"),
        ("initiative", "1-2"),
    ]
    assert plan_document(plan) == DOCUMENT
    confirmed = import_document(document=bare, plan=plan, by=None, confirm_removals=True)
    assert confirmed.changes == result.kept
    assert plan_document(plan) == bare


def test_another_theme_of_the_plan_is_added() -> None:
    plan = store().plan
    second = Theme(2, "財政", (replace(ONLINE, theme=2, number=1),))
    result = store(PlanDocument((second,)), plan)
    assert [one.code for one in result.changes] == ["theme", "initiative"]
    assert plan_document(plan).themes == (*DOCUMENT.themes, second)


def settle(plan: Plan, fiscal_year: int, status: str = "closed") -> None:
    PlanYear.objects.filter(plan=plan, fiscal_year=fiscal_year).update(
        status=status, opened_at="2016-01-01T00:00:00Z"
    )


@pytest.mark.parametrize("status", ["closed", "published"])
def test_a_year_that_was_closed_here_is_not_changed(status: str) -> None:
    plan = store().plan
    settle(plan, 2015, status)
    changed = with_sheets(with_row(LIBRARY, 0, result=("別のこと",)), ONLINE)
    with pytest.raises(SettledYearChanged) as caught:
        store(changed, plan)
    assert "No.1-1 H27年度 結果" in str(caught.value)
    assert plan_document(plan) == DOCUMENT
    later = with_sheets(with_row(LIBRARY, 1, result=("別のこと",)), ONLINE)
    assert store(later, plan).is_changed


def test_a_sheet_with_a_closed_year_is_not_removed() -> None:
    plan = store().plan
    settle(plan, 2015)
    with pytest.raises(SettledYearChanged):
        import_document(document=with_sheets(LIBRARY), plan=plan, by=None, confirm_removals=True)
    assert store(with_sheets(LIBRARY), plan).kept[0].code == "initiative"
    assert plan_document(plan) == DOCUMENT


def test_a_report_on_its_way_is_not_overwritten() -> None:
    plan = store().plan
    settle(plan, 2016, "open")
    online = Report.objects.filter(row__fiscal_year=2016, row__initiative__number=2)
    online.update(status="draft")
    with pytest.raises(SettledYearChanged):
        store(with_sheets(LIBRARY, with_row(ONLINE, 1, result=("ほかの試行",))), plan)
    planned = with_sheets(LIBRARY, with_row(ONLINE, 1, plan=("試行", "検証"), result=()))
    assert [one.code for one in store(planned, plan).changes if one.code != "result"] == ["plan"]


def test_years_that_came_with_a_file_can_be_published() -> None:
    plan = store().plan
    for year in plan.years.all():
        publish_year(year=year, by=None)
    assert set(plan.years.values_list("status", flat=True)) == {"published"}
    assert store(with_sheets(with_row(LIBRARY, 0, result=("別",)), ONLINE), plan).is_changed


def test_a_year_that_is_not_over_stays_planned() -> None:
    rows = (ScheduleRow(2025, ("調査",), ("調査",)), ScheduleRow(2099, ("導入",), ("導入",)))
    plan = None
    sheet = replace(ONLINE, rows=(rows[0], replace(rows[1], fiscal_year=2026)))
    plan = store(with_sheets(sheet)).plan
    assert list(plan.years.values_list("status", flat=True)) == ["closed", "planned"]


def test_addresses_and_titles() -> None:
    first = store().plan
    second = store().plan
    assert (first.slug, second.slug) == ("plan-2015", "plan-2015-2")
    with pytest.raises(SlugTaken):
        store(slug="plan-2015")
    assert Plan.objects.count() == 2
    renamed = store(plan=first, title="新しい題")
    assert renamed.plan.title == "新しい題"
    untitled = store(replace(DOCUMENT, title=""), slug="x").plan
    assert "2015" in untitled.title


@pytest.mark.parametrize(
    ("sheets", "code"),
    [
        ((LIBRARY, replace(ONLINE, number=1)), "duplicate_initiative"),
        ((replace(LIBRARY, name=" "),), "name_missing"),
        ((replace(LIBRARY, name="長" * 201),), "text_too_long"),
        ((replace(LIBRARY, departments=("長" * 81 + "課",)),), "text_too_long"),
        ((replace(LIBRARY, number=10_000),), "number_too_large"),
        ((replace(LIBRARY, rows=()),), "no_years"),
        ((replace(LIBRARY, rows=LIBRARY.rows * 2),), "year_twice"),
        ((with_row(LIBRARY, 0, fiscal_year=1800),), "year_unknown"),
        ((with_row(LIBRARY, 0, fiscal_year=1960),), "years_too_far_apart"),
        ((with_row(LIBRARY, 0, effect=10**13),), "effect_too_large"),
        ((with_row(LIBRARY, 0, result=("\x00",)),), "control_character"),
        ((with_row(LIBRARY, 0, result=("\ud800",)),), "control_character"),
        ((replace(LIBRARY, name="\udfff" * 201),), "text_too_long"),
        ((with_row(LIBRARY, 0, plan=("調査",) * 1001),), "too_many_items"),
        ((with_row(LIBRARY, 0, result=("長" * 501,)),), "text_too_long"),
        ((), "no_sheet"),
    ],
)
def test_what_cannot_be_stored_leaves_nothing(sheets: tuple[Initiative, ...], code: str) -> None:
    with pytest.raises(PlanUnreadable) as caught:
        store(with_sheets(*sheets))
    assert caught.value.code == code
    assert Plan.objects.count() == 0
    assert Department.objects.count() == 0
    assert actions() == []


def test_which_plan_a_file_means() -> None:
    plan = store(filename="plan.md", sha256="aa").plan
    store(slug="sample")
    assert plan_for(DOCUMENT, filename="other.md", sha256="aa") == plan
    assert plan_for(DOCUMENT, filename="plan.md", sha256="bb") == plan
    assert plan_for(DOCUMENT, filename="other.md", sha256="bb") == plan
    other = with_sheets(replace(LIBRARY, name="別"), replace(ONLINE, name="別の"))
    assert plan_for(other, filename="other.md", sha256="bb") is None


def test_blank_lines_do_not_make_differences() -> None:
    ragged = replace(LIBRARY, problem=("列が長い。\n\n夜間に使えない。", " "))
    ragged = with_row(ragged, 0, plan=("調査 ", "", "選定"))
    plan = store(with_sheets(ragged, ONLINE)).plan
    assert plan_document(plan) == DOCUMENT
    assert not store(with_sheets(ragged, ONLINE), plan).is_changed


def test_every_remark_and_difference_survives_as_data() -> None:
    document = read_plan(samples.MARKDOWN.encode(), filename="a.md")
    store(document, filename="a.md", sha256="aa")
    record = ImportRecord.objects.get()
    assert record.summary == asdict(summarise(document))
    assert record.remarks[0] == {
        "number": 1,
        "code": "theme_spaced",
        "place": {"initiative": "", "field": "", "line": 3, "sheet": ""},
        "found": "テーマ 2",
        "read_as": "テーマ2",
    }


def test_rows_themes_and_reports_that_come_later() -> None:
    bare = with_sheets(replace(LIBRARY, rows=LIBRARY.rows[:1], transfers=()), ONLINE)
    plan = store(bare).plan
    later = with_row(
        replace(ONLINE, rows=(*ONLINE.rows, ScheduleRow(2018, ("拡大",)))), 0, result=("済",)
    )
    moved = replace(LIBRARY, rows=(replace(LIBRARY.rows[0], continues=True), LIBRARY.rows[1]))
    whole = PlanDocument((Theme(1, "窓口をひろげる", (moved, later)),), title=DOCUMENT.title)
    result = store(whole, plan)
    assert [one.code for one in result.changes] == [
        "theme_name", "transfers", "plan", "row", "result", "row"
    ]  # fmt: skip
    assert plan_document(plan) == whole
    plan.refresh_from_db()
    assert (plan.first_year, plan.last_year) == (2015, 2018)
    assert list(plan.years.values_list("fiscal_year", "status")) == [
        (2015, "closed"),
        (2016, "closed"),
        (2017, "planned"),
        (2018, "planned"),
    ]
    report = Report.objects.get(row__initiative__number=2, row__fiscal_year=2015)
    assert (report.version, report.status) == (1, "accepted")


def test_a_theme_goes_only_when_confirmed() -> None:
    second = Theme(2, "財政", (replace(ONLINE, theme=2, number=1),))
    plan = store(replace(DOCUMENT, themes=(*DOCUMENT.themes, second))).plan
    assert [one.code for one in store(plan=plan).kept] == ["theme", "initiative"]
    import_document(document=DOCUMENT, plan=plan, by=None, confirm_removals=True)
    assert plan_document(plan) == DOCUMENT


def test_two_themes_of_one_number_and_other_impossible_documents() -> None:
    twice = replace(DOCUMENT, themes=(DOCUMENT.themes[0], Theme(1, "財政")))
    nowhere = replace(DOCUMENT, themes=(replace(DOCUMENT.themes[0], number=1000),))
    moved = with_sheets(replace(LIBRARY, transfers=(Transfer("予約", 0, 2),)))
    for document, code in ((twice, "duplicate_theme"), (nowhere, "number_too_large"),
                           (moved, "number_too_large")):  # fmt: skip
        with pytest.raises(PlanUnreadable) as caught:
            store(document)
        assert caught.value.code == code
    assert Plan.objects.count() == 0
