"""Every address of the API keeps to its own description, whatever it is asked."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.openapi import from_wsgi

from madoguchi.config.wsgi import application
from madoguchi.plan.models import PlanYear
from tests.plan.factories import make_initiative, make_plan, make_report, make_year, row_of

described = from_wsgi("/api/openapi.json", application)


@pytest.fixture
def _published_plan(db: None) -> Iterator[None]:  # noqa: ARG001 # asks for the database
    """A request must not close the connection that holds the test's transaction."""
    plan = make_plan("reform-2025", first_year=2025, last_year=2026)
    sheet = make_initiative(plan, 1)
    make_year(plan, 2025, status=PlanYear.Status.PUBLISHED)
    make_report(row_of(sheet, 2025), "{plan.carried_over}件を継続")
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_published_plan")
@described.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_address_keeps_to_its_description(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate()
