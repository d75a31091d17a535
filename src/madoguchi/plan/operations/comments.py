"""Residents' comments: sent, allowed or refused, erased."""

import secrets

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused
from madoguchi.plan.models import Initiative, Plan, ResidentComment


class CommentDecided(Refused):
    """Somebody else decided in between; nothing was changed."""

    message = _("This comment was decided already: %(status)s.")


class CommentReasonMissing(Refused):
    message = _("Say why the comment is not shown.")


@transaction.atomic
def send_comment(
    *, plan: Plan, initiative: Initiative | None, name: str, text: str, by: User | None
) -> ResidentComment:
    """Keep a comment until the office decides on it. Its number is ``public_id``."""
    comment = ResidentComment.objects.create(
        public_id=secrets.token_hex(4),
        plan=plan,
        initiative=initiative,
        name=name,
        text=text,
        at=clock.now(),
    )
    _record(comment, "plan.comment_sent", by)
    return comment


@transaction.atomic
def decide_comment(
    *, comment: ResidentComment, is_shown: bool, reply: str, by: User | None
) -> ResidentComment:
    """Show a comment (``reply``: the city's answer, maybe empty) or refuse it (the reason).

    A comment that was decided may be decided the other way, or be answered anew. Raises
    CommentReasonMissing, and CommentDecided where its state is no longer what ``comment`` says.
    """
    if not is_shown and not reply.strip():
        raise CommentReasonMissing
    shown, refused = ResidentComment.Status.SHOWN, ResidentComment.Status.REFUSED
    changed = ResidentComment.objects.filter(
        pk=comment.pk, status=comment.status, decided_at=comment.decided_at
    ).update(
        status=shown if is_shown else refused,
        reply=reply.strip(),
        decided_at=clock.now(),
        decided_by=by,
    )
    comment.refresh_from_db()
    if not changed:
        raise CommentDecided(status=comment.get_status_display())
    _record(comment, "plan.comment_shown" if is_shown else "plan.comment_refused", by)
    return comment


@transaction.atomic
def erase_comment(public_id: str) -> int:
    """Erasure hook: the comment of that number goes with name, text and answer; says how many."""
    found = ResidentComment.objects.filter(public_id=public_id).first()
    if found is None:
        return 0
    _record(found, "plan.comment_erased", None)
    found.delete()
    return 1


def _record(comment: ResidentComment, action: str, by: User | None) -> None:
    audit.record(by=by, action=action, subject=f"plan.comment:{comment.public_id}")
