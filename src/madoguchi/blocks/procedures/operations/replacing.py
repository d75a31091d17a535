"""A wrong decision letter is replaced: the new one says why, the earlier one is revoked."""

from contextlib import suppress
from datetime import date

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.blocks.documents import service as documents
from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures.models import Application, ApplicationEvent, Case, Letter
from madoguchi.blocks.procedures.operations import events
from madoguchi.blocks.procedures.operations.letters import latest_letter, next_number
from madoguchi.blocks.procedures.operations.messages import mail_on_commit
from madoguchi.blocks.procedures.operations.refusals import Stale, StepForbidden
from madoguchi.blocks.procedures.queries.letters import letter_number
from madoguchi.blocks.procedures.rules import access
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused

ACTION = "letter_replaced"
REVOKED = "a new decision letter took its place"
"""In the audit log, which names nobody."""


class ReplacingUnclear(Refused):
    message = gettext_lazy("Write why the letter is replaced, and what the new one says.")


@transaction.atomic
def replace_letter(
    *,
    application: Application,
    addressee: str,
    body: str,
    reason: str,
    edit: int,
    by: User,
    today: date,
) -> Letter:
    """Write a new letter in place of the latest one, as the application stood at ``edit``.

    The decision stays as it is; title and notice, too. ``reason`` stands in the letter, and the
    applicant is told. Printing takes the same lock: nothing is made of what was replaced. Raises
    StepForbidden, Stale, NoLetter, LetterErased, ReplacingUnclear.
    """
    locked = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    if not access.may_take(identity.acting_as(by), access.Right.DECIDE, locked.department_id):
        raise StepForbidden
    if locked.edit != edit:
        raise Stale(locked)
    wrong = latest_letter(locked)
    why, text = _plain(reason), _plain(body)
    if not (why and text):
        raise ReplacingUnclear
    locked.edit += 1
    locked.save(update_fields=["edit"])
    case = Case.objects.get(pk=locked.case_id)
    event = _tell(case, locked, why, by)
    year, sequence = next_number(locked.procedure, today)
    made = Letter.objects.create(
        event=event,
        application=locked,
        procedure=locked.procedure,
        fiscal_year=year,
        sequence=sequence,
        decided_on=today,
        addressee=addressee.strip(),
        title=wrong.title,
        body=text,
        notice=wrong.notice,
        replaces=wrong,
        reason=why,
    )
    if wrong.document:
        with suppress(documents.AlreadyRevoked):
            documents.revoke(wrong.document, by=by, reason=REVOKED)
    audit.record(
        by=by,
        action="procedures.letter_replaced",
        subject=f"procedures.application:{locked.pk}",
        detail={
            "case": case.number,
            "procedure": locked.procedure,
            "letter": letter_number(locked.version.title, year, sequence),
        },
    )
    mail_on_commit(case)
    return made


def _tell(case: Case, application: Application, why: str, by: User) -> ApplicationEvent:
    with translation.override(case.language):
        text = _(
            "The letter of the decision was replaced by a new one. Please read the new one: the "
            "earlier one is not valid any more."
        )
    happened = events.Happened(application, ACTION, text=text, note=why)
    roles = {application.department_id: "decider"}
    [event] = events.record_events(case, [happened], by=by, roles=roles, now=clock.now())
    return event


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
