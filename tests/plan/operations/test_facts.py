"""Milestones, scores and attachments."""

import hashlib
from datetime import date

import pytest

from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.plan.models import Attachment, CouncilScore, Milestone, PlanYear, Report
from madoguchi.plan.operations import attachments, milestones, scores
from madoguchi.plan.operations.open_year import YearNotOpen
from tests.factories import make_user
from tests.plan.factories import make_initiative, make_plan, make_report, make_year, row_of

pytestmark = pytest.mark.django_db
ON = date(2025, 10, 7)
PDF = b"%PDF-1.7\n..."


@pytest.fixture
def year():
    return make_year(make_plan())


@pytest.fixture
def row(year):
    return row_of(make_initiative(year.plan))


def add(row, **values):
    facts = {"on": ON, "text": " 窓口フロアを開設 ", "by": None} | values
    return milestones.add_milestone(initiative=row.initiative, **facts)


def test_a_milestone_is_recorded(row):
    reporter = make_user("reporter")
    milestone = add(row, link="https://example.org/a", by=reporter)
    assert (milestone.text, milestone.on, milestone.recorded_by) == (
        "窓口フロアを開設",
        ON,
        reporter,
    )
    changed = milestones.change_milestone(
        milestone=milestone, on=date(2025, 10, 8), text="開設式", by=None
    )
    changed.refresh_from_db()
    assert (changed.on, changed.text, changed.link) == (date(2025, 10, 8), "開設式", "")
    milestones.withdraw_milestone(milestone=changed, by=None)
    assert not Milestone.objects.exists()
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")][-3:] == [
        "plan.milestone_added",
        "plan.milestone_changed",
        "plan.milestone_withdrawn",
    ]


def test_milestones_stand_once_their_year_is_closed(row, year):
    with pytest.raises(YearNotOpen):
        add(row, on=date(2026, 4, 1))
    milestone = add(row)
    with pytest.raises(YearNotOpen):
        milestones.change_milestone(milestone=milestone, on=date(2024, 4, 1), text="前", by=None)
    PlanYear.objects.filter(pk=year.pk).update(status=PlanYear.Status.CLOSED)
    with pytest.raises(YearNotOpen):
        milestones.withdraw_milestone(milestone=milestone, by=None)
    assert Milestone.objects.get().on == ON


def test_a_milestone_in_use_is_not_withdrawn(row):
    milestone = add(row)
    make_report(row, f"{{m:{milestone.pk}}}")
    with pytest.raises(milestones.MilestoneInUse):
        milestones.withdraw_milestone(milestone=milestone, by=None)


def test_a_member_scores_once_and_may_think_again(row):
    make_report(row, "結果")
    member, other = make_user("a"), make_user("b")
    scores.give_score(row=row, score=4, comment=" よい ", by=member)
    scores.give_score(row=row, score=2, comment="", by=other)
    scores.give_score(row=row, score=5, comment="とてもよい", by=member)
    assert list(CouncilScore.objects.order_by("pk").values_list("member", "score", "comment")) == [
        (member.pk, 5, "とてもよい"),
        (other.pk, 2, ""),
    ]
    assert AuditEntry.objects.latest("pk").action == "plan.score_changed"


def test_only_accepted_reports_are_scored_until_published(row, year):
    member = make_user("a")
    with pytest.raises(scores.NotToBeScored):
        scores.give_score(row=row, score=4, comment="", by=member)
    report = make_report(row, "結果", status=Report.Status.SUBMITTED)
    with pytest.raises(scores.NotToBeScored):
        scores.give_score(row=row_of(row.initiative), score=4, comment="", by=member)
    Report.objects.filter(pk=report.pk).update(status=Report.Status.ACCEPTED)
    PlanYear.objects.filter(pk=year.pk).update(status=PlanYear.Status.PUBLISHED)
    with pytest.raises(scores.NotToBeScored):
        scores.give_score(row=row_of(row.initiative), score=4, comment="", by=member)


def attach(row, name="報告書.pdf", content=PDF):
    report = Report.objects.filter(row=row).first() or make_report(row, "結果", status="draft")
    return attachments.add_attachment(
        report=report, name=name, content=content, is_public=True, by=None
    )


def test_an_attachment_is_kept_outside_the_web_root(row, django_capture_on_commit_callbacks):
    attachment = attach(row, name="C:\\evidence\\報告書.pdf")
    digest = hashlib.sha256(PDF).hexdigest()
    assert (attachment.name, attachment.media_type, attachment.size, attachment.sha256) == (
        "報告書.pdf",
        "application/pdf",
        len(PDF),
        digest,
    )
    storage, path = attachment.file.storage, attachment.file.name
    assert attachment.file.read() == PDF
    assert "報告書" not in path
    attachment.file.close()
    with django_capture_on_commit_callbacks(execute=True):
        attachments.withdraw_attachment(attachment=attachment, by=None)
    assert not Attachment.objects.exists()
    assert not storage.exists(path)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.detail["sha256"]) == ("plan.attachment_withdrawn", digest)


def test_a_file_that_is_not_what_it_says_is_refused(row):
    with pytest.raises(attachments.FileNotAllowed, match=r"報告書\.pdf"):
        attach(row, content=b"<script>alert(1)</script>")


def test_a_file_that_is_too_large_is_refused(row, settings):
    settings.MADOGUCHI_MAX_UPLOAD_BYTES = len(PDF)
    assert attach(row).size == len(PDF)
    with pytest.raises(attachments.FileTooLarge):
        attach(row, content=PDF + b".")


def test_attachments_stand_once_the_year_is_closed(row, year):
    attachment = attach(row)
    PlanYear.objects.filter(pk=year.pk).update(status=PlanYear.Status.CLOSED)
    with pytest.raises(YearNotOpen):
        attach(row)
    with pytest.raises(YearNotOpen):
        attachments.withdraw_attachment(attachment=attachment, by=None)
    assert Attachment.objects.count() == 1
