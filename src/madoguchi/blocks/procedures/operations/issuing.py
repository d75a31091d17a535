"""A new tracking code for whoever lost theirs, or was given none at the window."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures.models import Application, Case
from madoguchi.blocks.procedures.operations import events
from madoguchi.blocks.procedures.operations.cases import made_up
from madoguchi.blocks.procedures.operations.refusals import Stale, StepForbidden
from madoguchi.blocks.procedures.queries.codes import digest_of, mark_of
from madoguchi.blocks.procedures.rules import access, codes
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused

ACTION = "code_issued"


class OfAccount(Refused):
    message = _(
        "This case belongs to an account. Whoever signs in sees it on their page, and needs no "
        "tracking code."
    )


class CodeReplaced(Refused):
    message = _("A new code was issued since this page was opened. No further one was made.")


class CaseErased(Refused):
    message = _("What this case said of people was erased. There is nothing left to open.")


@transaction.atomic
def issue_code(*, case: Case, seen: str, by: User) -> str:
    """Put a new tracking code in place of the one with the mark ``seen`` (`mark_of`), for somebody
    whose identity was checked; the code in clear, which is kept nowhere.

    The earlier one opens nothing from now on, and browsers that it had opened are shut out. The
    history of what was sent and the audit log say so, without the code. ``case`` is as it was
    shown. Raises StepForbidden, CaseErased, OfAccount, CodeReplaced, Stale.
    """
    # Corrections lock in this order, too; a draft is sent in the other, but has no rows here.
    sent = list(
        Application.objects.filter(case=case)
        .exclude(state="")
        .select_for_update(no_key=True)
        .order_by("pk")
    )
    locked = Case.objects.select_for_update().get(pk=case.pk)
    departments = set(locked.applications.values_list("department_id", flat=True))
    if not access.may_issue_code(identity.acting_as(by), departments):
        raise StepForbidden
    if locked.stage == Case.Stage.ERASED:
        raise CaseErased
    if locked.resident_id is not None:
        raise OfAccount
    if mark_of(locked) != seen:
        raise CodeReplaced
    if locked.stage != case.stage:
        raise Stale(locked)
    code = made_up(codes.CODE_LENGTH)
    locked.code_digest = digest_of(code)
    locked.save(update_fields=["code_digest"])
    _note(locked, sent, by)
    return code


def _note(case: Case, sent: list[Application], by: User) -> None:
    happened = [events.Happened(each, ACTION) for each in sent]
    roles = {each.department_id: events.role_of(by, each.department_id) for each in sent}
    events.record_events(case, happened, by=by, roles=roles, now=clock.now())
    audit.record(by=by, action="procedures.code_issued", subject=f"procedures.case:{case.number}")
