"""Writing plans, themes and sheets."""

import pytest

from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.plan.models import Initiative, ItemMatch, Plan, PlanItem, PlanYear
from madoguchi.plan.operations import sheets
from madoguchi.plan.operations.sheets import PlanText
from madoguchi.plan.queries.sheets import SheetText, YearPlan, sheet_text
from tests.factories import make_department, make_user
from tests.plan.factories import make_initiative, make_plan, make_year, row_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_user("office")


def test_a_plan_is_added_with_its_years_and_changed(office):
    plan = sheets.add_plan(
        slug="plan-2030", first_year=2030, last_year=2032, text=PlanText("次期"), by=office
    )
    assert list(plan.years.values_list("fiscal_year", "status")) == [
        (2030, "planned"),
        (2031, "planned"),
        (2032, "planned"),
    ]
    sheets.change_plan(plan=plan, text=PlanText("第五次", "はじめに", False), by=office)
    plan.refresh_from_db()
    assert (plan.title, plan.introduction, plan.is_public) == ("第五次", "はじめに", False)
    with pytest.raises(sheets.AddressTaken):
        sheets.add_plan(
            slug="plan-2030", first_year=2040, last_year=2041, text=PlanText("別"), by=office
        )
    assert Plan.objects.count() == 1


def test_a_theme_is_added_once_and_renamed(office):
    plan = make_plan()
    initiative = make_initiative(plan)
    theme = initiative.theme
    with pytest.raises(sheets.NumberTaken):
        sheets.add_theme(plan=plan, number=1, name="同じ番号", by=office)
    assert sheets.add_theme(plan=plan, number=2, name="人材", by=office).number == 2
    sheets.rename_theme(theme=theme, name="市民参加", by=office)
    initiative.refresh_from_db()
    assert "市民参加" in initiative.search_text
    assert AuditEntry.objects.latest("pk").action == "plan.theme_renamed"


def test_a_sheet_is_added_with_every_year(office):
    section = make_department("総務部", "情報推進課")
    theme = sheets.add_theme(plan=make_plan(), number=1, name="市民サービス", by=office)
    text = SheetText(
        name="公衆無線LAN",
        problem="課題",
        content="内容",
        goal="目標",
        departments=(section.pk,),
        years={2025: YearPlan(("調査", "設計")), 2026: YearPlan((), continues=True)}
        | {year: YearPlan() for year in (2027, 2028, 2029)},
    )
    initiative = sheets.add_sheet(theme=theme, number=4, text=text, by=office)
    initiative.refresh_from_db()
    assert sheet_text(initiative) == text
    assert initiative.charges.get().written_as == "総務部情報推進課"
    assert "無線lan" in initiative.search_text
    with pytest.raises(sheets.NumberTaken):
        sheets.add_sheet(theme=theme, number=4, text=text, by=office)
    assert Initiative.objects.count() == 1


def changed(initiative, **values):
    before = sheet_text(initiative)
    kept = {
        name: getattr(before, name)
        for name in ("name", "problem", "content", "goal", "departments", "years")
    }
    return SheetText(**(kept | values))


def test_a_changed_sheet_keeps_what_stays(office):
    old, new = make_department("総務部", "旧課"), make_department("総務部", "新課")
    initiative = make_initiative(make_plan(), departments=[old], planned=["調査", "設計"])
    item = PlanItem.objects.get(row=row_of(initiative), text="設計")
    ItemMatch.objects.create(plan_item=item, at=clock.now())
    before = sheet_text(initiative)
    text = changed(
        initiative,
        goal="新しい目標",
        departments=(new.pk, old.pk),
        years=before.years | {2025: YearPlan(("設計", "工事"))},
    )
    sheets.change_sheet(initiative=initiative, seen=before.fingerprint, text=text, by=office)
    assert sheet_text(Initiative.objects.get()) == text
    assert item.match.plan_item_id == PlanItem.objects.get(text="設計", row=item.row).pk
    assert list(initiative.charges.values_list("written_as", flat=True)) == ["総務部新課", "旧課"]


def test_a_sheet_that_somebody_changed_meanwhile_is_not_overwritten(office):
    initiative = make_initiative(make_plan())
    seen = sheet_text(initiative).fingerprint
    theirs = changed(initiative, name="あちらの名称")
    sheets.change_sheet(initiative=initiative, seen=seen, text=theirs, by=office)
    with pytest.raises(sheets.SheetChanged) as refused:
        sheets.change_sheet(
            initiative=initiative, seen=seen, text=changed(initiative, name="こちら"), by=office
        )
    assert refused.value.theirs.name == "あちらの名称"
    assert Initiative.objects.get().name == "あちらの名称"


def test_the_plan_of_a_closed_year_stands(office):
    plan = make_plan()
    initiative = make_initiative(plan)
    make_year(plan, 2025, status=PlanYear.Status.CLOSED)
    before = sheet_text(initiative)
    text = changed(initiative, years=before.years | {2025: YearPlan(("別の計画",))})
    with pytest.raises(sheets.PlanOfClosedYear, match="令和7年度"):
        sheets.change_sheet(initiative=initiative, seen=before.fingerprint, text=text, by=office)
    later = changed(initiative, years=before.years | {2026: YearPlan(("別の計画",))})
    sheets.change_sheet(initiative=initiative, seen=before.fingerprint, text=later, by=office)
    assert sheet_text(initiative).years[2026] == YearPlan(("別の計画",))
