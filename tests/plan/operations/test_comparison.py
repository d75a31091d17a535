"""The office's own word on what became of a plan item."""

import pytest

from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.plan.models import ItemMatch, PlanItem, PlanYear, ResultItem
from madoguchi.plan.operations.comparison import (
    MatchReasonMissing,
    OtherSheet,
    ResultTaken,
    choose_match,
    follow_rule,
)
from madoguchi.plan.queries.comparison import comparisons_of
from madoguchi.plan.rules.comparison import Verdict
from tests.plan.factories import make_initiative, make_plan, make_report, make_year, row_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    plan = make_plan()
    make_year(plan, 2025, status=PlanYear.Status.PUBLISHED)
    return plan


@pytest.fixture
def sheet(plan):
    initiative = make_initiative(plan, planned=["窓口の改善", "市民周知"], years=[2025])
    make_report(row_of(initiative, 2025), "窓口の改善", "ポスターの掲示")
    return initiative


def item(text):
    return PlanItem.objects.select_related("row").get(text=text)


def result(text):
    return ResultItem.objects.select_related("report__row").get(text=text)


def verdict(plan, sheet, text):
    return comparisons_of(plan)[sheet.pk].of_plan()[item(text).pk]


def choose(text, result_text, reason="担当課に確認"):
    chosen = result(result_text) if result_text else None
    return choose_match(plan_item=item(text), result_item=chosen, reason=reason, by=None)


def test_the_word_of_the_office_stands(plan, sheet):
    assert verdict(plan, sheet, "市民周知").verdict is Verdict.DROPPED
    choose("市民周知", "ポスターの掲示")
    found = verdict(plan, sheet, "市民周知")
    assert (found.verdict, found.is_override) == (Verdict.AS_PLANNED, True)
    entry = AuditEntry.objects.get(action="plan.match_chosen")
    assert entry.detail["reason"] == "担当課に確認"


def test_none_means_that_nothing_came_of_it(plan, sheet):
    choose("窓口の改善", None)
    assert verdict(plan, sheet, "窓口の改善").verdict is Verdict.DROPPED


def test_a_later_word_replaces_the_earlier_one(plan, sheet):
    choose("市民周知", None)
    choose("市民周知", "ポスターの掲示", "見直し")
    assert ItemMatch.objects.get().reason == "見直し"
    assert verdict(plan, sheet, "市民周知").result.text == "ポスターの掲示"


def test_back_to_the_rule(plan, sheet):
    choose("窓口の改善", None)
    assert follow_rule(plan_item=item("窓口の改善"), by=None)
    assert verdict(plan, sheet, "窓口の改善").verdict is Verdict.AS_PLANNED
    assert AuditEntry.objects.filter(action="plan.match_withdrawn").count() == 1


@pytest.mark.usefixtures("sheet")
def test_nothing_to_take_back():
    assert not follow_rule(plan_item=item("窓口の改善"), by=None)
    assert not AuditEntry.objects.filter(action="plan.match_withdrawn").exists()


@pytest.mark.usefixtures("sheet")
def test_a_reason_is_needed():
    with pytest.raises(MatchReasonMissing):
        choose("市民周知", "ポスターの掲示", " ")


@pytest.mark.usefixtures("sheet")
def test_a_result_is_given_once():
    choose("市民周知", "ポスターの掲示")
    with pytest.raises(ResultTaken, match="市民周知"):
        choose("窓口の改善", "ポスターの掲示")


@pytest.mark.usefixtures("sheet")
def test_a_result_of_another_sheet_is_refused(plan):
    other = make_initiative(plan, 2, years=[2025])
    make_report(row_of(other, 2025), "別の取組の結果")
    with pytest.raises(OtherSheet):
        choose("市民周知", "別の取組の結果")
