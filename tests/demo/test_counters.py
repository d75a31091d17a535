"""The counters of the sample city: what came in, how it went, what waits today."""

import pytest
from django.db.models import Count

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures.models import Application, ApplicationEvent, Case, GuideVersion
from madoguchi.blocks.procedures.rules.definition import StateKind
from madoguchi.blocks.procedures.service import applications_of, case_for_code, scanned
from madoguchi.demo.operations import RESIDENT, case_to_try
from madoguchi.kernel import evidence
from madoguchi.plan.models import FrozenFigure
from madoguchi.services.onestop.models import Call, Contract, HandOver, Visit, VisitStep, WorkError
from tests.demo.conftest import ON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

CODES = (
    "onestop.counters_visited",
    "onestop.items_typed",
    "onestop.share_onestop",
    "onestop.share_home",
    "onestop.contract_volume",
    "onestop.contract_errors",
)


def sent():
    return Application.objects.exclude(state="")


def test_the_guide_is_in_force_since_the_first_day_of_the_running_plan():
    [version] = GuideVersion.objects.all()
    assert f"{version.starts_on}" == "2025-04-01"


def test_applications_ended_in_every_way_and_some_are_under_way():
    kinds = set(sent().values_list("state_kind", flat=True))
    assert kinds == {kind.value for kind in StateKind}
    assert set(Case.objects.values_list("channel", flat=True)) == set(Case.Channel.values)
    assert Case.objects.count() > 100


def test_something_waits_is_overdue_was_returned_and_is_to_be_decided_today():
    waiting = sent().filter(state_kind=StateKind.OPEN)
    assert {*waiting.values_list("state", flat=True)} >= {"submitted", "checked", "examined"}
    assert waiting.filter(due_on__lt=ON).count() >= 3
    assert sent().filter(state_kind=StateKind.RETURNED).count() >= 3
    assert Case.objects.filter(stage=Case.Stage.DRAFT, channel=Case.Channel.WINDOW).exists()


def test_what_was_returned_says_why_and_what_to_mend():
    returned = ApplicationEvent.objects.filter(target="returned")
    assert returned.exists()
    assert [each.pk for each in returned if not each.message.note] == []


def test_a_visit_stands_in_every_state_at_the_window():
    running = Visit.objects.filter(closed_at=None)
    states = set(VisitStep.objects.filter(visit__in=running).values_list("state", flat=True))
    assert states >= {"todo", "called", "at_window", "done", "handed_over"}
    calls = Call.objects.filter(ended_at=None)
    assert calls.filter(taken_at=None).exists()
    assert calls.filter(taken_at__isnull=False, arrived_at=None).exists()
    assert calls.filter(arrived_at__isnull=False).exists()
    assert HandOver.objects.filter(taken_at=None).exists()


def test_operators_took_in_under_their_contract_and_some_came_back():
    [contract] = Contract.objects.all()
    assert contract.members.get().user.username == "operator"
    assert contract.visits.count() > 10
    assert WorkError.objects.exists()
    decided = ApplicationEvent.objects.filter(by__username="operator", role="decider")
    assert not decided.exists()


@pytest.mark.parametrize("code", CODES)
def test_the_figures_have_records_behind_them_in_both_years(code):
    for year in (2025, 2026):
        measured = evidence.measure(code, year)
        assert measured.value > 0
        assert list(measured.rows)


def test_the_published_year_froze_them():
    frozen = FrozenFigure.objects.filter(code__startswith="onestop.")
    assert {*frozen.values_list("code", flat=True)} == {CODES[0], CODES[2], CODES[3]}


def test_the_case_to_try_is_opened_by_its_code_and_has_something_to_mend():
    number, code = case_to_try()
    case = case_for_code(code)
    assert case.number == scanned(number)
    kinds = [each.state_kind for each in applications_of(case.number)]
    assert kinds == [StateKind.GRANTED, StateKind.RETURNED, StateKind.OPEN]


def test_a_resident_with_an_account_has_a_case_under_way_and_one_to_fill_in():
    resident = User.objects.get(email=RESIDENT)
    stages = Case.objects.filter(resident=resident).values_list("stage").annotate(n=Count("pk"))
    assert dict(stages) == {Case.Stage.SENT: 1, Case.Stage.DRAFT: 1}


def test_names_of_residents_are_marked_as_invented():
    names = [case.values["applicant.name"] for case in Case.objects.all()]
    assert [name for name in names if "（見本）" not in name] == []
