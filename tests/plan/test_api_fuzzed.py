"""Every address of the API keeps to its own description, whatever it is asked."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.openapi import from_wsgi

from madoguchi.config.wsgi import application
from madoguchi.plan.models import PlanYear
from tests.plan.factories import make_initiative, make_plan, make_report, make_year, row_of

described = from_wsgi("/api/openapi.json", application)


@pytest.fixture
def _published_plan(db: None) -> None:  # noqa: ARG001 # asks for the database
    plan = make_plan("reform-2025", first_year=2025, last_year=2026)
    sheet = make_initiative(plan, 1)
    make_year(plan, 2025, status=PlanYear.Status.PUBLISHED)
    make_report(row_of(sheet, 2025), "{plan.carried_over}件を継続")


@pytest.mark.usefixtures("_published_plan")
@described.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_address_keeps_to_its_description(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate()
