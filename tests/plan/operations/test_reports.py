"""Drafting, submitting, returning and accepting a report."""

import pytest

from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.plan.models import PlanYear, Report, ReportNote
from madoguchi.plan.operations import milestones, reports
from madoguchi.plan.operations.open_year import YearNotOpen
from madoguchi.plan.operations.reports import Draft
from tests.factories import make_user
from tests.plan.factories import make_initiative, make_plan, make_report, make_year, row_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return make_year(make_plan())


@pytest.fixture
def row(year):
    return row_of(make_initiative(year.plan))


@pytest.fixture
def reporter():
    return make_user("reporter")


def save(row, *lines, version=0, by=None, outcome="", effect=None):
    return reports.save_draft(
        row=row, version=version, draft=Draft(lines, outcome=outcome, effect=effect), by=by
    )


def texts(report):
    return list(report.items.values_list("text", flat=True))


def test_a_draft_is_stored_with_its_lines(row, reporter):
    report = save(row, " 窓口を改善 ", "", "研修", by=reporter, outcome="finished", effect=120)
    report.refresh_from_db()
    assert texts(report) == ["窓口を改善", "研修"]
    assert (report.status, report.version) == (Report.Status.DRAFT, 1)
    assert (report.outcome, report.effect, report.updated_by) == ("finished", 120, reporter)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.subject) == ("plan.report_saved", f"plan.report:{report.pk}")
    row.initiative.refresh_from_db()
    assert "窓口を改善" in row.initiative.search_text


def test_a_line_that_stays_keeps_its_item(row):
    report = save(row, "い", "ろ", "は", "い")
    before = {item.text + str(item.position): item.pk for item in report.items.all()}
    save(row, "は", "に", "い", version=1)
    after = {item.text: item.pk for item in report.items.all()}
    assert texts(report) == ["は", "に", "い"]
    assert after["は"] == before["は2"]
    assert after["い"] == before["い0"]
    save(row, version=2)
    assert texts(report) == []


def test_a_save_over_another_version_is_refused_and_shows_theirs(row, reporter):
    save(row, "最初")
    save(row, "あちらの文", version=1, by=reporter, effect=3)
    with pytest.raises(reports.EditedMeanwhile) as refused:
        save(row, "こちらの文", version=1)
    theirs = refused.value.theirs
    assert theirs.version == 2
    assert theirs.draft == Draft(("あちらの文",), effect=3)
    assert theirs.by == reporter
    assert texts(row.report) == ["あちらの文"]


def test_two_first_drafts_do_not_overwrite_each_other(row):
    save(row, "一人目")
    with pytest.raises(reports.EditedMeanwhile) as refused:
        save(row, "二人目")
    assert refused.value.theirs.draft.lines == ("一人目",)


@pytest.mark.parametrize("status", ["planned", "closed", "published"])
def test_nothing_is_saved_unless_the_year_is_open(row, year, status):
    PlanYear.objects.filter(pk=year.pk).update(status=status)
    with pytest.raises(YearNotOpen):
        save(row, "結果")
    assert not Report.objects.exists()


def test_an_unknown_figure_is_named_with_its_line(row):
    with pytest.raises(reports.UnknownFigures) as refused:
        save(row, "{plan.carried_over}件", "{lunch.nothing}人")
    assert [(each.line, each.code) for each in refused.value.found] == [(2, "lunch.nothing")]
    assert "lunch.nothing" in str(refused.value)
    assert not Report.objects.exists()


def test_a_milestone_of_another_initiative_is_unknown(row, year):
    other = make_initiative(year.plan, 2)
    fact = {"text": "開所", "by": None}
    theirs = milestones.add_milestone(initiative=other, on=year.due_on.replace(year=2025), **fact)
    own = milestones.add_milestone(
        initiative=row.initiative, on=year.due_on.replace(year=2025), **fact
    )
    assert texts(save(row, f"{{m:{own.pk}}}")) == [f"{{m:{own.pk}}}"]
    with pytest.raises(reports.UnknownFigures):
        save(row, f"{{m:{theirs.pk}}}", version=1)
    with pytest.raises(reports.UnknownFigures):
        save(row, "{m:99999}", version=1)


def test_submit_return_submit_accept(row, reporter):
    office = make_user("office")
    report = save(row, "結果", by=reporter)
    report = reports.submit(report=report, version=1, by=reporter)
    assert (report.status, report.version) == (Report.Status.SUBMITTED, 2)
    assert report.submitted_by == reporter
    assert report.submitted_at is not None
    report = reports.return_report(report=report, version=2, comment=" 数字を ", by=office)
    assert (report.status, report.version) == (Report.Status.RETURNED, 3)
    report = save(row, "結果 二", version=3, by=reporter)
    assert report.status == Report.Status.RETURNED
    report = reports.submit(report=report, version=4, by=reporter)
    report = reports.accept_report(report=report, version=5, by=office)
    assert (report.status, report.version) == (Report.Status.ACCEPTED, 6)
    assert report.accepted_at is not None
    assert list(ReportNote.objects.values_list("status", "text", "by")) == [
        ("submitted", "", reporter.pk),
        ("returned", "数字を", office.pk),
        ("submitted", "", reporter.pk),
        ("accepted", "", office.pk),
    ]
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))[-6:] == [
        "plan.report_saved",
        "plan.report_submitted",
        "plan.report_returned",
        "plan.report_saved",
        "plan.report_submitted",
        "plan.report_accepted",
    ]


def test_an_accepted_report_can_be_given_back_while_the_year_is_open(row):
    report = make_report(row, "結果")
    report = reports.return_report(report=report, version=1, comment="もう一度", by=None)
    assert (report.status, report.accepted_at) == (Report.Status.RETURNED, None)


def test_a_submitted_report_cannot_be_saved(row):
    make_report(row, "結果", status=Report.Status.SUBMITTED)
    with pytest.raises(reports.MoveNotPossible):
        save(row, "別の結果", version=1)
    assert texts(row.report) == ["結果"]


def test_a_decision_on_an_older_version_is_refused(row):
    report = make_report(row, "結果", status=Report.Status.SUBMITTED)
    Report.objects.update(version=4)
    with pytest.raises(reports.EditedMeanwhile):
        reports.accept_report(report=report, version=1, by=None)


def test_accepting_twice_is_refused(row):
    report = make_report(row, "結果")
    with pytest.raises(reports.MoveNotPossible):
        reports.accept_report(report=report, version=1, by=None)


def test_returning_needs_a_comment(row):
    report = make_report(row, "結果", status=Report.Status.SUBMITTED)
    with pytest.raises(reports.CommentMissing):
        reports.return_report(report=report, version=1, comment="  ", by=None)


def test_nothing_is_not_submitted_but_an_outcome_is(row):
    report = save(row)
    with pytest.raises(reports.NothingReported):
        reports.submit(report=report, version=1, by=None)
    save(row, version=1, outcome="carried_over")
    assert reports.submit(report=row.report, version=2, by=None).status == "submitted"
