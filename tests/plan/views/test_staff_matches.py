"""The office looks through the comparison and corrects it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.plan.models import ItemMatch, PlanItem, PlanYear, ResultItem
from tests.factories import make_user, sign_in
from tests.plan.factories import make_initiative, make_plan, make_report, make_year, row_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    plan = make_plan()
    make_year(plan, 2025, status=PlanYear.Status.CLOSED)
    return plan


@pytest.fixture
def sheet(plan):
    initiative = make_initiative(plan, planned=["窓口の改善", "市民周知"], years=[2025])
    make_report(row_of(initiative, 2025), "窓口の改善", "ポスターの掲示", "催しの開催")
    return initiative


@pytest.fixture
def office():
    return sign_in(Client(), make_user("office", "plan_office"))


def item(text="市民周知"):
    return PlanItem.objects.get(text=text)


def path():
    return f"/staff/plan/matches/items/{item().pk}/"


def words(response):
    return response.content.decode()


@pytest.mark.usefixtures("sheet")
def test_closed_years_are_compared_before_they_are_public(office):
    sheets = office.get("/staff/plan/matches/").context["sheets"]
    assert [(each.code, each.unanswered, each.added) for each in sheets] == [("1-1", 1, 2)]
    assert office.get("/staff/plan/matches/plan/").status_code == 200


def test_a_sheet_with_its_items(office, sheet):
    response = office.get(f"/staff/plan/matches/sheets/{sheet.pk}/")
    found = response.context["sheet"]
    assert [line.match.verdict.value for line in found.lines] == ["as_planned", "dropped"]
    assert path() in words(response)


def test_choose_a_result(office, sheet):
    chosen = ResultItem.objects.get(text="ポスターの掲示")
    before = words(office.get(path()))
    assert "R7年度 ポスターの掲示" in before
    assert "結果の記載なし" in before
    response = office.post(path(), {"result": chosen.pk, "reason": "担当課に確認"})
    assert response.url == f"/staff/plan/matches/sheets/{sheet.pk}/"
    assert ItemMatch.objects.get().result_item == chosen
    assert "担当課に確認" in words(office.get(response.url))
    assert f'<option value="{chosen.pk}" selected>' in words(office.get(path()))


@pytest.mark.usefixtures("sheet")
def test_say_that_nothing_came_of_it_and_take_it_back(office):
    office.post(path(), {"result": "nothing", "reason": "中止した"})
    assert ItemMatch.objects.get().result_item is None
    assert '<option value="nothing" selected>' in words(office.get(path()))
    office.post(path(), {"result": "rule"})
    assert not ItemMatch.objects.exists()


@pytest.mark.parametrize("answer", [{}, {"result": "999999"}, {"result": "nothing", "reason": " "}])
@pytest.mark.usefixtures("sheet")
def test_bad_answers(office, answer):
    assert office.post(path(), answer).status_code == 422
    assert not ItemMatch.objects.exists()


@pytest.mark.usefixtures("sheet")
def test_a_result_that_is_taken(office):
    chosen = ResultItem.objects.get(text="ポスターの掲示")
    office.post(path(), {"result": chosen.pk, "reason": "確認"})
    other = f"/staff/plan/matches/items/{item('窓口の改善').pk}/"
    response = office.post(other, {"result": chosen.pk, "reason": "確認"})
    assert response.status_code == 409
    assert "市民周知" in words(response)


@pytest.mark.parametrize("role", ["council_member", "auditor"])
def test_others_read_and_do_not_change(sheet, role):
    reader = sign_in(Client(), make_user(role, role))
    seen = reader.get(f"/staff/plan/matches/sheets/{sheet.pk}/")
    assert seen.status_code == 200
    assert path() not in words(seen)
    assert reader.post(path(), {"result": "nothing", "reason": "x"}).status_code == 403


def test_reporters_and_visitors_stay_outside(sheet):
    reporter = sign_in(Client(), make_user("nobody"))
    for where in ("/staff/plan/matches/", f"/staff/plan/matches/sheets/{sheet.pk}/", path()):
        assert reporter.get(where).status_code in (302, 403)
        assert Client().get(where).status_code == 302


@pytest.mark.parametrize("where", ["matches/none/", "matches/sheets/999/", "matches/items/999/"])
def test_missing(office, where):
    assert office.get(f"/staff/plan/{where}").status_code == 404


def test_no_plan_yet(office):
    assert office.get("/staff/plan/matches/").status_code == 200


@pytest.mark.usefixtures("sheet")
def test_one_query_count_for_one_and_for_three(office, plan):
    def count():
        with CaptureQueriesContext(connection) as captured:
            assert office.get("/staff/plan/matches/").status_code == 200
        return len(captured)

    count()
    one = count()
    for number in (2, 3):
        make_report(row_of(make_initiative(plan, number), 2025), "窓口の改善")
    assert count() == one
