"""The public pages of a plan: what they show, what they keep back, and their queries."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from madoguchi.blocks.identity.models import DepartmentName
from madoguchi.kernel import clock
from madoguchi.plan.models import (
    CouncilScore,
    Plan,
    PlanYear,
    ResidentComment,
    ScheduleRow,
    Transfer,
)
from madoguchi.plan.operations.comments import send_comment
from tests.factories import make_department, make_user
from tests.plan.factories import (
    make_initiative,
    make_milestone,
    make_plan,
    make_report,
    make_year,
    row_of,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=clock.TOKYO)
PUBLISHED = PlanYear.Status.PUBLISHED


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def plan():
    """2025 is published, 2026 takes reports, the rest is to come."""
    plan = make_plan(title="みらいプラン")
    make_year(plan, 2025, status=PUBLISHED)
    make_year(plan, 2026, due_on=date(2027, 4, 30))
    return plan


@pytest.fixture
def sheet(plan):
    section = make_department("総務部", "行政監理室")
    initiative = make_initiative(plan, 1, departments=[section])
    make_report(row_of(initiative, 2025), "窓口の改善", "看板の設置", effect=1200)
    make_report(row_of(initiative, 2026), "まだ秘密の結果")
    return initiative


def page(path, **query):
    return Client().get(path, query)


def words(response):
    return response.content.decode()


def count_queries(path):
    Client().get(path)
    with CaptureQueriesContext(connection) as captured:
        assert Client().get(path).status_code == 200
    return len(captured)


class TestIndex:
    @pytest.mark.usefixtures("plan", "sheet")
    def test_plans_with_their_counts(self):
        found = words(page("/plan/"))
        assert "みらいプラン" in found
        assert "/plan/plan/" in found

    def test_no_plan_yet(self):
        assert "公表されているプランはまだありません。" in words(page("/plan/"))

    @pytest.mark.usefixtures("plan")
    def test_hidden_plans_are_not_listed(self):
        Plan.objects.update(is_public=False)
        assert "みらいプラン" not in words(page("/plan/"))


class TestOverview:
    @pytest.mark.usefixtures("sheet")
    def test_the_matrix_says_each_year_in_words(self):
        response = page("/plan/plan/")
        line = response.context["overview"].lines[0]
        assert [cell.progress.value for cell in line.cells] == ["done"] + ["planned"] * 4
        assert line.standing.value == "under_way"
        assert "報告受付中" in words(response)
        assert "2027年4月30日" in words(response)

    def test_an_arrow_keeps_blank_years_planned(self, plan):
        initiative = make_initiative(plan, years=[2026], planned=["適宜実施"])
        ScheduleRow.objects.create(initiative=initiative, fiscal_year=2027)
        ScheduleRow.objects.create(initiative=initiative, fiscal_year=2028, continues=True)
        line = page("/plan/plan/").context["overview"].lines[0]
        assert [cell.progress.value for cell in line.cells] == [
            "nothing",
            "planned",
            "planned",
            "planned",
            "nothing",
        ]

    @pytest.mark.usefixtures("sheet")
    def test_it_is_narrowed_by_department_and_state(self, plan):
        other = make_department("福祉部", "総合福祉課")
        make_initiative(plan, 2, name="福祉相談", departments=[other], years=[2027])

        def codes(**query):
            return [line.code for line in page("/plan/plan/", **query).context["overview"].lines]

        assert codes() == ["1-1", "1-2"]
        assert codes(department=other.pk) == ["1-2"]
        assert codes(standing="under_way") == ["1-1"]
        assert codes(department=other.pk, standing="under_way") == []

    @pytest.mark.usefixtures("sheet")
    def test_an_unknown_choice_is_said(self):
        response = page("/plan/plan/", department="999999")
        assert response.status_code == 422
        assert len(response.context["overview"].lines) == 1

    @pytest.mark.usefixtures("plan")
    def test_an_empty_plan_says_so(self):
        assert "このプランにはまだ取組がありません。" in words(page("/plan/plan/"))

    @pytest.mark.parametrize("slug", ["nothing", "hidden"])
    def test_unknown_and_hidden_plans_are_not_found(self, slug):
        Plan.objects.create(
            slug="hidden", title="x", first_year=2025, last_year=2026, is_public=False
        )
        assert page(f"/plan/{slug}/").status_code == 404

    @pytest.mark.usefixtures("sheet")
    def test_one_query_count_for_one_and_for_many(self, plan):
        one = count_queries("/plan/plan/")
        for theme in (1, 2):
            for number in range(2, 12):
                section = make_department("総務部", f"第{theme}{number}課")
                initiative = make_initiative(plan, number, theme=theme, departments=[section])
                make_report(row_of(initiative, 2025), "窓口の改善")
        assert count_queries("/plan/plan/") == one


class TestSheet:
    @pytest.mark.usefixtures("sheet")
    def test_plan_and_result_side_by_side(self):
        found = words(page("/plan/plan/1-1/"))
        assert "看板の設置" in found
        assert "計画どおり" in found
        assert "追加" in found
        assert "1,200千円" in found

    @pytest.mark.usefixtures("sheet")
    def test_unpublished_results_stay_hidden(self):
        found = words(page("/plan/plan/1-1/"))
        assert "まだ秘密の結果" not in found
        assert "報告受付中" in found

    @pytest.mark.usefixtures("plan", "sheet")
    def test_a_closed_year_is_being_prepared(self):
        PlanYear.objects.filter(fiscal_year=2026).update(status=PlanYear.Status.CLOSED)
        found = words(page("/plan/plan/1-1/"))
        assert "まだ秘密の結果" not in found
        assert "公表準備中" in found

    def test_a_report_that_was_never_accepted_stays_hidden(self, plan):
        initiative = make_initiative(plan)
        make_report(row_of(initiative, 2025), "下書きのまま", status="draft")
        assert "下書きのまま" not in words(page("/plan/plan/1-1/"))

    def test_the_end_is_boxed(self, plan):
        initiative = make_initiative(plan)
        make_report(row_of(initiative, 2025), outcome="finished")
        assert '<strong class="p-outcome">取組終了</strong>' in words(page("/plan/plan/1-1/"))

    def test_a_renamed_department_has_both_names(self, sheet):
        section = sheet.charges.get().department
        DepartmentName.objects.create(
            department=section, name="行政経営室", from_on=date(2026, 4, 1)
        )
        found = words(page("/plan/plan/1-1/"))
        assert "行政監理室" in found
        assert "（現在：総務部行政経営室）" in found

    def test_moved_parts_are_linked_both_ways(self, plan, sheet):
        other = make_initiative(plan, 2, name="総合窓口の設置")
        Transfer.objects.create(
            initiative=sheet, position=0, subject="総合窓口の検討", theme_number=1, number=2
        )
        Transfer.objects.create(
            initiative=sheet,
            position=1,
            subject="他の計画へ",
            theme_number=9,
            number=9,
            name="無い",
        )
        out = words(page("/plan/plan/1-1/"))
        assert f'<a href="/plan/plan/1-2/">No.1-2 {other.name}</a>' in out
        assert "No.9-9 無い" in out
        assert f'<a href="/plan/plan/1-1/">No.1-1 {sheet.name}</a>' in words(
            page("/plan/plan/1-2/")
        )

    def test_a_row_outside_the_plans_years_is_shown_too(self, plan):
        make_initiative(plan, years=[2030], planned=["延長した計画"])
        found = page("/plan/plan/1-1/")
        assert "延長した計画" in words(found)
        assert [row.year.fiscal_year for row in found.context["sheet"].rows][-1] == 2030

    def test_scores_are_averaged(self, sheet):
        row = row_of(sheet, 2025)
        for name, score in (("a", 3), ("b", 4)):
            CouncilScore.objects.create(row=row, member=make_user(name), score=score, at=NOW)
        shown = page("/plan/plan/1-1/").context["sheet"].rows[0]
        assert (shown.score, len(shown.scores)) == (3.5, 2)

    def test_script_in_a_result_is_text(self, plan):
        evil = "<script>alert(1)</script>"
        make_report(row_of(make_initiative(plan), 2025), evil)
        found = words(page("/plan/plan/1-1/"))
        assert evil not in found
        assert escape(evil) in found

    @pytest.mark.usefixtures("sheet")
    def test_the_way_to_the_neighbours(self, plan):
        make_initiative(plan, 2)
        make_initiative(plan, 1, theme=2)
        found = page("/plan/plan/1-2/").context["sheet"]
        assert (found.previous.code, found.following.code) == ("1-1", "2-1")
        assert page("/plan/plan/1-1/").context["sheet"].previous is None
        assert page("/plan/plan/2-1/").context["sheet"].following is None

    @pytest.mark.parametrize("path", ["/plan/plan/1-9/", "/plan/plan/9-1/", "/plan/other/1-1/"])
    @pytest.mark.usefixtures("sheet")
    def test_missing_sheets(self, path):
        assert page(path).status_code == 404

    def test_one_query_count_for_one_and_for_three_of_everything(self, plan, sheet):
        make_milestone(sheet)
        one = count_queries("/plan/plan/1-1/")
        for number in range(3):
            make_milestone(sheet, text=f"出来事{number}")
            comment = send_comment(
                plan=plan, initiative=sheet, name="", text=f"意見{number}", by=None
            )
            ResidentComment.objects.filter(pk=comment.pk).update(status="shown")
            make_initiative(plan, 10 + number)
        for year in (2027, 2028):
            make_year(plan, year, status=PUBLISHED)
            make_report(row_of(sheet, year), "窓口の改善", "案内", "標識")
        assert count_queries("/plan/plan/1-1/") == one


class TestThemeAndDepartments:
    @pytest.mark.usefixtures("sheet")
    def test_a_theme(self):
        found = words(page("/plan/plan/themes/1/"))
        assert "窓口サービスの向上" in found
        assert '<svg class="p-timeline"' in found

    @pytest.mark.usefixtures("sheet")
    def test_a_missing_theme(self):
        assert page("/plan/plan/themes/7/").status_code == 404

    def test_departments_with_what_they_do(self, sheet):
        section = sheet.charges.get().department
        path = f"/plan/plan/departments/{section.pk}/"
        assert path in words(page("/plan/plan/departments/"))
        found = page(path)
        assert found.context["slips"].total.on_time == 1
        assert "総務部行政監理室" in words(found)

    @pytest.mark.usefixtures("sheet")
    def test_a_department_without_initiatives_has_no_page(self):
        idle = make_department("教育部")
        assert page(f"/plan/plan/departments/{idle.pk}/").status_code == 404

    @pytest.mark.usefixtures("plan")
    def test_no_departments_yet(self):
        assert page("/plan/plan/departments/").status_code == 200


class TestComparisonTimelineEffects:
    @pytest.mark.usefixtures("sheet")
    def test_slips_by_theme_department_and_initiative(self):
        slips = page("/plan/plan/comparison/").context["slips"]
        counts = {"as_planned": 1, "added": 1, "open": 4}
        for line in (*slips.initiatives, *slips.departments, *slips.themes):
            assert {verdict.value: n for verdict, n in line.slips.counts.items()} == counts
        assert slips.total.on_time_percent == 100

    def test_nothing_published(self):
        make_initiative(make_plan())
        assert "公表された結果はまだありません。" in words(page("/plan/plan/comparison/"))

    @pytest.mark.usefixtures("sheet")
    def test_effects_with_totals(self, plan):
        other = make_initiative(plan, 2)
        make_report(row_of(other, 2025), "x", effect=-200)
        make_report(row_of(other, 2026), "x", effect=9999)
        effects = page("/plan/plan/effects/").context["effects"]
        assert effects.totals == (1000, 0, 0, 0, 0)
        assert effects.lines[1].amounts == (-200, None, None, None, None)
        assert "9,999" not in words(page("/plan/plan/effects/"))

    @pytest.mark.usefixtures("sheet")
    def test_a_chart_for_each_theme(self, plan):
        make_initiative(plan, 1, theme=2)
        assert words(page("/plan/plan/timeline/")).count('<svg class="p-timeline"') == 2

    @pytest.mark.parametrize("name", ["comparison", "timeline", "effects", "departments"])
    @pytest.mark.usefixtures("plan")
    def test_empty_and_missing_plans(self, name):
        assert page(f"/plan/plan/{name}/").status_code == 200
        assert page(f"/plan/none/{name}/").status_code == 404

    @pytest.mark.parametrize("name", ["comparison", "timeline", "effects", "departments"])
    @pytest.mark.usefixtures("sheet")
    def test_one_query_count_for_one_and_for_three(self, plan, name):
        one = count_queries(f"/plan/plan/{name}/")
        for number in (2, 3):
            section = make_department("総務部", f"第{number}課")
            initiative = make_initiative(plan, number, departments=[section])
            make_report(row_of(initiative, 2025), "窓口の改善", effect=5)
        assert count_queries(f"/plan/plan/{name}/") == one


@pytest.mark.usefixtures("sheet")
def test_english():
    client = Client(headers={"accept-language": "en"})
    found = client.get("/plan/plan/1-1/").content.decode()
    assert "As planned" in found
    assert "FY2025" in found
