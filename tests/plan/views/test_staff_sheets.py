"""The office writes the plan in its own pages."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.plan.models import Initiative, Plan, PlanYear, Theme
from madoguchi.plan.queries.sheets import YearPlan, sheet_text
from tests.factories import make_department, make_user, sign_in
from tests.plan.factories import make_initiative, make_plan, make_year

pytestmark = pytest.mark.django_db
ROOT = "/staff/plan/sheets/"


@pytest.fixture
def office():
    return sign_in(Client(), make_user("office", "plan_office"))


@pytest.fixture
def section():
    return make_department("総務部", "情報推進課")


@pytest.fixture
def initiative(section):
    return make_initiative(make_plan(), departments=[section])


def page(answer):
    return answer.content.decode()


def written(initiative, **values):
    """What a browser sends of the sheet's form as it stands, with these changes."""
    text = sheet_text(initiative)
    return {
        "name": text.name,
        "problem": text.problem,
        "content": text.content,
        "goal": text.goal,
        "departments": list(text.departments),
        "seen": text.fingerprint,
        **{f"plan_{year}": "\n".join(plan.items) for year, plan in text.years.items()},
        **values,
    }


def test_a_plan_is_added(office):
    data = {"title": "次期プラン", "slug": "plan-2030", "first_year": 2030, "last_year": 2034}
    assert office.get(f"{ROOT}add/").status_code == 200
    assert office.post(f"{ROOT}add/", data | {"last_year": 2029}).status_code == 422
    assert office.post(f"{ROOT}add/", data | {"slug": "evidence"}).status_code == 422
    assert office.post(f"{ROOT}add/", data | {"slug": "次期"}).status_code == 422
    assert office.post(f"{ROOT}add/", data)["Location"] == ROOT
    assert office.post(f"{ROOT}add/", data).status_code == 422
    assert Plan.objects.get().years.count() == 5
    assert "次期プラン" in page(office.get(ROOT))


def test_a_plan_is_changed(office):
    make_plan("plan")
    assert office.get(f"{ROOT}plans/plan/").context["form"].initial["is_public"] is True
    assert office.post(f"{ROOT}plans/plan/", {"title": ""}).status_code == 422
    assert office.post(f"{ROOT}plans/plan/", {"title": "改題"}).status_code == 302
    assert (Plan.objects.get().title, Plan.objects.get().is_public) == ("改題", False)


def test_a_theme_is_added_and_renamed(office):
    make_plan("plan")
    assert office.get(f"{ROOT}plans/plan/add/").status_code == 200
    data = {"number": 1, "name": "市民サービス"}
    assert office.post(f"{ROOT}plans/plan/add/", data).status_code == 302
    assert office.post(f"{ROOT}plans/plan/add/", data).status_code == 422
    theme = Theme.objects.get()
    assert office.post(f"{ROOT}themes/{theme.pk}/", {"name": "市民参加"}).status_code == 302
    assert Theme.objects.get().name == "市民参加"


def test_a_sheet_is_added(office, section):
    theme = Theme.objects.create(plan=make_plan(), number=1, name="市民サービス")
    address = f"{ROOT}themes/{theme.pk}/add/"
    assert "情報推進課" in page(office.get(address))
    data = {
        "number": 4,
        "name": "公衆無線LAN",
        "departments": [section.pk],
        "goal": "一段落\r\n\r\n\r\n二段落",
        "plan_2025": "調査\r\n\r\n設計",
        "plan_2026": "↓",
    }
    assert office.post(address, data | {"name": ""}).status_code == 422
    assert office.post(address, data | {"departments": [99999]}).status_code == 422
    assert office.post(address, data | {"plan_2025": "長" * 501}).status_code == 422
    assert office.post(address, data | {"plan_2025": "項目\n" * 1001}).status_code == 422
    assert office.post(address, data).status_code == 302
    assert office.post(address, data).status_code == 422
    text = sheet_text(Initiative.objects.get())
    assert text.goal == "一段落\n\n二段落"
    assert text.departments == (section.pk,)
    assert text.years[2025] == YearPlan(("調査", "設計"))
    assert text.years[2026] == YearPlan((), continues=True)
    assert text.years[2029] == YearPlan()


def test_a_sheet_is_changed(office, initiative):
    address = f"{ROOT}{initiative.pk}/"
    assert "窓口の改善</textarea>" in page(office.get(address))
    data = written(initiative, goal="新しい目標", plan_2026="↓\n工事")
    assert office.post(address, data).status_code == 302
    text = sheet_text(Initiative.objects.get())
    assert text.goal == "新しい目標"
    assert text.years[2026] == YearPlan(("工事",), continues=True)


def test_two_writers_of_a_sheet_lose_nothing(office, initiative):
    address = f"{ROOT}{initiative.pk}/"
    mine = written(initiative, goal="わたしの目標")
    office.post(address, written(initiative, goal="あちらの目標"))
    answer = office.post(address, mine)
    assert answer.status_code == 409
    assert "わたしの目標</textarea>" in page(answer)
    assert answer.context["theirs"] == [{"label": "目標", "stored": "あちらの目標"}]
    assert Initiative.objects.get().goal == "あちらの目標"
    merged = mine | {"seen": answer.context["form"]["seen"].value(), "goal": "二つの目標"}
    assert office.post(address, merged).status_code == 302
    assert Initiative.objects.get().goal == "二つの目標"


def test_the_plan_of_a_closed_year_is_shown_and_stays(office, initiative):
    make_year(initiative.theme.plan, 2025, status=PlanYear.Status.PUBLISHED)
    address = f"{ROOT}{initiative.pk}/"
    data = written(initiative, plan_2025="すり替え", goal="新しい目標")
    assert office.post(address, data).status_code == 302
    text = sheet_text(Initiative.objects.get())
    assert (text.years[2025].items, text.goal) == (("窓口の改善",), "新しい目標")


def test_a_closed_department_stays_on_its_sheet(office, initiative, section):
    section.closed_on = section.names.get().from_on.replace(year=2020)
    section.save()
    address = f"{ROOT}{initiative.pk}/"
    assert "情報推進課" in page(office.get(address))
    assert office.post(address, written(initiative, goal="目標二")).status_code == 302
    assert sheet_text(Initiative.objects.get()).departments == (section.pk,)


@pytest.mark.parametrize("role", ["department_reporter", "council_member", "auditor"])
def test_others_do_not_write_the_plan(initiative, section, role):
    client = sign_in(Client(), make_user("other", role, department=section))
    theme = initiative.theme
    for step in (
        "",
        "add/",
        f"{initiative.pk}/",
        f"plans/{theme.plan.slug}/",
        f"plans/{theme.plan.slug}/add/",
        f"themes/{theme.pk}/",
        f"themes/{theme.pk}/add/",
    ):
        assert client.get(ROOT + step).status_code == 403
        if step:
            assert client.post(ROOT + step, {"name": "x", "title": "x"}).status_code == 403


@pytest.mark.parametrize(
    "step", ["99/", "plans/no/", "plans/no/add/", "themes/9/", "themes/9/add/"]
)
def test_what_does_not_exist(office, step):
    assert office.get(ROOT + step).status_code == 404


def test_the_list_takes_constant_queries(office, initiative):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert office.get(ROOT).status_code == 200
        return len(queries)

    count()
    one = count()
    for number in (2, 3):
        make_initiative(initiative.theme.plan, number, theme=number)
    assert count() == one
