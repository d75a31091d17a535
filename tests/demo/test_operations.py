"""Loading the sample city through the real operations."""

import stat
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth import authenticate

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import Department, User
from madoguchi.demo import content
from madoguchi.demo.operations import (
    sign_in_file,
    sign_in_password,
)
from madoguchi.kernel import evidence
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.kernel.audit.queries import verify
from madoguchi.plan.models import (
    Attachment,
    CouncilScore,
    FrozenFigure,
    ItemMatch,
    Milestone,
    Plan,
    PlanYear,
    Report,
    ReportNote,
    ResidentComment,
)
from madoguchi.plan.queries.cycle import due_rows, open_years
from madoguchi.plan.queries.documents import stored_plan
from madoguchi.plan.rules import cycle
from tests.demo.conftest import ON, PASSWORD, load

COUNTED = (
    AuditEntry,
    Attachment,
    CouncilScore,
    Department,
    FrozenFigure,
    ItemMatch,
    Milestone,
    Plan,
    PlanYear,
    Report,
    ReportNote,
    ResidentComment,
    User,
)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def counts():
    return {model.__name__: model.objects.count() for model in COUNTED}


def test_the_finished_plan_is_stored_with_all_its_results():
    plan = Plan.objects.get(slug=content.finished_plan().slug)
    assert stored_plan(plan, only_published=True).document == content.finished_plan().reported
    assert {year.status for year in plan.years.all()} == {PlanYear.Status.PUBLISHED}
    assert plan.years.count() == 5


def test_the_running_plan_is_published_once_and_open_once():
    plan = Plan.objects.get(slug=content.running_plan().slug)
    assert dict(plan.years.values_list("fiscal_year", "status")) == {
        2025: PlanYear.Status.PUBLISHED,
        2026: PlanYear.Status.OPEN,
        **dict.fromkeys(range(2027, 2030), PlanYear.Status.PLANNED),
    }


def test_the_open_year_has_reports_in_every_state_and_somebody_is_late():
    rows = due_rows(open_years(), today=ON)
    assert {row.status for row in rows} == {None, *cycle.ReportStatus}
    assert {row.number for row in rows if row.due is cycle.Due.OVERDUE} == {
        *("1-1", "1-5", "2-2", "2-4", "3-1", "3-3"),
    }


def test_figures_were_frozen_and_one_was_corrected():
    first = FrozenFigure.objects.get(code="plan.reports_on_time", corrects=None)
    later = FrozenFigure.objects.get(corrects=first)
    assert (first.value, later.value) == (Decimal(11), Decimal(12))
    assert first.measured_at < later.measured_at
    assert first.unit == "件"


def test_every_milestone_of_a_closed_year_that_a_line_names_is_frozen():
    frozen = FrozenFigure.objects.filter(code__startswith="m:").count()
    named = [
        each
        for sheet in content.running_plan().sheets
        for each in sheet.years[2025].milestones
        if each.key
    ]
    assert frozen == len(named)


@pytest.mark.parametrize(
    ("code", "value"), [("plan.initiatives_finished", 9), ("plan.carried_over", 1)]
)
def test_the_plan_reports_on_itself(code, value):
    assert evidence.measure(code, 2019).value == value


def test_a_department_has_its_name_of_the_day():
    found = Department.objects.get(names__name="デジタル推進課")
    names = [
        identity.department_names([found.pk], on=day)[found.pk]
        for day in (date(2026, 3, 31), date(2026, 4, 1))
    ]
    assert names == ["総務部情報推進課", "総務部デジタル推進課"]


def test_the_running_plan_knows_a_renamed_department_as_the_same():
    news = Department.objects.filter(names__name__in=["秘書広報課", "広報課"]).distinct()
    assert news.count() == 1


def test_comments_wait_are_answered_and_refused():
    found = list(ResidentComment.objects.values_list("status", flat=True))
    assert {status: found.count(status) for status in found} == {
        "shown": 3,
        "waiting": 2,
        "refused": 1,
    }


def test_everybody_can_sign_in_and_holds_the_role():
    for member in content.city().staff:
        person = authenticate(username=member.username, password=PASSWORD)
        assert (person.name, identity.acting_as(person).roles) == (
            member.name,
            frozenset({member.role}),
        )


def test_everything_happened_in_order_and_the_audit_chain_holds():
    closed = list(PlanYear.objects.filter(closed_at__isnull=False).order_by("fiscal_year"))
    assert [year.opened_at < year.closed_at < year.published_at for year in closed] == [True] * 6
    assert verify().is_sound


def test_progress_is_told_up_to_the_end_of_each_part(sample):
    last = {what: (done, total) for what, done, total in sample}
    assert list(last)[:2] == ["市と職員", "平成27年度"]
    assert all(done == total for done, total in last.values())


def test_loading_again_changes_nothing():
    before = counts()
    assert load(on=date(2027, 1, 5)) == []
    assert counts() == before


def test_the_password_is_made_once_and_read_by_its_owner_only(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "new"
    password = sign_in_password()
    assert sign_in_password() == password
    assert len(password) >= 19
    assert stat.S_IMODE(sign_in_file().stat().st_mode) == 0o600


def test_the_office_says_which_result_answers_a_plan_in_other_words():
    decided = ItemMatch.objects.order_by("plan_item__row__fiscal_year")
    assert [match.plan_item.text for match in decided] == [
        "モデル校への試行導入",
        "モデル校の拡大",
        "モデル校の拡大",
        "全校実施",
    ]
    assert all(match.result_item is not None for match in decided)
