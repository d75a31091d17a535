"""Beginning at the window: who stands there is known first, then the clerk enters for them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures.models import Case
from madoguchi.blocks.procedures.operations.cases import Begun, begin_case, send_case
from madoguchi.blocks.procedures.queries.definitions import published
from madoguchi.blocks.procedures.rules import access
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused


class NotYours(Refused):
    message = _("Your role does not take in “%(title)s”.")


@transaction.atomic
def begin_at_window(
    *,
    procedures: Sequence[str],
    checked_by: str,
    by: User,
    event: str = "",
    guide_number: int | None = None,
    answers: Mapping[str, Any] | None = None,
    checklist: Sequence[str] = (),
) -> Begun:
    """Begin these procedures (codes) for the person at the window.

    ``checked_by`` is how it was found out who it is; the audit log keeps it. Raises NotYours, and
    what `begin_case` raises.
    """
    actor = identity.acting_as(by)
    for found in published(procedures).values():
        if not access.may_begin(actor, found.department):
            raise NotYours(title=found.title)
    begun = begin_case(
        procedures=procedures,
        event=event,
        guide_number=guide_number,
        answers=answers,
        checklist=checklist,
        channel=Case.Channel.WINDOW,
        by=by,
    )
    _note_check(begun.case, checked_by, by)
    return begun


@transaction.atomic
def send_at_window(
    *, case: Case, edit: int, mail_to: str = "", checked_by: str = "", by: User
) -> Case:
    """Send what the person at the window has signed. ``checked_by`` as in `begin_at_window`, for
    what was begun at home. Raises what `send_case` raises."""
    was_draft = case.stage == Case.Stage.DRAFT
    sent = send_case(case=case, edit=edit, mail_to=mail_to, by=by)
    if checked_by and was_draft:
        _note_check(sent, checked_by, by)
    return sent


def _note_check(case: Case, checked_by: str, by: User) -> None:
    audit.record(
        by=by,
        action="procedures.identity_checked",
        subject=f"procedures.case:{case.number}",
        detail={"checked_by": checked_by},
    )
