"""The plan in the search: in which field a word stands, however it is spelled."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.blocks.identity.models import DepartmentName
from madoguchi.plan.models import Initiative, Plan, PlanYear, Report, Transfer
from madoguchi.plan.operations.milestones import (
    add_milestone,
    change_milestone,
    withdraw_milestone,
)
from madoguchi.plan.operations.search_text import refresh_search_text
from madoguchi.plan.queries.search import search_plan, terms_of
from tests.factories import make_department
from tests.plan.factories import (
    make_initiative,
    make_milestone,
    make_plan,
    make_report,
    make_year,
    row_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    plan = make_plan(first_year=2015, last_year=2019)
    make_year(plan, 2015, status=PlanYear.Status.PUBLISHED)
    make_year(plan, 2016)
    return plan


@pytest.fixture
def sheet(plan):
    initiative = make_initiative(
        plan,
        4,
        name="本庁舎への公衆無線LAN（Wi-Fi）の導入",
        departments=[make_department("総務部情報推進課")],
        planned=["アンケート調査の実施"],
    )
    initiative.problem = "平成27年度に本庁舎1～2階で試験導入する。"
    initiative.content = "ｺﾝﾋﾞﾆでの交付も検討する。"
    initiative.goal = "窓口の満足度を高める。"
    initiative.save()
    Transfer.objects.create(
        initiative=initiative, position=0, subject="総合受付の検討", theme_number=1, number=12
    )
    make_milestone(initiative, on=date(2015, 10, 1), text="運用を開始")
    make_report(row_of(initiative, 2015), "７階への導入")
    make_report(row_of(initiative, 2016), "白鳥アリーナへ導入")
    return initiative


def where(query):
    return [hit.where for hit in search_plan(query, 10)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("窓口", "目標"),
        ("コンビニ", "取組内容"),
        ("ＷｉＦｉ", "取組名称"),
        ("wi－fi", "取組名称"),
        ("こんびに", "取組内容"),
        ("2015年度", "現状・課題"),
        ("Ｈ２７年度", "現状・課題"),
        ("アンケ－ト", "計画（H27、H28、H29、H30、R元）"),
        ("7階", "結果（H27）"),
        ("情報推進", "担当部署"),
        ("総合受付", "移行した内容"),
        ("運用を開始", "主な出来事"),
        ("1-4", "番号"),
        ("満足度 アンケート", "目標、計画（H27、H28、H29、H30、R元）"),
    ],
)
@pytest.mark.usefixtures("sheet")
def test_the_field_is_named_however_it_is_spelled(query, field):
    assert where(query) == [field]


@pytest.mark.usefixtures("sheet")
def test_the_excerpt_is_cut_from_the_original():
    hit = search_plan("コンビニ", 10)[0]
    assert [segment.text for segment in hit.excerpt if segment.is_match] == ["ｺﾝﾋﾞﾆ"]
    assert hit.url == "/plan/plan/1-4/"


@pytest.mark.usefixtures("sheet")
def test_every_word_must_be_there():
    assert where("窓口 水道") == []


@pytest.mark.parametrize("query", ["", "　", "-", "存在しない言葉", "100%"])
@pytest.mark.usefixtures("sheet")
def test_nothing_is_found(query):
    assert where(query) == []


@pytest.mark.usefixtures("sheet")
def test_unpublished_results_are_not_found():
    assert where("白鳥アリーナ") == []
    PlanYear.objects.filter(fiscal_year=2016).update(status=PlanYear.Status.PUBLISHED)
    assert where("白鳥アリーナ") == ["結果（H28）"]


@pytest.mark.usefixtures("sheet")
def test_results_that_nobody_has_accepted_are_not_found():
    assert where("7階") == ["結果（H27）"]
    Report.objects.update(status=Report.Status.RETURNED)
    assert where("7階") == []


def test_a_milestone_is_found_from_the_moment_it_is_recorded(sheet):
    PlanYear.objects.filter(fiscal_year=2016).update(status=PlanYear.Status.OPEN)
    day = date(2016, 10, 1)
    milestone = add_milestone(initiative=sheet, on=day, text="除幕式", by=None)
    change_milestone(milestone=milestone, on=day, text="竣工式", by=None)
    PlanYear.objects.filter(fiscal_year=2016).update(status=PlanYear.Status.PUBLISHED)
    assert (where("除幕式"), where("竣工式")) == ([], ["主な出来事"])
    PlanYear.objects.filter(fiscal_year=2016).update(status=PlanYear.Status.OPEN)
    withdraw_milestone(milestone=milestone, by=None)
    PlanYear.objects.filter(fiscal_year=2016).update(status=PlanYear.Status.PUBLISHED)
    assert where("竣工式") == []


def test_fields_keep_their_names_where_the_stored_keys_are_out_of_step(sheet):
    sheet.milestones.all().delete()
    assert where("7階") == ["結果（H27）"]


@pytest.mark.usefixtures("sheet")
def test_hidden_plans_are_not_found():
    Plan.objects.update(is_public=False)
    assert where("窓口") == []


def test_a_department_is_found_by_the_name_it_bears_today(sheet):
    section = sheet.charges.get().department
    DepartmentName.objects.create(department=section, name="デジタル課", from_on=date(2022, 4, 1))
    assert where("デジタル課") == ["担当部署（現在の名称）"]


@pytest.mark.usefixtures("sheet")
def test_the_best_come_first_and_no_more_than_asked(plan):
    make_initiative(plan, 2, name="窓口サービスの向上")
    found = search_plan("窓口", 1)
    assert [hit.url for hit in found] == ["/plan/plan/1-2/"]


def test_of_a_long_text_only_the_first_words_are_looked_for():
    assert len(terms_of("語 " * 50)) == 8


def test_keys_are_refreshed_once(sheet):
    Initiative.objects.update(search_text="")
    assert refresh_search_text([sheet.pk, sheet.pk]) == 1
    assert refresh_search_text([sheet.pk]) == 0


@pytest.mark.usefixtures("sheet")
def test_one_query_count_for_one_hit_and_for_many(plan):
    def count():
        with CaptureQueriesContext(connection) as captured:
            search_plan("窓口", 50)
        return len(captured)

    one = count()
    for number in range(10, 14):
        initiative = make_initiative(plan, number, departments=[make_department(f"第{number}課")])
        make_report(row_of(initiative, 2015), "窓口")
    assert count() == one


@pytest.mark.usefixtures("sheet")
def test_the_search_page_shows_it():
    found = Client().get("/search/", {"q": "コンビニ"}).content.decode()
    assert "<mark>ｺﾝﾋﾞﾆ</mark>" in found
