"""Residents' comments: sent, decided, erased; each step in the audit log."""

from datetime import datetime

import pytest

from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.kernel.registries import erasure_hooks
from madoguchi.plan.models import ResidentComment
from madoguchi.plan.operations.comments import (
    CommentDecided,
    CommentReasonMissing,
    decide_comment,
    erase_comment,
    send_comment,
)
from tests.factories import make_user
from tests.plan.factories import make_initiative, make_plan

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=clock.TOKYO)


@pytest.fixture
def comment():
    plan = make_plan()
    with clock.frozen(NOW):
        return send_comment(
            plan=plan, initiative=make_initiative(plan), name="太郎", text="続けて", by=None
        )


def actions():
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_a_comment_waits(comment):
    assert (comment.status, comment.at, comment.name) == ("waiting", NOW, "太郎")
    assert actions()[-1] == "plan.comment_sent"


def test_the_log_holds_no_words_of_the_resident(comment):
    entry = AuditEntry.objects.get(action="plan.comment_sent")
    assert entry.subject == f"plan.comment:{comment.public_id}"
    assert "太郎" not in str(entry.detail)


def test_it_is_shown_with_an_answer(comment):
    office = make_user("office", "plan_office")
    decide_comment(comment=comment, is_shown=True, reply=" ありがとう ", by=office)
    assert (comment.status, comment.reply, comment.decided_by) == ("shown", "ありがとう", office)
    assert actions()[-1] == "plan.comment_shown"


def test_it_is_refused_for_a_reason(comment):
    decide_comment(comment=comment, is_shown=False, reply="個人の名前", by=None)
    assert comment.status == "refused"
    assert actions()[-1] == "plan.comment_refused"


def test_no_refusal_without_a_reason(comment):
    with pytest.raises(CommentReasonMissing):
        decide_comment(comment=comment, is_shown=False, reply=" ", by=None)
    comment.refresh_from_db()
    assert comment.status == "waiting"


def test_a_decision_can_be_changed(comment):
    decide_comment(comment=comment, is_shown=True, reply="", by=None)
    decide_comment(comment=comment, is_shown=False, reply="取り下げ", by=None)
    assert comment.status == "refused"


def test_of_two_decisions_at_once_the_second_is_told(comment):
    other = ResidentComment.objects.get(pk=comment.pk)
    decide_comment(comment=comment, is_shown=True, reply="", by=None)
    with pytest.raises(CommentDecided, match="公開"):
        decide_comment(comment=other, is_shown=False, reply="理由", by=None)
    assert ResidentComment.objects.get().status == "shown"


def test_erasure_takes_name_and_words(comment):
    assert erasure_hooks["plan.comments"].erase(comment.public_id) == 1
    assert not ResidentComment.objects.exists()
    assert actions()[-1] == "plan.comment_erased"


def test_erasing_what_is_not_there():
    assert erase_comment("none") == 0
