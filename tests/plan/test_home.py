"""What the plan shows on the home page."""

import pytest
from django.test import Client

from madoguchi.plan.models import Plan, PlanYear
from madoguchi.plan.queries.home import figures_for_home
from tests.plan.factories import make_initiative, make_plan, make_report, make_year, row_of

pytestmark = pytest.mark.django_db


def test_three_figures_with_their_lists():
    plan = make_plan()
    make_year(plan, 2025, status=PlanYear.Status.PUBLISHED)
    make_report(row_of(make_initiative(plan), 2025), outcome="finished")
    make_initiative(plan, 2)
    assert [(figure.value, figure.url) for figure in figures_for_home()] == [
        ("2", "/plan/plan/"),
        ("1", "/plan/plan/?standing=finished"),
        ("0", "/plan/plan/?standing=carried_over"),
    ]
    home = Client().get("/").content.decode()
    assert "/plan/plan/?standing=finished" in home


def test_the_plan_with_results_goes_before_a_newer_one_without():
    make_initiative(make_plan("new", first_year=2030, last_year=2034))
    old = make_plan("old", first_year=2015, last_year=2019)
    make_year(old, 2015, status=PlanYear.Status.PUBLISHED)
    make_report(row_of(make_initiative(old), 2015), outcome="carried_over")
    assert {figure.url.partition("?")[0] for figure in figures_for_home()} == {"/plan/old/"}


def test_nothing_without_a_public_plan():
    Plan.objects.create(slug="x", title="x", first_year=2025, last_year=2026, is_public=False)
    assert figures_for_home() == ()
